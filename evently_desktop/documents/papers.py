"""What tickets and receipts say, as frozen values that know nothing of services.

Times are aware; zones are IANA names; amounts are `Money`; texts are as people typed them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from evently_desktop.domain.bookings import BookingSeat, BookingSummary, Sale, Tender, TenderMethod, Ticket
from evently_desktop.domain.catalogue import EventSummary
from evently_desktop.domain.money import Money
from evently_desktop.language import tr


@dataclass(frozen=True)
class EventPaper:
    """What all tickets of one event share. ``terms`` is the organizer's own small print."""

    name: str
    starts_at: datetime
    time_zone: str
    venue: str
    address: str
    series: str = ""
    terms: str = ""


@dataclass(frozen=True)
class TicketPaper:
    """One ticket. Row and seat are empty for standing room; ``note`` is such as “Restricted view”.

    Raises ValueError for a token that no QR code of a ticket could carry (none, or more than 100 bytes).
    """

    event: EventPaper
    section: str
    row: str
    seat: str
    zone: str
    price_type: str
    price: Money
    reference: str
    token: bytes
    note: str = ""

    def __post_init__(self) -> None:
        if not 1 <= len(self.token) <= 100:
            raise ValueError(f"a ticket's token has 1 to 100 bytes, not {len(self.token)}")


class ReceiptKind(StrEnum):
    """What the money was for: refunds have negative amounts, exchanges may have both."""

    SALE = "sale"
    REFUND = "refund"
    EXCHANGE = "exchange"


@dataclass(frozen=True)
class Desk:
    """Who sells and where: the same on every receipt of one counter and shift."""

    seller: str
    address: str
    tax_number: str
    station: str
    till: str
    clerk: str


@dataclass(frozen=True)
class ReceiptLine:
    """One line: what, a second smaller line about it, and its amount (negative where money goes back)."""

    text: str
    amount: Money
    detail: str = ""


@dataclass(frozen=True)
class ReceiptTender:
    """Money that moved: what it paid for (``amount``) and, in cash, what was handed over (``given``)."""

    label: str
    amount: Money
    given: Money | None = None
    reference: str = ""


@dataclass(frozen=True)
class ReceiptPaper:
    """One receipt. Total, rounding and change follow from its lines, so that it cannot contradict itself."""

    kind: ReceiptKind
    desk: Desk
    event: EventPaper
    reference: str
    issued_at: datetime
    lines: tuple[ReceiptLine, ...]
    fees: Money
    tenders: tuple[ReceiptTender, ...]
    is_copy: bool = False

    @property
    def total(self) -> Money:
        """Lines and fees together."""
        return sum((line.amount for line in self.lines), self.fees)

    @property
    def rounding(self) -> Money:
        """What the tenders paid beyond the total, because the currency has no smaller coin."""
        return sum((tender.amount for tender in self.tenders), -self.total)

    @property
    def change(self) -> Money:
        """What goes back to the customer out of the cash given."""
        nothing = Money(0, self.fees.currency)
        return sum((tender.given - tender.amount for tender in self.tenders if tender.given), nothing)


def event_paper(event: EventSummary, terms: str = "") -> EventPaper:
    """What the tickets of an event of the catalogue share."""
    return EventPaper(
        name=event.name,
        starts_at=event.starts_at,
        time_zone=event.time_zone,
        venue=event.venue,
        address=event.address,
        series=event.series if event.series != event.name else "",
        terms=terms,
    )


def ticket_paper(ticket: Ticket, event: EventPaper, note: str = "") -> TicketPaper:
    """A ticket of a sale, ready to print."""
    return TicketPaper(
        event=event,
        section=ticket.section,
        row=ticket.row,
        seat=ticket.number,
        zone=ticket.zone,
        price_type=ticket.price_type,
        price=ticket.price,
        reference=ticket.booking_reference,
        token=ticket.token,
        note=note,
    )


def sale_receipt(
    sale: Sale, tenders: Sequence[Tender], event: EventPaper, desk: Desk, issued_at: datetime
) -> ReceiptPaper:
    """The receipt of a sale: one line a seat, and as fees whatever the total holds beyond the prices.

    At most one of the tenders is cash: it alone is rounded.
    """
    lines = tuple(
        ReceiptLine(_place(ticket), ticket.price, f"{ticket.price_type} · {ticket.zone}") for ticket in sale.tickets
    )
    prices = sum((ticket.price for ticket in sale.tickets), Money(0, sale.total.currency))
    return ReceiptPaper(
        kind=ReceiptKind.SALE,
        desk=desk,
        event=event,
        reference=sale.reference,
        issued_at=issued_at,
        lines=lines,
        fees=sale.total - prices,
        tenders=tuple(_paid(tender, sale.rounding) for tender in tenders),
    )


def refund_receipt(
    seats: Sequence[BookingSeat],
    fees: Money,
    tender: Tender,
    booking: BookingSummary,
    event: EventPaper,
    desk: Desk,
    issued_at: datetime,
) -> ReceiptPaper:
    """The receipt of a refund: the seats given back and the ``fees`` (positive) that went back with them."""
    lines = tuple(ReceiptLine(seat.name, -seat.price, f"{seat.price_type} · {seat.zone}") for seat in seats)
    return ReceiptPaper(
        kind=ReceiptKind.REFUND,
        desk=desk,
        event=event,
        reference=booking.reference,
        issued_at=issued_at,
        lines=lines,
        fees=-fees,
        tenders=(ReceiptTender(_label(tender.method), -tender.amount, reference=tender.reference),),
    )


def _place(ticket: Ticket) -> str:
    return f"{ticket.section} {ticket.row}{ticket.number}".rstrip()


def _paid(tender: Tender, rounding: Money) -> ReceiptTender:
    amount = tender.amount + rounding if tender.method is TenderMethod.CASH else tender.amount
    return ReceiptTender(_label(tender.method), amount, tender.given, tender.reference)


def _label(method: TenderMethod) -> str:
    match method:
        case TenderMethod.CASH:
            return tr("Cash")
        case TenderMethod.CARD:
            return tr("Card")
        case TenderMethod.VOUCHER:
            return tr("Voucher")
