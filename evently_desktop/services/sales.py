"""From a hold to a sale. The terminal is asked between the two calls, with no transaction open."""

from collections.abc import Sequence

from psycopg.types.json import Jsonb

from evently_desktop.database.transactions import Session
from evently_desktop.domain.bookings import Hold, Sale, Tender
from evently_desktop.domain.ids import BookingId, EventId, ShiftId, UserId
from evently_desktop.domain.money import Money
from evently_desktop.services import reading
from evently_desktop.services.refusals import accepted


def begin(session: Session, event_id: EventId, booking_id: BookingId, tender: Tender, shift_id: ShiftId | None) -> Hold:
    """Write down the payment that is about to be asked for, and keep the seats until the terminal has answered."""
    row = session.verb("begin_payment", event_id, event_id, booking_id, Jsonb(reading.tender_row(tender)), shift_id)
    return reading.hold(event_id, booking_id, accepted(row))


def complete(
    session: Session,
    event_id: EventId,
    booking_id: BookingId,
    tenders: Sequence[Tender],
    shift_id: ShiftId | None,
    expected_total: Money,
    note: str = "",
) -> Sale:
    """Sell what is held: payment, ledger, tickets, seats and booking in one commit.

    The tenders' amounts add up to the total; rounding of cash to coins is the server's and comes back in the
    `Sale` with the change. ``note`` is the reason that free tickets need. The same ids again give the same
    answer. Raises `PriceChanged` if ``expected_total`` is not the server's, `HoldExpired`, and `Refusal`
    for money that is short, over, or paid twice.
    """
    rows = Jsonb([reading.tender_row(tender) for tender in tenders])
    row = session.verb("complete_sale", event_id, event_id, booking_id, rows, shift_id, expected_total.minor, note)
    return reading.sale(event_id, booking_id, accepted(row))


def set_customer(session: Session, event_id: EventId, booking_id: BookingId, customer_id: UserId | None) -> Hold | None:
    """Say who the booking is for, None for nobody; the basket, or None for a booking that is sold already.

    Raises `Refusal` where the event allows one booking to a customer and this one has it.
    """
    row = accepted(session.verb("set_customer", event_id, event_id, booking_id, customer_id))
    return reading.hold(event_id, booking_id, row) if row["status"] == "held" else None
