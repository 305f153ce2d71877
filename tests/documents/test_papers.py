"""From the values of a sale to what its paper says."""

from datetime import UTC, datetime
from uuid import UUID

from evently_desktop.documents.papers import (
    Desk,
    EventPaper,
    ReceiptKind,
    refund_receipt,
    sale_receipt,
    ticket_paper,
)
from evently_desktop.domain.bookings import (
    BookingSeat,
    BookingStatus,
    BookingSummary,
    Sale,
    Tender,
    TenderMethod,
    Ticket,
    TicketStatus,
)
from evently_desktop.domain.ids import BookingId, EventId, PaymentId, SeatId, TicketId
from evently_desktop.domain.money import Money

EVENT_ID, BOOKING_ID = EventId(UUID(int=1)), BookingId(UUID(int=2))
NOW = datetime(2026, 11, 20, 13, 2, tzinfo=UTC)
EVENT = EventPaper("Hamlet", NOW, "Europe/Zurich", "Playhouse", "Mill Lane")
DESK = Desk("Playhouse Trust", "Mill Lane 12", "", "Counter 2", "A", "Anna B.")


def chf(minor: int) -> Money:
    return Money(minor, "CHF")


def ticket(number: str, price: int) -> Ticket:
    return Ticket(
        TicketId(UUID(int=int(number))), EVENT_ID, BOOKING_ID, "EVT-1", int(number), "Stalls", "K", number,
        "Premium", "Adult", chf(price), b"secret", TicketStatus.ISSUED, printed=False,
    )  # fmt: skip


def tender(method: TenderMethod, amount: int, given: Money | None = None) -> Tender:
    return Tender(PaymentId(UUID(int=9)), method, chf(amount), given)


def test_a_ticket_carries_its_own_seat_and_secret() -> None:
    paper = ticket_paper(ticket("12", 4200), EVENT, "Restricted view")
    assert (paper.section, paper.row, paper.seat, paper.price) == ("Stalls", "K", "12", chf(4200))
    assert (paper.token, paper.reference, paper.note) == (b"secret", "EVT-1", "Restricted view")


def test_the_receipt_of_a_sale_rounds_its_cash_and_shows_the_same_change() -> None:
    tickets = (ticket("12", 4200), ticket("13", 2103))
    sale = Sale(EVENT_ID, BOOKING_ID, "EVT-1", chf(6603), chf(1395), chf(2), tickets)
    tenders = [tender(TenderMethod.CARD, 3000), tender(TenderMethod.CASH, 3603, chf(5000))]
    paper = sale_receipt(sale, tenders, EVENT, DESK, NOW)
    assert paper.fees == chf(300)
    assert paper.total == sale.total
    assert paper.rounding == sale.rounding
    assert paper.change == sale.change
    assert [line.text for line in paper.lines] == ["Stalls K12", "Stalls K13"]


def test_the_receipt_of_a_refund_is_negative_throughout() -> None:
    seat = BookingSeat(
        SeatId(UUID(int=3)), 1, "Stalls K12", "Premium", "Adult", chf(4200), chf(150), True, None, None, False
    )
    booking = BookingSummary(
        EVENT_ID,
        BOOKING_ID,
        "EVT-1",
        BookingStatus.CONFIRMED,
        "Hamlet",
        NOW,
        "Europe/Zurich",
        "",
        1,
        chf(4350),
        NOW,
    )
    paper = refund_receipt([seat], chf(150), tender(TenderMethod.CARD, 4350), booking, EVENT, DESK, NOW)
    assert paper.kind is ReceiptKind.REFUND
    assert paper.total == chf(-4350)
    assert paper.rounding == chf(0)
