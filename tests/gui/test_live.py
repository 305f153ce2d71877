"""Two counters, two models, one server: what one does is on the other's map, whatever happens to the hints."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

import numpy as np
import psycopg
import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot
from sqlalchemy import URL

from evently_desktop.database.embedded import EmbeddedServer
from evently_desktop.database.transactions import Database
from evently_desktop.database.wakes import channel
from evently_desktop.domain.ids import EventId, new_booking_id
from evently_desktop.domain.seating import SeatStatus
from evently_desktop.domain.staff import Shift
from evently_desktop.gui import live
from evently_desktop.gui.live import Live, LiveEvent
from evently_desktop.gui.seat_map import SeatMapModel
from evently_desktop.gui.tasks import Tasks
from evently_desktop.live.listener import Listener
from evently_desktop.services import holds, sales
from tests import house
from tests.conftest import TestServer
from tests.house import Hall, cash, euros
from tests.proxy import Proxy
from tests.template import libpq, make_template

NEVER = 3600.0
PATIENCE_MS = 15_000


@dataclass
class Counter:
    """A counter's window without a window."""

    tasks: Tasks
    live: Live
    model: SeatMapModel
    event: LiveEvent

    def status(self, hall: Hall, name: str) -> SeatStatus:
        assert self.model.states is not None
        [ordinal] = np.flatnonzero((hall.geometry.ids == np.frombuffer(hall.seat(name).bytes, np.uint8)).all(axis=1))
        return SeatStatus(self.model.states.status[ordinal])


Open = Callable[..., Counter]


@pytest.fixture
def open_counter(qtbot: QtBot) -> Iterator[Open]:
    """``open_counter(database, hall)``: a counter that shows the hall; ``poll_seconds`` is how often it looks."""
    made: list[Counter] = []
    owner = QObject()

    def opened(database: Database, hall: Hall, *, listen_at: URL | None = None, poll_seconds: float = NEVER) -> Counter:
        tasks = Tasks(database, owner)
        live = Live(partial(Listener, listen_at or database.url), owner)
        model = SeatMapModel(owner)
        counter = Counter(tasks, live, model, LiveEvent(tasks, live, model, poll_seconds, owner))
        made.append(counter)
        counter.event.show(hall.event_id, hall.geometry)
        qtbot.waitUntil(lambda: model.states is not None, timeout=PATIENCE_MS)
        settle(counter, qtbot)
        return counter

    yield opened
    for counter in made:
        counter.event.leave()
        counter.live.stop()
        counter.tasks.shutdown()


def settle(counter: Counter, qtbot: QtBot) -> None:
    """Wait until it listens and has nothing left to look at: what is watched later is heard of later."""
    probe = EventId(uuid4())
    with qtbot.waitSignal(counter.live.news, timeout=PATIENCE_MS, check_params_cb=lambda event: event == probe):
        counter.live.watch(probe)
    counter.live.unwatch(probe)
    qtbot.waitUntil(lambda: counter.event._task is None and not counter.event._rest.isActive(), timeout=PATIENCE_MS)


def write_in_silence(server: TestServer, hall: Hall, name: str) -> None:
    """Hold a seat as psql does it: committed, and nobody told."""
    with server.connect("ben") as connection:
        [answer] = connection.execute(
            "SELECT evently.hold_seats(%s, %s, %s, %s)",
            [hall.event_id, new_booking_id(), [hall.seat(name)], [house.ADULT]],
        ).fetchone() or [None]
    assert answer is not None
    assert "refused" not in answer


def test_a_sale_reaches_the_other_counter(
    open_counter: Open, anna: Database, ben: Database, annas_shift: Shift, hall: Hall, qtbot: QtBot
) -> None:
    counter = open_counter(ben, hall)
    booking = new_booking_id()
    anna.write(holds.place, hall.event_id, booking, hall.choose("A1", "A2"))
    qtbot.waitUntil(lambda: counter.status(hall, "A2") == SeatStatus.HELD, timeout=PATIENCE_MS)
    assert counter.model.states is not None
    assert counter.model.states.holders[-1].station == "Counter 1"
    anna.write(sales.complete, hall.event_id, booking, [cash(euros(87))], annas_shift.id, euros(87))
    qtbot.waitUntil(lambda: counter.status(hall, "A2") == SeatStatus.BOOKED, timeout=PATIENCE_MS)
    assert counter.status(hall, "A3") == SeatStatus.AVAILABLE


