"""The bookings screen in its window, with a real server and a printer that is a folder."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from evently_desktop.database.transactions import Database
from evently_desktop.devices.folder import FolderPrinter
from evently_desktop.domain.bookings import Sale
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.domain.staff import Shift
from evently_desktop.gui.actions import Actions
from evently_desktop.gui.bookings.presenter import BookingsPresenter
from evently_desktop.gui.bookings.view import BookingsScreen
from evently_desktop.gui.main_window import MainWindow
from evently_desktop.gui.tasks import Tasks
from evently_desktop.gui.workplace import Workplace
from evently_desktop.services import holds, sales, tickets
from tests.house import CHILD, Hall, card, cash, euros

PATIENCE_MS = 15_000


@dataclass
class Desk:
    """The hands and eyes of a clerk who looks after bookings."""

    window: MainWindow
    screen: BookingsScreen
    presenter: BookingsPresenter
    tasks: Tasks
    printed: Path
    qtbot: QtBot

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.window, key)

    def type(self, text: str, into: QWidget) -> None:
        QTest.keyClicks(into, text)
        QTest.keyClick(into, Qt.Key.Key_Return)

    def open(self, text: str) -> None:
        """Find what should be one booking and wait until it is shown."""
        self.screen.focus_start()
        self.type(text, self.screen.results.field)
        self.until(lambda: self.reference != "Find a booking")

    @property
    def reference(self) -> str:
        return self.screen._reference.text()

    @property
    def status(self) -> str:
        return self.screen._status.text()

    @property
    def message(self) -> str:
        bar = self.screen.messages
        return bar.text.text() if bar.isVisible() else ""

    def column(self, number: int) -> list[str]:
        table = self.screen.detail.table
        cells = [table.item(row, number) for row in range(table.rowCount())]
        return [cell.text() if cell else "" for cell in cells]

    @property
    def steps(self) -> list[str]:
        table = self.screen.detail.history
        cells = [table.item(row, 1) for row in range(table.rowCount())]
        return [cell.text() if cell else "" for cell in cells]


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, actions: Actions, anna: Database, annas_shift: Shift) -> Iterator[Desk]:
    """Anna's screen with an open shift."""
    owner = QObject()
    tasks = Tasks(anna, owner)
    screen = BookingsScreen(actions, "en_GB")
    window = MainWindow(actions, QSettings(str(tmp_path / "w.ini"), QSettings.Format.IniFormat))
    window.add_screen(screen)
    presenter = BookingsPresenter(screen, tasks, Workplace("en_GB", FolderPrinter(tmp_path / "printer")))
    presenter.shift = annas_shift
    qtbot.addWidget(window)
    window.resize(1280, 720)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield Desk(window, screen, presenter, tasks, tmp_path / "printer", qtbot)
    tasks.shutdown()


Sell = Callable[..., Sale]


@pytest.fixture
def sell(anna: Database, annas_shift: Shift, hall: Hall) -> Sell:
    """``sell("A1", "A2", by=card, printed=True)``: the first is an adult, the others children."""

    def sold(*names: str, by: object = cash, printed: bool = True) -> Sale:
        booking = new_booking_id()
        choices = [*hall.choose(names[0]), *hall.choose(*names[1:], price_type=CHILD)]
        hold = anna.write(holds.place, hall.event_id, booking, choices)
        tender = card(hold.total) if by is card else cash(hold.total)
        sale = anna.write(sales.complete, hall.event_id, booking, [tender], annas_shift.id, hold.total)
        if printed:
            anna.write(tickets.mark_printed, hall.event_id, [ticket.id for ticket in sale.tickets])
        assert sale.total == euros(43.5 + 22.5 * (len(names) - 1))
        return sale

    return sold
