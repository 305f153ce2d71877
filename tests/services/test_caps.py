"""How many seats one login may have in open baskets, everywhere and at one station."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from evently_desktop.database.transactions import Database
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.errors import Refusal
from evently_desktop.services import holds
from tests.conftest import TestServer
from tests.house import Hall
from tests.services.clock import run_out


@pytest.fixture
def capped(admin: psycopg.Connection) -> Iterator[None]:
    """A house in which a login may hold six seats, and four of them at one station; nobody holds any yet."""
    for table in ("bookings", "event_seats"):
        past = "UPDATE evently.{} SET hold_expires_at = now() - interval '2 seconds' WHERE status = 'held'"
        admin.execute(sql.SQL(past).format(sql.Identifier(table)))
    before = admin.execute("SELECT held_seats_per_login, held_seats_per_station FROM evently.box_office").fetchone()
    assert before is not None
    change = "UPDATE evently.box_office SET held_seats_per_login = %s, held_seats_per_station = %s"
    admin.execute(change, [6, 4])
    yield
    admin.execute(change, before)


def _hold(database: Database, hall: Hall, *names: str) -> None:
    database.write(holds.place, hall.event_id, new_booking_id(), hall.choose(*names))


def _refused(database: Database, hall: Hall, *names: str) -> str:
    with pytest.raises(Refusal) as refusal:
        _hold(database, hall, *names)
    return refusal.value.code


@pytest.mark.usefixtures("capped")
def test_a_station_and_a_login_have_their_hands_full(server: TestServer, hall: Hall, ben: Database) -> None:
    with (
        Database(server.url("anna"), station="North") as north,
        Database(server.url("anna"), station="South") as south,
    ):
        _hold(north, hall, "A1", "A2", "A3")
        assert _refused(north, hall, "A4", "A5") == "too_many_held"
        _hold(north, hall, "A4")
        assert _refused(south, hall, "B1", "B2", "B3") == "too_many_held"
        _hold(south, hall, "B1", "B2")
        assert _refused(south, hall, "B3") == "too_many_held"
        _hold(ben, hall, "B3", "B4")


@pytest.mark.usefixtures("capped")
def test_what_is_released_or_ran_out_fills_no_hand(anna: Database, hall: Hall, admin: psycopg.Connection) -> None:
    first, second = new_booking_id(), new_booking_id()
    anna.write(holds.place, hall.event_id, first, hall.choose("A1", "A2", "A3", "A4"))
    assert _refused(anna, hall, "A5") == "too_many_held"
    anna.write(holds.release, hall.event_id, first)
    anna.write(holds.place, hall.event_id, second, hall.choose("A1", "A2", "A3", "A4"))
    assert _refused(anna, hall, "A5") == "too_many_held"
    run_out(admin, hall.event_id, second)
    _hold(anna, hall, "A5")
