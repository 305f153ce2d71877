"""The map of an event kept true: what other counters do reaches it within a frame or two, or by the next look."""

import threading
import time
from collections.abc import Callable
from math import ceil
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, SignalInstance

from evently_desktop.domain.ids import EventId
from evently_desktop.domain.seating import Geometry, SeatStates, StateChanges
from evently_desktop.errors import EventlyError
from evently_desktop.gui.seat_map import SeatMapModel
from evently_desktop.gui.tasks import Task, Tasks
from evently_desktop.pace import Pace
from evently_desktop.services import seats

# Seconds between looks at an event where news never end: an eye sees no difference, and the server does.
_LEAST, _MOST = 0.1, 1.0
# Where a frame was painted so lately, a hand moves the map and the next frame comes about now.
_FRAME = 0.02
_CLOCK_MS = 60_000
_CLOCK_SLACK = 0.05


class Ear(Protocol):
    """What listens on another thread: see `evently_desktop.live.listener.Listener`."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End within a second."""

    def watch(self, event_id: EventId) -> None:
        """Hear of this event."""

    def unwatch(self, event_id: EventId) -> None:
        """Hear of it no longer."""


class Live(QObject):
    """The program's one listening connection, brought to the GUI thread. `stop` it before the program ends."""

    news = Signal(object)  # The EventId that may have changed.
    connection_changed = Signal(bool)
    _rang = Signal()
    _connected = Signal(bool)

    def __init__(
        self,
        listen: Callable[[Callable[[EventId], object], Callable[[bool], object]], Ear],
        parent: QObject | None = None,
    ) -> None:
        """``listen`` makes the listener from its two callbacks: ``partial(Listener, database.url)``."""
        super().__init__(parent)
        self._lock = threading.Lock()
        self._heard: set[EventId] = set()
        self._ear = listen(self._hear, self._connected.emit)
        self._rang.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._connected.connect(self.connection_changed, Qt.ConnectionType.QueuedConnection)
        self.watch = self._ear.watch
        self.unwatch = self._ear.unwatch
        self._ear.start()

    def stop(self) -> None:
        """Listen no longer; ends within a second."""
        self._ear.stop()

    def _hear(self, event_id: EventId) -> None:
        # One queued call at a time, so that a GUI thread that is busy finds no heap of them.
        with self._lock:
            first = not self._heard
            self._heard.add(event_id)
        if first:
            self._rang.emit()

    def _tell(self) -> None:
        with self._lock:
            heard, self._heard = self._heard, set()
        for event_id in heard:
            self.news.emit(event_id)


