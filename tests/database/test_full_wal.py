"""A disk that is full under the server's own log: PostgreSQL stops at once, before it says that anything is done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from psycopg import sql

from evently_desktop.database import embedded
from evently_desktop.database.embedded_processes import of_data, wait_until
from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import Sale
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.errors import EventlyError, OutcomeUnknown
from evently_desktop.services import holds, sales, tills
from tests import house
from tests.database.unwell import BoxOffice
from tests.house import cash


@contextmanager
def full_wal(office: BoxOffice) -> Iterator[None]:
    """What is committed in here goes to a disk that is full; afterwards there is room, and the server is up again."""
    wal = office.server.place.data / "pg_wal"
    with office.admin() as admin:
        [name] = admin.execute(
            """SELECT pg_walfile_name(pg_current_wal_insert_lsn() + setting::bigint)
                 FROM pg_settings WHERE name = 'wal_segment_size'"""
        ).fetchone() or [""]
        segment, kept = wal / name, wal / f"{name}.kept"
        if segment.exists():
            segment.rename(kept)
        segment.symlink_to("/dev/full")
        admin.execute("SELECT pg_switch_wal()")
    try:
        yield
        assert wait_until(lambda: "No space left on device" in "".join(office.server.place.logs()), 10)
    finally:
        segment.unlink()
        if kept.exists():
            kept.rename(segment)
        office.server.start()


@pytest.fixture
def pay(office: BoxOffice) -> Iterator[Callable[[], Sale]]:
    """Sells the same basket for the same money with the same ids, as often as it is called."""
    with Database(office.url, station="Counter 1", patience=0.5) as anna:
        shift = anna.write(tills.open_shift, house.new_shift_id(), house.TILLS[0], house.euros(100))
        hold = anna.write(holds.place, office.hall.event_id, new_booking_id(), office.hall.choose("A1", "A2"))
        paid = cash(hold.total)
        yield lambda: anna.write(sales.complete, office.hall.event_id, hold.booking_id, [paid], shift.id, hold.total)


def test_a_sale_is_not_told_as_made_and_is_made_once_when_there_is_room(
    office: BoxOffice, pay: Callable[[], Sale]
) -> None:
    before = office.written()
    with full_wal(office), pytest.raises(OutcomeUnknown):
        pay()
    assert office.written() == before
    assert pay().tickets == pay().tickets
    after = office.written()
    assert (after["payments"], after["tickets"]) == (before["payments"] + 1, before["tickets"] + 2)


def test_control_a_commit_that_waits_for_no_disk_is_told_and_lost(office: BoxOffice) -> None:
    with office.admin() as admin:
        # Else the server itself may come to the full disk between the sale and its commit.
        admin.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        admin.execute("SELECT pg_reload_conf()")
        admin.execute(
            sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(admin.info.dbname))
        )
    try:
        with Database(office.url, station="Counter 1", patience=0.5) as anna:
            booking = new_booking_id()
            anna.read(tills.tills)
            with full_wal(office):
                told = anna.write(holds.place, office.hall.event_id, booking, office.hall.choose("A1"))
                with pytest.raises(EventlyError):
                    _until_it_fails(anna)
            assert told.seats
            assert office.written()["bookings"] == 0
    finally:
        with office.admin() as admin:
            admin.execute("ALTER SYSTEM RESET wal_writer_delay")
            admin.execute("SELECT pg_reload_conf()")


def test_a_server_that_cannot_write_its_last_words_is_stopped(
    office: BoxOffice, pay: Callable[[], Sale], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_STOP_SECONDS", 2.0)
    with full_wal(office):
        with pytest.raises(OutcomeUnknown):
            pay()
        office.server.stop(force=True)
        assert of_data(office.server.place.data) == []
    assert len(pay().tickets) == 2


def _until_it_fails(anna: Database) -> None:
    """The server writes what it told as done at some time, and stops then."""
    while True:
        anna.read(tills.tills)
