"""A booking from basket to refund, as frozen values. Times are aware and UTC."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from evently_desktop.domain.ids import BookingId, EventId, PaymentId, PriceTypeId, SeatId, TicketId
from evently_desktop.domain.money import Money


class BookingStatus(StrEnum):
    """held -> confirmed | expired | cancelled; confirmed -> cancelled. Nothing else (seed 004)."""

    HELD = "held"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class TenderMethod(StrEnum):
    """How money changes hands."""

    CASH = "cash"
    CARD = "card"
    VOUCHER = "voucher"


class TicketStatus(StrEnum):
    """A void ticket opens no door; its replacement is another ticket with another secret."""

    ISSUED = "issued"
    ADMITTED = "admitted"
    VOID = "void"


@dataclass(frozen=True)
class SeatChoice:
    """A seat and who is to sit in it."""

    seat_id: SeatId
    price_type_id: PriceTypeId


@dataclass(frozen=True)
class HeldSeat:
    """One line of the basket, with the server's price."""

    ordinal: int
    seat_id: SeatId
    name: str
    zone: str
    price_type_id: PriceTypeId
    price_type: str
    price: Money
    fee: Money


@dataclass(frozen=True)
class Hold:
    """A live basket. ``expires_at`` and ``server_now`` are the server's clock: count down by their difference.

    ``customer`` is the name of whom it is for, "" for a walk-up.
    """

    event_id: EventId
    booking_id: BookingId
    reference: str
    version: int
    expires_at: datetime
    server_now: datetime
    seats: tuple[HeldSeat, ...]
    fees: Money
    total: Money
    customer: str = ""


@dataclass(frozen=True)
class ParkedHold:
    """A basket that waits to be picked up. ``by`` and ``station`` parked it; its clock is that of `Hold`."""

    event_id: EventId
    booking_id: BookingId
    reference: str
    event_name: str
    quantity: int
    total: Money
    expires_at: datetime
    server_now: datetime
    by: str
    station: str


@dataclass(frozen=True)
class Tender:
    """One payment to take or give back. ``given`` is the cash in hand, ``reference`` the terminal's or voucher's."""

    payment_id: PaymentId
    method: TenderMethod
    amount: Money
    given: Money | None = None
    reference: str = ""


@dataclass(frozen=True)
class Ticket:
    """A ticket to print. ``token`` is what the QR code carries, signed by the server; whoever has it gets in."""

    id: TicketId
    event_id: EventId
    booking_id: BookingId
    booking_reference: str
    ordinal: int
    section: str
    row: str
    number: str
    zone: str
    price_type: str
    price: Money
    token: bytes
    status: TicketStatus
    printed: bool


@dataclass(frozen=True)
class Sale:
    """A confirmed booking: it is committed, nothing can take it back but a refund."""

    event_id: EventId
    booking_id: BookingId
    reference: str
    total: Money
    change: Money
    rounding: Money
    tickets: tuple[Ticket, ...]


@dataclass(frozen=True)
class Payment:
    """Money that moved, or was to move. Refunds have a positive amount and ``kind`` refund."""

    id: PaymentId
    method: TenderMethod
    kind: str
    status: str
    amount: Money
    reference: str
    at: datetime


@dataclass(frozen=True)
class BookingSummary:
    """One line of a search."""

    event_id: EventId
    booking_id: BookingId
    reference: str
    status: BookingStatus
    event_name: str
    starts_at: datetime
    time_zone: str
    customer: str
    quantity: int
    total: Money
    created_at: datetime


@dataclass(frozen=True)
class BookingSeat:
    """A seat of a booking; ``released`` ones were given back. ``ticket_id`` is the ticket that counts now."""

    seat_id: SeatId
    ordinal: int
    name: str
    zone: str
    price_type: str
    price: Money
    fee: Money
    released: bool
    ticket_id: TicketId | None
    ticket_status: TicketStatus | None
    printed: bool


@dataclass(frozen=True)
class BookingDetail:
    """All of one booking. ``refundable`` is what is still paid."""

    summary: BookingSummary
    version: int
    email: str
    seats: tuple[BookingSeat, ...]
    payments: tuple[Payment, ...]
    paid: Money
    refundable: Money


@dataclass(frozen=True)
class BookingStep:
    """One line of a booking's history: immutable, written by the database itself."""

    at: datetime
    action: str
    by: str
    station: str
    sentence: str
