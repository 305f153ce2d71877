"""Notifications of 8,000 bytes of garbage, which any login can send: the map stays right and the memory level."""

import gc
import tracemalloc
from collections.abc import Iterator
from uuid import uuid4

import psutil
import psycopg
import pytest
from pytestqt.qtbot import QtBot

from evently_desktop.database.transactions import Database
from evently_desktop.database.wakes import channel
from evently_desktop.domain.ids import EventId, new_booking_id
from evently_desktop.domain.seating import SeatStatus
from evently_desktop.live.listener import _Line
from evently_desktop.services import holds
from tests.conftest import TestServer
from tests.house import Hall
from tests.live.conftest import Show
from tests.live.maps import PATIENCE_MS, Map

# PostgreSQL takes less than 8,000 bytes. The flood counts characters, which may take two; the number in front keeps
# the server from merging what is alike.
_LONGEST = 7_999
_FLOOD = (
    "SELECT count(pg_notify(channel, rpad(n || garbage, %(longest)s, garbage))) "
    "FROM generate_series(1, %(times)s) n, unnest(%(channels)s::text[]) channel, unnest(%(garbage)s::text[]) garbage"
)
GARBAGE = ['{"seat": "A1", "status": "booked"}', "'); DROP TABLE evently.event_seats; --", "\x01\x7f\\", "ÿ", "[" * 99]
MEGABYTE = 2**20


@pytest.fixture
def stranger(server: TestServer) -> Iterator[psycopg.Connection]:
    """Somebody with psql."""
    with server.connect("mona") as connection:
        yield connection


def flood(stranger: psycopg.Connection, channels: list[str], times: int) -> int:
    """Send garbage of every kind so many times on each channel; returns the bytes."""
    values = {"longest": _LONGEST // 2, "times": times, "channels": channels, "garbage": GARBAGE}
    row = stranger.execute(_FLOOD, values).fetchone()
    assert row is not None
    return int(row[0]) * (_LONGEST // 2)


def test_the_server_takes_no_more_than_that(stranger: psycopg.Connection) -> None:
    stranger.execute("SELECT pg_notify('x', %s)", ["x" * _LONGEST])
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="payload string too long"):
        stranger.execute("SELECT pg_notify('x', %s)", ["x" * (_LONGEST + 1)])


def test_garbage_on_any_channel_leaves_the_map_right(
    show: Show, anna: Database, ben: Database, hall: Hall, stranger: psycopg.Connection, qtbot: QtBot
) -> None:
    shown, other = show(ben, hall), EventId(uuid4())
    shown.live.watch(other)
    anna.write(holds.place, hall.event_id, new_booking_id(), hall.choose("A1"))
    names = [channel(hall.event_id), channel(other), channel(EventId(uuid4())), "evently_", "evently"]
    for longest in ("x" * _LONGEST, "\N{SNOWMAN}" * (_LONGEST // 3)):
        for name in names:
            stranger.execute("SELECT pg_notify(%s, %s)", [name, longest])
    flood(stranger, names, 20)
    anna.write(holds.place, hall.event_id, new_booking_id(), hall.choose("A2"))
    qtbot.waitUntil(lambda: shown.status("A2") == SeatStatus.HELD, timeout=PATIENCE_MS)
    shown.settle(qtbot)
    assert shown.equals(anna)
    assert shown.event.connected
    shown.live.unwatch(other)


def heap(shown: Map, qtbot: QtBot) -> int:
    """What Python holds once all that came was taken in."""
    shown.settle(qtbot)
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def test_a_flood_of_garbage_leaves_no_memory_behind(
    show: Show, ben: Database, hall: Hall, stranger: psycopg.Connection, qtbot: QtBot
) -> None:
    shown, process = show(ben, hall), psutil.Process()
    names = [channel(hall.event_id)]
    tracemalloc.start()
    try:
        flood(stranger, names, 100)
        before, whole = heap(shown, qtbot), process.memory_info().rss
        sent = sum(flood(stranger, names, 100) for _ in range(20))
        after, grown = heap(shown, qtbot), process.memory_info().rss - whole
    finally:
        tracemalloc.stop()
    assert sent > 35 * MEGABYTE
    assert after - before < MEGABYTE
    assert grown < 12 * MEGABYTE
    assert shown.event.connected


def test_control_a_listener_that_kept_what_it_heard_would_be_seen(
    show: Show, ben: Database, hall: Hall, stranger: psycopg.Connection, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[bytes] = []
    wait = _Line.wait

    def keep(line: _Line, seconds: float) -> bool:
        notifies = line._pgconn.notifies

        class Keeping:
            def __getattr__(self, name: str) -> object:
                return getattr(pgconn, name)

            def notifies(self) -> object:
                notice = notifies()
                if notice is not None:
                    kept.append(bytes(notice.extra))
                return notice

        pgconn, line._pgconn = line._pgconn, Keeping()  # type: ignore[assignment]
        try:
            return wait(line, seconds)
        finally:
            line._pgconn = pgconn

    monkeypatch.setattr(_Line, "wait", keep)
    shown = show(ben, hall)
    names = [channel(hall.event_id)]
    tracemalloc.start()
    try:
        before = heap(shown, qtbot)
        flood(stranger, names, 200)
        assert heap(shown, qtbot) - before > MEGABYTE
    finally:
        tracemalloc.stop()
    assert all(kept)
