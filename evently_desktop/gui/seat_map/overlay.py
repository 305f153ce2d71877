"""What is drawn over the seats and never into them: names of sections, rings, marks, the rubber band."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
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


@dataclass(frozen=True, eq=False)
class _Placed:
    """Names that fit beside each other: left, top, right, bottom from the origin in device pixels."""

    edges: NDArray[np.int64]
    pictures: list[QImage]


@dataclass
class Overlay:
    """Draws in device pixels. The names are drawn once and kept as pictures until the palette changes."""

    palette: Palette
    dpr: float
    _names: dict[str, QImage] = field(default_factory=dict)
    _placed: _Placed = field(default_factory=lambda: _Placed(np.empty((0, 4), int), []))
    _placed_for: tuple[float, int] = (0.0, 0)

    def paint_names(self, painter: QPainter, sections: tuple[Section, ...], camera: Camera, area: QRect) -> None:
        """The names of the sections, as far as they fit beside each other and touch the area."""
        if self._placed_for != (camera.scale, id(sections)):
            self._placed_for = (camera.scale, id(sections))
            names = [section.name for section in sections]
            self._placed = self._place(sections, names, camera.scale)
            if len(self._placed.pictures) < len(names):
                self._placed = self._place(sections, _without_common_words(names), camera.scale)
        placed = self._placed
        moved = placed.edges + np.array([camera.left, camera.top, camera.left, camera.top])
        seen = (moved[:, 0] <= area.right()) & (moved[:, 2] > area.left())
        seen &= (moved[:, 1] <= area.bottom()) & (moved[:, 3] > area.top())
        corners = moved.tolist()
        for number in np.flatnonzero(seen).tolist():
            painter.drawImage(corners[number][0], corners[number][1], placed.pictures[number])

    def _place(self, sections: tuple[Section, ...], names: list[str], scale: float) -> _Placed:
        """Where the names go; one that would cover an earlier one is left out."""
        pictures = [self._name(name) for name in names]
        sizes = np.array([(picture.width(), picture.height()) for picture in pictures])
        first = np.rint(np.array([section.label_at for section in sections]) * scale - sizes / 2).astype(int)
        last = first + sizes
        (left, top), (right, bottom) = first.T, last.T
        overlap = (left[:, None] < right) & (right[:, None] > left)
        overlap &= (top[:, None] < bottom) & (bottom[:, None] > top)
        placed: list[int] = []
        for number, covers in enumerate(np.tril(overlap, -1).any(axis=1).tolist()):
            if not covers or not overlap[number, placed].any():
                placed.append(number)
        return _Placed(np.hstack((first, last))[placed], [pictures[number] for number in placed])

    def _name(self, name: str) -> QImage:
        """The name on a pale pill, so that it can be read over seats of any colour."""
        picture = self._names.get(name)
        if picture is not None:
            return picture
        font = QFont(QGuiApplication.font())
        font.setPixelSize(round(CAPTION * self.dpr))
        font.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetricsF(font)
        width, height = (
            int(metrics.horizontalAdvance(name) + 14 * self.dpr),
            int(metrics.height() + 4 * self.dpr),
        )
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
        """Circles that show where the own seats are while they are too small, one for neighbours."""
        placed: list[tuple[int, int]] = []
        apart = _MARK * self.dpr
        for at in zip(x[:_MARKS_AT_MOST].tolist(), y[:_MARKS_AT_MOST].tolist(), strict=True):
            if all(math.dist(at, other) > apart for other in placed):
                placed.append(at)
                self._circle(painter, *at, size, apart / 2, 2 * self.dpr)

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


def _without_common_words(names: list[str]) -> list[str]:
    """The names without the words that all of them begin with: ``Block 101`` is ``101`` among blocks."""
    words = [name.split(" ") for name in names]
    common = 0
    while len({tuple(parts[: common + 1]) for parts in words}) == 1 < min(map(len, words)) - common:
        common += 1
    return [" ".join(parts[common:]) for parts in words]
