"""The whole program, killed at a point of a sale: nobody there knows of it, and nothing is cleaned up.

Started as a program: each line of its input is an order as JSON; for each it forks a counter that opens the hall, holds
its seat, takes cash by the keyboard, prints the ticket and says in ``seen`` how far it came. It answers with how that
ended. The tracing and the killing are here, so that the program under test knows of neither.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import UUID

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import sqlalchemy as sa
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from evently_desktop import app
from evently_desktop.database.transactions import Database
from evently_desktop.domain.ids import EventId
from evently_desktop.gui.sign_in import SignedIn
from evently_desktop.gui.tasks import Tasks
from evently_desktop.services import catalogue, staff
from evently_desktop.settings import Settings
from tests.stories.crashing_counter import play

Step = Callable[[], object]


# Where a sale goes through.
SALE = {
    f"evently_desktop.{name}" for name in (
        "journal", "database.transactions", "services.sales", "services.tickets", "gui.counter.selling",
        "gui.counter.checkout", "gui.sure_write", "gui.ticket_printing", "devices.folder",
    )
}  # fmt: skip

# The map looks at the server now and then, which is no line of a sale.
READING = {"read", "execute", "binary_row"}


class Killer:
    """Ends the process where a function of ours is called (``before module.name``) or has returned (``after …``), or
    at so many lines of a sale's modules (``line 42``).
    """

    def __init__(self, point: str) -> None:
        self._when, _, self._name = point.partition(" ")
        self.armed = False
        self.lines = 0
        # Threads that are there already could not be watched any more.
        threading.settrace(self.trace)
        sys.settrace(self.trace)

    def trace(self, frame: FrameType, _event: str, _argument: object) -> Any:
        code = frame.f_code
        if self.armed and self._when == "line":
            counts = frame.f_globals.get("__name__") in SALE and code.co_name not in READING
            return self.trace_line if counts else None
        if not self.armed or not self._name.endswith(code.co_name):
            return None
        if f"{frame.f_globals.get('__name__')}.{code.co_qualname}" != self._name:
            return None
        if self._when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        return self.trace_end

    def trace_line(self, _frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line":
            self.lines += 1
            if self.lines == int(self._name):
                os.kill(os.getpid(), signal.SIGKILL)
        return self.trace_line

    def trace_end(self, _frame: FrameType, event: str, _argument: object) -> Any:
        if event == "return":
            os.kill(os.getpid(), signal.SIGKILL)
        return self.trace_end


class Sale:
    """What the clerk does; each step waits until it holds, and ``seen`` says what has been."""

    def __init__(self, order: dict[str, Any], killer: Killer) -> None:
        self._order, self._folder, self._killer = order, Path(order["folder"]), killer
        database = Database(sa.make_url(order["url"]), station="Counter 1")
        settings = Settings(station="Counter 1", locale="en_GB", data_folder=self._folder)
        state = QSettings(str(self._folder / "window.ini"), QSettings.Format.IniFormat)
        self._database = database
        self._counter = app.open_counter(settings, SignedIn(database, database.read(staff.sign_in)), Tasks(), state)
        self._counter.window.resize(1280, 720)
        self._counter.window.show()

    def _see(self, what: str) -> None:
        with (self._folder / "seen").open("a") as file:
            file.write(f"{what}\n")

    def steps(self) -> Iterator[Step]:
        counter, screen = self._counter, self._counter.screen
        counter.window.activateWindow()
        event = self._database.read(catalogue.event, EventId(UUID(self._order["event"])))
        yield lambda: counter.shifts.shift
        counter.presenter.open_event(event)
        yield lambda: counter.seats.hall is not None and counter.seats.states is not None
        QTest.keyClicks(screen.command.line, self._order["seat"])
        QTest.keyClick(screen.command.line, Qt.Key.Key_Return)
        basket = counter.presenter.basket
        yield lambda: basket.hold is not None and basket.is_settled
        assert basket.hold
        self._see(f"held {basket.hold.booking_id} {os.getpid()}")
        QTest.keyClick(counter.window, Qt.Key.Key_F8)
        self._killer.armed = True
        self._see("cash")
        # A clerk whose finger stays on the key.
        for _ in range(3):
            QTest.keyClick(screen.by_cash.given.field, Qt.Key.Key_Return)
        yield screen.sold.isVisible
        self._see("told")
        yield lambda: "printed on" in screen.sold.printing.text()
        yield lambda: counter.tasks.pending == 0
        self._see(f"done {self._killer.lines}")
        counter.close()
        QApplication.quit()


def sell(order: dict[str, Any]) -> None:
    killer = Killer(order["point"])
    qt = QApplication([])
    play(Sale(order, killer).steps())
    qt.exec()


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            # Whoever waits for the end of this sale ends all that it started.
            os.setsid()
            sell(json.loads(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)} {child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
