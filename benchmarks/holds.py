"""A hold of four seats as a counter makes it, beside the least SQL that could do it.

Ours is a clerk's call through the service: rights, on-sale window, prices, log, answer. The floor is one
prepared statement of one bare psycopg connection on bare tables: lock, count, insert, update, commit; no
policies, no checks, no log, no prices. Both commit to disk. They take turns in small rounds, and the median of
the rounds' medians counts.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from uuid import UUID

import psycopg
from uuid_utils.compat import uuid7

from benchmarks.bars import Bar
from benchmarks.house import House, open_house
from evently_desktop.domain.bookings import SeatChoice
from evently_desktop.domain.ids import SeatId, new_booking_id
from evently_desktop.services import holds
from tests import house
from tests.template import libpq

PARTY = 4
ROUNDS, HOLDS = 15, 80
WARM_UP = 100
SEATS = (ROUNDS * HOLDS + WARM_UP) * PARTY
BAR = 2.0

TABLES = """
CREATE SCHEMA floor;
CREATE TABLE floor.seats (event_id uuid, id uuid, status text NOT NULL DEFAULT 'available', price bigint NOT NULL,
  booking_id uuid, expires_at timestamptz, changed_xid xid8, PRIMARY KEY (event_id, id)) WITH (fillfactor = 80);
CREATE INDEX ON floor.seats (event_id, changed_xid);
CREATE TABLE floor.bookings (event_id uuid, id uuid, status text NOT NULL, quantity integer NOT NULL,
  total bigint NOT NULL, expires_at timestamptz NOT NULL, seller uuid NOT NULL, PRIMARY KEY (event_id, id));
CREATE TABLE floor.booking_seats (event_id uuid, id uuid DEFAULT gen_random_uuid(), booking_id uuid NOT NULL,
  seat_id uuid NOT NULL, price bigint NOT NULL, released_at timestamptz, PRIMARY KEY (event_id, id));
CREATE UNIQUE INDEX ON floor.booking_seats (event_id, seat_id) WHERE released_at IS NULL;
"""
HOLD = """
WITH taken AS MATERIALIZED (
  SELECT id, price FROM floor.seats WHERE event_id = %(event)s AND id = ANY (%(seats)s)
     AND (status = 'available' OR status = 'held' AND expires_at <= now())
   ORDER BY id FOR UPDATE SKIP LOCKED),
complete AS (SELECT count(*) AS n, sum(price) AS total FROM taken HAVING count(*) = cardinality(%(seats)s)),
booked AS (
  INSERT INTO floor.bookings (event_id, id, status, quantity, total, expires_at, seller)
  SELECT %(event)s, %(booking)s, 'held', n, total, now() + interval '5 minutes', %(seller)s FROM complete
  RETURNING total),
lines AS (
  INSERT INTO floor.booking_seats (event_id, booking_id, seat_id, price)
  SELECT %(event)s, %(booking)s, taken.id, taken.price FROM taken, complete),
held AS (
  UPDATE floor.seats s SET status = 'held', booking_id = %(booking)s, expires_at = now() + interval '5 minutes',
         changed_xid = pg_current_xact_id()
    FROM taken, complete WHERE s.event_id = %(event)s AND s.id = taken.id)
SELECT total FROM booked
"""


def least(connection: psycopg.Connection, event: UUID, seller: UUID) -> Callable[[list[SeatId]], None]:
    """The floor: hold these seats with one statement."""

    def hold(seats: list[SeatId]) -> None:
        parameters = {"event": event, "booking": uuid7(), "seats": seats, "seller": seller}
        row = connection.execute(HOLD, parameters, prepare=True).fetchone()
        assert row is not None, "the seats were not free"

    return hold


def bare_seats(admin: psycopg.Connection, event: UUID, seats: list[SeatId]) -> None:
    """The same seats on bare tables."""
    admin.execute(TABLES)
    with admin.cursor().copy("COPY floor.seats (event_id, id, price) FROM STDIN") as rows:
        for seat in seats:
            rows.write_row((event, seat, 4350))


def timed(action: Callable[[list[SeatId]], None], parties: Iterator[list[SeatId]], times: int) -> float:
    """The median of so many holds, in milliseconds."""
    took = []
    for seats in [next(parties) for _ in range(times)]:
        start = time.perf_counter()
        action(seats)
        took.append(time.perf_counter() - start)
    return statistics.median(took) * 1000


def measure(place: House) -> Iterator[Bar]:
    with place.database("olga", "Office") as olga, place.database("anna", "Counter 1") as anna, place.admin() as admin:
        hall = house.add_hall(olga, rows=26, seats=-(-SEATS // 26))
        seats = [hall.geometry.seat_id(ordinal) for ordinal in range(len(hall.geometry))]
        bare_seats(admin, hall.event_id, seats)

        def ours(seats: list[SeatId]) -> None:
            choices = [SeatChoice(seat, house.ADULT) for seat in seats]
            anna.write(holds.place, hall.event_id, new_booking_id(), choices)

        with psycopg.connect(libpq(place.admin_url), autocommit=True) as bare:
            floor = least(bare, hall.event_id, uuid7())
            parties = [seats[start : start + PARTY] for start in range(0, SEATS, PARTY)]
            our_parties, floor_parties = iter(parties), iter(parties)
            timed(ours, our_parties, WARM_UP)
            timed(floor, floor_parties, WARM_UP)
            # As autovacuum does within a minute.
            admin.execute("VACUUM ANALYZE")
            rounds = [(timed(ours, our_parties, HOLDS), timed(floor, floor_parties, HOLDS)) for _ in range(ROUNDS)]
    took, least_took = (statistics.median(column) for column in zip(*rounds, strict=True))
    yield Bar("hold of 4 seats, p50 ms", took, least_took, took / least_took, BAR)


def bars() -> Iterator[Bar]:
    with open_house() as place:
        yield from measure(place)
