"""The widget that shows the seat map and tells what the person does with it."""

import html
from enum import Enum

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from evently_desktop.gui.seat_map.accessibility import install, tell
from evently_desktop.gui.seat_map.camera import Bounds
from evently_desktop.gui.seat_map.canvas import SeatCanvas
from evently_desktop.gui.seat_map.legend import SeatMapLegend
from evently_desktop.gui.seat_map.minimap import Minimap
from evently_desktop.gui.seat_map.model import SeatMapModel
from evently_desktop.gui.seat_map.navigation import middle_seat, neighbour, row_of
from evently_desktop.gui.seat_map.words import SeatWords, seat_words

_ZOOM = 1.2  # One notch of the wheel.
_PAN = 80  # Logical pixels of one key press.
_REACH = 5  # A click this many logical pixels beside a small seat still means it.
_CORNER = 12
_NONE = -1

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ZOOM_KEYS = {Qt.Key.Key_Plus: _ZOOM, Qt.Key.Key_Equal: _ZOOM, Qt.Key.Key_Minus: 1 / _ZOOM}
_COMMANDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_TYPED_APART = 1_000  # Milliseconds after which a letter begins another name.
_FIT_KEYS = (Qt.Key.Key_Home, Qt.Key.Key_0)


class _Drag(Enum):
    NONE = 0
    PRESSED = 1
    PANNING = 2
    CHOOSING = 3


