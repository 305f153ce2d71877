"""A server that cannot take a sale: the clerk reads one sentence, nothing is half saved, and it goes on when it can."""

from collections.abc import Callable, Iterator

import pytest
from psycopg import sql
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from evently_desktop.database import transactions
from evently_desktop.database.embedded_processes import wait_until
from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import Sale
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.errors import Busy, DatabaseError, EventlyError, ServerGone
from evently_desktop.services import bookings, catalogue, holds, sales, tills
from tests import house
from tests.database.unwell import BoxOffice
from tests.house import cash

READ_ONLY = "The server only lets itself be read at the moment; nothing was saved. Call whoever looks after it."
FULL = "The server's disk is full; nothing was saved. Call whoever looks after it."


@pytest.fixture
def anna(office: BoxOffice) -> Iterator[Database]:
    with Database(office.url, station="Counter 1") as anna:
        yield anna


def test_a_well_server_has_nothing_to_be_told(office: BoxOffice) -> None:
    assert office.problems() == []


# Ways to make a server refuse what is written, what the doctor says of it, and how to make it well again.


def make_read_only(office: BoxOffice) -> None:
    _set(office, sql.SQL("SET default_transaction_read_only = on"))


def make_writable(office: BoxOffice) -> None:
    _set(office, sql.SQL("RESET default_transaction_read_only"))


def _set(office: BoxOffice, what: sql.SQL) -> None:
    with office.admin() as admin:
        admin.execute(sql.SQL("ALTER SYSTEM ") + what)
        admin.execute("SELECT pg_reload_conf()")
    wanted = "on" if "= on" in what.as_string() else "off"

    def taken() -> bool:
        with office.admin() as new:
            return new.execute("SHOW default_transaction_read_only").fetchone() == (wanted,)

    assert wait_until(taken, 10)


def make_standby(office: BoxOffice) -> None:
    """Stop the server and start it as the standby that it is after a switch to another one."""
    office.server.stop(force=True)
    signal = office.server.place.data / "standby.signal"
    signal.touch()
    office.server.place.give_to_server(signal)
    office.server.start()


def promote(office: BoxOffice) -> None:
    with office.admin() as admin:
        assert admin.execute("SELECT pg_promote(true, 30)").fetchone() == (True,)


UNWELL: dict[str, tuple[Callable[[BoxOffice], None], Callable[[BoxOffice], None], str]] = {
    "read only": (make_read_only, make_writable, "must switch off default_transaction_read_only"),
    "in recovery": (make_standby, promote, "have its administrator promote it"),
}


@pytest.mark.parametrize("name", UNWELL)
def test_a_server_that_can_only_be_read(office: BoxOffice, anna: Database, name: str) -> None:
    spoil, mend, found = UNWELL[name]
    anna.read(tills.tills)
    spoil(office)
    try:
        # Looking goes on, also after the server was away for a moment.
        assert anna.read(catalogue.event, office.hall.event_id).free == 100
        before, booking = office.written(), new_booking_id()
        with pytest.raises(DatabaseError) as told:
            anna.write(holds.place, office.hall.event_id, booking, office.hall.choose("A1"))
        assert str(told.value) == READ_ONLY
        assert office.written() == before
        [problem] = office.problems()
        assert found in problem
    finally:
        mend(office)
    assert anna.write(holds.place, office.hall.event_id, booking, office.hall.choose("A1")).seats
    assert office.problems() == []


class FullDisk:
    """A table whose disk is full: its file, which must be empty still, is the device that is always full."""

    def __init__(self, office: BoxOffice, table: str) -> None:
        self._office = office
        with office.admin() as admin:
            admin.execute("CHECKPOINT")
            [path] = admin.execute("SELECT pg_relation_filepath(%s)", [f"evently.{table}"]).fetchone() or [""]
        self._file = office.server.place.data / path
        self._kept = self._file.with_name(f"{self._file.name}.kept")
        assert self._file.stat().st_size == 0
        self._file.rename(self._kept)
        self._file.symlink_to("/dev/full")
        self._close_files()

    def make_room(self) -> None:
        self._file.unlink()
        self._kept.rename(self._file)
        self._close_files()

    def _close_files(self) -> None:
        """Have every session open its files anew, which dropping a database makes them do."""
        with self._office.admin() as admin:
            admin.execute("CREATE DATABASE dropped")
            admin.execute("DROP DATABASE dropped")


