"""Hints after a commit: sent, merged, seldom, and never at the cost of a write."""

import time
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import psycopg
import pytest

from evently_desktop.database.transactions import Database, Session
from evently_desktop.database.wakes import Wakes, channel
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.errors import Refusal
from evently_desktop.services import holds
from tests.conftest import TestServer
from tests.house import Hall

Listen = Callable[[UUID], psycopg.Connection]


@pytest.fixture
def listen(house_server: TestServer) -> Iterator[Listen]:
    """``listen(event)``: Ben's session, which hears of it."""
    made: list[psycopg.Connection] = []

    def listening(event_id: UUID) -> psycopg.Connection:
        made.append(house_server.connect("ben"))
        made[-1].execute(f'LISTEN "{channel(event_id)}"'.encode())
        return made[-1]

    yield listening
    for connection in made:
        connection.close()


def heard(connection: psycopg.Connection, seconds: float, at_most: int | None = None) -> int:
    return len(list(connection.notifies(timeout=seconds, stop_after=at_most)))


def test_a_write_wakes_those_that_listen_to_its_event(anna: Database, hall: Hall, listen: Listen) -> None:
    here, elsewhere = listen(hall.event_id), listen(uuid4())
    anna.write(holds.place, hall.event_id, new_booking_id(), hall.choose("A1"))
    assert heard(here, 10, 1) == 1
    assert heard(elsewhere, 0.2) == 0


def test_what_was_refused_or_rolled_back_wakes_nobody(anna: Database, hall: Hall, listen: Listen) -> None:
    here = listen(hall.event_id)

    def fails(session: Session) -> None:
        holds.place(session, hall.event_id, new_booking_id(), hall.choose("A1"))
        raise KeyError

    with pytest.raises(Refusal):
        anna.write(holds.place, hall.event_id, new_booking_id(), [])
    with pytest.raises(KeyError):
        anna.write(fails)
    assert heard(here, 0.3) == 0


def test_a_burst_is_merged(anna: Database, hall: Hall, listen: Listen) -> None:
    wakes = Wakes(anna._engine)
    here = listen(hall.event_id)
    began = time.monotonic()
    for _ in range(2000):
        wakes.tell([hall.event_id])
    wakes.stop()
    took = time.monotonic() - began
    assert 1 <= heard(here, 0.3) <= took / 0.01 + 2


def test_the_last_hint_is_sent_before_it_stops(anna: Database, listen: Listen) -> None:
    for _ in range(10):
        event = uuid4()
        here = listen(event)
        wakes = Wakes(anna._engine)
        wakes.tell([event])
        wakes.stop()
        assert heard(here, 10, 1)


def test_a_hint_that_cannot_be_sent_costs_no_write(
    sign_in: Callable[..., Database], house_server: TestServer, hall: Hall, listen: Listen
) -> None:
    mona, here = sign_in("mona"), listen(hall.event_id)
    mona.write(holds.place, hall.event_id, new_booking_id(), hall.choose("A1"))
    assert heard(here, 10, 1)
    with house_server.admin() as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE usename = %s AND datname = current_database()",
            [house_server.login("mona")],
        )
    mona._wakes.tell([hall.event_id])
    mona.write(holds.place, hall.event_id, new_booking_id(), hall.choose("A2"))
    mona.write(holds.place, hall.event_id, new_booking_id(), hall.choose("A3"))
    assert heard(here, 10, 1)
