"""The time that is left of a hold, by the server's clock."""

import time
from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from evently_desktop.gui import theme
from evently_desktop.gui.icons import NORMAL, pixmap
from evently_desktop.language import tr

_TICK = 200  # ms; the shown second is never later than this


class Countdown(QWidget):
    """Minutes and seconds beside a disc that empties. The last stretch changes shape, words and colour.

    Counts by the difference of two times of the server and this PC's steady clock, so neither a wrong nor
    a stepped clock of this PC matters.
    """

    last_stretch = Signal()
    ran_out = Signal()

    def __init__(self, last_seconds: int = 60) -> None:
        """``last_seconds`` before its end the hold is shown as running out."""
        super().__init__()
        self._last = last_seconds
        self._ends: float | None = None
        self._whole = 1.0
        self._warned = False
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK)
        self._shown = ""
        self.setFixedHeight(theme.SPACE[4])

        self._timer.timeout.connect(self._tick)

    @property
    def seconds_left(self) -> float:
        """What is left, 0 when it ran out or nothing is counted."""
        return max(0.0, self._ends - time.monotonic()) if self._ends is not None else 0.0

    @property
    def text(self) -> str:
        """What is written: "" when nothing is counted."""
        if self._ends is None:
            return ""
        left = int(self.seconds_left + 0.999)
        clock = f"{left // 60}:{left % 60:02}"
        return tr("{time} left, last minute", time=clock) if self._is_last else clock

    @property
    def _is_last(self) -> bool:
        return self.seconds_left <= self._last

    def count_to(self, end: datetime, server_now: datetime) -> None:
        """Count down to ``end``; ``server_now`` is the server's time at this moment."""
        self._whole = max((end - server_now).total_seconds(), 1.0)
        self._ends = time.monotonic() + (end - server_now).total_seconds()
        self._warned = False
        self._timer.start()
        self._tick()

    def stop(self) -> None:
        """Count nothing and show nothing."""
        self._ends = None
        self._timer.stop()
        self._refresh()

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self._font()).horizontalAdvance(self.text)
        return QSize(words + NORMAL + theme.SPACE[1], theme.SPACE[4])

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._ends is None:
            return
        palette = theme.in_use()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font())
        painter.setPen(QColor(palette.attention if self._is_last else palette.text))
        words = self.rect().adjusted(0, 0, -NORMAL - theme.SPACE[1], 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.text)
        place = QRectF(self.width() - NORMAL, (self.height() - NORMAL) / 2, NORMAL, NORMAL)
        if self._is_last:
            ratio = self.devicePixelRatioF()
            painter.drawPixmap(place.topLeft(), pixmap("attention", "attention", NORMAL, ratio))
            return
        disc = place.adjusted(2, 2, -2, -2)
        painter.setPen(QPen(QColor(palette.muted), 1.5))
        painter.drawEllipse(disc)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.accent))
        share = min(self.seconds_left / self._whole, 1.0)
        painter.drawPie(disc.adjusted(2.5, 2.5, -2.5, -2.5), 90 * 16, int(share * 360 * 16))

    def _tick(self) -> None:
        self._refresh()
        if self._is_last and not self._warned:
            self._warned = True
            self.last_stretch.emit()
        if self._ends is not None and self.seconds_left == 0:
            self._timer.stop()
            self.ran_out.emit()

    def _refresh(self) -> None:
        if self.text != self._shown:
            self._shown = self.text
            self.setAccessibleName(self.text)
            self.updateGeometry()
            self.update()

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(theme.STRONG)
        font.setWeight(QFont.Weight.DemiBold)
        return font
