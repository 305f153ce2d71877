"""Who stands at the counter."""

from collections.abc import Iterator

import pytest

from evently_desktop.database.transactions import Database
from evently_desktop.domain.staff import Shift
from tests.conftest import TestServer
from tests.house import Hall
from tests.services.desk import Admin, Desk


@pytest.fixture
def admin(server: TestServer) -> Iterator[Admin]:
    with server.admin() as connection:
        yield connection


@pytest.fixture
def desk(anna: Database, annas_shift: Shift, hall: Hall, admin: Admin) -> Desk:
    return Desk(anna, annas_shift.id, hall, admin)
