"""How many seats one login may have in open baskets, everywhere and at one station."""

from collections.abc import Iterator

import pytest

from evently_desktop.database.transactions import Database
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.errors import Refusal
from evently_desktop.services import holds
from tests import house
from tests.concurrency.conftest import throwaway
from tests.conftest import TestServer
from tests.house import Hall
from tests.services.clock import run_out


@pytest.fixture(scope="module")
def capped(house_server: TestServer) -> Iterator[TestServer]:
    """A house of its own, in which a login may hold six seats, and four of them at one station."""
    with throwaway(house_server, "caps") as copy:
        with copy.admin() as admin:
            admin.execute("UPDATE evently.box_office SET held_seats_per_login = 6, held_seats_per_station = 4")
        yield copy


@pytest.fixture
def hall(capped: TestServer) -> Iterator[Hall]:
    """A hall there; what is held in it is over when the test is."""
    hall = house.add_hall(capped.database("olga"))
    yield hall
    with capped.admin() as admin:
        for row in admin.execute("SELECT id FROM evently.bookings WHERE status = 'held'").fetchall():
            run_out(admin, hall.event_id, row[0])


def _hold(database: Database, hall: Hall, *names: str) -> None:
    database.write(holds.place, hall.event_id, new_booking_id(), hall.choose(*names))


def _refused(database: Database, hall: Hall, *names: str) -> str:
    with pytest.raises(Refusal) as refusal:
        _hold(database, hall, *names)
    return refusal.value.code


def test_a_station_and_a_login_have_their_hands_full(capped: TestServer, hall: Hall) -> None:
    north, south = (capped.database("anna", station=station) for station in ("North", "South"))
    _hold(north, hall, "A1", "A2", "A3")
    assert _refused(north, hall, "A4", "A5") == "too_many_held"
    _hold(north, hall, "A4")
    assert _refused(south, hall, "B1", "B2", "B3") == "too_many_held"
    _hold(south, hall, "B1", "B2")
    assert _refused(south, hall, "B3") == "too_many_held"
    _hold(capped.database("ben"), hall, "B3", "B4")


def test_what_is_released_or_ran_out_fills_no_hand(capped: TestServer, hall: Hall) -> None:
    anna = capped.database("anna", station="Counter 1")
    first, second = new_booking_id(), new_booking_id()
    anna.write(holds.place, hall.event_id, first, hall.choose("A1", "A2", "A3", "A4"))
    assert _refused(anna, hall, "A5") == "too_many_held"
    anna.write(holds.release, hall.event_id, first)
    anna.write(holds.place, hall.event_id, second, hall.choose("A1", "A2", "A3", "A4"))
    assert _refused(anna, hall, "A5") == "too_many_held"
    with capped.admin() as admin:
        run_out(admin, hall.event_id, second)
    _hold(anna, hall, "A5")
