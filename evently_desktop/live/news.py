"""What a notification says: that an event changed, and nothing more. Any login can forge one."""

import threading
from collections import Counter

from evently_desktop.database.wakes import channel
from evently_desktop.domain.ids import EventId


class News:
    """The watched events that changed, merged: however many hints come, each event waits here once.

    Safe to use from any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watchers: Counter[EventId] = Counter()
        self._by_channel: dict[bytes, EventId] = {}
        self._changed: set[EventId] = set()

    def watch(self, event_id: EventId) -> None:
        """Hear of this event; each `watch` needs its own `unwatch`."""
        with self._lock:
            self._watchers[event_id] += 1
            self._by_channel[channel(event_id).encode()] = event_id

    def unwatch(self, event_id: EventId) -> None:
        """Hear of it no longer, once nobody else watches it; an event that nobody watches is left alone."""
        with self._lock:
            self._watchers[event_id] -= 1
            if self._watchers[event_id] <= 0:
                del self._watchers[event_id]
                self._by_channel.pop(channel(event_id).encode(), None)
                self._changed.discard(event_id)

    @property
    def channels(self) -> set[bytes]:
        """What to listen on."""
        with self._lock:
            return set(self._by_channel)

    def hear(self, name: bytes) -> None:
        """A hint came on this channel; the name of a channel that nobody watches is ignored."""
        with self._lock:
            event_id = self._by_channel.get(name)
            if event_id is not None:
                self._changed.add(event_id)

    def __bool__(self) -> bool:
        with self._lock:
            return bool(self._changed)

    def take(self) -> set[EventId]:
        """The events that changed since the last call."""
        with self._lock:
            changed, self._changed = self._changed, set()
            return changed
