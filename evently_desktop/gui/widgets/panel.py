"""A part of a pane that comes and goes: its rows, and the buttons of what can be done in it."""

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from evently_desktop.gui.actions import Action
from evently_desktop.gui.theme import SPACE
from evently_desktop.gui.widgets.buttons import ActionButton
from evently_desktop.gui.widgets.labels import label, line


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


class Question(Panel):
    """A panel that waits for an answer: Enter gives it, Esc leads back."""

    def __init__(self) -> None:
        super().__init__()
        self._focus: QWidget | None = None
        self.problem = label(tone="danger", wrap=True)
        self.problem.hide()

    def finish(self, done: Action, back: Action) -> None:
        """Put the problem and the two buttons below what was added."""
        self.rows.addWidget(self.problem)
        self.add_actions(done, back, primary=done)

    def show_problem(self, sentence: str) -> None:
        """Say what is missing; "" for nothing."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def show_busy(self, *, busy: bool) -> None:
        """While the answer is being written nothing here can be changed; then the focus is where it was."""
        focus = self.focusWidget()
        if busy and self.isEnabled():
            self._focus = focus
        self.setEnabled(not busy)
        if not busy and self._focus:
            self._focus.setFocus()
            self._focus = None

    def step_back(self) -> bool:
        """Go back one step inside the panel; False when there is none to go back."""
        return False
