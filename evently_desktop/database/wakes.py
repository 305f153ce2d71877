"""Waking the counters that show an event, soon after a commit and seldom.

A NOTIFY inside the sale's transaction would serialise the commits of the whole database. So one thread sends
them afterwards, in transactions of their own that wait for no disk, and merges what comes in bursts. A hint that
is lost here costs a counter its next poll and never the truth.
"""

import queue
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from evently_desktop.pace import Pace

# One round trip and a transaction of its own; that it waits for no disk holds for this transaction only.
_WAKE = sa.text(
    "SELECT set_config('synchronous_commit', 'off', true), count(pg_notify(channel, ''))"
    " FROM unnest(CAST(:channels AS text[])) AS channel"
)
# Seconds between hints of one program when they never end. Each wakes every counter that shows the event, which
# costs the server more than the sale did.
_LEAST, _MOST = 0.01, 0.5


def channel(event_id: UUID) -> str:
    """The name under which counters that show the event listen."""
    return f"evently_{event_id.hex}"


class Wakes:
    """Sends hints about changed events; starts its thread with the first one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: queue.SimpleQueue[UUID | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def tell(self, event_ids: Iterable[UUID]) -> None:
        """Have these events' counters woken; returns at once."""
        for event_id in event_ids:
            self._waiting.put(event_id)
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="evently-wakes", daemon=True)
                    self._thread.start()

    def stop(self) -> None:
        """Send what waits and end the thread."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._waiting.put(None)
            thread.join(timeout=5)

    def _run(self) -> None:
        pace = Pace(_LEAST, _MOST)
        going_on = True
        while going_on:
            changed, going_on = self._gather()
            if pause := pace.wait():
                time.sleep(pause)
                more, still = self._gather(wait=False)
                changed, going_on = changed | more, going_on and still
            began = time.monotonic()
            self._send(changed)
            pace.done(time.monotonic() - began)

    def _gather(self, *, wait: bool = True) -> tuple[set[UUID], bool]:
        changed: set[UUID] = set()
        while True:
            try:
                event_id = self._waiting.get(block=wait and not changed)
            except queue.Empty:
                return changed, True
            if event_id is None:
                return changed, False
            changed.add(event_id)

    def _send(self, changed: set[UUID]) -> None:
        if not changed:
            return
        channels = [channel(event_id) for event_id in changed]
        # The first try may meet a connection that broke while nobody used it; that empties the pool. If the second
        # fails too, the counters' slow poll tells them, and the next write says to the clerk what is wrong.
        for _ in range(2):
            with suppress(SQLAlchemyError), self._engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT").execute(_WAKE, {"channels": channels})
                return
