"""The map for those who do not see it: a list whose entries are the seats, made as they are asked for."""

from functools import cache
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

import shiboken6
from PySide6.QtCore import QObject, QPoint, QPointF, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface

from evently_desktop.language import tr

if TYPE_CHECKING:
    from evently_desktop.gui.seat_map.view import SeatMapView

# Qt takes None for "there is none" here, which the stubs of PySide do not say.
OrNone = Any


class AccessibleMap(QAccessibleInterface):
    """The view as a list: child ``n`` is the seat with ordinal ``n``."""

    def __init__(self, view: "SeatMapView") -> None:
        super().__init__()
        self.view = view
        # Qt keeps pointers to what it was given, so each seat asked for keeps its one interface.
        self._seats: dict[int, AccessibleSeat] = {}

    def isValid(self) -> bool:
        return bool(shiboken6.isValid(self.view))

    def object(self) -> QObject:
        return self.view

    def window(self) -> OrNone:
        return self.view.window().windowHandle()

    def parent(self) -> OrNone:
        parent = self.view.parentWidget()
        return QAccessible.queryAccessibleInterface(parent) if parent else None

    def childCount(self) -> int:
        return len(self.view.model)

    def child(self, index: int) -> OrNone:
        if not 0 <= index < len(self.view.model):
            return None
        if index not in self._seats:
            self._seats[index] = AccessibleSeat(self, index)
        return self._seats[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return child.ordinal if isinstance(child, AccessibleSeat) and child.map is self else -1

    def childAt(self, x: int, y: int) -> OrNone:
        seat = self.view.seat_at(QPointF(self.view.mapFromGlobal(QPoint(x, y))))
        return None if seat is None else self.child(seat)

    def focusChild(self) -> OrNone:
        seat = self.view.current_seat
        return self.child(seat) if seat is not None and self.view.hasFocus() else None

    def rect(self) -> QRect:
        return QRect(self.view.mapToGlobal(QPoint(0, 0)), self.view.size())

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.List

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.focusable = True
        state.focused = self.view.hasFocus()
        state.multiSelectable = True
        return state

    def text(self, kind: QAccessible.Text) -> str:
        if kind == QAccessible.Text.Name:
            return self.view.accessibleName() or tr("Seat map")
        if kind == QAccessible.Text.Description:
            return self.view.accessibleDescription()
        return ""

    def setText(self, _kind: QAccessible.Text, _text: str) -> None:
        """Nothing here can be written."""


class AccessibleSeat(QAccessibleInterface):
    """One seat: its name says section, row and seat, its description the state, zone and price."""

    def __init__(self, map_: AccessibleMap, ordinal: int) -> None:
        super().__init__()
        self.map, self.ordinal = map_, ordinal

    def isValid(self) -> bool:
        return self.map.isValid() and self.ordinal < len(self.map.view.model)

    def object(self) -> OrNone:
        return None

    def window(self) -> OrNone:
        return self.map.window()

    def parent(self) -> QAccessibleInterface:
        return self.map

    def childCount(self) -> int:
        return 0

    def child(self, _index: int) -> OrNone:
        return None

    def indexOfChild(self, _child: QAccessibleInterface) -> int:
        return -1

    def childAt(self, _x: int, _y: int) -> OrNone:
        return None

    def rect(self) -> QRect:
        view = self.map.view
        seat = view.seat_rect(self.ordinal)
        return QRect(view.mapToGlobal(seat.topLeft()), seat.size())

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        view = self.map.view
        state = QAccessible.State()
        state.focusable = True
        state.focused = view.hasFocus() and view.current_seat == self.ordinal
        state.selectable = view.model.is_free(self.ordinal)
        state.selected = view.model.is_selected(self.ordinal)
        state.disabled = not (state.selectable or state.selected)
        state.offscreen = not view.rect().intersects(view.seat_rect(self.ordinal))
        return state

    def text(self, kind: QAccessible.Text) -> str:
        words = self.map.view.words(self.ordinal)
        if kind == QAccessible.Text.Name:
            return words.name
        if kind == QAccessible.Text.Description:
            return ", ".join(filter(None, (words.state, words.zone, words.price, words.place)))
        return ""

    def setText(self, _kind: QAccessible.Text, _text: str) -> None:
        """Nothing here can be written."""


_maps: WeakKeyDictionary[QObject, AccessibleMap] = WeakKeyDictionary()


def _interface(class_name: str, thing: QObject) -> QAccessibleInterface | None:
    """Qt asks for each class of an object, from its own to QObject, until somebody has an answer."""
    if class_name != "SeatMapView":
        return None
    if thing not in _maps:
        _maps[thing] = AccessibleMap(cast("SeatMapView", thing))
    return _maps[thing]


@cache
def install() -> None:
    """Let screen readers into every seat map of the program."""
    QAccessible.installFactory(_interface)


def tell(view: "SeatMapView", what: QAccessible.Event, ordinal: int) -> None:
    """Tell a screen reader, if there is one, that something happened to a seat."""
    if QAccessible.isActive():
        event = QAccessibleEvent(view, what)
        event.setChild(ordinal)
        QAccessible.updateAccessibility(event)
