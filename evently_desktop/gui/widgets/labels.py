"""Labels that know their role, and the amounts of money."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from evently_desktop.domain.money import Money


def label(text: str = "", *, scale: str = "", tone: str = "", wrap: bool = False) -> QLabel:
    """A label of plain text. ``scale`` and ``tone`` are those of the style sheet."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("scale", scale)
    made.setProperty("tone", tone)
    made.setWordWrap(wrap)
    return made


def set_tone(widget: QWidget, tone: str) -> None:
    """Give a label or message another tone, "" for none."""
    if widget.property("tone") != tone:
        widget.setProperty("tone", tone)
        widget.style().polish(widget)


def section_header(text: str) -> QLabel:
    """The small heading of a part of a pane."""
    return label(text, scale="caption", tone="muted")


def line() -> QFrame:
    """A line between two parts of a pane."""
    made = QFrame()
    made.setProperty("kind", "line")
    return made


class ElidedLabel(QLabel):
    """One line of plain text that gives way: shortened with an ellipsis, whole in its tip."""

    def __init__(self, text: str = "", *, tone: str = "") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("tone", tone)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        area = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        painter.drawText(area, self.alignment(), shown)


class MoneyLabel(QLabel):
    """An amount at the right, so that a column of them aligns at the decimal point; "" for None."""

    def __init__(self, locale: str, scale: str = "", tone: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._locale = locale
        self.setProperty("scale", scale)
        self.setProperty("tone", tone)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def show_money(self, amount: Money | None) -> None:
        """Show this amount, digits only."""
        self.setText(amount.plain(self._locale) if amount else "")
