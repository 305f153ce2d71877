"""How many seats of an event are free: counted when asked, beside a number that every sale would keep up to date.

The product counts (`event_availability`), which costs a reader milliseconds and a sale nothing. Measured here are both
sides of that choice. Reading: one event of 5,000 seats, one of 80,000 and the list of 200 events, each beside the least
query with the same answer, of one bare connection that no policy restrains; the bar leaves the service as much again
for its policies, its other columns and its values, and a millisecond for what does not grow with the seats.
Selling: holds of four seats that are given back, by 16 clients of one event of 80,000 seats under pgbench. Nobody
counts; a counter of the house counts them once a second, which is the product; a trigger keeps a row of the event,
once a statement; an index has all that counting needs, so that no row is visited. They take turns, the median counts.
"""

import math
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
from uuid_utils.compat import uuid7

from benchmarks.bars import Bar
from benchmarks.house import House, open_house
from benchmarks.pgbench import CLIENTS, make_parties, pgbench
from evently_desktop.database.transactions import Database
from evently_desktop.domain.ids import EventId
from evently_desktop.services import catalogue, programme
from tests import house

EVENTS, READS = 200, 15
ROUNDS, SECONDS = 3, 2
READ_BAR, OVERHEAD_MS, SALES_BAR = 2.0, 1.0, 0.9

_FREE = """SELECT event_id, count(*) FILTER (WHERE hold_type_id IS NULL
                    AND (status = 'available' OR status = 'held' AND hold_expires_at <= now()))
             FROM evently.event_seats WHERE status <> 'killed' {} GROUP BY event_id"""

# Each client has parties of its own, so that nobody is refused.
_SCRIPT = """\
\\set n random(0, {last}) * {clients} + :client_id
SELECT gen_random_uuid() AS booking \\gset
SELECT evently.hold_seats(event_id, :booking, seats, types) FROM bench.parties WHERE n = :n;
SELECT evently.release_hold(event_id, :booking) FROM bench.parties WHERE n = :n;
"""

_COUNTER = """
CREATE TABLE bench.free (event_id uuid PRIMARY KEY, free integer NOT NULL CHECK (free >= 0));
INSERT INTO bench.free SELECT event_id, available_seats FROM evently.event_availability;
CREATE FUNCTION bench.keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  UPDATE bench.free f SET free = f.free + changed.by
    FROM (SELECT event_id, sum(free)::int AS by FROM (
            SELECT event_id, (status = 'available')::int AS free FROM new_seats
            UNION ALL SELECT event_id, -(status = 'available')::int FROM old_seats) AS seats
           GROUP BY event_id) AS changed
   WHERE f.event_id = changed.event_id;
  RETURN NULL;
END $$;
CREATE TRIGGER keep AFTER UPDATE ON evently.event_seats REFERENCING OLD TABLE AS old_seats NEW TABLE AS new_seats
  FOR EACH STATEMENT EXECUTE FUNCTION bench.keep();
"""
_NO_COUNTER = "DROP TRIGGER keep ON evently.event_seats; DROP FUNCTION bench.keep; DROP TABLE bench.free"
_INDEX = """CREATE INDEX ix_bench_free ON evently.event_seats (event_id)
            INCLUDE (status, hold_type_id, hold_expires_at)"""
_NO_INDEX = "DROP INDEX evently.ix_bench_free"


def build(place: House) -> tuple[EventId, EventId]:
    """An event of 80,000 seats and one of 5,000, among 200 of which the others have 1,000 each."""
    with place.database("olga", "Office") as olga, place.admin() as admin:
        stadium = house.add_hall(olga, rows=26, seats=3077).event_id
        theatre = house.add_hall(olga, rows=25, seats=200).event_id
        small = house.add_hall(olga, rows=20, seats=50)
        row = admin.execute("SELECT venue_id, venue FROM evently.events WHERE id = %s", [small.event_id]).fetchone()
        assert row is not None
        venue_id, venue = row
        prices = {(zone.id, house.ADULT): house.euros(42) for zone in small.geometry.zones}
        for number in range(EVENTS - 3):
            starts_at = datetime.now(UTC) + timedelta(days=8 + number)
            event = programme.NewEvent(
                EventId(uuid7()), venue_id, venue, small.geometry.plan_id, f"Event {number}", starts_at, "EUR"
            )
            olga.write(programme.add_event, event, prices)
        admin.execute("CREATE SCHEMA bench")
        admin.execute("VACUUM ANALYZE")
    return stadium, theatre


