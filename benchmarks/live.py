"""From one counter's commit to the model of the other one's map, beside a bare LISTEN and NOTIFY.

Ours begins when a counter's hold has committed and ends when the other counter's `SeatMapModel` says that the seat is
held: hint, listener, GUI thread, delta read, model. The floor begins when a bare connection says NOTIFY in a
transaction of its own and ends when another bare connection has read the notification. They take turns.
"""

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import psycopg
from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QTimer

from benchmarks.bars import Bar
from benchmarks.house import House, open_house
from benchmarks.own_process import bars_from, send
from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import SeatChoice
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.domain.seating import SeatStatus
from evently_desktop.gui.live import Live, LiveEvent
from evently_desktop.gui.seat_map import SeatMapModel
from evently_desktop.gui.tasks import Tasks
from evently_desktop.live.listener import Listener
from evently_desktop.services import holds
from tests import house
from tests.template import libpq

SALES, WARM_UP = 400, 40
# Sales of one event are this far apart on average, at random: five a second is a rush.
APART = 0.2
FRAME = 16.7
PATIENCE_MS = 10_000


@dataclass
class Window:
    """A counter without pixels."""

    tasks: Tasks
    live: Live
    model: SeatMapModel
    event: LiveEvent

    def close(self) -> None:
        self.event.leave()
        self.live.stop()
        self.tasks.shutdown()


def open_window(database: Database, hall: house.Hall, owner: QObject) -> Window:
    tasks = Tasks(database, owner)
    live = Live(partial(Listener, database.url), owner)
    model = SeatMapModel(owner)
    window = Window(tasks, live, model, LiveEvent(tasks, live, model, parent=owner))
    window.event.show(hall.event_id, hall.geometry)
    wait_for(lambda: model.states is not None)
    return window


def wait_for(condition: Callable[[], bool]) -> None:
    """Run Qt's event loop until it is true, looking after each event."""
    deadline = QTimer(singleShot=True, interval=PATIENCE_MS)
    deadline.start()
    while not condition():
        assert deadline.isActive(), "nothing came"
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def rest(seconds: float) -> None:
    """Let the windows run."""
    pause = QTimer(singleShot=True, interval=round(seconds * 1000))
    pause.start()
    wait_for(lambda: not pause.isActive())


def ours(sell: Database, hall: house.Hall, window: Window) -> Callable[[int], float]:
    """Hold the seat of this ordinal at one counter; milliseconds from the commit until the other knows."""

    def once(ordinal: int) -> float:
        committed: list[float] = []
        choice = SeatChoice(hall.geometry.seat_id(ordinal), house.ADULT)

        def hold() -> None:
            sell.write(holds.place, hall.event_id, new_booking_id(), [choice])
            committed.append(time.perf_counter())

        counter = threading.Thread(target=hold)
        counter.start()
        wait_for(lambda: window.model.states is not None and window.model.states.status[ordinal] == SeatStatus.HELD)
        known = time.perf_counter()
        counter.join()
        # The hint may overtake the selling counter's own answer.
        return max(known - committed[0], 0.0) * 1000

    return once


def floor(sender: psycopg.Connection, receiver: psycopg.Connection, name: str) -> float:
    """Milliseconds from the NOTIFY of one bare connection until another one has read it."""
    start = time.perf_counter()
    sender.execute("SELECT pg_notify(%s, '')", [name], prepare=True)
    for _ in receiver.notifies(timeout=PATIENCE_MS / 1000, stop_after=1):
        return (time.perf_counter() - start) * 1000
    raise AssertionError("nothing came")


def measure(place: House) -> Iterator[Bar]:
    application = QCoreApplication.instance() or QCoreApplication([])
    dice = random.Random(20_26)
    with (
        place.database("olga", "Office") as olga,
        place.database("anna", "Counter 1") as anna,
        place.database("ben", "Counter 2") as ben,
        psycopg.connect(libpq(place.url("anna")), autocommit=True) as sender,
        psycopg.connect(libpq(place.url("ben")), autocommit=True) as receiver,
    ):
        hall = house.add_hall(olga, rows=26, seats=100)
        receiver.execute("LISTEN floor")
        window = open_window(ben, hall, application)
        sell = ours(anna, hall, window)
        took, least = [], []
        for ordinal in range(SALES + WARM_UP):
            least.append(floor(sender, receiver, "floor"))
            took.append(sell(ordinal))
            rest(dice.expovariate(1 / APART))
        window.close()
    our_p99, floor_p99 = (float(np.percentile(times[WARM_UP:], 99)) for times in (took, least))
    yield Bar("other counter's map after a commit, p99 ms", our_p99, floor_p99, our_p99, 3 * floor_p99 + FRAME)
    our_p50, floor_p50 = (float(np.percentile(times[WARM_UP:], 50)) for times in (took, least))
    yield Bar("the same, p50 ms", our_p50, floor_p50, our_p50, 3 * floor_p50 + FRAME)


def bars() -> Iterator[Bar]:
    yield from bars_from("benchmarks.live")


if __name__ == "__main__":
    with open_house() as house_to_measure:
        send(measure(house_to_measure))