def test_a_disk_that_is_full_saves_no_hold(office: BoxOffice, anna: Database) -> None:
    anna.read(tills.tills)
    booking = new_booking_id()
    disk = FullDisk(office, "booking_logs")
    try:
        with pytest.raises(DatabaseError) as told:
            anna.write(holds.place, office.hall.event_id, booking, office.hall.choose("A1"))
    finally:
        disk.make_room()
    assert str(told.value) == FULL
    assert set(office.written().values()) == {0}
    assert anna.write(holds.place, office.hall.event_id, booking, office.hall.choose("A1")).seats


def test_a_disk_that_is_full_takes_no_money(office: BoxOffice, anna: Database) -> None:
    shift = anna.write(tills.open_shift, house.new_shift_id(), house.TILLS[0], house.euros(100))
    hold = anna.write(holds.place, office.hall.event_id, new_booking_id(), office.hall.choose("A1"))
    paid = cash(hold.total)

    def pay() -> Sale:
        return anna.write(sales.complete, office.hall.event_id, hold.booking_id, [paid], shift.id, hold.total)

    before = office.written()
    disk = FullDisk(office, "tickets")
    try:
        for _ in range(2):
            with pytest.raises(DatabaseError, match="disk is full; nothing was saved"):
                pay()
        assert anna.read(bookings.detail, office.hall.event_id, hold.booking_id).paid == house.euros(0)
    finally:
        disk.make_room()
    assert office.written() == before
    assert pay().tickets == pay().tickets
    assert office.written()["payments"] == before["payments"] + 1


def test_control_untranslated_a_full_disk_would_be_a_bug(
    office: BoxOffice, anna: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions, "translate", lambda _error: None)
    disk = FullDisk(office, "booking_logs")
    try:
        with pytest.raises(DBAPIError, match="No space left on device") as bug:
            anna.write(holds.place, office.hall.event_id, new_booking_id(), office.hall.choose("A1"))
    finally:
        disk.make_room()
    assert not isinstance(bug.value, EventlyError)


def test_all_connections_in_use_here_or_there_and_a_lost_server_are_three_things(office: BoxOffice) -> None:
    """The program's own are told as busy (`test_transactions`), the server's by what to do, and a loss as one."""

    def told(url: URL) -> str:
        with Database(url, patience=0.3) as database:
            sentences = set()
            for run in (database.read, database.write):
                with pytest.raises(DatabaseError) as caught:
                    run(tills.tills)
                sentences.add(str(caught.value))
        [sentence] = sentences
        return sentence

    gone = told(office.url.set(port=1))
    with office.admin() as admin:
        admin.execute("ALTER ROLE anna_own CONNECTION LIMIT 0")
        try:
            crowded = told(office.url)
        finally:
            admin.execute("ALTER ROLE anna_own CONNECTION LIMIT -1")
    assert gone == str(ServerGone()) == "No connection to the server."
    assert crowded == "The server takes no more connections; close a counter that is not in use."
    assert str(Busy()) == "The program is busy; try again in a moment."


def test_a_standby_that_every_sale_waits_for_and_that_is_not_there_is_found(office: BoxOffice) -> None:
    with office.admin() as admin:
        # For this database alone it cannot be set, and nobody else is at work on this server.
        admin.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        admin.execute("SELECT pg_reload_conf()")
        try:
            assert wait_until(lambda: bool(office.problems()), 10)
            [problem] = office.problems()
        finally:
            admin.execute("ALTER SYSTEM RESET synchronous_standby_names")
            admin.execute("SELECT pg_reload_conf()")
    assert "waits for a standby server (nobody) that is not there" in problem
    assert wait_until(lambda: not office.problems(), 10)
