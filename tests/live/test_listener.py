"""The listening connection beside a real server: what it tells, what it survives, how it ends."""

import threading
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import URL

from evently_desktop.database.wakes import channel
from evently_desktop.domain.ids import EventId
from evently_desktop.live import listener
from evently_desktop.live.listener import Listener
from tests.conftest import TestServer
from tests.proxy import Proxy

PATIENCE = 10.0


class Ear:
    """Remembers what a listener told."""

    def __init__(self, url: URL) -> None:
        self.told = threading.Condition()
        self.news: list[EventId] = []
        self.connections: list[bool] = []
        self.listener = Listener(url, self._hear, self._hear_connection)

    def _hear(self, event_id: EventId) -> None:
        with self.told:
            self.news.append(event_id)
            self.told.notify_all()

    def _hear_connection(self, connected: bool) -> None:
        with self.told:
            self.connections.append(connected)
            self.told.notify_all()

    def wait(self, condition: Callable[[], bool], patience: float = PATIENCE) -> bool:
        with self.told:
            return self.told.wait_for(condition, patience)

    def watch(self, event_id: EventId) -> None:
        """Watch and wait until it listens: a new watch is told once."""
        before = len(self.news)
        self.listener.watch(event_id)
        assert self.wait(lambda: event_id in self.news[before:])


@pytest.fixture
def ears() -> Iterator[Callable[[URL], Ear]]:
    made: list[Ear] = []

    def make(url: URL) -> Ear:
        made.append(Ear(url))
        made[-1].listener.start()
        return made[-1]

    yield make
    for ear in made:
        ear.listener.stop()


@pytest.fixture
def ear(ears: Callable[[URL], Ear], server: TestServer) -> Ear:
    return ears(server.url("anna"))


@pytest.fixture
def ben(server: TestServer) -> Iterator[psycopg.Connection]:
    """Somebody with psql."""
    with server.connect("ben") as connection:
        yield connection


@pytest.fixture
def proxy(server: TestServer) -> Iterator[Proxy]:
    assert server.admin_url.host is not None
    assert server.admin_url.port is not None
    with Proxy(server.admin_url.host, server.admin_url.port) as proxy:
        yield proxy


def event() -> EventId:
    return EventId(uuid4())


def notify(connection: psycopg.Connection, name: str, payload: str = "") -> None:
    connection.execute("SELECT pg_notify(%s, %s)", [name, payload])


def test_a_hint_is_told(ear: Ear, ben: psycopg.Connection) -> None:
    shown = event()
    ear.watch(shown)
    before = len(ear.news)
    notify(ben, channel(shown))
    assert ear.wait(lambda: len(ear.news) > before)
    assert set(ear.news[before:]) == {shown}


def test_only_what_is_watched_is_told(ear: Ear, ben: psycopg.Connection) -> None:
    shown, left, other = event(), event(), event()
    ear.watch(shown)
    ear.watch(left)
    ear.listener.unwatch(left)
    before = len(ear.news)
    for name in (channel(other), channel(left), "evently_", "anything; DROP TABLE seats", "\N{SNOWMAN}" * 21):
        notify(ben, name, "x")
    notify(ben, channel(shown))
    assert ear.wait(lambda: shown in ear.news[before:])
    assert set(ear.news[before:]) == {shown}


def test_garbled_hints_are_no_more_than_hints(ear: Ear, ben: psycopg.Connection) -> None:
    shown = event()
    ear.watch(shown)
    before = len(ear.news)
    notify(ben, channel(shown), "{" * 7999)
    notify(ben, channel(shown), str(uuid4()))
    assert ear.wait(lambda: len(ear.news) > before)
    assert set(ear.news[before:]) == {shown}
    assert ear.connections == [True]


