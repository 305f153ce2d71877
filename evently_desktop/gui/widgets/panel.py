"""A part of a pane that comes and goes: its rows, and the buttons of what can be done in it."""

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from evently_desktop.gui.actions import Action
from evently_desktop.gui.theme import SPACE
from evently_desktop.gui.widgets.buttons import ActionButton
from evently_desktop.gui.widgets.labels import line


class Panel(QWidget):
    """One of the panels: a line above, its own rows below."""

    def __init__(self) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(line())
        self.rows = QVBoxLayout()
        self.rows.setContentsMargins(SPACE[2], SPACE[2], SPACE[2], SPACE[2])
        self.rows.setSpacing(SPACE[1])
        outer.addLayout(self.rows)

    def add_actions(self, *actions: Action, columns: int = 2, primary: Action | None = None) -> None:
        """Add the buttons of these actions, so many beside each other."""
        grid = QGridLayout()
        grid.setSpacing(SPACE[1])
        for number, action in enumerate(actions):
            button = ActionButton(action, "primary" if action is primary else "", selling=True)
            grid.addWidget(button, number // columns, number % columns)
        for column in range(columns):
            grid.setColumnStretch(column, 1)
        self.rows.addLayout(grid)
