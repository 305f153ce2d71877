"""The map under the hand while 1,000 seats a second change, and while a 5,000-ticket batch is made into pages.

A stadium of 80,000 seats is shown as the counter shows it: another process changes seats in the database, the
listener hears of it, the changes are read and drawn. A hand drags and zooms at 60 frames a second; what a frame takes
counts from the mouse's event to the last pixel in the window. Quiet and busy rounds take turns; the medians of the
rounds' 99th percentiles are compared. The server and the other counters, which have machines of their own in a venue,
yield to the counter that is measured.
"""

import gc
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import numpy as np
import psutil
import psycopg
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.bars import Bar
from benchmarks.hands import HEIGHT, WIDTH, Hand, middle_p99
from benchmarks.house import House, go_anywhere, open_house, put_elsewhere
from benchmarks.opening import Stadium, build
from benchmarks.own_process import bars_from, send
from evently_desktop.database.wakes import channel
from evently_desktop.documents.papers import EventPaper, TicketPaper
from evently_desktop.domain.ids import EventId
from evently_desktop.domain.money import Money
from evently_desktop.gui.live import Live, LiveEvent
from evently_desktop.gui.seat_map import SeatMapModel, SeatMapView
from evently_desktop.gui.tasks import Tasks
from evently_desktop.gui.ticket_pages import prepare
from evently_desktop.live.listener import Listener
from tests.template import libpq

ROUNDS, FRAMES = 7, 200
FRAME = 1 / 60
# A batch takes longer than so many frames.
TICKETS, WHILE_PRINTING = 5_000, 120
CHANGES, BATCHES = 1_000, 50  # Of seats a second, in so many transactions.
REST_SECONDS = 60
LEVEL = 8.0  # Megabytes.

# The other counters, in a process of their own: a seat is taken out of sale, or comes back.
_CHANGE = """
UPDATE evently.event_seats
   SET status = CASE status WHEN 'killed' THEN 'available' ELSE 'killed' END, changed_xid = pg_current_xact_id()
 WHERE event_id = %s AND ordinal = ANY (%s)
"""


