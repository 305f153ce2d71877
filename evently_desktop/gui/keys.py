"""The sheet of keys (F1), where keys are changed, and the search of all actions (Ctrl+K)."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from evently_desktop.errors import BadInput
from evently_desktop.gui.actions import EVERYWHERE, Action, Actions
from evently_desktop.gui.icons import SMALL
from evently_desktop.gui.theme import ROW, SPACE
from evently_desktop.gui.widgets.buttons import KeyButton
from evently_desktop.gui.widgets.fields import SearchField
from evently_desktop.gui.widgets.labels import label, set_tone
from evently_desktop.language import tr


class KeySheet(QDialog):
    """Lists what can be done here and with which key; Enter on a row changes its key."""

    def __init__(
        self, actions: Actions, screen: str, title: str, parent: QWidget | None = None,
        typed: Sequence[tuple[str, str]] = (),
    ) -> None:  # fmt: skip
        """``typed``: what the screen's line understands, and what it does."""
        super().__init__(parent)
        self.setWindowTitle(tr("Keys"))
        self._actions = actions
        self._rows = [action for action in actions.of(screen) if action.text()] + actions.of(EVERYWHERE)
        self.table = _table(len(self._rows))
        self.table.setHorizontalHeaderLabels([title, tr("Key")])
        self.new_key = QKeySequenceEdit()
        self.new_key.setMaximumSequenceLength(1)
        self.problem = label(scale="caption", tone="muted", wrap=True)
        self.change = KeyButton(tr("Change the key"))
        self.usual = KeyButton(tr("Usual key"))
        close = KeyButton(tr("Close"), "Esc")

        row = QHBoxLayout()
        row.setSpacing(SPACE[1])
        row.addWidget(self.new_key, 1)
        for button in (self.change, self.usual, close):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE[3], SPACE[3], SPACE[3], SPACE[3])
        layout.setSpacing(SPACE[1])
        lists = QHBoxLayout()
        lists.setSpacing(SPACE[3])
        lists.addWidget(self.table, 1)
        if typed:
            lists.addWidget(_typed_here(typed))
        layout.addLayout(lists, 1)
        layout.addWidget(self.problem)
        layout.addLayout(row)
        self.resize(920 if typed else 560, 560)
        self._fill()
        self.table.selectRow(0)

        self.table.itemSelectionChanged.connect(self._show_chosen)
        self.table.itemActivated.connect(lambda _item: self.new_key.setFocus())
        self.change.clicked.connect(lambda: self._give(self.new_key.keySequence()))
        self.usual.clicked.connect(lambda: self._give(QKeySequence(self.chosen.usual_key)))
        close.clicked.connect(self.accept)
        self._show_chosen()

    @property
    def chosen(self) -> Action:
        """The action of the row that is selected."""
        return self._rows[max(self.table.currentRow(), 0)]

    def _fill(self) -> None:
        for row, action in enumerate(self._rows):
            self.table.setItem(row, 0, QTableWidgetItem(action.icon(), action.text()))
            self.table.setItem(row, 1, QTableWidgetItem(action.key))

    def _show_chosen(self) -> None:
        self.new_key.setKeySequence(self.chosen.shortcut())
        set_tone(self.problem, "muted")
        self.problem.setText(tr("Press the new key for “{action}”.", action=self.chosen.text()))

    def _give(self, key: QKeySequence) -> None:
        row = self.table.currentRow()
        try:
            self._actions.change_key(self.chosen.id, key.toString())
        except BadInput as error:
            set_tone(self.problem, "danger")
            self.problem.setText(str(error))
            return
        self._fill()
        self.table.selectRow(row)
        self._show_chosen()


class ActionSearch(QDialog):
    """Finds an action by its words; Enter does it."""

    chosen = Signal(object)  # Action

    def __init__(self, actions: Actions, screen: str, titles: dict[str, str], parent: QWidget) -> None:
        """``titles`` names the screens, for actions that belong to another one than ``screen``."""
        super().__init__(parent, Qt.WindowType.Popup)
        self._actions = actions
        self._screen = screen
        self._titles = titles
        self.field = SearchField(tr("Search all actions"))
        self.table = _table(0)
        self.table.horizontalHeader().hide()
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._found: list[Action] = []

        frame = QFrame()
        frame.setProperty("kind", "panel")
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(SPACE[1], SPACE[1], SPACE[1], SPACE[1])
        inner.setSpacing(SPACE[1])
        inner.addWidget(self.field)
        inner.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame)
        self.resize(520, 400)

        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._search)
        self.field.returnPressed.connect(self._take)
        self.table.itemClicked.connect(lambda _item: self._take())
        self._search("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step and self._found:
                self.table.selectRow((self.table.currentRow() + step) % len(self._found))
                return True
        return super().eventFilter(watched, event)

    def _search(self, text: str) -> None:
        self._found = [action for action in self._actions.find(text, self._screen) if action.isEnabled()]
        self.table.setRowCount(len(self._found))
        for row, action in enumerate(self._found):
            elsewhere = action.screen not in {self._screen, EVERYWHERE}
            words = (action.text(), self._titles.get(action.screen, "") if elsewhere else "")
            self.table.setItem(row, 0, QTableWidgetItem(action.icon(), "  ·  ".join(filter(None, words))))
            self.table.setItem(row, 1, QTableWidgetItem(action.key))
        self.table.selectRow(0)

    def _take(self) -> None:
        row = self.table.currentRow()
        self.accept()
        if 0 <= row < len(self._found):
            self.chosen.emit(self._found[row])


def _typed_here(typed: Sequence[tuple[str, str]]) -> QFrame:
    """What can be typed, each with what it does below it."""
    frame = QFrame()
    frame.setProperty("kind", "surface")
    column = QVBoxLayout(frame)
    column.setContentsMargins(SPACE[2], SPACE[1], SPACE[2], SPACE[1])
    column.setSpacing(0)
    column.addWidget(label(tr("On the command line"), scale="caption", tone="muted"))
    for words, meaning in typed:
        column.addSpacing(SPACE[1])
        column.addWidget(label(words, scale="strong"))
        column.addWidget(label(meaning, scale="caption", tone="muted"))
    column.addStretch(1)
    return frame


def _table(rows: int) -> QTableWidget:
    """A table of actions and their keys."""
    table = QTableWidget(rows, 2)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(ROW)
    table.setIconSize(QSize(SMALL, SMALL))
    table.setShowGrid(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    header = table.horizontalHeader()
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return table
