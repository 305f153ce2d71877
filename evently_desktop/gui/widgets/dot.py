"""A small disc of one role's colour. A word always stands beside it."""

from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from evently_desktop.gui import theme


class Dot(QWidget):
    """A disc, or a ring where ``filled`` is off, so that shape tells as much as colour."""

    def __init__(self, role: str, *, filled: bool = True) -> None:
        super().__init__()
        self._role = role
        self._filled = filled
        self.setFixedSize(theme.SPACE[2], theme.SPACE[2])

    def become(self, role: str, *, filled: bool) -> None:
        """Show another role's colour."""
        self._role = role
        self._filled = filled
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(getattr(theme.in_use(), self._role))
        pen = painter.pen()
        pen.setColor(colour)
        pen.setWidthF(1.5)
        painter.setPen(pen)
        if self._filled:
            painter.setBrush(colour)
        painter.drawEllipse(self.rect().toRectF().adjusted(1.5, 1.5, -1.5, -1.5))
