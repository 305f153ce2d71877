"""The map as pixels: what is stamped when the whole is shown, moved, zoomed, or a few seats change."""

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from evently_desktop.gui.seat_map.backdrop import Backdrop, plain_font
from evently_desktop.gui.seat_map.camera import Camera
from evently_desktop.gui.seat_map.framebuffer import Framebuffer
from evently_desktop.gui.seat_map.hall import RowLabels
from evently_desktop.gui.seat_map.labels import TextSheet, text_sheet
from evently_desktop.gui.seat_map.looks import RING_STEPS, ZONE_COLOURS, Kind, kinds
from evently_desktop.gui.seat_map.model import SeatMapModel
from evently_desktop.gui.seat_map.points import Points
from evently_desktop.gui.seat_map.sprites import SeatSheet, diameter, ink_on
from evently_desktop.gui.theme import Palette, zone_colours

# Sizes of a seat in logical pixels.
LARGEST = 48
ROW_NAMES_FROM = 9
NUMBERS_FROM = 14
INITIALS_FROM = 18

_SHEETS_KEPT = 24
# Halls with more different seat numbers than this get those of the seats in sight only.
_TEXTS_AT_ONCE = 600


class SeatPicture:
    """Draws the seats of a model, as a camera sees them, into a framebuffer of device pixels.

    Whoever owns it calls `look` first, then what fits: `paint` for an area, `move` for a pan, `restamp`
    for seats that changed, and once the scale rests and `is_rough` says so, `finish`: texts and smooth lines.
    """

    def __init__(self, model: SeatMapModel, palette: Palette, dpr: float, width: int, height: int) -> None:
        self._model, self.palette, self.dpr = model, palette, dpr
        self._ground = QColor(palette.surface).rgb()
        self.is_rough = True
        self.resize(width, height)
        self._sheets: OrderedDict[int, SeatSheet] = OrderedDict()
        self._numbers: TextSheet | None = None
        self._initials: TextSheet | None = None
        self._names: TextSheet | None = None
        hall, states = self._model.hall, self._model.states
        nothing = np.empty(0, np.float32)
        x, y = (hall.geometry.x, hall.geometry.y) if hall else (nothing, nothing)
        self._seats, self._rows = Points(x, y), Points(nothing, nothing)
        self._rows_of: RowLabels | None = None
        self._backdrop = Backdrop(hall) if hall else None
        zones = hall.geometry.zones if hall else ()
        self._zones = tuple(sorted({zone.colour % ZONE_COLOURS for zone in zones}))
        self._letters = tuple(kind.letter for kind in states.hold_types) if states else ()
        self.look(Camera(1.0, 0, 0))

    def resize(self, width: int, height: int) -> None:
        """Have another size, in device pixels; everything must be painted anew."""
        self.frame = Framebuffer(width, height, int(1.5 * LARGEST * self.dpr) + 2)
        self.painted = False

    def look(self, camera: Camera) -> None:
        """See with this camera from now on; nothing is painted yet, and another scale is rough at first."""
        pitch = self._model.hall.pitch * camera.scale if self._model.hall else 1.0
        self.camera = camera
        self.size = min(diameter(pitch), int(LARGEST * self.dpr))
        self.pitch = pitch
        self._seats.project(camera.scale)
        self._numbers = self._initials = self._names = None
        self.is_rough = True

    @property
    def logical_size(self) -> float:
        """The size of a seat in logical pixels."""
        return self.size / self.dpr

    def paint(self, area: QRect) -> None:
        """Paint all that lies in this area of the picture."""
        self.painted = True
        self.frame.fill(area, self._ground)
        if self._backdrop is None:
            return
        painter = QPainter(self.frame.image)
        self._backdrop.paint(painter, self.camera, area, self.dpr, self.palette, smooth=not self.is_rough)
        painter.end()
        if self._names is not None:
            self._stamp_row_names(self._names, area)
        seats = self._seats.touching(self._with_names(area), self.camera, self.size, self.size)
        self._stamp(seats, self._model.face.take(seats))

    def _with_names(self, area: QRect) -> QRect:
        """The area and what the names that were written there may have covered beside it."""
        if self._names is None:
            return area
        wide, high = self._names.sheet.width, self._names.sheet.height
        return area.adjusted(-wide, -high, wide, high) & self.frame.everything

    def move(self, dx: int, dy: int) -> None:
        """Move what is shown by whole device pixels and paint what comes into sight."""
        self.camera = self.camera.moved(dx, dy)
        for area in self.frame.scroll(dx, dy):
            self.paint(area)

    def restamp(self, ordinals: NDArray[np.integer], kind: Kind | None = None) -> QRect:
        """Draw these seats again, as they are now or as another kind; returns what changed of the picture."""
        x, y = (axis - self.size // 2 for axis in self.places(ordinals))
        seen = (x > -self.size) & (x < self.frame.width) & (y > -self.size) & (y < self.frame.height)
        seats = ordinals[seen]
        if not len(seats):
            return QRect()
        face = self._model.face.take(seats)
        self._stamp(seats, face if kind is None else np.full_like(face, kind * ZONE_COLOURS))
        left, top = int(x[seen].min()), int(y[seen].min())
        return QRect(left, top, int(x[seen].max()) - left + self.size, int(y[seen].max()) - top + self.size)

    def places(self, ordinals: NDArray[np.integer]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The device pixels on which these seats are centred."""
        return self._seats.pixels(ordinals, self.camera)

    def _sheet(self) -> SeatSheet:
        sheet = self._sheets.get(self.size)
        if sheet is None:
            sheet = SeatSheet(self.size, self.dpr, self.palette, self._letters, self._zones)
            self._sheets[self.size] = sheet
            if len(self._sheets) > _SHEETS_KEPT:
                self._sheets.popitem(last=False)
        self._sheets.move_to_end(self.size)
        return sheet

    def _stamp(self, seats: NDArray[np.integer], face: NDArray[np.uint16]) -> None:
        sheet = self._sheet()
        at = self._seats.corners(seats, self.camera, self.size, self.size, self.frame)
        self.frame.stamp(sheet.sheet, sheet.keys(face), at)
        if self._numbers is not None:
            self._stamp_numbers(self._numbers, seats, face)
        if self._initials is not None:
            self._stamp_initials(self._initials, seats, face)

    def _stamp_numbers(self, texts: TextSheet, seats: NDArray[np.integer], face: NDArray[np.uint16]) -> None:
        assert self._model.hall is not None
        slot = texts.slot.take(self._model.hall.number.take(seats))
        written = kinds(face) <= Kind.RESTRICTED
        self.is_rough |= bool((slot[written] < 0).any())
        known = np.flatnonzero(written & (slot >= 0))
        colour = (face[known] % ZONE_COLOURS).astype(np.intp)
        self._stamp_texts(texts, self._seats, seats[known], colour * texts.count + slot[known])

    def _stamp_initials(self, texts: TextSheet, seats: NDArray[np.integer], face: NDArray[np.uint16]) -> None:
        assert self._model.states is not None
        kind = kinds(face)
        held = np.flatnonzero((kind >= Kind.HELD) & (kind < Kind.HELD + RING_STEPS))
        holder = self._model.states.holder.take(seats[held])
        held, holder = held[holder >= 0], holder[holder >= 0]
        # A holder who came with the news after the labels were written is not among them.
        known = holder < len(texts.slot)
        self.is_rough |= not bool(known.all())
        self._stamp_texts(texts, self._seats, seats[held[known]], texts.slot[holder[known]])

    def _stamp_row_names(self, texts: TextSheet, area: QRect) -> None:
        assert self._model.hall is not None
        names = self._model.hall.row_labels
        if self._rows_of is not names:
            self._rows, self._rows_of = Points(names.x, names.y), names
        self._rows.project(self.camera.scale)
        which = self._rows.touching(area, self.camera, texts.sheet.width, texts.sheet.height)
        slot = texts.slot.take(names.text.take(which))
        self._stamp_texts(texts, self._rows, which[slot >= 0], slot[slot >= 0])

    def _stamp_texts(
        self, texts: TextSheet, points: Points, which: NDArray[np.integer], keys: NDArray[np.intp]
    ) -> None:
        sheet = texts.sheet
        self.frame.stamp(sheet, keys, points.corners(which, self.camera, sheet.width, sheet.height, self.frame))

    def finish(self) -> None:
        """Prepare the texts that fit this scale, and smooth lines; what is seen must be painted anew."""
        hall, states = self._model.hall, self._model.states
        self.is_rough = False
        if hall is None or states is None or self.logical_size < ROW_NAMES_FROM:
            return
        rows = hall.row_labels.texts
        ink, ground = self.palette.muted, self.palette.surface
        font = self._font(min(max(0.55 * self.size, 9 * self.dpr), 13 * self.dpr))
        # No wider than its words, so that a name does not cut a gap into the outline beside it.
        widest = max((QFontMetrics(font).horizontalAdvance(row) for row in rows), default=0) + 2
        wide = int(min(1.15 * self.pitch, widest, self.frame.margin))
        box = wide, int(min(0.8 * self.pitch, 1.3 * font.pixelSize(), self.frame.margin))
        self._names = text_sheet(rows, np.arange(len(rows)), [(ground, ink)], *box, font)
        if self.logical_size >= NUMBERS_FROM:
            pairs = [(colour, ink_on(colour)) for colour in zone_colours(self.palette)]
            box = int(0.84 * self.size), int(0.5 * self.size)
            font = self._font(0.56 * self.size)
            self._numbers = text_sheet(hall.numbers, self._numbers_wanted(), pairs, *box, font)
        if self.logical_size >= INITIALS_FROM:
            initials = tuple(holder.initials[:3] for holder in states.holders)
            box = int(0.56 * self.size), int(0.48 * self.size)
            self._initials = text_sheet(
                initials, np.arange(len(initials)), [(ground, ink)], *box, self._font(0.4 * self.size)
            )

    def _numbers_wanted(self) -> NDArray[np.integer]:
        assert self._model.hall is not None
        hall = self._model.hall
        if len(hall.numbers) <= _TEXTS_AT_ONCE:
            return np.arange(len(hall.numbers))
        seats = self._seats.touching(self.frame.everything, self.camera, self.size, self.size)
        return np.unique(hall.number[seats])

    def _font(self, size: float) -> QFont:
        font = plain_font(size)
        font.setWeight(QFont.Weight.Medium)
        # The sheets keep one coverage a pixel, so colour fringes of a flat panel would be lost anyway.
        font.setStyleStrategy(QFont.StyleStrategy.NoSubpixelAntialias)
        return font
