"""The line where work starts and ends: what is typed, and what Enter would do with it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit

from evently_desktop.gui.theme import SPACE, TARGET
from evently_desktop.gui.widgets.labels import label, set_tone
from evently_desktop.language import tr


def typed_here() -> tuple[tuple[str, str], ...]:
    """What the line understands, by example, and what each does."""
    return (
        (tr("2A 1C best"), tr("the best three seats together: two adults, a child")),
        (tr("4 best aisle <60"), tr("one of them at an aisle, none for more than 60")),
        (tr("2 best balcony"), tr("in a section or a price zone; its beginning is enough")),
        (tr("2 best 1wc"), tr("one a wheelchair place, the other beside it")),
        (tr("3 best singles"), tr("may leave a single seat alone, whatever the house’s rule")),
        (tr("4 standing"), tr("four places of a standing area")),
        (tr("K12-15 A   ·   stalls K12 K14 C"), tr("exactly these seats, with their price types")),
        (tr("T5   ·   T5/3-4"), tr("a whole table, or some of its seats")),
        (tr("balcony"), tr("shows the section on the map")),
        (tr("a name, an e-mail, EVT-7KQ2-M4XW, a ticket’s code"), tr("finds the booking")),
    )


class _Line(QLineEdit):
    """Leaves up and down to whoever owns the line."""

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if step:
            self.stepped.emit(step)
        else:
            super().keyPressEvent(event)


class CommandLine(QFrame):
    """A prompt, the line, and at its right what Enter does."""

    entered = Signal(str)
    typed = Signal(str)
    stepped = Signal(int)  # up (-1) or down (1) in the basket

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "prompt")
        self.setFixedHeight(TARGET + SPACE[0])
        self.line = _Line()
        self.line.setProperty("kind", "command")
        self.line.setPlaceholderText(tr("2A 1C best aisle   ·   K12-15   ·   a name, a reference"))
        self.line.setAccessibleName(tr("Command line"))
        self._hint = label(tone="muted")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE[2], 0, SPACE[2], 0)
        layout.setSpacing(SPACE[1])
        layout.addWidget(label("›", scale="header", tone="accent"))
        layout.addWidget(self.line, 1)
        layout.addWidget(self._hint)
        self.setFocusProxy(self.line)

        self.line.returnPressed.connect(lambda: self.entered.emit(self.line.text().strip()))
        self.line.textChanged.connect(self.typed)
        self.line.stepped.connect(self.stepped)

    def show_hint(self, text: str, *, wrong: bool = False) -> None:
        """Say what Enter does, or what is not understood."""
        self._hint.setText(text)
        set_tone(self._hint, "danger" if wrong else "muted")

    @property
    def hint(self) -> str:
        """What is said about Enter."""
        return self._hint.text()
