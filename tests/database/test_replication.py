"""A commit that the server made and its standby may not have: unknown, until the same ids are answered."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from evently_desktop.database import replication
from evently_desktop.database.embedded_processes import wait_until
from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import BookingStatus, Sale
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.errors import OutcomeUnknown
from evently_desktop.services import bookings, holds, sales
from tests.database.unwell import BoxOffice
from tests.house import card

WAITING = """SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND usename = 'anna_own'"""
ANSWERS = {"cancelled": "SELECT pg_cancel_backend(%s)", "cut off": "SELECT pg_terminate_backend(%s)"}


@contextmanager
def missing_standby(office: BoxOffice) -> Iterator[None]:
    """Every commit waits for a standby that is not there."""

    def say(what: bytes, wanted: str) -> None:
        with office.admin() as admin:
            admin.execute(b"ALTER SYSTEM " + what)
            admin.execute("SELECT pg_reload_conf()")
            assert wait_until(lambda: _shown(office) == wanted, 10)

    say(b"SET synchronous_standby_names = 'nobody'", "nobody")
    try:
        yield
    finally:
        say(b"RESET synchronous_standby_names", "")


def _shown(office: BoxOffice) -> Any:
    with office.admin() as admin:
        row = admin.execute("SHOW synchronous_standby_names").fetchone()
    return row and row[0]


def end_waits(office: BoxOffice, done: "Future[Any]", answer: str) -> int:
    """End each wait for the standby, so often as there is one, until it is done; how many there were."""
    ended = 0
    with office.admin() as admin:
        while not done.done():
            for (pid,) in admin.execute(WAITING).fetchall():
                admin.execute(ANSWERS[answer], [pid])
                ended += 1
            wait_until(done.done, 0.05)
    return ended


@pytest.fixture
def sell(office: BoxOffice) -> Callable[[Database], Sale]:
    """The same sale each time, of seats that are held."""
    booking = new_booking_id()
    with Database(office.url) as before:
        hold = before.write(holds.place, office.hall.event_id, booking, office.hall.choose("A1"))
    paid = card(hold.total)

    def run(anna: Database) -> Sale:
        return anna.write(sales.complete, office.hall.event_id, booking, [paid], None, hold.total)

    return run


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_sale_that_is_not_replicated_is_unknown_until_it_is(
    office: BoxOffice, sell: Callable[[Database], Sale], answer: str
) -> None:
    with Database(office.url, patience=1.0) as anna, ThreadPoolExecutor(1) as thread:
        with missing_standby(office):
            done = thread.submit(sell, anna)
            # Each time it is asked again it waits again: it never says yes.
            assert end_waits(office, done, answer) > 1
            assert isinstance(done.exception(), OutcomeUnknown)
        # It is there all the while, for whoever looks.
        sold = sell(anna)
        detail = anna.read(bookings.detail, office.hall.event_id, sold.booking_id)
        assert detail.summary.status == BookingStatus.CONFIRMED
        assert sell(anna) == sold
    assert office.written()["payments"] == 1


def test_a_standby_that_comes_back_settles_it_while_it_is_asked(
    office: BoxOffice, sell: Callable[[Database], Sale]
) -> None:
    with Database(office.url) as anna, ThreadPoolExecutor(1) as thread:
        with missing_standby(office), office.admin() as admin:
            done = thread.submit(sell, anna)
            assert wait_until(lambda: bool(admin.execute(WAITING).fetchall()), 10)
            [(pid,)] = admin.execute(WAITING).fetchall()
            admin.execute(ANSWERS["cancelled"], [pid])
            assert wait_until(lambda: bool(admin.execute(WAITING).fetchall()), 10)
        assert len(done.result(10).tickets) == 1


def test_control_unheard_the_warning_would_be_a_yes(
    office: BoxOffice, sell: Callable[[Database], Sale], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replication, "check", lambda _connection: None)
    with Database(office.url, patience=1.0) as anna, ThreadPoolExecutor(1) as thread, missing_standby(office):
        done = thread.submit(sell, anna)
        assert end_waits(office, done, "cancelled") == 1
        assert done.result().tickets


def test_a_commit_of_several_statements_counts_too(office: BoxOffice) -> None:
    """The repeat finds that nothing is left to be done, writes nothing, and so waits for nobody."""
    booking = new_booking_id()
    with Database(office.url) as anna, ThreadPoolExecutor(1) as thread:
        anna.write(holds.place, office.hall.event_id, booking, office.hall.choose("A1"))
        with missing_standby(office):
            done = thread.submit(anna.write, bookings.cancel, office.hall.event_id, booking, None, None, "left")
            assert end_waits(office, done, "cancelled") == 1
        assert done.result().summary.status == BookingStatus.CANCELLED
    assert office.written()["booking_logs"] == 2


def test_control_the_same_commit_without_asking_again(office: BoxOffice) -> None:
    booking = new_booking_id()
    with Database(office.url, patience=0.0) as anna, ThreadPoolExecutor(1) as thread:
        anna.write(holds.place, office.hall.event_id, booking, office.hall.choose("A1"))
        with missing_standby(office):
            done = thread.submit(anna.write, bookings.cancel, office.hall.event_id, booking, None, None, "left")
            assert end_waits(office, done, "cancelled") == 1
        assert isinstance(done.exception(), OutcomeUnknown)
