"""What a clerk is told after an answer was lost: never that nothing happened, unless the database says so."""

import psycopg
import pytest
import sqlalchemy as sa

from evently_desktop.database import transactions
from evently_desktop.database.embedded_processes import wait_until
from evently_desktop.database.transactions import Database, Session
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.errors import OutcomeUnknown
from evently_desktop.services import holds
from tests.conftest import TestServer
from tests.house import Hall
from tests.proxy import Proxy


def test_a_busy_server_after_a_lost_answer_leaves_it_unknown(
    server: TestServer, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first answer is cut off; the second try is only told that somebody else is in the way."""
    short = transactions._SESSION.replace("lock_timeout=3000", "lock_timeout=200")
    assert short != transactions._SESSION
    monkeypatch.setattr(transactions, "_SESSION", short)
    booking, url = new_booking_id(), server.url("anna")
    with (
        Proxy(url.host or "", url.port or 0) as proxy,
        server.admin() as admin,
        Database(url.set(host="127.0.0.1", port=proxy.port), patience=0.3) as counter,
    ):
        counter.read(holds.events_to_sweep)
        admin.autocommit = False
        admin.execute("LOCK TABLE evently.bookings IN ACCESS EXCLUSIVE MODE")
        cut = proxy.cut_after(booking.bytes)
        with pytest.raises(OutcomeUnknown):
            counter.write(holds.place, hall.event_id, booking, hall.choose("A1"))
        assert cut.is_set()


def test_a_session_that_the_server_ended_for_idling_is_a_lost_one(
    server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A PC that slept in the middle of a read finds its connection gone, and reads again."""
    short = transactions._SESSION.replace("session_timeout=4000", "session_timeout=50")
    assert short != transactions._SESSION
    monkeypatch.setattr(transactions, "_SESSION", short)
    slept: list[int] = []

    def read(session: Session, admin: psycopg.Connection) -> int:
        pid: int = session.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
        if not slept:
            slept.append(pid)
            gone = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s"
            assert wait_until(lambda: admin.execute(gone, [pid]).fetchone() == (0,), 10)
        return len(session.binary_row("SELECT 'seven'::text", {})[0])

    with server.admin() as admin, Database(server.url("anna")) as counter:
        assert counter.read(read, admin) == 5
