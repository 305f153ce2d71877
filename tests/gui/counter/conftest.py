"""A whole counter: the window, the presenter, a real server and a printer that is a folder."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import URL

from evently_desktop.database.transactions import Database
from evently_desktop.devices.folder import FolderPrinter
from evently_desktop.devices.ports import Printer
from evently_desktop.domain.best_available import SingleSeatRule
from evently_desktop.domain.seating import SeatStatus
from evently_desktop.domain.staff import Shift
from evently_desktop.gui.actions import Actions
from evently_desktop.gui.counter.presenter import CounterPresenter
from evently_desktop.gui.counter.view import CounterScreen
from evently_desktop.gui.live import Live, LiveEvent
from evently_desktop.gui.main_window import MainWindow
from evently_desktop.gui.seat_map import SeatMapModel
from evently_desktop.gui.tasks import Tasks
from evently_desktop.gui.workplace import Workplace
from evently_desktop.journal import Journal
from evently_desktop.live.listener import Listener
from evently_desktop.services import catalogue
from evently_desktop.services.geometry_cache import GeometryCache
from tests.house import Hall

PATIENCE_MS = 15_000


@dataclass
class Counter:
    """The hands and eyes of a clerk."""

    window: MainWindow
    screen: CounterScreen
    presenter: CounterPresenter
    seats: SeatMapModel
    live: LiveEvent
    tasks: Tasks
    printed: Path
    journal: Journal
    hall: Hall
    qtbot: QtBot

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def type(self, text: str, *, into: QWidget | None = None) -> None:
        """Type a line and press Enter where the focus is."""
        target = into or self.window.focusWidget()
        assert target is not None
        QTest.keyClicks(target, text)
        QTest.keyClick(target, Qt.Key.Key_Return)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window, key, modifier)

    def ordinal(self, name: str) -> int:
        seat = np.frombuffer(self.hall.seat(name).bytes, np.uint8)
        return int(np.flatnonzero((self.hall.geometry.ids == seat).all(axis=1))[0])

    def click(self, name: str) -> None:
        place = self.screen.map.seat_rect(self.ordinal(name)).center()
        QTest.mouseClick(self.screen.map, Qt.MouseButton.LeftButton, pos=place)

    def status(self, name: str) -> SeatStatus:
        assert self.seats.states is not None
        return SeatStatus(self.seats.states.status[self.ordinal(name)])

    @property
    def basket(self) -> list[tuple[str, str, str]]:
        """The rows of the basket as they are shown."""
        table = self.screen.basket.table
        cells = [[table.item(row, column) for column in range(3)] for row in range(table.rowCount())]
        texts = [[cell.text() if cell else "" for cell in row] for row in cells]
        return [(seat, kind, price) for seat, kind, price in texts]

    @property
    def total(self) -> str:
        return self.screen.basket.total.text()

    @property
    def message(self) -> str:
        """The message that is shown, "" for none."""
        bar = self.screen.messages
        return bar.text.text() if bar.isVisible() else ""

    def hold(self, line: str, seats: int) -> None:
        """Type what is wanted and wait until it is held."""
        self.screen.focus_start()
        self.type(line)
        self.until(lambda: len(self.basket) == seats and self.presenter.basket.is_settled)


OpenCounter = Callable[..., Counter]


@pytest.fixture
def open_counter(qtbot: QtBot, tmp_path: Path, sign_in: object) -> Iterator[OpenCounter]:
    """``open_counter(database, hall, shift)``: a counter that shows the hall, its map up to date.

    Asks for ``sign_in`` so that the counters are closed before their databases.
    """
    made: list[tuple[Counter, Live]] = []
    owner = QObject()

    def opened(
        database: Database,
        hall: Hall,
        shift: Shift | None = None,
        *,
        listen_at: URL | None = None,
        printer: Printer | None = None,
        rule: SingleSeatRule = SingleSeatRule.ALLOW_AT_AISLE,
    ) -> Counter:
        folder = tmp_path / f"printer {len(made)}"
        tasks = Tasks(database, owner)
        live = Live(partial(Listener, listen_at or database.url), owner)
        seats = SeatMapModel(owner)
        event = LiveEvent(tasks, live, seats, parent=owner)
        actions = Actions(tmp_path / f"keys {len(made)}.json")
        screen = CounterScreen(actions, seats, "en_GB")
        window = MainWindow(actions, QSettings(str(tmp_path / "w.ini"), QSettings.Format.IniFormat))
        window.add_screen(screen)
        journal = Journal(tmp_path / f"journal {len(made)}", "Counter 1")
        workplace = Workplace(
            "en_GB", printer or FolderPrinter(folder), None, journal, database.url.username or "",
            GeometryCache(tmp_path / "geometry"), rule,
        )  # fmt: skip
        presenter = CounterPresenter(screen, seats, event, tasks, workplace)
        presenter.checkout.shift = shift
        counter = Counter(window, screen, presenter, seats, event, tasks, folder, journal, hall, qtbot)
        made.append((counter, live))
        qtbot.addWidget(window)
        window.resize(1280, 720)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        summary = database.read(catalogue.event, hall.event_id)
        presenter.open_event(summary)
        counter.until(lambda: seats.states is not None and event.connected is True)
        return counter

    yield opened
    for counter, live in made:
        counter.live.leave()
        live.stop()
        counter.tasks.shutdown()
        counter.journal.close()


@pytest.fixture
def counter(open_counter: OpenCounter, anna: Database, annas_shift: Shift, hall: Hall) -> Counter:
    """Anna's counter with an open shift."""
    return open_counter(anna, hall, annas_shift)
