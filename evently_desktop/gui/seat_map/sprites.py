"""The seat of every look, drawn once a size: the shapes of the visual language as opaque sprites."""

import math
from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen, QPolygonF

from evently_desktop.gui.seat_map.framebuffer import Sheet
from evently_desktop.gui.seat_map.looks import RING_STEPS, ZONE_COLOURS, Kind
from evently_desktop.gui.theme import HIGH_CONTRAST, Palette, contrast, mix, zone_colours

# In logical pixels: below the first a seat is a square, from the next ones on it has ticks, and letters and signs.
SHAPES_FROM = 6
TICKS_FROM = 8
SIGNS_FROM = 10

# How much of the distance between two seats a seat fills. Sprites are square and opaque; up to this share
# the corners of one never touch the disc of another, whichever way a row is turned.
SHARE = 0.83

_ANY_ZONE = (Kind.BOOKED, Kind.KILLED, Kind.FREED, *range(Kind.HELD, Kind.HELD + RING_STEPS))


class SeatSheet:
    """Sprites of one size in device pixels, each drawn when it is first asked for.

    ``letters`` are those of the hold types, in their order, ``zones`` the indices of the zone colours in use.
    """

    def __init__(
        self, size: int, dpr: float, palette: Palette, letters: tuple[str, ...], zones: tuple[int, ...]
    ) -> None:
        self._dpr, self._palette, self._letters = dpr, palette, letters
        self._looks = _looks(len(letters), zones)
        by_face = np.zeros((max(kind for kind, _ in self._looks) + 1, ZONE_COLOURS), np.intp)
        for number, (kind, zone) in enumerate(self._looks):
            by_face[kind, slice(None) if zone is None else zone] = number
        self._by_face = by_face.ravel()
        count = len(self._looks)
        pixels = np.zeros((size, count, size), np.uint32)
        flat = size < SHAPES_FROM * dpr
        self.sheet = Sheet(pixels, flat)
        self._lacking = np.full(count, not flat)
        if flat:
            colours = [QColor(_flat(kind, zone or 0, palette)).rgb() for kind, zone in self._looks]
            pixels[:] = np.array(colours, np.uint32)[None, :, None]

    def keys(self, face: NDArray[np.uint16]) -> NDArray[np.intp]:
        """The keys of the sprites of these faces, which are drawn by then."""
        keys = self._by_face.take(face)
        if self._lacking.any():
            lacking = np.bincount(keys, minlength=len(self._looks)).astype(bool) & self._lacking
            self._draw(np.flatnonzero(lacking).tolist())
            self._lacking[lacking] = False
        return keys

    def _draw(self, numbers: list[int]) -> None:
        if not numbers:
            return
        pixels, size = self.sheet.pixels, self.sheet.width
        wide = size * len(self._looks)
        image = QImage(pixels.data, wide, size, 4 * wide, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        brush = SeatBrush(painter, size, self._dpr, self._palette, self._letters)
        for number in numbers:
            painter.resetTransform()
            painter.translate(number * size, 0)
            painter.setClipRect(0, 0, size, size)
            painter.fillRect(0, 0, size, size, QColor(self._palette.surface))
            kind, zone = self._looks[number]
            brush.draw(kind, zone or 0)
        painter.end()


def _looks(letters: int, zones: tuple[int, ...]) -> list[tuple[int, int | None]]:
    coloured = (*range(Kind.AVAILABLE, Kind.BOOKED), *range(Kind.HOUSE, Kind.HOUSE + letters))
    return [(kind, zone) for kind in coloured for zone in zones] + [(int(kind), None) for kind in _ANY_ZONE]


def _flat(kind: int, zone: int, palette: Palette) -> str:
    """The one colour of a seat that is too small for a shape."""
    colour = zone_colours(palette)[zone]
    if kind <= Kind.COMPANION:
        return colour
    if kind >= Kind.HOUSE:
        return _pale(palette, colour)
    if Kind.HELD <= kind < Kind.HELD + RING_STEPS:
        return mix(palette.surface, palette.muted, 0.55)
    plain = {Kind.SELECTED: palette.accent, Kind.MINE: palette.accent, Kind.FREED: palette.text}
    return plain.get(Kind(kind), palette.rim)


@cache
def _pale(palette: Palette, colour: str) -> str:
    """The colour of a house seat: that of its zone, made faint as far as it can still be seen."""
    least = 2.5 if palette is HIGH_CONTRAST else 1.5
    shares = (share / 100 for share in range(35, 101, 5))
    pales = (mix(palette.surface, colour, share) for share in shares)
    return next((pale for pale in pales if contrast(pale, palette.surface) >= least), colour)


@cache
def _faded(palette: Palette) -> str:
    """The colour of a sold seat: it is there, and that is all there is to see."""
    return mix(palette.line, palette.muted, 0.4)


@cache
def ink_on(ground: str) -> str:
    """Black or white, whichever reads better on this colour."""
    return max("#FFFFFF", "#0B0E13", key=lambda ink: contrast(ink, ground))


class SeatBrush:
    """Draws one seat with its top left corner at the painter's origin, ``size`` device pixels wide."""

    def __init__(
        self, painter: QPainter, size: int, dpr: float, palette: Palette, letters: tuple[str, ...] = ()
    ) -> None:
        self._painter, self._size, self._palette, self._letters = painter, size, palette, letters
        self._middle = QPointF(size / 2, size / 2)
        self._signs, self._ticks = size >= SIGNS_FROM * dpr, size >= TICKS_FROM * dpr
        self._thin = max(round(dpr), 0.07 * size)
        self._zones = zone_colours(palette)

    def draw(self, kind: int, zone: int) -> None:
        """The seat with this `Kind` (ring step and hold type included) and index of a zone colour."""
        colour = self._zones[zone]
        if kind >= Kind.HOUSE:
            self._house(colour, kind - Kind.HOUSE)
        elif Kind.HELD <= kind < Kind.HELD + RING_STEPS:
            self._held((kind - Kind.HELD + 1) / RING_STEPS)
        else:
            self._plain(Kind(kind))(colour)

    def _plain(self, kind: Kind) -> Callable[[str], None]:
        return {
            Kind.AVAILABLE: self._disc,
            Kind.RESTRICTED: self._restricted,
            Kind.WHEELCHAIR: self._wheelchair,
            Kind.COMPANION: self._companion,
            Kind.SELECTED: self._selected,
            Kind.MINE: self._mine,
            Kind.BOOKED: lambda _: self._disc(_faded(self._palette), 0.4),
            Kind.KILLED: lambda _: self._killed(),
            Kind.FREED: lambda _: self._disc(self._palette.text),
        }[kind]

    def _fill(self, colour: str) -> None:
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(colour))

    def _stroke(self, colour: str, width: float) -> None:
        pen = QPen(QColor(colour), width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self._painter.setPen(pen)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)

    def _disc(self, colour: str, share: float = 1.0) -> None:
        self._fill(colour)
        radius = self._size * share / 2
        self._painter.drawEllipse(self._middle, radius, radius)

    def _restricted(self, colour: str) -> None:
        self._disc(colour)
        self._fill(self._palette.surface)
        size = self._size
        self._painter.drawPolygon(
            QPolygonF([QPointF(size * 0.2, size + 1), QPointF(size * 0.8, size + 1), QPointF(size / 2, size * 0.7)])
        )

    def _ringed(self, colour: str) -> None:
        self._disc(self._palette.accent)
        self._disc(self._palette.surface, 0.72 if self._signs else 0.6)
        self._disc(colour, 0.6)

    def _selected(self, colour: str) -> None:
        self._ringed(colour)

    def _mine(self, colour: str) -> None:
        if not self._ticks:
            self._ringed(colour)
            return
        self._disc(self._palette.accent)
        if self._signs:
            self._disc(self._palette.surface, 0.78)
        self._disc(colour, 0.7)
        # A small seat has its tick written over all of it.
        spread = 1.0 if self._signs else 1.4
        self._stroke(ink_on(colour), max(1.5, 0.1 * self._size))
        tick = [(-0.155, 0.01), (-0.045, 0.12), (0.155, -0.1)]
        places = [self._middle + QPointF(x * self._size * spread, y * self._size * spread) for x, y in tick]
        self._painter.drawPolyline(QPolygonF(places))

    def _held(self, left: float) -> None:
        width = max(1.4, 0.13 * self._size)
        inset = width / 2
        ring = QRectF(inset, inset, self._size - width, self._size - width)
        self._stroke(mix(self._palette.surface, self._palette.muted, 0.3), self._thin)
        self._painter.drawEllipse(ring)
        self._stroke(self._palette.muted, width)
        self._painter.drawArc(ring, 90 * 16, round(360 * 16 * left))

    def _house(self, colour: str, hold_type: int) -> None:
        pale = _pale(self._palette, colour)
        self._square(pale, 0.08)
        if self._signs:
            self._letter(self._letters[hold_type], ink_on(pale))

    def _square(self, colour: str, inset: float) -> None:
        # On whole pixels, or a small square has blurred edges.
        edge = max(round(self._size * inset), 1)
        self._fill(colour)
        side = self._size - 2 * edge
        self._painter.drawRoundedRect(QRectF(edge, edge, side, side), 0.2 * side, 0.2 * side)

    def _letter(self, letter: str, colour: str) -> None:
        font = QFont(self._painter.font())
        font.setPixelSize(max(round(0.62 * self._size), 5))
        font.setWeight(QFont.Weight.DemiBold)
        self._painter.setFont(font)
        self._painter.setPen(QColor(colour))
        self._painter.drawText(QRectF(0, 0, self._size, self._size), Qt.AlignmentFlag.AlignCenter, letter[:1])

    def _killed(self) -> None:
        self._stroke(self._palette.muted, self._thin)
        low, high = 0.32 * self._size, 0.68 * self._size
        self._painter.drawLine(QPointF(low, low), QPointF(high, high))
        self._painter.drawLine(QPointF(low, high), QPointF(high, low))

    def _wheelchair(self, colour: str) -> None:
        self._square(colour, 0.07)
        if not self._signs:
            return
        size = self._size
        ink = ink_on(colour)
        self._fill(ink)
        self._painter.drawEllipse(QPointF(0.43 * size, 0.23 * size), 0.075 * size, 0.075 * size)
        self._stroke(ink, max(1.2, 0.075 * size))
        wheel = QRectF(0.27 * size, 0.44 * size, 0.38 * size, 0.38 * size)
        self._painter.drawArc(wheel, 125 * 16, 235 * 16)
        body = [(0.43, 0.36), (0.45, 0.56), (0.63, 0.56), (0.72, 0.78)]
        self._painter.drawPolyline(QPolygonF([QPointF(x * size, y * size) for x, y in body]))

    def _companion(self, colour: str) -> None:
        self._square(colour, 0.07)
        if not self._signs:
            return
        size = self._size
        self._fill(ink_on(colour))
        self._painter.drawEllipse(QPointF(size / 2, 0.33 * size), 0.13 * size, 0.13 * size)
        shoulders = QPainterPath(QPointF(0.24 * size, 0.8 * size))
        shoulders.arcTo(QRectF(0.24 * size, 0.53 * size, 0.52 * size, 0.54 * size), 180, -180)
        shoulders.closeSubpath()
        self._painter.drawPath(shoulders)


def diameter(pitch: float) -> int:
    """The size of a seat, in pixels, where the nearest seat is ``pitch`` pixels away."""
    return max(1, math.floor(SHARE * pitch + 0.3))
