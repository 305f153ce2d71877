"""What is drawn over the seats and never into them: names of sections, rings, marks, the rubber band."""

import math
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QPainter,
    QPainterPath,
    QPainterPathStroker,
    QPen,
)

from evently_desktop.gui.seat_map.camera import Bounds, Camera
from evently_desktop.gui.seat_map.hall import Hall
from evently_desktop.gui.seat_map.sprites import SHAPES_FROM
from evently_desktop.gui.theme import BODY, CAPTION, Palette

# Sizes of a seat in logical pixels: nearer than the first, rows are named instead of sections; below the
# second, the own seats are too small to be found and get a mark around them.
SECTIONS_UNTIL = 10
MARKS_BELOW = 10
_MARKS_AT_MOST = 60
# In a hall of up to so many sections their names give way to seats; blocks of more stand too close together.
_SECTIONS_AT_MOST = 24
_BESIDE_FROM = 4
_RING = 2  # The width of a ring around a seat.
_LEAST_RING = 7  # The radius of a ring around seats that are too small for shapes.


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
    _marks: QPainterPath = field(default_factory=QPainterPath)
    _marks_for: tuple[int, float, bytes, bytes] = (0, 0.0, b"", b"")

    def paint_names(self, painter: QPainter, hall: Hall, camera: Camera, size: int, areas: NDArray[np.float64]) -> None:
        """The names of the sections, as far as they fit beside each other and touch one of the areas.

        ``areas`` has a row for each: left, top, right and bottom.
        """
        sections = hall.geometry.sections
        if self._placed_for != (camera.scale, id(sections)):
            self._placed_for = (camera.scale, id(sections))
            names = [section.name for section in sections]
            self._placed = self._place(hall, names, camera.scale, size)
            if len(self._placed.pictures) < len(names):
                self._placed = self._place(hall, _short(names), camera.scale, size)
        placed = self._placed
        moved = placed.edges + np.array([camera.left, camera.top, camera.left, camera.top])
        left, top, right, bottom = moved.T
        first_x, first_y, last_x, last_y = areas.T[:, :, None]
        touched = (left <= last_x) & (right >= first_x) & (top <= last_y) & (bottom >= first_y)
        corners = moved.tolist()
        for number in np.flatnonzero(touched.any(axis=0)).tolist():
            painter.drawImage(corners[number][0], corners[number][1], placed.pictures[number])

    def _place(self, hall: Hall, names: list[str], scale: float, size: int) -> _Placed:
        """Where the names go; one that would cover an earlier one is left out."""
        pictures = [self._name(name) for name in names]
        sizes = np.array([(picture.width(), picture.height()) for picture in pictures])
        at = np.array([section.label_at for section in hall.geometry.sections])
        if size >= _BESIDE_FROM * self.dpr and len(at) <= _SECTIONS_AT_MOST:
            room = (sizes + size + 2 * self.dpr) / scale
            at = np.array([_beside_seats(hall, number, *need) for number, need in enumerate(room)])
        first = np.rint(at * scale - sizes / 2).astype(int)
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

    def ring(self, painter: QPainter, x: int, y: int, size: int, pitch: float) -> None:
        """The ring of hover and focus around the seat that is stamped at device pixel (x, y)."""
        middle, radius = self._middle(x, y, size), self._radius(size, pitch)
        path = QPainterPath()
        path.addEllipse(middle, radius, radius)
        self._outline(painter, path, size, set_off=True)

    def ring_reach(self, size: int, pitch: float) -> int:
        """How far the ring around a seat of this size reaches from the seat's middle."""
        return math.ceil(self._radius(size, pitch) + (_RING / 2 + 1) * self.dpr) + 1

    def _radius(self, size: int, pitch: float) -> float:
        """Of the middle of a ring's line: it ends where the next seat begins."""
        if size < SHAPES_FROM * self.dpr:
            return _LEAST_RING * self.dpr
        return min(size / 2 + (_RING + 1) * self.dpr, pitch - size / 2) - _RING / 2 * self.dpr

    def _middle(self, x: float, y: float, size: int) -> QPointF:
        # A sprite of even size has its middle between two pixels.
        return QPointF(x - size // 2 + size / 2, y - size // 2 + size / 2)

    def _outline(self, painter: QPainter, path: QPainterPath, size: int, *, set_off: bool) -> None:
        """The path in the accent colour, set off from what is inside; from tiny seats always, on both sides."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shaped = size >= SHAPES_FROM * self.dpr
        if set_off or not shaped:
            painter.save()
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if shaped:
                painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
            painter.setPen(QPen(QColor(self.palette.surface), (_RING + 2) * self.dpr))
            painter.drawPath(path)
            painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.palette.accent), _RING * self.dpr))
        painter.drawPath(path)

    def marks(self, painter: QPainter, x: NDArray[np.int32], y: NDArray[np.int32], size: int, pitch: float) -> None:
        """Lines around the own seats, while they are too small to be found: one around all that are neighbours."""
        x, y = x[:_MARKS_AT_MOST], y[:_MARKS_AT_MOST]
        key = (size, pitch, (x - x[0]).tobytes(), (y - y[0]).tobytes())
        if self._marks_for != key:
            self._marks_for = key
            self._marks = self._around(x - x[0], y - y[0], size, pitch)
        self._outline(painter, self._marks.translated(float(x[0]), float(y[0])), size, set_off=False)

    def offer(
        self, painter: QPainter, word: str, x: NDArray[np.int32], y: NDArray[np.int32], size: int, pitch: float
    ) -> None:
        """A broken line around the seats of an offer, and its word above them."""
        around = self._around(x, y, size, pitch)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(QColor(self.palette.text), 1.5 * self.dpr)
        pen.setDashPattern([3, 2])
        painter.setPen(pen)
        painter.drawPath(around)
        name, box = self._name(word), around.boundingRect()
        painter.drawImage(round(box.center().x() - name.width() / 2), round(box.top() - name.height()), name)

    def _around(self, x: NDArray[np.int32], y: NDArray[np.int32], size: int, pitch: float) -> QPainterPath:
        radius = self._radius(size, pitch)
        near = np.hypot(x[:, None] - x, y[:, None] - y) <= max(1.6 * pitch, 2 * radius)
        lines = QPainterPath()
        for one, other in np.argwhere(np.triu(near)).tolist():
            # A line of no length would have no round ends.
            lines.moveTo(self._middle(float(x[one]), float(y[one]), size))
            lines.lineTo(self._middle(float(x[other]), float(y[other]) + 0.01, size))
        pen = QPainterPathStroker()
        pen.setWidth(2 * radius)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        around = pen.createStroke(lines)
        around.setFillRule(Qt.FillRule.WindingFill)
        return around.simplified()

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


def _beside_seats(hall: Hall, section: int, width: float, height: float) -> tuple[float, float]:
    """Where a section's name covers no seat and no stage, as near as can be to its place; all in metres."""
    x, y = hall.geometry.sections[section].label_at
    first, last = hall.reaches[section]
    found = [
        (abs(place - y) * (2 if place > y else 1) + abs(shift), x + shift, place)
        for shift in (0.0, -width / 2, width / 2)
        for place in _gaps(hall, x + shift, y, width, height)
        if first - height <= place <= last + height
    ]
    return min(found)[1:] if found else (x, y)


def _gaps(hall: Hall, x: float, y: float, width: float, height: float) -> list[float]:
    """In each free gap of a column of this width around x, the place nearest to y for something of this height."""
    bounds = hall.bounds
    column = hall.grid.within(Bounds(x - width / 2, bounds.top, x + width / 2, bounds.bottom))
    taken = [(float(seat), float(seat)) for seat in hall.geometry.y[column]]
    for left, top, right, bottom in hall.empty_boxes:
        if left < x + width / 2 and right > x - width / 2:
            taken.append((top, bottom))
    places = []
    reached = bounds.top - 2 * height
    for top, bottom in (*sorted(taken), (bounds.bottom + 2 * height,) * 2):
        if top - reached >= height:
            places.append(min(max(y, reached + height / 2), top - height / 2))
        reached = max(reached, bottom)
    return places


def _short(names: list[str]) -> list[str]:
    """``Block 101`` is ``101`` where there are many blocks; names that differ by more than a number stay whole."""
    numbered = Counter(first for first, _, rest in (name.rpartition(" ") for name in names) if rest.isdecimal())
    return [
        rest if rest.isdecimal() and numbered[first] > 1 else name
        for name, (first, _, rest) in ((name, name.rpartition(" ")) for name in names)
    ]