def milliseconds(action: Callable[[], object]) -> float:
    took = []
    for _ in range(READS):
        start = time.perf_counter()
        action()
        took.append(time.perf_counter() - start)
    return statistics.median(took[2:]) * 1000


def reading(anna: Database, admin: psycopg.Connection, stadium: EventId, theatre: EventId) -> Iterator[Bar]:
    def one(event: UUID) -> Callable[[], object]:
        return lambda: admin.execute(_FREE.format("AND event_id = %s").encode(), [event]).fetchall()

    questions: list[tuple[str, Callable[[], object], Callable[[], object]]] = [
        ("free of 5,000 seats, ms", lambda: anna.read(catalogue.event, theatre), one(theatre)),
        ("free of 80,000 seats, ms", lambda: anna.read(catalogue.event, stadium), one(stadium)),
        (
            f"list of {EVENTS} events, ms",
            lambda: anna.read(catalogue.events),
            lambda: admin.execute(_FREE.format("").encode()).fetchall(),
        ),
    ]
    for name, ours, least in questions:
        took, bare = milliseconds(ours), milliseconds(least)
        yield Bar(name, took, bare, (took - OVERHEAD_MS) / bare, READ_BAR)
    name, listed, counted = questions[-1]
    bare = milliseconds(counted)
    with schema(admin, _INDEX, _NO_INDEX):
        admin.execute("VACUUM evently.event_seats")
        took = milliseconds(listed)
        yield Bar(f"{name}, an index to count on", took, bare, took / bare, math.inf)
    with schema(admin, _COUNTER, _NO_COUNTER):
        took = milliseconds(lambda: admin.execute("SELECT * FROM bench.free").fetchall())
        yield Bar(f"{name}, counter rows alone", took, bare, took / bare, math.inf)


@contextmanager
def schema(admin: psycopg.Connection, make: str, drop: str) -> Iterator[None]:
    """What the product does without, for a while."""
    admin.execute(make.encode())
    try:
        yield
    finally:
        admin.execute(drop.encode())


class Crowd:
    """Sixteen clients of one event under pgbench, as a clerk."""

    def __init__(self, place: House, event: EventId, folder: Path) -> None:
        self._place, self._event = place, event
        with place.admin() as admin:
            parties = make_parties(admin, event)
        self._script = folder / "hold.sql"
        self._script.write_text(_SCRIPT.format(last=parties // CLIENTS - 1, clients=CLIENTS))

    def holds_a_second(self) -> float:
        before = self._bookings()
        said = pgbench(self._place.url("anna"), self._script, "-T", str(SECONDS))
        figures = {line.split(": ")[0]: line.split(": ")[1] for line in said.splitlines() if ": " in line}
        done = int(figures["number of transactions actually processed"].split("/")[0])
        assert self._bookings() - before == done, "somebody was refused"
        return done / SECONDS

    def _bookings(self) -> int:
        with self._place.admin() as admin:
            row = admin.execute("SELECT count(*) FROM evently.bookings WHERE event_id = %s", [self._event]).fetchone()
        assert row is not None
        return int(row[0])


@contextmanager
def counting(place: House, event: EventId) -> Iterator[None]:
    """Somebody asks once a second how many seats are free."""
    over = threading.Event()

    def ask() -> None:
        with place.database("ben", "Counter 2") as ben:
            while not over.wait(1.0):
                found = ben.read(catalogue.event, event)
                assert 0 <= found.free <= found.total

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def selling(place: House, admin: psycopg.Connection, stadium: EventId, folder: Path) -> Iterator[Bar]:
    crowd = Crowd(place, stadium, folder)
    ways: dict[str, Callable[[], AbstractContextManager[None]]] = {
        "nobody counts": nullcontext,
        "counted once a second": lambda: counting(place, stadium),
        "a counter row of the event": lambda: schema(admin, _COUNTER, _NO_COUNTER),
        "an index to count on": lambda: schema(admin, _INDEX, _NO_INDEX),
    }
    crowd.holds_a_second()
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            with way():
                rates[name].append(crowd.holds_a_second())
    floor, *others = ((name, statistics.median(found)) for name, found in rates.items())
    for name, rate in others:
        bar = SALES_BAR if name == "counted once a second" else 0.0
        yield Bar(f"holds a second, {name}", rate, floor[1], rate / floor[1], bar, least=True)


def bars() -> Iterator[Bar]:
    with open_house() as place, tempfile.TemporaryDirectory() as folder:
        stadium, theatre = build(place)
        with place.database("anna", "Counter 1") as anna, place.admin() as admin:
            yield from reading(anna, admin, stadium, theatre)
            yield from selling(place, admin, stadium, Path(folder))
