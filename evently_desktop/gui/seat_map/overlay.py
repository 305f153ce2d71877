"""What is drawn over the seats and never into them: names of sections, rings, marks, the rubber band."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGuiApplication, QImage, QPainter, QPen

from evently_desktop.domain.seating import Section
from evently_desktop.gui.seat_map.camera import Camera
from evently_desktop.gui.theme import BODY, CAPTION, Palette

# Sizes of a seat in logical pixels: nearer than the first, rows are named instead of sections; below the
# second, the own seats are too small to be found and get a mark around them.
SECTIONS_UNTIL = 10
MARKS_BELOW = 10
_MARK = 18
_MARKS_AT_MOST = 60
# A ring around a seat: its width, and the gap to the seat.
RING = 2


@dataclass
class Overlay:
    """Draws in device pixels. The names are drawn once and kept as pictures until the palette changes."""

    palette: Palette
    dpr: float
    _names: dict[str, QImage] = field(default_factory=dict)

    def name_places(
        self, sections: tuple[Section, ...], camera: Camera, window: QRect
    ) -> list[tuple[QPoint, QImage]]:
        """Where the names of the sections go; one that would cover another is left out."""
        placed: list[tuple[QPoint, QImage]] = []
        taken: list[QRect] = []
        for section in sections:
            picture = self._name(section.name)
            x, y = camera.to_pixels(*section.label_at)
            room = QRect(x - picture.width() // 2, y - picture.height() // 2, picture.width(), picture.height())
            if room.intersects(window) and not any(room.intersects(other) for other in taken):
                taken.append(room)
                placed.append((room.topLeft(), picture))
        return placed

    def _name(self, name: str) -> QImage:
        """The name on a pale pill, so that it can be read over seats of any colour."""
        picture = self._names.get(name)
        if picture is not None:
            return picture
        font = QFont(QGuiApplication.font())
        font.setPixelSize(round(CAPTION * self.dpr))
        font.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetricsF(font)
        width, height = int(metrics.horizontalAdvance(name) + 14 * self.dpr), int(metrics.height() + 4 * self.dpr)
        picture = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.palette.line), self.dpr))
        ground = QColor(self.palette.surface)
        ground.setAlphaF(0.9)
        painter.setBrush(ground)
        half = self.dpr / 2
        painter.drawRoundedRect(QRectF(half, half, width - 2 * half, height - 2 * half), height / 2, height / 2)
        painter.setPen(QColor(self.palette.text))
        painter.setFont(font)
        painter.drawText(picture.rect(), Qt.AlignmentFlag.AlignCenter, name)
        painter.end()
        self._names[name] = picture
        return picture

    def ring(self, painter: QPainter, x: int, y: int, size: int) -> None:
        """The ring of hover and focus around the seat that is stamped at device pixel (x, y)."""
        self._circle(painter, x, y, size, self.ring_reach(size), RING * self.dpr)

    def ring_reach(self, size: int) -> int:
        """How far the ring around a seat of this size reaches from the seat's middle."""
        return round(max(size / 2 + (RING + 1) * self.dpr, 7 * self.dpr)) + 1

    def _circle(self, painter: QPainter, x: int, y: int, size: int, reach: float, width: float) -> None:
        # A sprite of even size has its middle between two pixels.
        middle = QPointF(x - size // 2 + size / 2, y - size // 2 + size / 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = reach - width / 2 - 1
        painter.setPen(QPen(QColor(self.palette.surface), width + 2 * self.dpr))
        painter.drawEllipse(middle, radius, radius)
        painter.setPen(QPen(QColor(self.palette.accent), width))
        painter.drawEllipse(middle, radius, radius)

    def marks(self, painter: QPainter, x: NDArray[np.int32], y: NDArray[np.int32], size: int) -> None:
        """Circles that show where the own seats are while they are too small to be seen."""
        for seat_x, seat_y in zip(x[:_MARKS_AT_MOST].tolist(), y[:_MARKS_AT_MOST].tolist(), strict=True):
            self._circle(painter, seat_x, seat_y, size, _MARK / 2 * self.dpr, 2 * self.dpr)

    def band(self, painter: QPainter, band: QRect) -> None:
        """The rectangle that seats are being chosen with."""
        colour = QColor(self.palette.accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(colour, round(self.dpr)))
        colour.setAlphaF(0.12)
        painter.setBrush(colour)
        painter.drawRect(band)

    def message(self, painter: QPainter, window: QRect, text: str) -> None:
        """A sentence in the middle of an empty map."""
        font = QFont(QGuiApplication.font())
        font.setPixelSize(round(BODY * self.dpr))
        painter.setFont(font)
        painter.setPen(QColor(self.palette.muted))
        painter.drawText(window, Qt.AlignmentFlag.AlignCenter, text)
