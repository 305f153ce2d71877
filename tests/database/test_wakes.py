"""Hints after a commit: sent, merged, seldom, and never at the cost of a write."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID, uuid4

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from evently_desktop.database.transactions import Database, Session
from evently_desktop.database.wakes import Wakes, channel
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.errors import Refusal
from evently_desktop.services import holds
from tests.conftest import TestServer
from tests.house import ADULT, Hall

Listen = Callable[[UUID], psycopg.Connection]


@pytest.fixture
def listen(house_server: TestServer, olga: Database) -> Iterator[Listen]:
    """``listen(event)``: Ben's session, which hears of it; the office's last hints, of building it, are out."""
    olga.close()
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


@pytest.mark.parametrize("first", [True, False])
def test_a_commit_that_has_not_ended_wakes_nobody(
    anna: Database, hall: Hall, listen: Listen, house_server: TestServer, first: bool
) -> None:
    """Who is woken too early looks too early, and sees what changed only at his next poll."""
    here = listen(hall.event_id)

    def service(session: Session) -> None:
        if not first:
            session.execute(sa.text("SELECT 1"))
        holds.place(session, hall.event_id, new_booking_id(), hall.choose("A1"))

    with house_server.admin() as gate, slow_commits(house_server, hall.event_id), ThreadPoolExecutor(1) as thread:
        gate.execute("SELECT pg_advisory_lock(hashtextextended(%s, 1))", [str(hall.event_id)])
        write = thread.submit(anna.write, service)
        assert heard(here, 0.5) == 0
        assert not write.done()
        gate.execute("SELECT pg_advisory_unlock_all()")
        write.result(10)
        assert heard(here, 10, 1) == 1


@contextmanager
def slow_commits(house_server: TestServer, event_id: UUID) -> Iterator[None]:
    """A commit that books anything of this event waits for whoever has its gate."""
    name = sql.Identifier(f"slow_{event_id.hex}")
    with house_server.admin() as admin:
        admin.execute(
            sql.SQL("""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
                       BEGIN PERFORM pg_advisory_xact_lock_shared(hashtextextended({event}, 1)); RETURN NULL; END $$;
                       CREATE CONSTRAINT TRIGGER {name} AFTER INSERT ON evently.bookings DEFERRABLE INITIALLY DEFERRED
                       FOR EACH ROW WHEN (NEW.event_id = {event}) EXECUTE FUNCTION {name}()""").format(
                name=name, event=str(event_id)
            )
        )
        yield
        admin.execute(sql.SQL("DROP FUNCTION {} CASCADE").format(name))


def test_the_database_itself_wakes_nobody(anna: Database, hall: Hall, listen: Listen, house_server: TestServer) -> None:
    """A hint inside the transaction would have the whole database commit one sale after the other."""
    here = listen(hall.event_id)
    with house_server.connect("anna") as bare:
        held = bare.execute(
            "SELECT evently.hold_seats(%s, %s, %s, %s)",
            [hall.event_id, new_booking_id(), [hall.seat("A1")], [ADULT]],
        ).fetchone()
    assert held
    assert "refused" not in held[0]
    assert heard(here, 0.5) == 0


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
