"""A counter's map without a window, kept true by the real listener and the real looks."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

import numpy as np
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from evently_desktop.database.transactions import Database, Session
from evently_desktop.domain.ids import EventId
from evently_desktop.domain.seating import SeatStatus
from evently_desktop.gui.live import Live, LiveEvent
from evently_desktop.gui.seat_map import SeatMapModel
from evently_desktop.gui.tasks import Tasks
from evently_desktop.live.listener import Listener
from evently_desktop.services import seats
from tests.house import Hall

PATIENCE_MS = 15_000
NEVER = 3600.0


@dataclass(frozen=True)
class Map:
    tasks: Tasks
    live: Live
    model: SeatMapModel
    event: LiveEvent
    hall: Hall

    def status(self, name: str) -> SeatStatus:
        """What the map has for the seat."""
        assert self.model.states is not None
        return SeatStatus(self.model.states.status[self._ordinal(name)])

    def is_free(self, name: str) -> bool:
        """Whether the map would offer the seat now."""
        assert self.model.states is not None
        return bool(self.model.states.free_at(self.model.now)[self._ordinal(name)])

    def equals(self, database: Database) -> bool:
        """Whether each seat has the state that the database has for it."""

        def read(session: Session) -> np.ndarray:
            states, _ = seats.states(session, self.hall.event_id, self.hall.geometry)
            return states.status

        assert self.model.states is not None
        return bool((self.model.states.status == database.read(read)).all())

    def settle(self, qtbot: QtBot) -> None:
        """Wait until it listens to the event, and to nothing that was said before."""
        probe = EventId(uuid4())
        with qtbot.waitSignal(self.live.news, timeout=PATIENCE_MS, check_params_cb=lambda event: event == probe):
            self.live.watch(probe)
        self.live.unwatch(probe)
        qtbot.waitUntil(lambda: self.tasks.pending == 0, timeout=PATIENCE_MS)

    def close(self) -> None:
        self.event.leave()
        self.live.stop()
        self.tasks.shutdown()

    def _ordinal(self, name: str) -> int:
        wanted = np.frombuffer(self.hall.seat(name).bytes, np.uint8)
        return int(np.flatnonzero((self.hall.geometry.ids == wanted).all(axis=1))[0])


def open_map(
    owner: QObject, database: Database, hall: Hall, clock: Callable[[], float] = time.time, poll_seconds: float = NEVER
) -> Map:
    tasks = Tasks(database, owner)
    live = Live(partial(Listener, database.url), owner)
    model = SeatMapModel(owner, clock)
    opened = Map(tasks, live, model, LiveEvent(tasks, live, model, poll_seconds, owner), hall)
    opened.event.show(hall.event_id, hall.geometry)
    return opened
