"""A freshly migrated database, for tests that look and change nothing."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.conftest import TestServer
from tests.migrations.databases import database, migrate
from tests.template import libpq


@pytest.fixture(scope="session")
def migrated(server: TestServer) -> Iterator[psycopg.Connection[Any]]:
    with database(server.admin_url) as url:
        migrate(url)
        with psycopg.connect(libpq(url), autocommit=True) as connection:
            yield connection
