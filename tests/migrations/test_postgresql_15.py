"""The oldest supported server: the same schema, the same rights, and a sale from hold to refund."""

import warnings
from collections.abc import Iterator

import pytest

from evently_desktop.database.transactions import Database
from evently_desktop.services import tills
from tests import house
from tests.conftest import TestServer
from tests.migrations import catalogs, postgresql_15
from tests.migrations.test_drift import GOLDEN
from tests.services import test_sales as story
from tests.template import make_template

SUFFIX = "pg15"


@pytest.fixture(scope="module")
def oldest(server: TestServer) -> Iterator[TestServer]:
    """A server of PostgreSQL 15 with the tests' staff; where none can be had, the tests' own and a loud warning."""
    if not postgresql_15.is_installed():
        warnings.warn("PostgreSQL 15 is not installed, so NOTHING WAS TESTED ON IT: apt-get install postgresql-15",
                      stacklevel=1)  # fmt: skip
        yield server
        return
    with postgresql_15.running() as url:
        make_template(url, "evently", SUFFIX)
        yield TestServer(url.set(database="evently"), SUFFIX)


pytestmark = pytest.mark.filterwarnings("default:PostgreSQL 15 is not installed")


def sign_in(server: TestServer, who: str) -> Database:
    return Database(server.url(who), station="Counter 1")


def test_it_is_the_version_that_it_should_be(oldest: TestServer) -> None:
    with oldest.admin() as admin:
        assert admin.info.server_version // 10000 == 15 or not postgresql_15.is_installed()


def test_rights_are_the_same(oldest: TestServer) -> None:
    golden = [line for line in GOLDEN.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    with oldest.admin() as admin:
        assert catalogs.rights(admin) == golden


def test_a_whole_story(oldest: TestServer) -> None:
    with sign_in(oldest, "anna") as anna, sign_in(oldest, "ben") as ben, sign_in(oldest, "olga") as olga:
        shift = anna.read(tills.current_shift) or anna.write(
            tills.open_shift, house.new_shift_id(), house.TILLS[7], house.euros(100)
        )
        story.test_a_sale_from_hold_to_refund(anna, shift, house.add_hall(olga))
        story.test_a_seat_is_held_once(anna, ben, house.add_hall(olga))
