"""Seats in a basket, for minutes. Every call may be repeated with the same arguments and answers the same."""

from collections.abc import Sequence

import sqlalchemy as sa

from evently_desktop.database.tables import bookings
from evently_desktop.database.transactions import Session
from evently_desktop.domain.bookings import Hold, SeatChoice
from evently_desktop.domain.ids import BookingId, EventId
from evently_desktop.services import reading
from evently_desktop.services.refusals import accepted


def place(session: Session, event_id: EventId, booking_id: BookingId, choices: Sequence[SeatChoice]) -> Hold:
    """Hold all the seats or none, at the server's prices, for five minutes unless the house says otherwise.

    Raises `SeatsGone` naming each seat that cannot be had and why; `Refusal` for an event that is not on sale,
    too many or no seats, house seats; `IdReused` if ``booking_id`` already holds other seats.
    """
    row = session.verb("hold_seats", event_id, event_id, booking_id, *_split(choices))
    return reading.hold(event_id, booking_id, accepted(row))


def change(
    session: Session, event_id: EventId, booking_id: BookingId, version: int, choices: Sequence[SeatChoice]
) -> Hold:
    """Make the basket hold exactly these seats for these price types; the time that is left stays as it is.

    ``version`` is that of the `Hold` the clerk sees. Raises as `place`, and then nothing has changed.
    """
    row = session.verb("change_hold", event_id, event_id, booking_id, version, *_split(choices))
    return reading.hold(event_id, booking_id, accepted(row))


def extend(session: Session, event_id: EventId, booking_id: BookingId) -> Hold:
    """Start the hold's minutes again, within the longest time a basket may be open. Raises `HoldExpired`."""
    row = session.verb("extend_hold", event_id, event_id, booking_id)
    return reading.hold(event_id, booking_id, accepted(row))


def release(session: Session, event_id: EventId, booking_id: BookingId) -> None:
    """Give the seats back. A basket that is gone already is no error; a sold one is."""
    accepted(session.verb("release_hold", event_id, event_id, booking_id))


def sweep(session: Session, event_id: EventId) -> int:
    """Tidy up after holds of an event that ran out; returns how many seats that freed."""
    freed: int = session.verb("sweep_holds", None, event_id)
    if freed:
        session.changed.add(event_id)
    return freed


def events_to_sweep(session: Session) -> list[EventId]:
    """The events with holds that ran out a second ago or longer."""
    ran_out = bookings.c.hold_expires_at < sa.func.now() - sa.text("interval '1 second'")
    rows = session.execute(
        sa.select(bookings.c.event_id).where(bookings.c.status == "held", ran_out).distinct().limit(50)
    )
    return [EventId(event_id) for event_id in rows.scalars()]


def _split(choices: Sequence[SeatChoice]) -> tuple[list[object], list[object]]:
    return [choice.seat_id for choice in choices], [choice.price_type_id for choice in choices]
