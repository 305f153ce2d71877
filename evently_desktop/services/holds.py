"""Seats in a basket, for minutes. Every call may be repeated with the same arguments and answers the same."""

from collections.abc import Sequence

import sqlalchemy as sa

from evently_desktop.database.tables import bookings, events
from evently_desktop.database.transactions import Session
from evently_desktop.domain.bookings import Hold, ParkedHold, SeatChoice
from evently_desktop.domain.ids import BookingId, EventId
from evently_desktop.domain.money import Money
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


def park(session: Session, event_id: EventId, booking_id: BookingId) -> Hold:
    """Put the basket aside for any counter to pick up; its time runs on. Until then nobody changes or sells it."""
    return reading.hold(event_id, booking_id, accepted(session.verb("park_hold", event_id, event_id, booking_id)))


def pick_up(session: Session, event_id: EventId, booking_id: BookingId) -> Hold:
    """Take a parked basket over, whoever parked it: it is this clerk's from now on, with the time that is left.

    Raises `Refusal` for a basket that another counter has not parked, or that was picked up there meanwhile, and
    `HoldExpired`.
    """
    return reading.hold(event_id, booking_id, accepted(session.verb("pick_up_hold", event_id, event_id, booking_id)))


def parked(session: Session) -> list[ParkedHold]:
    """All baskets that wait to be picked up, the one that runs out first at the top."""
    b, e = bookings.c, events.c
    rows = session.execute(
        sa.select(
            b.event_id, b.id, b.reference, e.name, b.quantity, b.total_amount, b.currency, b.hold_expires_at,
            sa.func.clock_timestamp().label("now"), b.seller_initials, b.station,
        )
        .join(events, e.id == b.event_id)
        .where(b.status == "held", b.parked_at.is_not(None), b.hold_expires_at > sa.func.clock_timestamp())
        .order_by(b.hold_expires_at, b.id)
    )  # fmt: skip
    return [
        ParkedHold(
            event_id=EventId(row.event_id),
            booking_id=BookingId(row.id),
            reference=row.reference,
            event_name=row.name,
            quantity=row.quantity,
            total=Money(row.total_amount, row.currency),
            expires_at=row.hold_expires_at,
            server_now=row.now,
            by=row.seller_initials,
            station=row.station,
        )
        for row in rows
    ]


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
