"""A counter whose own clock is a day off, either way: everything goes by the server's."""

import ast
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID, uuid4

import psycopg
import pytest
from pytestqt.qtbot import QtBot

import evently_desktop
from evently_desktop.database import health
from evently_desktop.database.transactions import Database
from evently_desktop.domain.ids import BookingId, ShiftId
from evently_desktop.domain.seating import SeatStatus
from evently_desktop.domain.staff import Shift
from evently_desktop.errors import HoldExpired
from evently_desktop.gui.live import LiveEvent
from evently_desktop.services import bookings, holds, sales, seats, tickets, tills
from tests.conftest import TestServer
from tests.house import TILLS, Hall, cash, euros
from tests.live.conftest import Show
from tests.live.maps import PATIENCE_MS
from tests.services.clock import comes_to_be_swept, run_out

DAY = 86_400
NEAR = timedelta(seconds=10)
OFF = pytest.mark.parametrize("off", [-DAY, DAY])

# The only modules that may look at this PC's clock, and what for.
MAY_LOOK = {
    "services/seats.py": "measures how far it is off",
    "gui/seat_map/model.py": "adds what was measured",
    "database/health.py": "says that it is off",
    "services/geometry_cache.py": "tells how old its own files are",
    "journal.py": "notes for people when a sale began",
    "gui/counter/events_pane.py": "calls a day today or tomorrow",
    "gui/counter/presenter.py": "calls a day today or tomorrow",
    "demo/": "makes a sample house around today",
}
LOOKS = {
    "time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today", "date.today",
    "QDateTime.currentDateTime", "QDateTime.currentDateTimeUtc", "QDateTime.currentMSecsSinceEpoch",
    "QDate.currentDate", "QTime.currentTime",
}  # fmt: skip


