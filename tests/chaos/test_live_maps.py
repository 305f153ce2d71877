"""Whatever befalls the connections of counters that only look, their maps are true again in time."""

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from uuid import uuid4

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import psycopg
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import SeatChoice
from evently_desktop.domain.ids import EventId, new_booking_id
from evently_desktop.errors import Refusal
from evently_desktop.gui.live import Live, LiveEvent
from evently_desktop.gui.seat_map import SeatMapModel
from evently_desktop.gui.tasks import Tasks
from evently_desktop.live.listener import Listener
from evently_desktop.services import holds
from tests.chaos.proxy import Proxy
from tests.conftest import TestServer
from tests.house import ADULT, Hall
from tests.proxy import Proxy as PlainProxy

# How long after the last fault, and after a hint that was lost, a map may still be wrong.
AFTER_FAULTS, AFTER_A_LOST_HINT = 2.0, 10.0
TROUBLE_SECONDS = 5.0
PATIENCE_MS = 20_000
NEVER = 3600.0

_TRUTH = """SELECT array_position('{available,held,booked,killed}', status) - 1,
                   coalesce(uuid_send(current_booking_id), decode(repeat('00', 16), 'hex'))
              FROM evently.event_seats WHERE event_id = %s ORDER BY ordinal"""


class Watcher:
    """A counter that only looks, built of the parts that the program has; its reads and hints go where it is told."""

    def __init__(self, reads: Database, listener: Callable[..., Listener], hall: Hall, **options: float) -> None:
        self.owner = QObject()
        self.tasks = Tasks(reads, self.owner)
        self.live = Live(listener, self.owner)
        self.model = SeatMapModel(self.owner)
        self.event = LiveEvent(self.tasks, self.live, self.model, parent=self.owner, **options)
        self.event.show(hall.event_id, hall.geometry)

    def shows(self, truth: list[tuple[int, bytes]]) -> bool:
        states = self.model.states
        if states is None:
            return False
        return bool(
            np.array_equal(states.status, [status for status, _ in truth])
            and states.booking.tobytes() == b"".join(booking for _, booking in truth)
        )

    def settle(self, qtbot: QtBot) -> None:
        """Wait until it listens and has nothing left to look at: what is watched later is heard of later."""
        probe = EventId(uuid4())
        with qtbot.waitSignal(self.live.news, timeout=PATIENCE_MS, check_params_cb=lambda event: event == probe):
            self.live.watch(probe)
        self.live.unwatch(probe)
        qtbot.waitUntil(lambda: self.model.states is not None and self.event._task is None, timeout=PATIENCE_MS)

    def close(self) -> None:
        self.event.leave()
        self.live.stop()
        self.tasks.shutdown()


@pytest.fixture
def watch(qtbot: QtBot) -> Iterator[Callable[..., Watcher]]:
    """``watch(database, listener, hall)``: a counter that shows the hall."""
    made: list[Watcher] = []

    def watching(reads: Database, listener: Callable[..., Listener], hall: Hall, **options: float) -> Watcher:
        made.append(Watcher(reads, listener, hall, **options))
        made[-1].settle(qtbot)
        return made[-1]

    yield watching
    for watcher in made:
        watcher.close()


@pytest.fixture
def admin(server: TestServer) -> Iterator[psycopg.Connection]:
    with server.admin() as connection:
        yield connection


def truth(admin: psycopg.Connection, hall: Hall) -> list[tuple[int, bytes]]:
    return [(status, bytes(booking)) for status, booking in admin.execute(_TRUTH, [hall.event_id]).fetchall()]


@contextmanager
def busy_house(seller: Database, hall: Hall, dice: random.Random) -> Iterator[None]:
    """Somebody holds and releases seats all the time."""
    over = threading.Event()

    def sell() -> None:
        while not over.is_set():
            booking = new_booking_id()
            seats = dice.sample(range(len(hall.geometry)), 3)
            try:
                choices = [SeatChoice(hall.geometry.seat_id(seat), ADULT) for seat in seats]
                seller.write(holds.place, hall.event_id, booking, choices)
                if dice.random() < 0.9:
                    seller.write(holds.release, hall.event_id, booking)
            except Refusal:
                continue
            over.wait(dice.uniform(0, 0.05))

    thread = threading.Thread(target=sell)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def kill_one_of(admin: psycopg.Connection, login: str, dice: random.Random) -> None:
    """End one connection of this login, a listening one or another."""
    pids = admin.execute(
        "SELECT pid FROM pg_stat_activity WHERE usename = %s AND datname = current_database()", [login]
    ).fetchall()
    if pids:
        admin.execute("SELECT pg_terminate_backend(%s)", [dice.choice(pids)[0]])