def test_a_forged_hint_changes_nothing(
    open_counter: Open, ben: Database, server: TestServer, hall: Hall, qtbot: QtBot
) -> None:
    counter = open_counter(ben, hall)
    before = counter.model.face.copy()
    with server.connect("anna") as connection, qtbot.waitSignal(counter.event.refreshed, timeout=PATIENCE_MS):
        connection.execute("SELECT pg_notify(%s, %s)", [channel(hall.event_id), '{"seat": "A1", "status": "booked"}'])
    assert (counter.model.face == before).all()
    assert counter.event.connected


def test_a_flood_of_hints_costs_few_looks(
    open_counter: Open, anna: Database, ben: Database, server: TestServer, hall: Hall, qtbot: QtBot
) -> None:
    counter = open_counter(ben, hall)
    looks: list[float] = []
    counter.event.refreshed.connect(lambda: looks.append(time.monotonic()))
    began = time.monotonic()
    with server.connect("anna") as connection:
        for _ in range(10):
            connection.execute(
                "SELECT count(pg_notify(%s, n::text)) FROM generate_series(1, 1000) n", [channel(hall.event_id)]
            )
            qtbot.wait(20)
    anna.write(holds.place, hall.event_id, new_booking_id(), hall.choose("C1"))
    qtbot.waitUntil(lambda: counter.status(hall, "C1") == SeatStatus.HELD, timeout=PATIENCE_MS)
    assert len(looks) <= (time.monotonic() - began) / 0.004 + 2


def test_a_lost_hint_costs_a_poll(
    open_counter: Open, ben: Database, server: TestServer, hall: Hall, qtbot: QtBot
) -> None:
    counter = open_counter(ben, hall, poll_seconds=0.2)
    write_in_silence(server, hall, "B1")
    qtbot.waitUntil(lambda: counter.status(hall, "B1") == SeatStatus.HELD, timeout=PATIENCE_MS)


def test_control_without_the_poll_a_lost_hint_is_lost(
    open_counter: Open, anna: Database, ben: Database, server: TestServer, hall: Hall, qtbot: QtBot
) -> None:
    counter = open_counter(ben, hall)
    write_in_silence(server, hall, "B1")
    qtbot.wait(1000)
    assert counter.status(hall, "B1") == SeatStatus.AVAILABLE
    # The next hint that comes brings it along.
    anna.write(holds.place, hall.event_id, new_booking_id(), hall.choose("B5"))
    qtbot.waitUntil(lambda: counter.status(hall, "B1") == SeatStatus.HELD, timeout=PATIENCE_MS)


def test_a_killed_connection_comes_back_with_what_it_missed(
    open_counter: Open, sign_in: Callable[..., Database], server: TestServer, hall: Hall, qtbot: QtBot
) -> None:
    counter = open_counter(sign_in("mona"), hall)
    told: list[bool] = []
    counter.event.connection_changed.connect(told.append)
    counter.model.toggle(7)
    with server.admin() as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = %s AND datname = current_database()",
            [server.login("mona")],
        )
    write_in_silence(server, hall, "B2")
    qtbot.waitUntil(lambda: counter.status(hall, "B2") == SeatStatus.HELD, timeout=PATIENCE_MS)
    assert told == [False, True]
    assert counter.model.selection.tolist() == [7]


def test_a_silent_network_is_told_and_made_up_for(
    open_counter: Open, ben: Database, anna: Database, server: TestServer, hall: Hall, qtbot: QtBot
) -> None:
    url = server.admin_url
    assert url.host is not None
    assert url.port is not None
    with Proxy(url.host, url.port) as proxy:
        counter = open_counter(ben, hall, listen_at=server.url("ben").set(host="127.0.0.1", port=proxy.port))
        told: list[bool] = []
        counter.event.connection_changed.connect(told.append)
        proxy.freeze()
        qtbot.waitUntil(lambda: told == [False], timeout=6000)
        anna.write(holds.place, hall.event_id, new_booking_id(), hall.choose("D1"))
        proxy.thaw()
        qtbot.waitUntil(lambda: told == [False, True], timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: counter.status(hall, "D1") == SeatStatus.HELD, timeout=PATIENCE_MS)


def test_the_listener_tells_while_no_event_is_shown(
    open_counter: Open, ben: Database, server: TestServer, hall: Hall, qtbot: QtBot
) -> None:
    counter = open_counter(ben, hall)
    counter.event.leave()
    told: list[bool] = []
    counter.event.connection_changed.connect(told.append)
    with server.admin() as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = %s AND datname = current_database()",
            [server.login("ben")],
        )
    qtbot.waitUntil(lambda: told == [False, True], timeout=PATIENCE_MS)


