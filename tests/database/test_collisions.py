"""Real deadlocks and real serialization failures: tried again with the same ids, and nobody hears of them."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from evently_desktop.database import transactions
from evently_desktop.database.transactions import Database, Session
from evently_desktop.domain.bookings import Hold
from evently_desktop.domain.ids import BookingId, new_booking_id
from evently_desktop.errors import Busy
from evently_desktop.services import holds
from tests.conftest import TestServer
from tests.house import Hall

LOCK = sa.text("SELECT FROM evently.event_seats WHERE event_id = :event AND id = :seat FOR UPDATE")
# The server looks for deadlocks after this wait.
HASTY = sa.text("SET LOCAL deadlock_timeout = '200ms'")


class Quarrel:
    """Two who each lock a seat, wait for each other to have done so, and then want the other's."""

    def __init__(self, server: TestServer, hall: Hall) -> None:
        self._url = server.admin_url
        self._hall = hall
        self._both = threading.Barrier(2)
        self.tries: dict[str, list[BookingId]] = {}

    def go(self) -> list[BaseException | None]:
        """What became of the two."""
        with ThreadPoolExecutor(2) as threads:
            done = [threads.submit(self._run, first, then) for first, then in (("D1", "D2"), ("D2", "D1"))]
            return [each.exception(60) for each in done]

    def _run(self, first: str, then: str) -> None:
        tries = self.tries.setdefault(first, [])
        booking = new_booking_id()

        def work(session: Session, booking: BookingId) -> None:
            tries.append(booking)
            session.execute(HASTY)
            session.execute(LOCK, {"event": self._hall.event_id, "seat": self._hall.seat(first)})
            if len(tries) == 1:
                self._both.wait(10)
            session.execute(LOCK, {"event": self._hall.event_id, "seat": self._hall.seat(then)})

        with Database(self._url) as database:
            database.write(work, booking)


def deadlocks(server: TestServer) -> int:
    with server.admin() as admin:
        admin.execute("SELECT pg_stat_force_next_flush()")
        row = admin.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def server(house_server: TestServer) -> TestServer:
    return house_server


def test_a_deadlock_is_tried_again_with_the_same_ids(server: TestServer, hall: Hall) -> None:
    before, quarrel = deadlocks(server), Quarrel(server, hall)
    assert quarrel.go() == [None, None]
    assert deadlocks(server) > before
    assert sorted(map(len, quarrel.tries.values())) == [1, 2]
    assert all(len(set(tries)) == 1 for tries in quarrel.tries.values())


def test_control_a_deadlock_that_is_not_tried_again_is_told(
    server: TestServer, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions, "REPEATABLE", frozenset())
    [loser] = [error for error in Quarrel(server, hall).go() if error]
    assert isinstance(loser, Busy)
    assert str(loser) == "Too many changes at once; try again."


def outdated(anna: Database, hall: Hall, level: str) -> tuple[Callable[[], Hold], list[None]]:
    """Anna exchanges a basket by what she saw before it was extended elsewhere; and how often she tried."""
    booking, tries = new_booking_id(), list[None]()
    lost = new_booking_id()
    anna.write(holds.place, hall.event_id, lost, hall.choose("E1"))

    def work(session: Session) -> Hold:
        tries.append(None)
        session.execute(sa.text(f"SET TRANSACTION ISOLATION LEVEL {level}"))
        session.execute(sa.text("SELECT count(*) FROM evently.bookings"))
        if len(tries) == 1:
            # Her snapshot is taken: what is changed now is more than she may change.
            with ThreadPoolExecutor(1) as other:
                other.submit(anna.write, holds.extend, hall.event_id, lost).result(10)
        holds.release(session, hall.event_id, lost)
        return holds.place(session, hall.event_id, booking, hall.choose("E2"))

    return lambda: anna.write(work), tries


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_serialization_failure_is_tried_again(anna: Database, hall: Hall, level: str) -> None:
    act, tries = outdated(anna, hall, level)
    assert [seat.name for seat in act().seats] == ["Stalls E2"]
    assert len(tries) == 2


def test_control_a_serialization_failure_that_is_not_tried_again_is_told(
    anna: Database, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    act, tries = outdated(anna, hall, "REPEATABLE READ")
    monkeypatch.setattr(transactions, "REPEATABLE", frozenset())
    with pytest.raises(Busy, match="Too many changes at once"):
        act()
    assert len(tries) == 1
