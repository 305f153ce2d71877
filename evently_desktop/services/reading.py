"""From the verbs' JSON to frozen values, in one place."""

from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any
from uuid import UUID

from evently_desktop.domain.bookings import HeldSeat, Hold, Sale, Tender, Ticket, TicketStatus
from evently_desktop.domain.ids import BookingId, EventId, PriceTypeId, SeatId, TicketId
from evently_desktop.domain.money import Money


@lru_cache
def _price_type(text: str) -> PriceTypeId:
    return PriceTypeId(UUID(text))


def hold(event_id: EventId, booking_id: BookingId, row: dict[str, Any]) -> Hold:
    """A basket."""
    currency = row["currency"]
    seats = tuple(
        HeldSeat(
            ordinal=ordinal,
            seat_id=SeatId(UUID(seat)),
            name=name,
            zone=zone,
            price_type_id=_price_type(type_id),
            price_type=type_name,
            price=Money(price, currency),
            fee=Money(fee, currency),
        )
        for ordinal, seat, name, zone, type_id, type_name, price, fee in sorted(row["seats"] or (), key=itemgetter(0))
    )
    return Hold(
        event_id=event_id,
        booking_id=booking_id,
        reference=row["reference"],
        version=row["version"],
        expires_at=datetime.fromisoformat(row["expires_at"]),
        server_now=datetime.fromisoformat(row["now"]),
        seats=seats,
        fees=Money(row["fees"], currency),
        total=Money(row["total"], currency),
        customer=row["customer"] or "",
    )


def tickets(event_id: EventId, rows: list[dict[str, Any]]) -> tuple[Ticket, ...]:
    """Tickets with their tokens, in the order of their seats."""
    return tuple(
        Ticket(
            id=TicketId(UUID(row["id"])),
            event_id=event_id,
            booking_id=BookingId(UUID(row["booking"])),
            booking_reference=row["reference"],
            ordinal=row["ordinal"],
            section=row["section"],
            row=row["row"],
            number=row["number"],
            zone=row["zone"],
            price_type=row["type_name"],
            price=Money(row["price"], row["currency"]),
            token=bytes.fromhex(row["token"]),
            status=TicketStatus(row["status"]),
            printed=row["printed"],
        )
        for row in rows
    )


def sale(event_id: EventId, booking_id: BookingId, row: dict[str, Any]) -> Sale:
    """A sale that is committed as soon as its transaction is."""
    currency = row["currency"]
    return Sale(
        event_id=event_id,
        booking_id=booking_id,
        reference=row["reference"],
        total=Money(row["total"], currency),
        change=Money(row["change"], currency),
        rounding=Money(row["rounding"], currency),
        tickets=tickets(event_id, row["tickets"]),
    )


def tender_row(tender: Tender) -> dict[str, object]:
    """A tender as the verbs read it."""
    return {
        "id": str(tender.payment_id),
        "method": tender.method.value,
        "amount": tender.amount.minor,
        "given": tender.given.minor if tender.given is not None else None,
        "reference": tender.reference,
    }
