"""One connection that waits for hints, in a thread of its own. Knows no Qt."""

import logging
import random
import selectors
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress

import psycopg
from psycopg import pq
from sqlalchemy import URL

from evently_desktop import __version__
from evently_desktop.domain.ids import EventId
from evently_desktop.live.news import News
from evently_desktop.pace import Pace

log = logging.getLogger(__name__)

# After this silence the server is asked whether it is there, and this long its answer may take.
_QUIET_SECONDS = 2.0
_ANSWER_SECONDS = 2.5
# Told at most this often; what comes in between is merged.
_APART_SECONDS = 0.005
# Where hints never end, seconds between them. In between it does not listen, as each hint costs the server a wake-up
# for each counter that does.
_DEAF_SECONDS = 0.1
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_STOP_SECONDS = 0.9


class Listener:
    """Tells that watched events may have changed, and whether the server can be heard.

    Both callbacks are called on the listener's thread and must not block. A hint is no more than that: after a
    reconnect every watched event counts as changed, and whoever must not miss anything also looks now and then
    by himself. A server that is gone is noticed within five seconds, whatever the network says.
    """

    def __init__(self, url: URL, on_news: Callable[[EventId], object], on_connection: Callable[[bool], object]) -> None:
        self._url = url
        self._on_news = on_news
        self._on_connection = on_connection
        self._news = News()
        self._connected: bool | None = None
        self._stopping = threading.Event()
        self._doorbell = _Doorbell()
        self._thread = threading.Thread(target=self._run, name="evently-listener", daemon=True)

    def start(self) -> None:
        """Begin to listen; may be called once."""
        self._thread.start()

    def stop(self) -> None:
        """End within a second; nothing is told any more. May be called twice."""
        self._stopping.set()
        self._doorbell.ring()
        if self._thread.ident is None:
            self._doorbell.close()
        elif self._thread.is_alive():
            # A thread that is just connecting ends by itself a little later.
            self._thread.join(_STOP_SECONDS)

    def watch(self, event_id: EventId) -> None:
        """Hear of this event. Each `watch` needs its own `unwatch`."""
        self._news.watch(event_id)
        self._doorbell.ring()

    def unwatch(self, event_id: EventId) -> None:
        """Hear of this event no longer."""
        self._news.unwatch(event_id)
        self._doorbell.ring()

    def _run(self) -> None:
        with closing(self._doorbell):
            self._keep_listening()

    def _keep_listening(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                with suppress(_Stopped), closing(self._connect()) as connection:
                    self._hear(_Line(connection.pgconn, self._news, self._doorbell, self._stopping))
            except psycopg.Error as error:
                self._tell_connection(False)
                log.info("listening broke off: %s", type(error).__name__)
                if time.monotonic() - began > _LONGEST_PAUSE:
                    pause = _FIRST_PAUSE
                # Counters that lost their server together must not come back in one crowd.
                self._stopping.wait(pause * random.uniform(0.5, 1.5))  # noqa: S311
                pause = min(pause * 2, _LONGEST_PAUSE)

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        _, parameters = self._url.get_dialect()().create_connect_args(self._url)
        return psycopg.connect(
            **parameters,
            autocommit=True,
            application_name=f"Evently {__version__} live",
            connect_timeout=3,
            keepalives_idle=3,
            keepalives_interval=1,
            keepalives_count=2,
        )

    def _hear(self, line: "_Line") -> None:
        rush = Pace(_DEAF_SECONDS, _DEAF_SECONDS)
        while True:
            line.listen()
            self._tell_connection(True)
            if self._tell():
                self._doorbell.pause(_APART_SECONDS)
            if not line.wait(_QUIET_SECONDS):
                line.ask(b"SELECT 1")
            if not self._news:
                continue
            rush.done(0)
            if pause := rush.wait():
                # What was heard is told with what comes meanwhile, when it listens again. Counters that were woken
                # together must not look at the server in one crowd each time.
                line.stop_listening()
                self._doorbell.pause(pause * random.uniform(0.5, 1.5))  # noqa: S311

    def _tell(self) -> bool:
        changed = self._news.take()
        for event_id in changed:
            if not self._stopping.is_set():
                self._on_news(event_id)
        return bool(changed)

    def _tell_connection(self, connected: bool) -> None:
        if connected is not self._connected and not self._stopping.is_set():
            self._connected = connected
            self._on_connection(connected)


class _Stopped(Exception):
    """The listener was told to stop."""


class _Doorbell:
    """Wakes a thread that waits for a socket."""

    def __init__(self) -> None:
        self.inside, self._outside = socket.socketpair()
        self.inside.setblocking(False)
        self._outside.setblocking(False)

    def ring(self) -> None:
        # A pipe that is full has been rung enough, and one that is closed has nobody to wake.
        with suppress(OSError):
            self._outside.send(b"!")

    def close(self) -> None:
        self.inside.close()
        self._outside.close()

    def answer(self) -> None:
        with suppress(BlockingIOError):
            while self.inside.recv(4096):
                pass

    def pause(self, seconds: float) -> None:
        """Wait; the doorbell, which stays rung, ends it."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.inside, selectors.EVENT_READ)
            selector.select(seconds)


class _Line:
    """The connection, driven without ever blocking longer than it says."""

    def __init__(self, pgconn: pq.abc.PGconn, news: News, doorbell: _Doorbell, stopping: threading.Event) -> None:
        self._pgconn = pgconn
        self._news = news
        self._doorbell = doorbell
        self._stopping = stopping
        self._listening: set[bytes] = set()

    def listen(self) -> None:
        """Listen on what is watched now, and on nothing else; a channel that is new may have missed hints."""
        wanted = self._news.channels
        steps = [b'LISTEN "%b"' % name for name in wanted - self._listening]
        steps += [b'UNLISTEN "%b"' % name for name in self._listening - wanted]
        if steps:
            self.ask(b"; ".join(steps))
            for name in wanted - self._listening:
                self._news.hear(name)
            self._listening = wanted

    def stop_listening(self) -> None:
        """Hear nothing until `listen`, which then takes every channel for one that may have missed hints."""
        self.ask(b"UNLISTEN *")
        self._listening = set()

    def ask(self, statement: bytes) -> None:
        """Run a statement; a server that does not answer in time counts as gone."""
        self._pgconn.send_query(statement)
        self._pgconn.flush()
        deadline = time.monotonic() + _ANSWER_SECONDS
        while True:
            while self._pgconn.is_busy():
                left = deadline - time.monotonic()
                if left <= 0:
                    raise psycopg.OperationalError("no answer")
                self.wait(left)
            result = self._pgconn.get_result()
            if result is None:
                return
            if result.status == pq.ExecStatus.FATAL_ERROR:
                raise psycopg.OperationalError(result.error_message.decode(errors="replace"))

    def wait(self, seconds: float) -> bool:
        """Wait for the server or the doorbell and take in what came; False if nothing did."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._pgconn.socket, selectors.EVENT_READ)
            selector.register(self._doorbell.inside, selectors.EVENT_READ)
            ready = selector.select(seconds)
        self._doorbell.answer()
        if self._stopping.is_set():
            raise _Stopped
        self._pgconn.consume_input()
        while (notice := self._pgconn.notifies()) is not None:
            self._news.hear(notice.relname)
        return bool(ready)
