"""A hold of four seats as a counter makes it, beside the least SQL that could do it.

Ours is a clerk's call through the service: rights, on-sale window, prices, log, answer. The floor is the least
SQL that leaves the same rows: one prepared statement of one bare psycopg connection, by the server's administrator,
on the very tables of the product: lock, count, insert, update, commit; no policies, no checks of its own, no log,
no prices. Beside it, for the record and without a bar, the same statement on stripped tables: no foreign keys, no
CHECKs, only the keys and the last wall. All commit to disk. They take turns in small rounds, in an order
that is drawn for each, and the median of the rounds' medians counts.
"""

import math
import random
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
from evently_desktop.services import holds, staff
from tests import house
from tests.template import libpq

PARTY = 4
ROUNDS, HOLDS = 100, 12
WARM_UP = 100
SEATS = (ROUNDS * HOLDS + WARM_UP) * PARTY
BAR = 1.5

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


SAME_TABLES = """
WITH taken AS MATERIALIZED (
  SELECT id, price FROM evently.event_seats WHERE event_id = %(event)s AND id = ANY (%(seats)s)
     AND (status = 'available' OR status = 'held' AND hold_expires_at <= now())
   ORDER BY id FOR UPDATE SKIP LOCKED),
complete AS (SELECT count(*) AS n, sum(price) AS total FROM taken HAVING count(*) = cardinality(%(seats)s)),
booked AS (
  INSERT INTO evently.bookings (event_id, id, reference, status, quantity, total_amount, currency, hold_expires_at,
                                seller_id, seller_login)
  SELECT %(event)s, %(booking)s, %(booking)s::text, 'held', n, total, 'EUR', now() + interval '5 minutes', %(seller)s,
         ''
    FROM complete
  RETURNING total_amount),
lines AS (
  INSERT INTO evently.booking_seats (event_id, booking_id, seat_id, price_type_id, price_at_booking)
  SELECT %(event)s, %(booking)s, taken.id, %(type)s, taken.price FROM taken, complete),
held AS (
  UPDATE evently.event_seats s SET status = 'held', current_booking_id = %(booking)s,
         hold_expires_at = now() + interval '5 minutes', changed_xid = pg_current_xact_id()
    FROM taken, complete WHERE s.event_id = %(event)s AND s.id = taken.id)
SELECT total_amount FROM booked
"""


def least(connection: psycopg.Connection, statement: str, event: UUID, seller: UUID) -> Callable[[list[SeatId]], None]:
    """A floor: hold these seats with one statement."""

    def hold(seats: list[SeatId]) -> None:
        parameters = {"event": event, "booking": uuid7(), "seats": seats, "seller": seller, "type": house.ADULT}
        row = connection.execute(statement, parameters, prepare=True).fetchone()
        assert row is not None, "the seats were not free"

    return hold


def bare_seats(admin: psycopg.Connection, event: UUID, seats: list[SeatId]) -> None:
    """The same seats on bare tables."""
    admin.execute(TABLES)
    with admin.cursor().copy("COPY floor.seats (event_id, id, price) FROM STDIN") as rows:
        for seat in seats:
            rows.write_row((event, seat, 4350))


def release_all(admin: psycopg.Connection) -> None:
    """End all open baskets, as customers who pay or leave do: no clerk has hundreds of them."""
    with admin.transaction():
        admin.execute("UPDATE evently.booking_seats SET released_at = now() WHERE released_at IS NULL")
        admin.execute(
            """UPDATE evently.event_seats SET status = 'killed', current_booking_id = NULL, hold_expires_at = NULL
                WHERE status = 'held'"""
        )
        admin.execute("UPDATE evently.bookings SET status = 'expired', hold_expires_at = NULL WHERE status = 'held'")


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
        hall, other = (house.add_hall(olga, rows=26, seats=-(-SEATS // 26)) for _ in range(2))
        parties, other_parties = _parties(hall), _parties(other)
        bare_seats(admin, hall.event_id, [seat for party in parties for seat in party])
        seller = anna.read(staff.sign_in).id

        def ours(seats: list[SeatId]) -> None:
            choices = [SeatChoice(seat, house.ADULT) for seat in seats]
            anna.write(holds.place, hall.event_id, new_booking_id(), choices)

        with psycopg.connect(libpq(place.admin_url), autocommit=True) as bare:
            contestants = (
                (ours, iter(parties)),
                (least(bare, SAME_TABLES, other.event_id, seller), iter(other_parties)),
                (least(bare, HOLD, hall.event_id, seller), iter(parties)),
            )
            for action, halls in contestants:
                timed(action, halls, WARM_UP)
            # As autovacuum does within a minute.
            admin.execute("VACUUM ANALYZE")
            rounds = []
            for _ in range(ROUNDS):
                release_all(admin)
                # Whoever comes first finds the server's caches cold from the admin's work.
                order = random.sample(range(len(contestants)), len(contestants))
                took_by = {number: timed(*contestants[number], HOLDS) for number in order}
                rounds.append([took_by[number] for number in range(len(contestants))])
    took, same, stripped = (statistics.median(column) for column in zip(*rounds, strict=True))
    yield Bar("hold of 4 seats, p50 ms", took, same, took / same, BAR)
    yield Bar("the same beside stripped tables", took, stripped, took / stripped, math.inf)


def _parties(hall: house.Hall) -> list[list[SeatId]]:
    seats = [hall.geometry.seat_id(ordinal) for ordinal in range(len(hall.geometry))]
    return [seats[start : start + PARTY] for start in range(0, SEATS, PARTY)]


def bars() -> Iterator[Bar]:
    with open_house() as place:
        yield from measure(place)