@pytest.fixture
def wrong_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Callable[[], float]]:
    """``wrong_clock(off)`` puts this PC's clock off by so many seconds; returns how to read it."""

    def put_off(off: int) -> Callable[[], float]:
        def read() -> float:
            return time.time() + off

        class WrongDatetime(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return datetime.now(tz) + timedelta(seconds=off)

        monkeypatch.setattr(seats, "time", SimpleNamespace(time=read))
        monkeypatch.setattr(health, "datetime", WrongDatetime)
        return read

    return put_off


def id_of(clock: Callable[[], float]) -> UUID:
    """A UUIDv7 as that clock makes it."""
    milliseconds = int(clock() * 1000).to_bytes(6, "big")
    return UUID(bytes=milliseconds + bytes([0x70 | uuid4().bytes[0] & 0x0F]) + uuid4().bytes[7:])


@OFF
def test_a_sale_has_the_times_of_the_server(
    anna: Database, annas_shift: Shift, hall: Hall, wrong_clock: Callable[[int], Callable[[], float]], off: int
) -> None:
    clock = wrong_clock(off)
    began, booking = datetime.now(UTC), BookingId(id_of(clock))
    hold = anna.write(holds.place, hall.event_id, booking, hall.choose("A1"))
    assert abs(hold.server_now - began) < NEAR
    assert timedelta(seconds=295) < hold.expires_at - hold.server_now <= timedelta(seconds=300)
    assert anna.write(holds.sweep, hall.event_id) == 0
    assert anna.write(holds.extend, hall.event_id, booking).expires_at - began < timedelta(seconds=310)
    sale = anna.write(sales.complete, hall.event_id, booking, [cash(hold.total)], annas_shift.id, hold.total)
    assert anna.read(tickets.look_up, sale.tickets[0].token)[1] == booking
    [payment] = anna.read(bookings.detail, hall.event_id, booking).payments
    assert abs(payment.at - began) < NEAR
    steps = anna.read(bookings.history, hall.event_id, booking)
    assert [step.action for step in steps] == ["held", "extended", "sold"]
    assert all(abs(step.at - began) < NEAR for step in steps)


@OFF
def test_a_hold_ends_by_the_clock_of_the_server(
    anna: Database, annas_shift: Shift, hall: Hall, server: TestServer,
    wrong_clock: Callable[[int], Callable[[], float]], off: int,
) -> None:  # fmt: skip
    wrong_clock(off)
    hold = anna.write(holds.place, hall.event_id, BookingId(uuid4()), hall.choose("A1"))
    assert not comes_to_be_swept(anna, hall.event_id)
    with server.admin() as admin:
        run_out(admin, hall.event_id, hold.booking_id)
    assert comes_to_be_swept(anna, hall.event_id)
    with pytest.raises(HoldExpired):
        anna.write(sales.complete, hall.event_id, hold.booking_id, [cash(hold.total)], annas_shift.id, hold.total)


@OFF
def test_a_shift_opens_by_the_clock_of_the_server(
    sign_in: Callable[..., Database], wrong_clock: Callable[[int], Callable[[], float]], off: int
) -> None:
    mona, shift = sign_in("mona"), ShiftId(id_of(wrong_clock(off)))
    opened = mona.write(tills.open_shift, shift, TILLS[7], euros(50))
    try:
        assert abs(opened.opened_at - datetime.now(UTC)) < NEAR
    finally:
        mona.write(tills.close_shift, shift, euros(50))


@OFF
def test_the_doctor_says_by_how_much_the_clock_is_off(
    server: TestServer, wrong_clock: Callable[[int], Callable[[], float]], off: int
) -> None:
    wrong_clock(off)
    found = [found for found in health.examine(server.url("anna")) if "clock" in found.sentence]
    assert [finding.good for finding in found] == [False]
    assert str(-off) in found[0].sentence


def hold_for(admin: psycopg.Connection, hall: Hall, seconds: float) -> None:
    """What is held now ends in so many seconds."""
    admin.execute(
        """UPDATE evently.event_seats SET hold_expires_at = clock_timestamp() + make_interval(secs => %s),
                  changed_xid = pg_current_xact_id() WHERE event_id = %s AND status = 'held'""",
        [seconds, hall.event_id],
    )


@OFF
def test_the_map_frees_a_seat_when_the_server_would(
    show: Show, anna: Database, ben: Database, hall: Hall, server: TestServer, qtbot: QtBot,
    wrong_clock: Callable[[int], Callable[[], float]], off: int,
) -> None:  # fmt: skip
    shown = show(ben, hall, clock=wrong_clock(off))
    anna.write(holds.place, hall.event_id, BookingId(uuid4()), hall.choose("B1"))
    qtbot.waitUntil(lambda: shown.status("B1") == SeatStatus.HELD, timeout=PATIENCE_MS)
    assert abs(shown.model.now - time.time()) < 5
    assert not shown.is_free("B1")
    with server.admin() as admin, qtbot.waitSignal(shown.model.seats_freed, timeout=PATIENCE_MS):
        hold_for(admin, hall, 1.0)
        shown.event.refresh()
    assert shown.is_free("B1")


@OFF
def test_control_by_its_own_clock_the_map_would_be_wrong_by_a_day(
    show: Show, anna: Database, ben: Database, hall: Hall, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch,
    wrong_clock: Callable[[int], Callable[[], float]], off: int, server: TestServer,
) -> None:  # fmt: skip
    monkeypatch.setattr(LiveEvent, "_set_clock", lambda _self, _offset: None)
    shown = show(ben, hall, clock=wrong_clock(off))
    anna.write(holds.place, hall.event_id, BookingId(uuid4()), hall.choose("B1"))
    with server.admin() as admin:
        hold_for(admin, hall, 200.0 if off > 0 else -1.0)
    shown.event.refresh()
    qtbot.waitUntil(lambda: shown.status("B1") == SeatStatus.HELD and shown.tasks.pending == 0, timeout=PATIENCE_MS)
    # A clock ahead gives away what is held, one behind keeps what is free.
    assert shown.is_free("B1") is (off > 0)


def looking(root: Path) -> set[str]:
    """The modules below that look at the clock of this PC."""
    found = set()
    for file in root.rglob("*.py"):
        nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        names = {
            f"{n.value.id}.{n.attr}" for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name)
        }
        if names & LOOKS:
            found.add(file.relative_to(root).as_posix())
    return found


def test_nothing_else_looks_at_the_clock_of_this_pc(tmp_path: Path) -> None:
    assert {
        name for name in looking(Path(evently_desktop.__file__).parent) if not name.startswith(tuple(MAY_LOOK))
    } == set()
    # The measure itself would see it.
    (tmp_path / "holds.py").write_text("from datetime import datetime, UTC\nnow = datetime.now(UTC)\n")
    assert looking(tmp_path) == {"holds.py"}
