"""What was sold before the demo began: bookings of neighbours, drawn by a seeded generator, written set by set."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
import psycopg
from numpy.typing import NDArray

from evently_desktop.domain.ids import EventId, PriceTypeId, UserId
from evently_desktop.domain.seating import Geometry

# How many come together, and how often.
_PARTY_SIZES = np.array([1, 2, 2, 2, 3, 4, 4, 5])


@dataclass(frozen=True, eq=False)
class PastSales:
    """Arrays, an element a sold seat: ``ordinal``, ``party`` (which booking, from 0), ``kind`` (price type)."""

    ordinal: NDArray[np.int64]
    party: NDArray[np.int64]
    kind: NDArray[np.int64]


def draw(geometry: Geometry, share: float, keep_free: NDArray[np.bool_], seed: int) -> PastSales:
    """Sell about ``share`` of the hall in parties that sit together, the better seats first."""
    random = np.random.default_rng(seed)
    parties = _parties(geometry, keep_free, random)
    # A party's luck is the quality of its seats and chance, so that good rows fill first but never wholly.
    luck = np.array([geometry.quality[party[0]] for party in parties]) + random.normal(0, 2.5, len(parties))
    wanted = round(share * len(geometry))
    chosen: list[NDArray[np.int64]] = []
    sold = 0
    for index in np.argsort(-luck):
        if sold >= wanted:
            break
        chosen.append(parties[index])
        sold += len(parties[index])
    ordinal = np.concatenate(chosen)
    party = np.repeat(np.arange(len(chosen)), [len(seats) for seats in chosen])
    return PastSales(ordinal, party, random.choice([0, 0, 0, 0, 0, 0, 1, 2, 3], len(ordinal)))


def _parties(geometry: Geometry, keep_free: NDArray[np.bool_], random: np.random.Generator) -> list[NDArray[np.int64]]:
    order = np.lexsort((geometry.position, geometry.block))
    order = order[~keep_free[order]]
    gap = (np.diff(geometry.block[order]) != 0) | (np.diff(geometry.position[order]) != 1)
    parties: list[NDArray[np.int64]] = []
    for run in np.split(order, np.flatnonzero(gap) + 1):
        sizes = random.choice(_PARTY_SIZES, len(run))
        ends = np.cumsum(sizes)
        parties += [part for part in np.split(run, ends[ends < len(run)]) if len(part)]
    return parties


def write(
    admin: psycopg.Connection,
    event_id: EventId,
    geometry: Geometry,
    sales: PastSales,
    *,
    kinds: list[PriceTypeId],
    customers: list[UserId],
    seller: str,
    sold_from: datetime,
    sold_until: datetime,
) -> None:
    """Write sales as the verbs would have, as the administrator: the database checks at commit that they add up."""
    seats = [UUID(bytes=geometry.ids[ordinal].tobytes()) for ordinal in sales.ordinal]
    values = {
        "event": event_id, "seats": seats, "parties": sales.party.tolist(),
        "kinds": [kinds[kind] for kind in sales.kind], "customers": customers, "seller": seller,
        "from": sold_from, "until": sold_until,
    }  # fmt: skip
    with admin.transaction():
        for statement in _STATEMENTS:
            admin.execute(statement, values)


_STATEMENTS = (
    """CREATE TEMPORARY TABLE line ON COMMIT DROP AS
       SELECT p.booking, w.seat, w.kind, w.party, p.at, s.ordinal, e.currency, u.id AS seller,
              CASE WHEN t.is_comp THEN 0 ELSE x.amount END AS price,
              CASE WHEN t.is_comp THEN 0 ELSE e.fee_per_seat END AS fee
         FROM unnest(%(seats)s::uuid[], %(parties)s::int[], %(kinds)s::uuid[]) AS w(seat, party, kind)
         JOIN (SELECT party, gen_random_uuid() AS booking,
                      %(from)s::timestamptz + random() * (%(until)s::timestamptz - %(from)s::timestamptz) AS at
                 FROM (SELECT DISTINCT unnest(%(parties)s::int[]) AS party) d) p ON p.party = w.party
         JOIN evently.events e ON e.id = %(event)s
         JOIN evently.event_seats s ON s.event_id = e.id AND s.id = w.seat AND s.status = 'available'
         JOIN evently.price_types t ON t.id = w.kind
         JOIN evently.prices x ON x.event_id = e.id AND x.zone_id = s.zone_id AND x.price_type_id = w.kind
         JOIN evently.users u ON u.login = %(seller)s""",
    """CREATE TEMPORARY TABLE party ON COMMIT DROP AS
       SELECT booking, gen_random_uuid() AS payment, count(*) AS seats, sum(price + fee) AS total, sum(fee) AS fees,
              min(currency) AS currency, min(at) AS at, (array_agg(seller))[1] AS seller, min(ordinal) AS ordinal
         FROM line GROUP BY booking""",
    # Without knowing how many they are, the planner joins them one by one.
    "ANALYZE line, party",
    """INSERT INTO evently.bookings (event_id, id, reference, status, quantity, total_amount, fee_amount, currency,
                                      confirmed_at, customer_id, seller_id, seller_login, seller_initials, station,
                                      channel, created_at)
       SELECT %(event)s, booking, evently._reference(), 'confirmed', seats, total, fees, currency, at,
              CASE WHEN random() < 0.4 THEN c.ids[1 + floor(random() * cardinality(c.ids))] END,
              seller, u.login, u.initials, 'Counter 1', 'import', at
         FROM party, evently.users u, (SELECT %(customers)s::uuid[] AS ids) c WHERE u.id = seller""",
    """INSERT INTO evently.booking_seats (event_id, booking_id, seat_id, price_type_id, price_at_booking, fee,
                created_at)
       SELECT %(event)s, booking, seat, kind, price, fee, at FROM line""",
    """UPDATE evently.event_seats s SET status = 'booked', current_booking_id = l.booking, version = s.version + 1,
              changed_xid = pg_current_xact_id(), updated_at = now()
         FROM line l WHERE s.event_id = %(event)s AND s.id = l.seat""",
    """INSERT INTO evently.payments (event_id, id, booking_id, kind, method, status, amount, gateway, gateway_reference,
                                     taken_by, login, station, captured_at, created_at)
       SELECT %(event)s, payment, booking, 'sale', 'card', 'captured', total, 'demo', 'D' || ordinal, seller,
           %(seller)s,
              'Counter 1', at, at
         FROM party WHERE total > 0""",
    """INSERT INTO evently.transactions (event_id, booking_id, payment_id, debit_account, credit_account, amount,
                currency,
                                         login, created_at)
       SELECT %(event)s, booking, m.payment, m.into_account, m.from_account, m.amount, currency, %(seller)s, at
         FROM party CROSS JOIN LATERAL (VALUES
              (payment, 'card', 'customers', total), (NULL, 'customers', 'sales', total - fees),
              (NULL, 'customers', 'fees', fees)) AS m(payment, into_account, from_account, amount)
        WHERE m.amount > 0""",
    """INSERT INTO evently.tickets (event_id, booking_id, booking_seat_id, seat_id, secret, printed_at, issued_by,
                created_at)
       SELECT %(event)s, bs.booking_id, bs.id, bs.seat_id, uuid_send(gen_random_uuid()), bs.created_at, %(seller)s,
              bs.created_at
         FROM evently.booking_seats bs JOIN party p ON p.booking = bs.booking_id WHERE bs.event_id = %(event)s""",
    """INSERT INTO evently.booking_logs (event_id, booking_id, action, user_id, login, station, program, logged_at,
                details)
       SELECT %(event)s, booking, 'sold', seller, %(seller)s, 'Counter 1', 'import', at, jsonb_build_object('total',
           total)
         FROM party""",
    # The checks at commit read each booking's seats; with the counts of an empty table they would read all of them.
    "ANALYZE evently.bookings, evently.booking_seats, evently.event_seats, evently.payments",
)
