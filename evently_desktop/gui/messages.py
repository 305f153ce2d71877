"""What the program says while it goes on: one bar on a screen, and the strip for a lost connection."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from evently_desktop.gui.actions import Actions
from evently_desktop.gui.icons import NORMAL, SMALL, icon, pixmap
from evently_desktop.gui.theme import SPACE
from evently_desktop.gui.widgets.buttons import ActionButton
from evently_desktop.gui.widgets.labels import label, set_tone
from evently_desktop.language import tr

_READING_MS = 7_000


class Tone(StrEnum):
    """What a message means for the work at hand. Information leaves by itself, the others stay."""

    INFORMATION = "accent"
    GOOD = "good"
    ATTENTION = "attention"
    DANGER = "danger"


_SIGNS = {Tone.INFORMATION: "info", Tone.GOOD: "check", Tone.ATTENTION: "attention", Tone.DANGER: "danger"}


@dataclass(frozen=True)
class Remedy:
    """The one thing to do about a message: its words and what its key does."""

    text: str
    slot: Callable[[], object]


class MessageBar(QFrame):
    """The one message of a screen: what happened, to which seats or money, what to do, one key for it."""

    def __init__(self, actions: Actions, screen: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "message")
        self._remedy: Remedy | None = None
        self._sign = QLabel()
        self.text = label(wrap=True)
        self._do = actions.add(f"{screen}.remedy", tr("Do it"), "F5", self._follow_remedy, parent, screen)
        self.remedy_button = ActionButton(self._do)
        self._leave = actions.add(
            f"{screen}.dismiss", tr("Dismiss the message"), "Shift+Esc", self.dismiss, parent, screen
        )
        self._close = QPushButton(icon("release"), "")
        self._close.setProperty("kind", "quiet")
        self._close.setIconSize(QSize(SMALL, SMALL))
        self._close.setToolTip(f"{self._leave.text()}  {self._leave.key}")
        self._close.setAccessibleName(self._leave.text())
        self._close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_READING_MS)

        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE[2], SPACE[0], SPACE[0], SPACE[0])
        layout.setSpacing(SPACE[1])
        layout.addWidget(self._sign)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.remedy_button)
        layout.addWidget(self._close)
        self.setMinimumHeight(40)

        self._close.clicked.connect(self.dismiss)
        self._timer.timeout.connect(self.dismiss)
        self.dismiss()

    @property
    def tone(self) -> Tone:
        """The tone of the message that is shown, or was shown last."""
        return Tone(self.property("tone") or Tone.INFORMATION)

    def tell(self, tone: Tone, text: str, remedy: Remedy | None = None) -> None:
        """Show this message in place of the one before. Information and good news leave by themselves."""
        self._remedy = remedy
        set_tone(self, tone)
        self._sign.setPixmap(pixmap(_SIGNS[tone], tone, NORMAL, self.devicePixelRatioF()))
        self.text.setText(text)
        if remedy:
            self._do.setText(remedy.text)
        self.remedy_button.setVisible(remedy is not None)
        self._do.setEnabled(remedy is not None)
        self._leave.setEnabled(True)
        self._timer.stop()
        if self._leaves_by_itself:
            self._timer.start()
        self.show()
        self.raise_()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def dismiss(self) -> None:
        """Show no message."""
        self._timer.stop()
        self._remedy = None
        self._do.setEnabled(False)
        self._leave.setEnabled(False)
        self.hide()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if self._leaves_by_itself and self.isVisible():
            self._timer.start()
        super().leaveEvent(event)

    @property
    def _leaves_by_itself(self) -> bool:
        return self._remedy is None and self.tone in {Tone.INFORMATION, Tone.GOOD}

    def _follow_remedy(self) -> None:
        remedy = self._remedy
        self.dismiss()
        if remedy:
            remedy.slot()


class ConnectionStrip(QLabel):
    """Says over the whole width that the server cannot be reached, as long as that is so."""

    def __init__(self) -> None:
        super().__init__(tr("No connection to the server: selling is off, looking is on"))
        self.setProperty("kind", "strip")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hide()
