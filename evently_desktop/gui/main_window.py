"""The window: the screens by name and key above, what this counter is and how it is doing below."""

from functools import partial

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from evently_desktop.gui.actions import Action, Actions
from evently_desktop.gui.keys import ActionSearch, KeySheet
from evently_desktop.gui.messages import ConnectionStrip
from evently_desktop.gui.screen import Screen
from evently_desktop.gui.theme import SPACE, TARGET
from evently_desktop.gui.widgets.buttons import ActionButton
from evently_desktop.gui.widgets.dot import Dot
from evently_desktop.gui.widgets.labels import ElidedLabel, label
from evently_desktop.language import tr

_FOOTER = 32


class MainWindow(QMainWindow):
    """Shows one screen at a time. Everything else it knows is what it is told."""

    def __init__(self, actions: Actions, state: QSettings) -> None:
        """``state`` remembers the window's place and size, and nothing else."""
        super().__init__()
        self.setWindowTitle("Evently")
        self.setMinimumSize(1024, 640)
        self._actions = actions
        self._state = state
        self._screens: list[Screen] = []
        self._stack = QStackedWidget()
        self._tabs = QButtonGroup(self)
        self.strip = ConnectionStrip()
        self.status = StatusBar()
        self._search = actions.add(
            "search_actions", tr("All actions"), "Ctrl+K", self._search_actions, self, icon="list"
        )
        self._keys = actions.add("keys", tr("Keys"), "F1", self._show_keys, self, icon="keyboard")

        header = QFrame()
        header.setProperty("kind", "header")
        header.setFixedHeight(TARGET)
        self._tab_row = QHBoxLayout()
        self._tab_row.setSpacing(SPACE[0])
        row = QHBoxLayout(header)
        row.setContentsMargins(SPACE[2], 0, SPACE[2], 0)
        row.setSpacing(SPACE[3])
        row.addWidget(label("Evently", scale="strong"))
        row.addLayout(self._tab_row)
        row.addStretch(1)
        row.addWidget(ActionButton(self._search, "quiet"))
        self.status.add_at_the_end(ActionButton(self._keys, "quiet"))
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (header, self.strip, self._stack, self.status):
            layout.addWidget(part, 1 if part is self._stack else 0)
        self.setCentralWidget(whole)

        place = state.value("window")
        if isinstance(place, QByteArray):
            self.restoreGeometry(place)

    @property
    def screen_shown(self) -> Screen:
        """The screen that is shown now."""
        return self._screens[self._stack.currentIndex()]

    def add_screen(self, screen: Screen) -> None:
        """Add a screen after those that are there; its key is Ctrl and its place."""
        self._screens.append(screen)
        self._stack.addWidget(screen)
        number = len(self._screens)
        action = self._actions.add(
            f"open_{screen.id}", screen.title, f"Ctrl+{number}", partial(self.show_screen, screen.id), self,
            icon=screen.icon,
        )  # fmt: skip
        tab = ActionButton(action, "quiet")
        tab.setCheckable(True)
        tab.setChecked(number == 1)
        self._tabs.addButton(tab, number - 1)
        self._tab_row.addWidget(tab)

    def show_screen(self, identifier: str) -> None:
        """Show the screen with this id and put the focus where its work begins."""
        index = next(i for i, screen in enumerate(self._screens) if screen.id == identifier)
        self._stack.setCurrentIndex(index)
        self._tabs.button(index).setChecked(True)
        self.screen_shown.focus_start()

    def show_connected(self, *, connected: bool) -> None:
        """Say whether the server answers."""
        self.strip.setVisible(not connected)
        self.status.show_connected(connected=connected)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._state.setValue("window", self.saveGeometry())
        super().closeEvent(event)

    def _show_keys(self) -> None:
        screen = self.screen_shown
        sheet = KeySheet(self._actions, screen.id, screen.title, self, screen.typed)
        sheet.finished.connect(sheet.deleteLater)
        sheet.open()

    def _search_actions(self) -> None:
        titles = {screen.id: screen.title for screen in self._screens}
        search = ActionSearch(self._actions, self.screen_shown.id, titles, self)
        search.chosen.connect(self._do)
        search.finished.connect(search.deleteLater)
        corner = self.mapToGlobal(self.rect().topRight())
        search.move(corner.x() - search.width() - SPACE[2], corner.y() + TARGET)
        search.show()
        search.field.setFocus()

    def _do(self, action: Action) -> None:
        if any(screen.id == action.screen for screen in self._screens):
            self.show_screen(action.screen)
        action.trigger()


class StatusBar(QFrame):
    """The line at the bottom: connection, station, clerk, shift, printer."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "footer")
        self.setFixedHeight(_FOOTER)
        self._dot = Dot("muted", filled=False)
        self._connection = label(tr("connecting"))
        self._station, self._clerk, self._shift, self._printer = (ElidedLabel(tone="muted") for _ in range(4))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(SPACE[2], 0, 0, 0)
        self._row.setSpacing(SPACE[1])
        self._row.addWidget(self._dot)
        self._row.addWidget(self._connection)
        for part in (self._station, self._clerk, self._shift, self._printer):
            self._row.addSpacing(SPACE[3])
            self._row.addWidget(part)
        self._row.addStretch(1)

    def show_connected(self, *, connected: bool) -> None:
        """Say whether the server answers, by shape, word and colour."""
        self._dot.become("good" if connected else "danger", filled=connected)
        self._connection.setText(tr("connected") if connected else tr("no connection"))

    def show_station(self, name: str) -> None:
        """The name of this counter."""
        self._station.setText(name)

    def show_clerk(self, name: str) -> None:
        """Who is signed in."""
        self._clerk.setText(name)

    def show_shift(self, text: str) -> None:
        """Since when, on which till, or that none is open."""
        self._shift.setText(text)

    def show_printer(self, text: str) -> None:
        """The ticket printer and how it is."""
        self._printer.setText(text)

    def add_at_the_end(self, widget: QWidget) -> None:
        """Put a button at the right end."""
        self._row.addWidget(widget)
