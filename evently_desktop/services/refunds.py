"""Giving money and seats back."""

from collections.abc import Sequence

from psycopg.types.json import Jsonb

from evently_desktop.database.transactions import Session
from evently_desktop.domain.bookings import Tender
from evently_desktop.domain.ids import BookingId, EventId, SeatId, ShiftId
from evently_desktop.domain.money import Money
from evently_desktop.services import reading
from evently_desktop.services.refusals import accepted


def seats(
    session: Session,
    event_id: EventId,
    booking_id: BookingId,
    seat_ids: Sequence[SeatId] | None,
    refund: Tender,
    shift_id: ShiftId | None,
    reason: str,
) -> Money:
    """Give back some seats of a sale (or with None all) for exactly what they were sold for, fees included.

    Their tickets become void and the seats free. The same ``refund.payment_id`` again gives the same answer and
    moves no money. Raises `Refusal` for an amount over or under, seats that are not in the booking, and tickets
    that somebody was let in with.
    """
    row = session.verb(
        "refund_seats", event_id, event_id, booking_id, None if seat_ids is None else list(seat_ids),
        Jsonb(reading.tender_row(refund)), shift_id, reason,
    )  # fmt: skip
    return Money(accepted(row)["refunded"], refund.amount.currency)


def whole(
    session: Session,
    event_id: EventId,
    booking_id: BookingId,
    refund: Tender,
    shift_id: ShiftId | None,
    reason: str,
) -> Money:
    """Give back all that is left of a sale; the booking is cancelled with it."""
    return seats(session, event_id, booking_id, None, refund, shift_id, reason)