class SeatMapView(SeatCanvas):
    """The map of one event. A click or Space on a free seat toggles it in the model's selection, and tells.

    Drag pans, the wheel zooms about the cursor, Shift and drag or arrows chooses a rectangle, a double click
    or Shift+R the row. Arrows walk from seat to seat and show its tip, with Ctrl they pan; plus and minus zoom,
    Home or 0 shows the whole hall, and letters the section whose name begins with them. Esc leaves. Prices are
    shown in ``currency`` as ``locale`` writes them.
    """

    seat_clicked = Signal(int)  # After the selection has followed; any seat, sold ones too.
    seat_hovered = Signal(int)  # -1 for none.
    selection_changed = Signal()
    left = Signal()  # The keyboard is wanted elsewhere.

    def __init__(self, model: SeatMapModel, currency: str, locale: str, parent: QWidget | None = None) -> None:
        self._hovered = self._current = self._corner = _NONE
        self._drag = _Drag.NONE
        self._pressed_at = self._last_at = QPointF()
        self._typed = ""
        install()
        super().__init__(model, parent)
        self._currency, self._locale = currency, locale
        self._typing = QTimer(self, singleShot=True, interval=_TYPED_APART)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(200, 150)
        self.legend = SeatMapLegend(model, currency, locale, self)
        self.minimap = Minimap(self)
        model.loaded.connect(self._place_corners)
        model.selection_changed.connect(self.selection_changed)

    def show_money_in(self, currency: str, locale: str) -> None:
        """Another event may be sold in another currency."""
        self._currency, self._locale = currency, locale
        self.legend.show_money_in(currency, locale)
        self._place_corners()

    @property
    def current_seat(self) -> int | None:
        """The seat that the keyboard is on."""
        return None if self._current == _NONE else self._current

    def words(self, ordinal: int) -> SeatWords:
        """The seat in words, as things stand this second."""
        return seat_words(self.model, ordinal, self._currency, self._locale)

    def set_current_seat(self, ordinal: int) -> None:
        """Move the keyboard's focus to a seat and bring it into sight."""
        self._current = ordinal
        self.show_seat(ordinal)
        tell(self, QAccessible.Event.Focus, ordinal)
        self._set_ring("focus", ordinal if self.hasFocus() else None)

    def show_seat(self, ordinal: int) -> None:
        """Pan as little as is needed for the seat to be well inside the window."""
        self.draw_frame()
        seat, edge = self.seat_rect(ordinal), 48
        room = self.rect().adjusted(edge, edge, -edge, -edge)
        dx = max(room.left() - seat.left(), 0) + min(room.right() - seat.right(), 0)
        dy = max(room.top() - seat.top(), 0) + min(room.bottom() - seat.bottom(), 0)
        if dx or dy:
            self.look(self.camera.moved(round(dx * self.dpr), round(dy * self.dpr)))

    def section_called(self, name: str) -> str:
        """The first section whose name, or its last words, begins with ``name``, whatever the case; "" for none."""
        hall, wanted = self.model.hall, name.strip().casefold()
        if hall is None or not wanted:
            return ""
        names = [section.name for section in hall.geometry.sections]
        same = [each for each in names if each.casefold() == wanted]
        begun = [each for each in names if each.casefold().startswith(wanted)]
        ended = [each for each in names if f" {wanted}" in each.casefold()]
        return (same or begun or ended or [""])[0]

    def show_section(self, name: str) -> bool:
        """Show the section that `section_called` finds; False if there is none."""
        hall, section = self.model.hall, self.section_called(name)
        if hall is None or not section:
            return False
        number = [each.name for each in hall.geometry.sections].index(section)
        seats = np.flatnonzero(hall.geometry.section == number)
        if not len(seats):
            return False
        x, y, room = hall.geometry.x[seats], hall.geometry.y[seats], hall.pitch
        self.look(
            self._fit_to(
                Bounds(float(x.min()) - room, float(y.min()) - room, float(x.max()) + room, float(y.max()) + room)
            )
        )
        return True

    def seat_at(self, place: QPointF) -> int | None:
        """The seat at a point of the widget, in logical pixels."""
        hall = self.model.hall
        if hall is None:
            return None
        x, y = self.camera.to_metres(place.x() * self.dpr, place.y() * self.dpr)
        return hall.grid.nearest(x, y, max(hall.pitch * 0.5, _REACH * self.dpr / self.camera.scale))

    def select_row(self) -> None:
        """Choose the free seats of the row of the current seat, or of the one under the cursor."""
        seat = self._current if self._current != _NONE else self._hovered
        if seat != _NONE and self.model.hall is not None:
            self.model.select_many(row_of(self.model.hall, seat))

    def _take_model(self) -> None:
        self._hovered = self._current = self._corner = _NONE
        self._band = QRect()
        super()._take_model()

    def _activate(self, ordinal: int) -> None:
        self.model.toggle(ordinal)
        tell(self, QAccessible.Event.DescriptionChanged, ordinal)
        self.seat_clicked.emit(ordinal)

    def _hover(self, ordinal: int | None) -> None:
        seat = _NONE if ordinal is None else ordinal
        if seat != self._hovered:
            self._hovered = seat
            self._set_ring("hover", ordinal)
            self.seat_hovered.emit(seat)

    def _walk(self, across: int, down: int) -> None:
        hall = self.model.hall
        if hall is None:
            return
        if self._current == _NONE:
            seat = middle_seat(hall, self.in_sight())
        else:
            seat = neighbour(hall, self._current, across, down)
        if seat is not None:
            self.set_current_seat(seat)
            QToolTip.showText(self.mapToGlobal(self.seat_rect(seat).bottomRight()), self.tip(seat), self)

    def begin(self) -> None:
        """Take the keyboard, at the seat where it was, or else in the middle."""
        self.setFocus()
        if self._current == _NONE:
            self._walk(0, 0)

    def _stretch(self, across: int, down: int) -> None:
        """Let the rectangle reach from the seat where Shift was pressed to the next one."""
        if self._corner == _NONE:
            self._corner = self._current
        self._walk(across, down)
        if self._corner != _NONE:
            reach = self.seat_rect(self._corner).united(self.seat_rect(self._current))
            size = reach.size() * self.dpr
            self._band = QRect((reach.topLeft() * self.dpr), size)
            self.update()

    def _choose_stretched(self) -> None:
        band, self._band, self._corner = self._band, QRect(), _NONE
        self.update()
        if not band.isNull():
            self._choose_in(band)

    def _pan(self, dx: float, dy: float) -> None:
        self.look(self.camera.moved(round(dx * self.dpr), round(dy * self.dpr)))

    def _choose_in(self, band: QRect) -> None:
        if self.model.hall is not None:
            left, top = self.camera.to_metres(band.left(), band.top())
            right, bottom = self.camera.to_metres(band.right() + 1, band.bottom() + 1)
            self.model.select_many(self.model.hall.grid.within(Bounds(left, top, right, bottom)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = self._last_at = event.position()
        self._set_ring("focus", None)
        if event.button() == Qt.MouseButton.MiddleButton:
            self._drag = _Drag.PANNING
        elif event.button() == Qt.MouseButton.LeftButton:
            shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._drag = _Drag.CHOOSING if shift else _Drag.PRESSED

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._drag is _Drag.NONE:
            self._hover(self.seat_at(place))
        elif self._drag is _Drag.CHOOSING:
            start, end = self._pressed_at * self.dpr, place * self.dpr
            self._band = QRect(start.toPoint(), end.toPoint()).normalized()
            self.update()
        else:
            far = (place - self._pressed_at).manhattanLength() >= QApplication.startDragDistance()
            if self._drag is _Drag.PRESSED and far:
                self._drag = _Drag.PANNING
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self._hover(None)
            if self._drag is _Drag.PANNING:
                # Rounding the two places, not their difference, keeps the hall under the cursor.
                before, now = (self._last_at * self.dpr).toPoint(), (place * self.dpr).toPoint()
                self.look(self.camera.moved(now.x() - before.x(), now.y() - before.y()))
                self._last_at = place

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, _Drag.NONE
        self.unsetCursor()
        if drag is _Drag.CHOOSING:
            self._choose_in(self._band)
            self._band = QRect()
            self.update()
        elif drag is _Drag.PRESSED:
            seat = self.seat_at(event.position())
            if seat is not None:
                self._current = seat
                self._activate(seat)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        seat = self.seat_at(event.position())
        if seat is not None and event.button() == Qt.MouseButton.LeftButton:
            self._current = seat
            self.select_row()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned, place = event.angleDelta(), event.position()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if not event.pixelDelta().isNull() and event.phase() != Qt.ScrollPhase.NoScrollPhase and not control:
            self._pan(event.pixelDelta().x(), event.pixelDelta().y())
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._pan((turned.x() or turned.y()) / 120 * _PAN, 0)
        elif turned.y():
            self.zoom(_ZOOM ** (turned.y() / 120), place.x(), place.y())
        else:
            self._pan(turned.x() / 120 * _PAN, 0)
        event.accept()

    def _types_section(self, event: QKeyEvent) -> bool:
        """Take the key as one more letter of a section's name; digits and spaces only after the first."""
        text, is_going_on = event.text(), self._typing.isActive()
        if event.modifiers() & _COMMANDING or not text.isprintable() or not text:
            return False
        if not is_going_on and not (text.isalpha() and event.modifiers() == Qt.KeyboardModifier.NoModifier):
            return False
        self._typed = self._typed + text if is_going_on else text
        self._typing.start()
        self.show_section(self._typed)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._types_section(event):
            return
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        middle = self.rect().center()
        if key in _ARROWS and modifiers & Qt.KeyboardModifier.ControlModifier:
            across, down = _ARROWS[key]
            self._pan(-across * _PAN, -down * _PAN)
        elif key in _ARROWS and modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._stretch(*_ARROWS[key])
        elif key in _ARROWS:
            self._walk(*_ARROWS[key])
        elif key in _ZOOM_KEYS:
            self.zoom(_ZOOM_KEYS[key], middle.x(), middle.y())
        elif key in _FIT_KEYS:
            self.fit()
        elif key == Qt.Key.Key_Space and self._current != _NONE:
            self._activate(self._current)
        elif key == Qt.Key.Key_R and modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.select_row()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Shift and self._corner != _NONE:
            self._choose_stretched()
        super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self._set_ring("focus", self.current_seat)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._set_ring("focus", None)
        if self._corner != _NONE:
            self._corner, self._band = _NONE, QRect()
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(None)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            seat = self.seat_at(QPointF(event.pos()))
            if seat is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self.tip(seat), self, self.seat_rect(seat))
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # Elsewhere Esc may give the basket back; here it leads out of the map first.
            event.setAccepted(event.key() == Qt.Key.Key_Escape)
            return event.isAccepted()
        if isinstance(event, QNativeGestureEvent) and (event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture):
            self.zoom(1 + event.value(), event.position().x(), event.position().y())
            return True
        return super().event(event)

    def tip(self, ordinal: int) -> str:
        """The words of a seat; names come from people, so everything is escaped."""
        words = self.words(ordinal)
        lines = (f"{words.zone} · {words.price}", words.state, words.place)
        rest = "".join(f"<br>{html.escape(line)}" for line in lines if line)
        return f"<p style='white-space: pre'><b>{html.escape(words.name)}</b>{rest}</p>"

    def _place_corners(self) -> None:
        """The overview stands at the lower left, the legend at the lower right where it has room."""
        width, height = self.width(), self.height()
        self.minimap.move(_CORNER, height - self.minimap.height() - _CORNER)
        self.legend.resize(self.legend.sizeHint())
        self.legend.move(width - self.legend.width() - _CORNER, height - self.legend.height() - _CORNER // 2)
        self.legend.setVisible(self.legend.x() > 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_corners()
