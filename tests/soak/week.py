"""A week at an open counter, in minutes: the program's own timers run a thousand times as fast.

The whole counter is there, built by the program's own composition root: it looks at its event, reads the clock, lists
the events, sweeps, collects its garbage, shows one event and then the other, holds seats and gives them back, finds
bookings, and has its connections cut. After a quarter of the time and at the end it comes to rest and is measured.
"""

import gc
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from PySide6.QtCore import QEventLoop, QObject, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from evently_desktop import app
from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import Hold
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.errors import EventlyError
from evently_desktop.gui import live
from evently_desktop.gui.garbage import Garbage
from evently_desktop.gui.live import LiveEvent
from evently_desktop.gui.sign_in import SignedIn
from evently_desktop.gui.tasks import Tasks
from evently_desktop.live import listener
from evently_desktop.services import catalogue, holds, staff
from evently_desktop.settings import Settings
from tests.services.desk import Admin
from tests.soak.others import Others

FASTER = 1000
# What looks at the server now and then; shorter timers are the screen's own.
_PERIODIC_MS = 1000
_POLL_SECONDS = 1.5
# The pool's six and the listener's one, and one more that is just being ended.
_MOST_CONNECTIONS = 8
_REST_SECONDS = 15.0
_CUT_EVERY = 200
_SWITCH_EVERY = 25


@dataclass(frozen=True)
class Measure:
    """What the program has in hand at rest."""

    megabytes: float
    blocks: int
    objects: int
    threads: int
    files: int
    connections: int


@dataclass
class Report:
    """What was done, and what was in hand after a quarter of the time and at the end."""

    done: Counter[str] = field(default_factory=Counter)
    quarter: Measure | None = None
    end: Measure | None = None

    def leaks(self) -> list[str]:
        """What must not be: bugs, and what grew by more than the allocator keeps and a trifle for each look."""
        assert self.quarter is not None
        assert self.end is not None
        looks = self.done["looks"]
        bounds = {
            # A short run may not have met all that it keeps once, such as pictures and plans.
            "megabytes": 32 + looks / 20_000,
            "blocks": 6_000 + looks / 20,
            "objects": 1_000 + looks / 50,
            "threads": 2,
            "files": 6,
            "connections": 0,
        }
        grown = {name: getattr(self.end, name) - getattr(self.quarter, name) for name in bounds}
        wrong = [f"bugs: {self.done['bugs']}"] if self.done["bugs"] else []
        if max(self.quarter.connections, self.end.connections) > _MOST_CONNECTIONS:
            wrong.append(f"connections: more than {_MOST_CONNECTIONS}")
        return wrong + [f"{name}: {grown[name]:+.1f}" for name, bound in bounds.items() if grown[name] > bound]

    def lines(self) -> Iterator[str]:
        yield "done        " + ", ".join(f"{count:,} {what}" for what, count in sorted(self.done.items()))
        yield f"which is    {self.done['looks'] * _POLL_SECONDS / 3600:.1f} hours of looking every two seconds"
        for name, measure in (("a quarter", self.quarter), ("the end", self.end)):
            yield f"{name:12}{measure}"
        yield "leaks       " + (", ".join(self.leaks()) or "none")


class Week:
    """Anna's counter and all that happens to it."""

    def __init__(self, anna: Database, others: Others, admin: Admin, login: str, folder: Path) -> None:
        self._others, self._admin, self._login = others, admin, login
        self._halls = others.halls
        self.report = Report()
        qt = QApplication.instance()
        assert isinstance(qt, QApplication)
        self._qt = qt
        self._hurry_looks()
        settings = Settings(station="Counter 1", locale="en_GB", data_folder=folder)
        tasks = Tasks(parent=qt)
        state = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        self.counter = app.open_counter(settings, SignedIn(anna, anna.read(staff.sign_in)), tasks, state)
        self.counter.window.resize(1280, 720)
        self.counter.window.show()
        self._owner = QObject(tasks)
        Garbage(self._owner)
        self._events = [anna.read(catalogue.event, hall.event_id) for hall in self._halls]
        self._acts = QTimer(self._owner, interval=20)
        self._acts.timeout.connect(self._act)
        self.counter.tasks.refused.connect(lambda _error: self.report.done.update(["refusals"]))
        self.counter.seats.seats_changed.connect(lambda _ordinals: self.report.done.update(["changes of the map"]))
        self._count_looks()
        self._hurry()

    def live(self, seconds: float) -> Report:
        """Let it all happen for so long."""
        began = time.monotonic()
        self._go_on_until(began + seconds / 4)
        self.report.quarter = self._measure()
        self._go_on_until(began + seconds)
        self.report.end = self._measure()
        return self.report

    def _count_looks(self) -> None:
        [event] = self.counter.tasks.findChildren(LiveEvent)
        event.refreshed.connect(lambda: self.report.done.update(["looks"]))

    def _hurry_looks(self) -> None:
        live._LEAST = live._MOST = live._LEAST / FASTER
        listener._DEAF_SECONDS /= FASTER

    def _hurry(self) -> None:
        for root in (self.counter.tasks, self.counter.window):
            for timer in root.findChildren(QTimer):
                if not timer.isSingleShot() and timer.interval() >= _PERIODIC_MS:
                    timer.setInterval(max(1, timer.interval() // FASTER))

    def _go_on_until(self, end: float) -> None:
        self._others.resume()
        self._acts.start()
        while time.monotonic() < end:
            self._qt.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        self._acts.stop()
        self._others.pause()

    def _act(self) -> None:
        """One thing that the clerk does, or that happens."""
        self.report.done["acts"] += 1
        act = self.report.done["acts"]
        if act % _CUT_EVERY == 0:
            self._cut()
        elif act % _SWITCH_EVERY == 0:
            self.counter.presenter.open_event(self._events[act // _SWITCH_EVERY % 2])
            self.report.done["events opened"] += 1
        elif act % 2:
            hall = self._halls[act % len(self._halls)]
            seat = f"{hall.geometry.row[act % 100]}{hall.geometry.number[act % 100]}"
            place = self.counter.tasks.write(holds.place, hall.event_id, new_booking_id(), hall.choose(seat))
            place.start(self._give_back, self._refused)
        else:
            self.counter.tasks.read(catalogue.events, "Ham").start(None, self._refused)

    def _give_back(self, hold: Hold) -> None:
        self.report.done["holds"] += 1
        self.counter.tasks.write(holds.release, hold.event_id, hold.booking_id).start(None, self._refused)

    def _refused(self, _error: EventlyError) -> None:
        self.report.done["refusals"] += 1

    def _cut(self) -> None:
        self._admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [self._login])
        self.report.done["cuts"] += 1

    def _measure(self) -> Measure:
        """Come to rest, always before the same event, and count."""
        process = psutil.Process()
        self.counter.presenter.open_event(self._events[0])
        self._wait(lambda: self._connections() >= 1 and self.counter.tasks.pending < 3)
        rest = time.monotonic() + 1.0
        self._wait(lambda: time.monotonic() > rest)
        for _ in range(3):
            gc.collect()
        return Measure(
            process.memory_full_info().uss / 2**20,
            sys.getallocatedblocks(),
            len(gc.get_objects()),
            process.num_threads(),
            process.num_fds(),
            self._connections(),
        )

    def _wait(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + _REST_SECONDS
        while not condition():
            assert time.monotonic() < end, "the counter does not come to rest"
            self._qt.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    def _connections(self) -> int:
        row = self._admin.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = %s", [self._login]).fetchone()
        assert row is not None
        return int(row[0])