def test_an_answer_for_another_event_is_dropped(
    open_counter: Open, anna: Database, ben: Database, olga: Database, hall: Hall, qtbot: QtBot
) -> None:
    counter = open_counter(ben, hall)
    other = house.add_hall(olga, rows=3, seats=4)
    anna.write(holds.place, other.event_id, new_booking_id(), other.choose("A1"))
    for _ in range(10):
        counter.event.show(hall.event_id, hall.geometry)
        counter.event.show(other.event_id, other.geometry)
    with qtbot.waitSignal(counter.event.refreshed, timeout=PATIENCE_MS):
        pass
    qtbot.waitUntil(lambda: counter.tasks.pending == 0, timeout=PATIENCE_MS)
    assert counter.model.states is not None
    assert len(counter.model) == 12
    assert counter.status(other, "A1") == SeatStatus.HELD
    anna.write(holds.place, hall.event_id, new_booking_id(), hall.choose("A1"))
    anna.write(holds.place, other.event_id, new_booking_id(), other.choose("C4"))
    qtbot.waitUntil(lambda: counter.status(other, "C4") == SeatStatus.HELD, timeout=PATIENCE_MS)


def test_a_hold_runs_out_by_the_servers_clock(
    open_counter: Open, ben: Database, server: TestServer, hall: Hall, qtbot: QtBot
) -> None:
    counter = open_counter(ben, hall)
    counter.model._clock = lambda: time.time() - 500
    write_in_silence(server, hall, "B1")
    with server.admin() as admin:
        admin.execute(
            "UPDATE evently.event_seats SET hold_expires_at = clock_timestamp() + interval '1 second',"
            " changed_xid = pg_current_xact_id() WHERE event_id = %s AND status = 'held'",
            [hall.event_id],
        )
    offset = counter.event._offset
    assert abs(offset) < 1.0
    counter.event._set_clock(500.0)
    with qtbot.waitSignal(counter.model.seats_freed, timeout=PATIENCE_MS) as freed:
        counter.event.refresh()
        qtbot.waitUntil(lambda: counter.status(hall, "B1") == SeatStatus.HELD, timeout=PATIENCE_MS)
    assert len(freed.args[0]) == 1


def test_a_server_that_was_restarted_is_read_anew(own_server: EmbeddedServer, open_counter: Open, qtbot: QtBot) -> None:
    make_template(own_server.admin_url, "house", "own")
    url = own_server.admin_url.set(database="house", username="olga_own", password=house.PASSWORD)
    with Database(url) as olga:
        hall = house.add_hall(olga)
        counter = open_counter(olga, hall, poll_seconds=0.5)
        own_server.stop(force=True)
        qtbot.waitUntil(lambda: counter.event.connected is False, timeout=PATIENCE_MS)
        own_server.start()
        assert own_server.admin_url.port == url.port
        qtbot.waitUntil(lambda: bool(counter.event.connected), timeout=PATIENCE_MS)
        with psycopg.connect(libpq(url), autocommit=True) as connection:
            connection.execute(
                "SELECT evently.hold_seats(%s, %s, %s, %s)",
                [hall.event_id, new_booking_id(), [hall.seat("A1")], [house.ADULT]],
            )
        qtbot.waitUntil(lambda: counter.status(hall, "A1") == SeatStatus.HELD, timeout=PATIENCE_MS)
        counter.event.leave()
        counter.live.stop()
        counter.tasks.shutdown()


class Frames(QObject):
    """A map that paints when it is told to."""

    painted = Signal()


@pytest.fixture
def counter(open_counter: Open, ben: Database, hall: Hall) -> Counter:
    return open_counter(ben, hall)


@pytest.fixture
def frames(counter: Counter) -> Frames:
    made = Frames()
    counter.event.give_way_to(made.painted)
    return made


def test_control_where_nothing_moves_it_looks_at_once(counter: Counter, frames: Frames, qtbot: QtBot) -> None:
    with qtbot.waitSignal(counter.event.refreshed, timeout=PATIENCE_MS):
        counter.event.refresh()
        assert counter.event._task is not None


def test_while_frames_follow_each_other_it_waits_for_the_end_of_the_next(
    counter: Counter, frames: Frames, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only a frame may set it off, not the time that went by without one.
    monkeypatch.setattr(live, "_FRAME", 3600.0)
    frames.painted.emit()
    counter.event.refresh()
    assert counter.event._task is None
    with qtbot.waitSignal(counter.event.refreshed, timeout=PATIENCE_MS):
        frames.painted.emit()
        # Not before what was painted is on the screen.
        assert counter.event._task is None


def test_when_no_frame_follows_it_waits_no_longer(counter: Counter, frames: Frames, qtbot: QtBot) -> None:
    frames.painted.emit()
    with qtbot.waitSignal(counter.event.refreshed, timeout=PATIENCE_MS):
        counter.event.refresh()
        assert counter.event._task is None
