"""Time that passes in a test: what a hold has left is taken away, as nobody but the superuser can."""

from typing import Any
from uuid import UUID

import psycopg

from evently_desktop.database.transactions import Database
from evently_desktop.services import holds


def run_out(admin: psycopg.Connection[Any], event_id: UUID, booking_id: UUID) -> None:
    """The hold and its seats ended a moment ago."""
    for table, column in (("bookings", "id"), ("event_seats", "current_booking_id")):
        admin.execute(
            f"""UPDATE evently.{table} SET hold_expires_at = now() - interval '2 seconds'
                 WHERE event_id = %s AND {column} = %s AND status = 'held'""".encode(),
            [event_id, booking_id],
        )


def comes_to_be_swept(database: Database, event_id: UUID) -> bool:
    """Whether the sweep, which takes some events at a time, comes to this one after those of other tests."""
    while due := database.read(holds.events_to_sweep):
        if event_id in due:
            return True
        for other in due:
            database.write(holds.sweep, other)
    return False