class LiveEvent(QObject):
    """Keeps a `SeatMapModel` true to the event that is shown.

    It looks at once when news comes, unless news never ends, and every ``poll_seconds`` whether news comes or not;
    one look is under way at a time, and what arrives meanwhile is one more look. While `connected` is False the map
    may be out of date; whatever comes back then is read anew and whole, as it may be another server.
    """

    connection_changed = Signal(bool)
    refreshed = Signal()

    def __init__(
        self, tasks: Tasks, live: Live, model: SeatMapModel, poll_seconds: float = 1.5, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._live = live
        self._model = model
        self._event: EventId | None = None
        self._geometry: Geometry | None = None
        self._look: seats.Look | None = None
        self._offset = 0.0
        self._task: Task[Any] | None = None
        self._pace = Pace(_LEAST, _MOST)
        self._began = 0.0
        self._again = False
        self._painted = 0.0
        self.connected: bool | None = None

        self._poll = QTimer(self, interval=round(poll_seconds * 1000))
        self._rest = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._clock = QTimer(self, interval=_CLOCK_MS)

        self._poll.timeout.connect(self.refresh)
        self._rest.timeout.connect(self._rested)
        self._clock.timeout.connect(self._read_clock)
        live.news.connect(self._hear)
        live.connection_changed.connect(self._hear_connection)

    def show(self, event_id: EventId, geometry: Geometry) -> None:
        """Keep the model true to this event from now on; what was under way for another is dropped."""
        self.leave()
        self._event, self._geometry = event_id, geometry
        self._live.watch(event_id)
        self._poll.start()
        self._clock.start()
        self.refresh()

    def give_way_to(self, painted: SignalInstance) -> None:
        """While frames follow each other, begin looks right after one, not in the middle of the next: a look works
        in this program, too, and would make that frame late. ``painted`` is emitted at the end of each.
        """
        painted.connect(self._note_frame)

    def leave(self) -> None:
        """Keep no event true any more."""
        if self._event is not None:
            self._live.unwatch(self._event)
        self._drop()
        self._event = self._geometry = self._look = None
        self._pace = Pace(_LEAST, _MOST)
        self._rest.stop()
        self._poll.stop()
        self._clock.stop()

    def refresh(self) -> None:
        """Look now, or as soon as the look that is under way has ended."""
        if self._event is None or self._geometry is None:
            return
        if self._task is not None or self._rest.isActive():
            self._again = True
            return
        since_frame = time.monotonic() - self._painted
        if pause := max(self._pace.wait(), _FRAME - since_frame):
            self._again = True
            self._rest.start(ceil(pause * 1000))
            return
        self._look_now()

    def _note_frame(self) -> None:
        self._painted = time.monotonic()
        if self._again and self._task is None and not self._pace.wait():
            self._rest.stop()
            # Not before the frame is on the screen.
            QTimer.singleShot(0, self, self._look_after_frame)

    def _look_after_frame(self) -> None:
        if self._again and self._task is None:
            self._look_now()

    def _look_now(self) -> None:
        if self._event is None or self._geometry is None:
            return
        self._again = False
        self._began = time.monotonic()
        if self._look is None or self._model.states is None:
            self._task = self._tasks.read(seats.clock_offset).start(self._begin, self._fail)
        else:
            read = self._tasks.read(seats.changes, self._event, self._look, self._model.states, self._geometry)
            self._task = read.start(self._apply, self._fail)

    def _begin(self, offset: float) -> None:
        self._set_clock(offset)
        self._task = self._tasks.read(seats.states, self._event, self._geometry).start(self._load, self._fail)

    def _load(self, answer: tuple[SeatStates, seats.Look]) -> None:
        states, self._look = answer
        assert self._geometry is not None
        same = self._model.hall is not None and self._model.hall.geometry is self._geometry
        chosen = self._model.selection if same else ()
        self._model.load(self._geometry, states)
        for ordinal in chosen:
            self._model.toggle(int(ordinal))
        self._end()

    def _apply(self, answer: tuple[StateChanges, seats.Look]) -> None:
        changes, self._look = answer
        self._model.apply(changes)
        self._end()

    def _end(self) -> None:
        self._task = None
        self._pace.done(time.monotonic() - self._began)
        self._set_connected(True)
        if self._again:
            self.refresh()
        self.refreshed.emit()

    def _rested(self) -> None:
        if self._again:
            self.refresh()

    def _fail(self, _error: EventlyError) -> None:
        self._drop()
        self._look = None
        self._set_connected(False)

    def _drop(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task = None
        self._again = False

    def _hear(self, event_id: EventId) -> None:
        if event_id == self._event:
            self.refresh()

    def _hear_connection(self, connected: bool) -> None:
        if connected and self._event is None:
            # Nothing is looked at, so only the listener knows whether the server answers.
            self._set_connected(True)
        elif connected:
            self.refresh()
        else:
            self._drop()
            self._look = None
            self._set_connected(False)

    def _set_connected(self, connected: bool) -> None:
        if connected is not self.connected:
            self.connected = connected
            self.connection_changed.emit(connected)

    def _read_clock(self) -> None:
        self._tasks.read(seats.clock_offset).start(self._set_clock, self._keep_clock)

    def _keep_clock(self, _error: EventlyError) -> None:
        """The next look tells about the connection."""

    def _set_clock(self, offset: float) -> None:
        # Whatever is closer than that is the network's; the whole hall is looked at again for each change.
        if abs(offset - self._offset) > _CLOCK_SLACK:
            self._offset = offset
            self._model.set_clock_offset(offset)
