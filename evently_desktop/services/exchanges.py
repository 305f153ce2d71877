"""Other seats for a customer who has paid already."""

from collections.abc import Sequence

from psycopg.types.json import Jsonb

from evently_desktop.database.transactions import Session
from evently_desktop.domain.bookings import Sale, SeatChoice, Tender
from evently_desktop.domain.ids import BookingId, EventId, PaymentId, SeatId, ShiftId
from evently_desktop.services import reading
from evently_desktop.services.refusals import accepted


def exchange(
    session: Session,
    event_id: EventId,
    booking_id: BookingId,
    exchange_id: PaymentId,
    give: Sequence[SeatId],
    take: Sequence[SeatChoice],
    tender: Tender | None,
    shift_id: ShiftId | None,
    reason: str,
) -> Sale:
    """Give back some seats of a sale and take others at today's prices, in one commit: all of it or nothing.

    ``tender`` is the difference, as an amount without a sign: paid when the new seats cost more, given back when
    they cost less, None when they cost the same. Its id is ``exchange_id``; that id again with the same arguments
    gives the same answer and moves no money. A seat may be given back and taken again for another price type.
    The tickets given back are void; the `Sale` has those of the taken seats, the booking's new total, and the
    change and rounding of this payment alone. Raises `SeatsGone` and `Refusal`, and then nothing has changed; the
    one with the code ``difference`` says how much is to be paid or given back.
    """
    row = session.verb(
        "exchange_seats", event_id, event_id, booking_id, exchange_id, list(give),
        [choice.seat_id for choice in take], [choice.price_type_id for choice in take],
        None if tender is None else Jsonb(reading.tender_row(tender)), shift_id, reason,
    )  # fmt: skip
    return reading.sale(event_id, booking_id, accepted(row))
