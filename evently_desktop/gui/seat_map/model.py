"""What the map knows: the hall, the state of its seats, the clerk's basket and the seats chosen here."""

import time
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from evently_desktop.domain.ids import BookingId
from evently_desktop.domain.seating import Geometry, SeatStates, SeatStatus, StateChanges
from evently_desktop.gui.seat_map.hall import Hall
from evently_desktop.gui.seat_map.looks import Kind, faces, is_free, kinds

# The clock changes seats at most this often a second, so that thousands of holds cost a few timers.
_TICKS = 4
_LONGEST_WAIT = 3600.0

Ordinals = Iterable[int] | NDArray[np.integer]


class SeatMapModel(QObject):
    """The seats of one event. Selection is local and of free seats only; a basket is what the database holds.

    A selected seat that somebody else takes leaves the selection by itself, and so does one that comes into
    the own basket. All ordinals in signals are int32 arrays.
    """

    loaded = Signal()
    seats_changed = Signal(object)  # The looks of these seats may have changed.
    seats_freed = Signal(object)  # These seats became free just now, by news or by the clock.
    selection_changed = Signal()

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = time.time) -> None:
        super().__init__(parent)
        self._clock = clock
        self._offset = 0.0
        self._basket: BookingId | None = None
        # The seats that the last answer named, until the next look, and what that look says against the answer.
        self._answered = np.empty(0, np.int32)
        self._answered_of: BookingId | None = None
        self._doubted: StateChanges | None = None
        self.hall: Hall | None = None
        self.states: SeatStates | None = None
        self.face = np.empty(0, np.uint16)  # By ordinal, as `looks.faces` has them.
        self._selected = np.empty(0, bool)
        self._until = np.empty(0, np.float64)
        self._wake_at = np.inf
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def __len__(self) -> int:
        return len(self.face)

    @property
    def now(self) -> float:
        """The server's clock, in seconds since 1970."""
        return self._clock() + self._offset

    def load(self, geometry: Geometry, states: SeatStates) -> None:
        """Show another event, or the same one afresh; the selection is emptied, the basket's id kept.

        Raises `BadInput`, and changes nothing, when a seat of the plan has no place that can be drawn.
        """
        if self.hall is None or self.hall.geometry is not geometry:
            self.hall = Hall(geometry)
        self.states = states
        count = len(geometry)
        self._selected = np.zeros(count, bool)
        self.face = np.zeros(count, np.uint16)
        self._until = np.full(count, np.inf)
        self._wake_at = np.inf
        self._answered, self._doubted = np.empty(0, np.int32), None
        self._work_out(np.arange(count))
        self.loaded.emit()
        self.selection_changed.emit()

    def unload(self) -> None:
        """Show no event, until one is loaded; the basket's id is kept."""
        self.hall = self.states = self._doubted = None
        self._answered = np.empty(0, np.int32)
        self.face, self._selected = np.empty(0, np.uint16), np.empty(0, bool)
        self._until, self._wake_at = np.empty(0, np.float64), np.inf
        self._timer.stop()
        self.loaded.emit()
        self.selection_changed.emit()

    def apply(self, changes: StateChanges) -> None:
        """Take over what changed; of several changes of one seat the last one counts.

        Each call brings the news of one look, and a look begins when the one before has been applied. The first
        after the answer to a hold may have begun before it: what it says against the answer waits for the next,
        which names those seats again if the answer is the newer of the two.
        """
        if self.states is None:
            return
        if self._doubted is not None:
            changes, self._doubted = self._doubted.followed_by(changes), None
        if len(self._answered):
            against = np.isin(changes.ordinal, self._answered) & self._contradicts(changes)
            self._answered = np.empty(0, np.int32)
            self._doubted, changes = changes.chosen(against), changes.chosen(~against)
        self._take_over(changes)

    def _contradicts(self, changes: StateChanges) -> NDArray[np.bool_]:
        """Which of the changes say otherwise whether the own basket holds the seat; a sale is never old news."""
        assert self.states is not None
        assert self._answered_of is not None
        own = np.frombuffer(self._answered_of.bytes, np.uint8)
        told = (changes.booking == own).all(axis=1) & (changes.status == SeatStatus.HELD)
        unsold = (changes.status == SeatStatus.AVAILABLE) | (changes.status == SeatStatus.HELD)
        contradicts: NDArray[np.bool_] = unsold & (told != self._belongs(changes.ordinal, self._answered_of))
        return contradicts

    def _take_over(self, changes: StateChanges) -> None:
        states, at = self.states, changes.ordinal
        if states is None or not len(changes):
            return
        states.status[at] = changes.status
        states.zone[at] = changes.zone
        states.hold_type[at] = changes.hold_type
        states.expires[at] = changes.expires
        states.holder[at] = changes.holder
        states.price[at] = changes.price
        states.booking[at] = changes.booking
        self._refresh(at)

    def set_clock_offset(self, seconds: float) -> None:
        """How far the server's clock is ahead of this computer's."""
        self._offset = seconds
        self._refresh(np.arange(len(self)))

    def set_mine(self, booking_id: BookingId | None, ordinals: Ordinals | None = None, expires: float = np.inf) -> None:
        """The clerk's basket is this booking; the seats it holds are shown as mine, None for no basket.

        Its id may be told before anything is held: news of a hold may come sooner than its answer. With
        ``ordinals`` (the answer) the basket holds exactly these seats until ``expires`` (server's clock), before
        any news says so; without, it holds the seats whose state says so.
        """
        before = self.mine
        self._basket = booking_id
        states = self.states
        if states is None:
            return
        if ordinals is not None and booking_id is not None:
            at = as_ordinals(ordinals)
            given_up = np.setdiff1d(np.flatnonzero(self._belongs(np.arange(len(self)), booking_id)), at)
            states.status[given_up] = SeatStatus.AVAILABLE
            states.booking[given_up] = 0
            states.status[at] = SeatStatus.HELD
            states.expires[at] = expires
            states.booking[at] = np.frombuffer(booking_id.bytes, np.uint8)
            before = np.union1d(before, given_up)
            self._answered, self._answered_of = np.union1d(at, given_up).astype(np.int32), booking_id
        belongs = np.flatnonzero(self._belongs(np.arange(len(self)), booking_id))
        self._refresh(np.union1d(before, belongs))

    @property
    def mine(self) -> NDArray[np.int32]:
        """The seats in the clerk's basket whose hold lives."""
        return np.flatnonzero(kinds(self.face) == Kind.MINE).astype(np.int32)

    @property
    def selection(self) -> NDArray[np.int32]:
        """The seats chosen here, in the order of their ordinals."""
        return np.flatnonzero(self._selected).astype(np.int32)

    def is_selected(self, ordinal: int) -> bool:
        """Whether the seat is chosen here."""
        return bool(self._selected[ordinal])

    def is_free(self, ordinal: int) -> bool:
        """Whether the seat could be sold now; house seats count, their holders may sell them."""
        return bool(is_free(self.face[ordinal : ordinal + 1])[0])

    def toggle(self, ordinal: int) -> None:
        """Choose a free seat, or no longer; any other seat is left alone."""
        if self.is_free(ordinal):
            self._select(np.array([ordinal]), not self._selected[ordinal])

    def select_many(self, ordinals: Ordinals) -> None:
        """Choose those of the seats that are free and not set aside by the house, besides the ones chosen."""
        at = as_ordinals(ordinals)
        self._select(at[kinds(self.face[at]) <= Kind.SELECTED], True)

    def clear_selection(self) -> None:
        """Choose nothing."""
        self._select(self.selection, False)

    def _select(self, at: NDArray[np.int32], chosen: bool) -> None:
        at = at[self._selected[at] != chosen]
        if len(at):
            self._selected[at] = chosen
            self._work_out(at)
            self.seats_changed.emit(at.astype(np.int32))
            self.selection_changed.emit()

    def _belongs(self, at: NDArray[np.integer], booking_id: BookingId | None) -> NDArray[np.bool_]:
        assert self.states is not None
        if booking_id is None:
            return np.zeros(len(at), bool)
        mine: NDArray[np.bool_] = (self.states.booking[at] == np.frombuffer(booking_id.bytes, np.uint8)).all(axis=1)
        mine &= self.states.status[at] == SeatStatus.HELD
        return mine

    def _refresh(self, at: NDArray[np.integer]) -> None:
        """Look at these seats again, drop those from the selection that can no longer be had, and tell."""
        if self.states is None or not len(at):
            return
        at = at.astype(np.int32)
        was_free = is_free(self.face[at]) | (kinds(self.face[at]) == Kind.MINE)
        self._work_out(at)
        free = is_free(self.face[at])
        lost = at[self._selected[at] & ~free]
        self._selected[lost] = False
        self.seats_changed.emit(at)
        freed = at[free & ~was_free]
        if len(freed):
            self.seats_freed.emit(freed)
        if len(lost):
            self.selection_changed.emit()

    def _work_out(self, at: NDArray[np.integer]) -> None:
        if self.hall is None or self.states is None or not len(at):
            return
        found = faces(
            self.hall.geometry,
            self.states,
            self._belongs(at, self._basket),
            self._selected[at],
            self.now,
            at.astype(np.intp),
        )
        self.face[at] = found.face
        self._until[at] = found.until
        # An earlier time than needed costs one idle look at the clock; looking for the least over all seats
        # here would make one change cost as much as the hall is large.
        self._wake_at = min(self._wake_at, float(found.until.min()))
        self._set_timer()

    def _set_timer(self) -> None:
        if self._wake_at == np.inf:
            self._timer.stop()
            return
        on_time = np.ceil(self._wake_at * _TICKS) / _TICKS
        self._timer.start(int(np.clip(on_time - self.now, 0.0, _LONGEST_WAIT) * 1000) + 1)

    def _tick(self) -> None:
        due = np.flatnonzero(self._until <= self.now)
        self._wake_at = np.inf
        self._refresh(due)
        self._wake_at = float(self._until.min()) if len(self._until) else np.inf
        self._set_timer()


def as_ordinals(ordinals: Ordinals) -> NDArray[np.int32]:
    """The ordinals as an array."""
    return np.asarray(ordinals if isinstance(ordinals, np.ndarray) else list(ordinals), np.int32)
