"""Holds all histories against the database: each line it returns is something that must never happen."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.chaos.history import Act, Histories

# The codes that tell of a fault in a program, never of another counter that was quicker or of time that passed.
_FAULTS = {"id_reused", "bad_call", "not_staff", "not_yours", "DatabaseError", "BadInput", "NotAllowed"}


@dataclass
class Facts:
    """What the database says of one event."""

    payments: dict[str, dict[str, Any]]
    bookings: dict[str, dict[str, Any]]
    seats: list[dict[str, Any]]
    ledger: dict[str, int]
    exchanges: set[str]


def facts(connection: psycopg.Connection, event: str) -> Facts:
    def rows(query: str) -> list[dict[str, Any]]:
        cursor = connection.cursor(row_factory=psycopg.rows.dict_row)
        return cursor.execute(query, {"event": event}).fetchall()

    payments = rows(
        """SELECT p.id::text, p.booking_id::text AS booking, p.kind, p.method, p.status, p.amount, t.name AS till
             FROM evently.payments p LEFT JOIN evently.shifts s ON s.id = p.shift_id
             LEFT JOIN evently.tills t ON t.id = s.till_id WHERE p.event_id = %(event)s"""
    )
    bookings = rows(
        """SELECT b.id::text, b.status, b.quantity, b.total_amount AS total, b.paid_amount,
                  extract(epoch FROM b.hold_expires_at - b.created_at)::float8 AS held_for,
                  b.hold_expires_at <= clock_timestamp() IS TRUE AS over,
                  (SELECT count(*) FROM evently.booking_seats s WHERE s.event_id = b.event_id AND s.booking_id = b.id
                      AND s.released_at IS NULL) AS lines,
                  (SELECT coalesce(sum(price_at_booking + fee), 0)::int FROM evently.booking_seats s
                    WHERE s.event_id = b.event_id AND s.booking_id = b.id AND s.released_at IS NULL) AS owed,
                  (SELECT count(*) FROM evently.tickets k WHERE k.event_id = b.event_id AND k.booking_id = b.id
                      AND k.status <> 'void') AS tickets,
                  (SELECT count(*) FROM evently.event_seats e WHERE e.event_id = b.event_id
                      AND e.current_booking_id = b.id AND e.status = 'booked') AS booked,
                  ARRAY(SELECT action FROM evently.booking_logs g WHERE g.event_id = b.event_id
                           AND g.booking_id = b.id) AS log
             FROM evently.bookings b WHERE b.event_id = %(event)s"""
    )
    seats = rows(
        """SELECT s.ordinal, s.status, array_position('{available,held,booked,killed}', s.status) - 1 AS number,
                  coalesce(replace(s.current_booking_id::text, '-', ''), repeat('0', 32)) AS booking,
                  (SELECT count(*) FROM evently.booking_seats l JOIN evently.bookings b
                       ON b.event_id = l.event_id AND b.id = l.booking_id
                    WHERE l.event_id = s.event_id AND l.seat_id = s.id AND l.released_at IS NULL
                      AND b.status = 'confirmed') AS sales
             FROM evently.event_seats s WHERE s.event_id = %(event)s ORDER BY s.ordinal"""
    )
    ledger = rows(
        """SELECT account, sum(amount)::int AS amount FROM (
               SELECT debit_account AS account, amount FROM evently.transactions WHERE event_id = %(event)s
               UNION ALL SELECT credit_account, -amount FROM evently.transactions WHERE event_id = %(event)s) AS lines
            GROUP BY account"""
    )
    exchanges = rows(
        """SELECT details->>'exchange' AS id FROM evently.booking_logs
            WHERE event_id = %(event)s AND action = 'exchanged'"""
    )
    return Facts(
        {row["id"]: row for row in payments},
        {row["id"]: row for row in bookings},
        seats,
        {row["account"]: row["amount"] for row in ledger if row["amount"]},
        {f"exchange {row['id']}" for row in exchanges},
    )


def violations(histories: Histories, found: Facts, longest: float) -> Iterator[str]:
    """``longest`` is how many seconds a hold may last."""
    yield from _seats(found)
    yield from _bookings(found, longest)
    done = {}
    for act in histories.of("sale", "refund", "exchange"):
        there = _there(act, found)
        done[act.key] = there == {True}
        yield from _answers(act, there)
    yield from _money(histories, found, done)
    for act in histories.acts.values():
        for code in _FAULTS.intersection(act.codes):
            why = "; ".join(act.sentences)
            yield f"{act.key} was refused as {code}, which no counter here gives reason for: {why}"
    yield from _maps(histories, found)


def _seats(found: Facts) -> Iterator[str]:
    for seat in found.seats:
        if seat["sales"] > 1:
            yield f"seat {seat['ordinal']} is sold {seat['sales']} times"
        if (seat["status"] == "booked") != (seat["sales"] == 1):
            yield f"seat {seat['ordinal']} is {seat['status']} and sold {seat['sales']} times"


def _bookings(found: Facts, longest: float) -> Iterator[str]:
    paid: Counter[str] = Counter()
    for payment in found.payments.values():
        if payment["status"] == "captured":
            paid[payment["booking"]] += payment["amount"] if payment["kind"] == "sale" else -payment["amount"]
    for key, booking in found.bookings.items():
        sold = booking["status"] == "confirmed"
        if paid[key] != (booking["owed"] if sold else 0):
            yield f"booking {key} is {booking['status']} with {paid[key]} paid for seats of {booking['owed']}"
        if sold and not booking["lines"] == booking["tickets"] == booking["booked"] == booking["quantity"]:
            yield f"booking {key} has not one ticket and one booked seat for each seat sold: {booking}"
        if not sold and (booking["tickets"] or booking["booked"]):
            yield f"booking {key} is {booking['status']} with tickets or booked seats"
        if booking["status"] == "held" and booking["held_for"] > longest + 1:
            yield f"booking {key} is held for {booking['held_for']} seconds"


def _there(act: Act, found: Facts) -> set[bool]:
    """Which parts of an act are in the database: {True} is wholly there, {False} wholly not."""
    parts = set()
    for money in act.details["money"]:
        payment = found.payments.get(money["id"])
        parts.add(
            payment is not None
            and payment["status"] == "captured"
            and payment["booking"] == act.details["booking"]
            and payment["method"] == money["method"]
            and (payment["amount"] if payment["kind"] == "sale" else -payment["amount"])
            == (-money["amount"] if act.verb == "refund" else money["amount"])
        )
    booking = found.bookings.get(act.details["booking"])
    if act.verb == "sale":
        parts.add(booking is not None and "sold" in booking["log"])
    elif act.verb == "exchange":
        parts.add(act.key in found.exchanges)
    elif act.verb == "refund" and parts == {True}:
        parts.add(booking is not None and "refunded" in booking["log"])
    return parts


def _answers(act: Act, there: set[bool]) -> Iterator[str]:
    if len(there) > 1:
        yield f"{act.key} is there in part only"
    elif act.answer == "yes" and there == {False}:
        yield f"{act.key} was acknowledged and is not there"
    elif "no" in act.answers and there == {True}:
        yield f"{act.key} was refused ({', '.join(act.codes)}) and is there"


def _money(histories: Histories, found: Facts, done: Mapping[str, bool]) -> Iterator[str]:
    """What each drawer gained by the histories is what it gained by the ledger, and no payment is nobody's."""
    drawers: Counter[str] = Counter()
    known = set()
    for act in histories.of("sale", "refund", "exchange"):
        for money in act.details["money"]:
            known.add(money["id"])
            if done[act.key]:
                account = f"cash:{act.details['till']}" if money["method"] == "cash" else money["method"]
                drawers[account] += -money["amount"] if act.verb == "refund" else money["amount"]
    for account in drawers.keys() | {name for name in found.ledger if name.startswith(("cash", "card"))}:
        if drawers[account] != found.ledger.get(account, 0):
            yield f"{account} has {found.ledger.get(account, 0)} by the ledger and {drawers[account]} by the histories"
    if found.ledger.get("customers", 0):
        yield f"customers are owed {found.ledger['customers']}"
    for key, payment in found.payments.items():
        if payment["status"] == "captured" and key not in known:
            yield f"payment {key} is nobody's"


def _maps(histories: Histories, found: Facts) -> Iterator[str]:
    truth = [f"{seat['number']}{seat['booking']}" for seat in found.seats]
    for counter, shown in histories.maps.items():
        wrong = [index for index, pair in enumerate(zip(shown, truth, strict=True)) if pair[0] != pair[1]]
        if wrong:
            first = wrong[0]
            yield f"{counter} shows {len(wrong)} seats wrong, such as {first}: {shown[first]}, not {truth[first]}"
