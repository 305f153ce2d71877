"""Time that passes in a test: what a hold has left is taken away, as nobody but the superuser can."""

from typing import Any
from uuid import UUID

import psycopg


def run_out(admin: psycopg.Connection[Any], event_id: UUID, booking_id: UUID) -> None:
    """The hold and its seats ended a moment ago."""
    for table, column in (("bookings", "id"), ("event_seats", "current_booking_id")):
        admin.execute(
            f"""UPDATE evently.{table} SET hold_expires_at = now() - interval '2 seconds'
                 WHERE event_id = %s AND {column} = %s AND status = 'held'""".encode(),
            [event_id, booking_id],
        )