def change_seats(url: str, event_id: EventId) -> None:
    """Change seats until killed."""
    source = np.random.default_rng()
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT ordinal FROM evently.event_seats WHERE event_id = %s AND status = 'available'"
            " AND hold_type_id IS NULL", [event_id]
        )  # fmt: skip
        ordinals = np.array([row[0] for row in rows])
        due = time.monotonic()
        while True:
            chosen = source.choice(ordinals, CHANGES // BATCHES, replace=False).tolist()
            connection.execute(_CHANGE, [event_id, chosen], prepare=True)
            connection.execute("SELECT pg_notify(%s, '')", [channel(event_id)], prepare=True)
            due += 1 / BATCHES
            time.sleep(max(due - time.monotonic(), 0))


class Counter:
    """The map as the counter has it, kept true by the listener and the database."""

    def __init__(self, place: House, hall: Stadium, qt: QApplication) -> None:
        self._database = place.database("anna", "Counter 1")
        self.tasks = Tasks(self._database, qt)
        self._live = Live(partial(Listener, self._database.url), qt)
        self.model = SeatMapModel(qt)
        self._event = LiveEvent(self.tasks, self._live, self.model, parent=qt)
        self._event.show(hall.event_id, hall.geometry)
        self.view = SeatMapView(self.model, "EUR", "en_GB")
        self.view.resize(WIDTH, HEIGHT)
        self.view.show()
        self._event.give_way_to(self.view.painted)
        self.hand = Hand(self.view)
        self.changed = 0
        self.model.seats_changed.connect(self._count)
        wait_for(lambda: self.model.states is not None)

    def _count(self, ordinals: np.ndarray) -> None:
        self.changed += len(ordinals)

    def close(self) -> None:
        self._event.leave()
        self._live.stop()
        self.tasks.shutdown()
        self._database.close()

    def drag(self, frames: int = FRAMES) -> np.ndarray:
        self.view.fit()
        self.hand.press()
        took = paced(self.hand.drag, frames)
        self.hand.release()
        return took

    def zoom(self) -> np.ndarray:
        self.view.fit()
        return paced(self.hand.wheel, FRAMES)


def resident() -> float:
    """Megabytes that this process holds."""
    return float(psutil.Process().memory_info().rss) / 2**20


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "nothing came"
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def run(seconds: float) -> None:
    """Let the event loop run."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def paced(action: Callable[[int], object], frames: int) -> np.ndarray:
    """Milliseconds of each frame, one every 1/60 s; what comes in meanwhile is served between and within them."""
    took = []
    due = time.perf_counter()
    for number in range(frames):
        run(max(due - time.perf_counter(), 0.0))
        start = time.perf_counter()
        action(number)
        took.append((time.perf_counter() - start) * 1000)
        due = max(due + FRAME, start)
    return np.array(took)


@contextmanager
def changing_seats(place: House, hall: Stadium) -> Iterator[None]:
    """Other counters are at work."""
    program = [sys.executable, "-m", "benchmarks.live_map", str(hall.event_id)]
    with subprocess.Popen(program, stdin=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        put_elsewhere(process.pid)
        process.stdin.write(libpq(place.admin_url) + "\n")
        process.stdin.flush()
        try:
            yield
        finally:
            process.kill()


def live(place: House, hall: Stadium, counter: Counter) -> Iterator[Bar]:
    quiet: dict[str, list[np.ndarray]] = {"drag": [], "zoom": []}
    busy: dict[str, list[np.ndarray]] = {"drag": [], "zoom": []}
    for _ in range(ROUNDS):
        quiet["drag"].append(counter.drag())
        quiet["zoom"].append(counter.zoom())
        with changing_seats(place, hall):
            before = counter.changed
            wait_for(lambda before=before: counter.changed > before + CHANGES)  # type: ignore[misc]
            busy["drag"].append(counter.drag())
            busy["zoom"].append(counter.zoom())
    for hand in ("drag", "zoom"):
        ours, floor = middle_p99(busy[hand]), middle_p99(quiet[hand])
        yield Bar(f"{hand}, 1,000 changes a second / none, p99 ms", ours, floor, ours / floor, 1.25)
    counter.view.fit()
    with changing_seats(place, hall):
        before = counter.changed
        wait_for(lambda: counter.changed > before + CHANGES)
        before, start, worked, held = counter.changed, time.monotonic(), time.thread_time(), resident()
        run(REST_SECONDS)
        worked, elapsed = time.thread_time() - worked, time.monotonic() - start
        rate = (counter.changed - before) / elapsed
    yield Bar("changes a second that came", rate, CHANGES, rate / CHANGES, 0.95, least=True)
    grown = resident() - held
    yield Bar("memory after a minute of it, MB more", grown, held, grown, LEVEL)
    yield Bar("GUI thread at rest meanwhile, share", worked, elapsed, worked / elapsed, 0.1)


def papers() -> list[TicketPaper]:
    event = EventPaper(
        "Match", datetime(2026, 11, 27, 19, 30, tzinfo=UTC), "Europe/Dublin", "Stadium", "1 Goal Lane, Dublin", "League"
    )
    return [
        TicketPaper(
            event, "Block 101", str(number // 40), str(number % 40), "Zone 1", "Adult", Money(4200, "EUR"),
            f"EVT-{number:08}", number.to_bytes(4, "big") * 12,
        )
        for number in range(TICKETS)
    ]  # fmt: skip


def printing(counter: Counter) -> Iterator[Bar]:
    batch = papers()
    counter.tasks.compute(prepare, batch[:1], "en_GB", 900).start()
    wait_for(lambda: counter.tasks.pending == 0)
    quiet, busy = [], []
    for _ in range(ROUNDS):
        quiet.append(counter.drag(WHILE_PRINTING))
        done: list[object] = []
        counter.tasks.compute(prepare, batch, "en_GB", 900).start(done.append)
        run(0.1)
        busy.append(counter.drag(WHILE_PRINTING))
        overlapped = not done
        wait_for(lambda done=done: bool(done))  # type: ignore[misc]
        assert overlapped, "the batch was done before the hand had moved; make it larger"
    ours, floor = middle_p99(busy), middle_p99(quiet)
    yield Bar("drag, 5,000 tickets printing / none, p99 ms", ours, floor, ours / floor, 2.0)


def measure() -> Iterator[Bar]:
    qt = QApplication([])
    with open_house(elsewhere=True) as place:
        hall = build(place)
        counter = Counter(place, hall, qt)
        gc.collect()
        gc.freeze()
        yield from live(place, hall, counter)
        # The server has nothing to do then, and the batch a process of its own.
        go_anywhere()
        yield from printing(counter)
        counter.close()
        del counter


def bars() -> Iterator[Bar]:
    yield from bars_from("benchmarks.live_map")


if __name__ == "__main__":
    if sys.argv[1:]:
        change_seats(sys.stdin.readline(), EventId(UUID(sys.argv[1])))
    else:
        send(measure())