def test_a_flood_is_merged(ear: Ear, ben: psycopg.Connection) -> None:
    shown = event()
    ear.watch(shown)
    before, began = len(ear.news), time.monotonic()
    for _ in range(20):
        ben.execute(
            "SELECT count(pg_notify(%s, repeat('x', 100) || n)) FROM generate_series(1, 1000) n", [channel(shown)]
        )
    sent = time.monotonic()
    last = event()
    ear.watch(last)
    # At most one every five milliseconds, with some left over for hints that were under way.
    assert 1 <= ear.news[before:].count(shown) <= (time.monotonic() - began) / 0.005 + 2
    assert sent - began < PATIENCE


def test_in_a_rush_hints_are_told_seldom_and_when_it_ends_no_more(ear: Ear, ben: psycopg.Connection) -> None:
    shown = event()
    ear.watch(shown)
    before, began = len(ear.news), time.monotonic()
    while time.monotonic() < began + 2:
        notify(ben, channel(shown))
        told = len(ear.news)
    # Eight at once and then one for each time it is deaf, of which there are never twice as many.
    assert 8 <= told - before <= 8 + 2 * 2 / listener._DEAF_SECONDS
    # The last hint is told, too, and then there is nothing left to tell; a poll would come every now and then.
    assert ear.wait(lambda: len(ear.news) > told)
    ear.wait(lambda: False, 2 * listener._DEAF_SECONDS)
    after = len(ear.news)
    assert not ear.wait(lambda: len(ear.news) > after, 1.0)
    notify(ben, channel(shown))
    assert ear.wait(lambda: len(ear.news) > after)


def test_after_a_killed_connection_every_watched_event_counts_as_changed(
    ears: Callable[[URL], Ear], server: TestServer
) -> None:
    ear = ears(server.url("mona"))
    both = {event(), event()}
    for shown in both:
        ear.watch(shown)
    before = len(ear.news)
    with server.admin() as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = %s AND datname = current_database()",
            [server.login("mona")],
        )
    assert ear.wait(lambda: ear.connections == [True, False, True])
    assert ear.wait(lambda: set(ear.news[before:]) == both)


def test_a_server_that_falls_silent_is_noticed_in_five_seconds(
    ears: Callable[[URL], Ear], server: TestServer, proxy: Proxy
) -> None:
    ear = ears(server.url("anna").set(host="127.0.0.1", port=proxy.port))
    shown = event()
    ear.watch(shown)
    proxy.freeze()
    assert ear.wait(lambda: ear.connections == [True, False], 5.0)
    before = len(ear.news)
    proxy.thaw()
    assert ear.wait(lambda: ear.connections == [True, False, True])
    assert ear.wait(lambda: shown in ear.news[before:])


def test_silence_of_the_others_is_no_loss(ear: Ear) -> None:
    # Longer than the heartbeat: what this waits for must not come.
    assert not ear.wait(lambda: False in ear.connections, 3.0)


def test_a_server_that_is_not_there_is_told(ears: Callable[[URL], Ear], server: TestServer, proxy: Proxy) -> None:
    proxy.close()
    ear = ears(server.url("anna").set(host="127.0.0.1", port=proxy.port))
    assert ear.wait(lambda: ear.connections == [False])


@pytest.mark.parametrize("frozen", [False, True])
def test_it_stops_within_a_second(ears: Callable[[URL], Ear], server: TestServer, proxy: Proxy, frozen: bool) -> None:
    ear = ears(server.url("anna").set(host="127.0.0.1", port=proxy.port))
    ear.watch(event())
    if frozen:
        proxy.freeze()
        ear.listener.watch(event())
    began = time.monotonic()
    ear.listener.stop()
    ear.listener.stop()
    assert time.monotonic() - began < 1.0
    assert not ear.listener._thread.is_alive()


def test_it_stops_within_a_second_while_it_connects(
    ears: Callable[[URL], Ear], server: TestServer, proxy: Proxy
) -> None:
    proxy.freeze()
    ear = ears(server.url("anna").set(host="127.0.0.1", port=proxy.port))
    began = time.monotonic()
    ear.listener.stop()
    assert time.monotonic() - began < 1.0
    proxy.thaw()
    assert not ear.wait(lambda: bool(ear.connections), 0.5)
