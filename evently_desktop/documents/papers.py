"""What tickets and receipts say, as frozen values that know nothing of services.

Times are aware; zones are IANA names; amounts are `Money`; texts are as people typed them.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from evently_desktop.domain.bookings import Ticket
from evently_desktop.domain.catalogue import EventSummary
from evently_desktop.domain.money import Money


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
    """One receipt. Total, rounding and change follow from its lines, so that it cannot contradict itself.

    ``rounding`` is what the tenders paid beyond the total, because the currency has no smaller coin.
    """

    kind: ReceiptKind
    seller: str
    seller_address: str
    tax_number: str
    reference: str
    issued_at: datetime
    time_zone: str
    event: EventPaper
    lines: tuple[ReceiptLine, ...]
    fees: Money
    tenders: tuple[ReceiptTender, ...]
    station: str
    till: str
    clerk: str
    copy: bool = False

    @property
    def total(self) -> Money:
        """Lines and fees together."""
        return sum((line.amount for line in self.lines), self.fees)

    @property
    def rounding(self) -> Money:
        """Paid less total."""
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
        series=event.series,
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
