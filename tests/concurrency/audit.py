"""What must be true of an event whatever was done to it, read as the superuser sees it."""

from typing import Any
from uuid import UUID

import psycopg

# Each finds rows that must not exist; %(event)s is the event.
_RULES = {
    "a seat belongs to two bookings": """
        SELECT seat_id FROM evently.booking_seats WHERE event_id = %(event)s AND released_at IS NULL
         GROUP BY seat_id HAVING count(*) > 1""",
    "a line lives on in a booking that is over": """
        SELECT l.seat_id FROM evently.booking_seats l
          JOIN evently.bookings b ON b.event_id = l.event_id AND b.id = l.booking_id
         WHERE l.event_id = %(event)s AND l.released_at IS NULL AND b.status NOT IN ('held', 'confirmed')""",
    "a seat and its booking disagree": """
        SELECT s.id FROM evently.event_seats s
          LEFT JOIN evently.bookings b ON b.event_id = s.event_id AND b.id = s.current_booking_id
         WHERE s.event_id = %(event)s AND s.status IN ('held', 'booked')
           AND (s.status, b.status) NOT IN (('held', 'held'), ('booked', 'confirmed'))""",
    "a seat's booking has no line for it": """
        SELECT s.id FROM evently.event_seats s
         WHERE s.event_id = %(event)s AND s.status IN ('held', 'booked') AND NOT EXISTS (
           SELECT FROM evently.booking_seats l WHERE l.event_id = s.event_id AND l.seat_id = s.id
              AND l.booking_id = s.current_booking_id AND l.released_at IS NULL)""",
    "a booking has not the seats that it says": """
        SELECT b.id FROM evently.bookings b
         WHERE b.event_id = %(event)s AND (b.status = 'confirmed' OR b.status = 'held' AND b.hold_expires_at > now())
           AND b.quantity <> (SELECT count(*) FROM evently.event_seats s
                               WHERE s.event_id = b.event_id AND s.current_booking_id = b.id)""",
    "a sold seat has not one ticket": """
        SELECT s.id FROM evently.event_seats s WHERE s.event_id = %(event)s AND s.status = 'booked'
           AND 1 <> (SELECT count(*) FROM evently.tickets k
                      WHERE k.event_id = s.event_id AND k.seat_id = s.id AND k.status <> 'void')""",
    "a ticket opens a door to a seat that is not sold": """
        SELECT k.id FROM evently.tickets k JOIN evently.event_seats s ON s.event_id = k.event_id AND s.id = k.seat_id
         WHERE k.event_id = %(event)s AND k.status <> 'void'
           AND (s.status <> 'booked' OR s.current_booking_id <> k.booking_id)""",
    "a booking was not paid exactly": """
        SELECT b.id FROM evently.bookings b
         WHERE b.event_id = %(event)s
           AND (SELECT coalesce(sum(CASE kind WHEN 'sale' THEN amount ELSE -amount END), 0) FROM evently.payments p
                 WHERE p.event_id = b.event_id AND p.booking_id = b.id AND p.status = 'captured')
               <> CASE b.status WHEN 'confirmed' THEN b.total_amount ELSE 0 END""",
    "money moved that no booking owes": """
        SELECT booking_id FROM evently.transactions WHERE event_id = %(event)s GROUP BY booking_id
        HAVING sum(CASE 'customers' WHEN debit_account THEN amount WHEN credit_account THEN -amount ELSE 0 END) <> 0""",
}


def audit(admin: psycopg.Connection[Any], event_id: UUID) -> list[str]:
    """The rules that are broken, each once."""
    return [rule for rule, query in _RULES.items() if admin.execute(query.encode(), {"event": event_id}).fetchone()]