@pytest.mark.parametrize("seed", range(2))
def test_every_map_is_true_soon_after_the_last_fault(
    seed: int,
    watch: Callable[..., Watcher],
    sign_in: Callable[..., Database],
    server: TestServer,
    admin: psycopg.Connection,
    hall: Hall,
    qtbot: QtBot,
) -> None:
    dice = random.Random(seed)
    assert server.admin_url.host is not None
    assert server.admin_url.port is not None
    proxy = Proxy(server.admin_url.host, server.admin_url.port, seed, messages=25)
    proxy.start()
    url = server.url("mona").set(host="127.0.0.1", port=proxy.port)
    readers = [Database(url, station=f"Counter {number}") for number in range(3)]
    try:
        watchers = [watch(reads, partial(Listener, url), hall) for reads in readers]
        proxy.faulty = True
        end = time.monotonic() + TROUBLE_SECONDS
        with busy_house(sign_in("ben"), hall, dice):
            while time.monotonic() < end:
                qtbot.wait(round(dice.uniform(100, 600)))
                kill_one_of(admin, server.login("mona"), dice)
        proxy.faulty = False
        qtbot.waitUntil(lambda: proxy.under_way == 0, timeout=PATIENCE_MS)
        over = time.monotonic()
        expected = truth(admin, hall)
        qtbot.waitUntil(lambda: all(watcher.shows(expected) for watcher in watchers), timeout=PATIENCE_MS)
        assert time.monotonic() - over <= AFTER_FAULTS
        assert sum(proxy.done.values()) >= 10, proxy.done
        assert len({booking for _, booking in expected}) > 1
    finally:
        for watcher in watchers:
            watcher.event.leave()
        for reads in readers:
            reads.close()
        proxy.stop()


def write_unheard(server: TestServer, hall: Hall, line: PlainProxy) -> None:
    """Let the listening connection fall silent, which nobody notices for seconds, and write meanwhile."""
    line.freeze()
    with server.connect("ben") as connection:
        connection.execute(
            "SELECT evently.hold_seats(%s, %s, %s, %s)",
            [hall.event_id, new_booking_id(), [hall.seat("A1")], [ADULT]],
        )


@pytest.fixture
def line(server: TestServer) -> Iterator[PlainProxy]:
    """What hints come through."""
    assert server.admin_url.host is not None
    assert server.admin_url.port is not None
    with PlainProxy(server.admin_url.host, server.admin_url.port) as proxy:
        yield proxy


def listen_through(line: PlainProxy, server: TestServer) -> Callable[..., Listener]:
    return partial(Listener, server.url("anna").set(host="127.0.0.1", port=line.port))


def test_a_lost_hint_costs_seconds(
    watch: Callable[..., Watcher],
    anna: Database,
    server: TestServer,
    admin: psycopg.Connection,
    hall: Hall,
    qtbot: QtBot,
    line: PlainProxy,
) -> None:
    watcher = watch(anna, listen_through(line, server), hall)
    write_unheard(server, hall, line)
    began, expected = time.monotonic(), truth(admin, hall)
    assert not watcher.shows(expected)
    qtbot.waitUntil(lambda: watcher.shows(expected), timeout=PATIENCE_MS)
    assert time.monotonic() - began <= AFTER_A_LOST_HINT


def test_control_without_looking_by_itself_a_lost_hint_stays_lost(
    watch: Callable[..., Watcher],
    anna: Database,
    server: TestServer,
    admin: psycopg.Connection,
    hall: Hall,
    qtbot: QtBot,
    line: PlainProxy,
) -> None:
    watcher = watch(anna, listen_through(line, server), hall, poll_seconds=NEVER)
    write_unheard(server, hall, line)
    # As far as anyone can tell all is well, until the listener notices that its server has fallen silent.
    qtbot.waitUntil(lambda: watcher.event.connected is False, timeout=PATIENCE_MS)
    assert not watcher.shows(truth(admin, hall))
