"""Finding a booking again, its whole story, and taking it back."""

import re
from base64 import b32decode
from binascii import Error as NotBase32
from typing import Any

import sqlalchemy as sa

from evently_desktop.database import tables as t
from evently_desktop.database.transactions import Session
from evently_desktop.domain.bookings import (
    BookingDetail,
    BookingSeat,
    BookingStatus,
    BookingStep,
    BookingSummary,
    Payment,
    Tender,
    TenderMethod,
    TicketStatus,
)  # fmt: skip
from evently_desktop.domain.ids import BookingId, EventId, PaymentId, SeatId, ShiftId, TicketId
from evently_desktop.domain.money import Money
from evently_desktop.domain.seating import seat_name
from evently_desktop.errors import NotFound, Refusal
from evently_desktop.language import tr
from evently_desktop.services import holds, refunds, tickets

_REFERENCE = re.compile(r"(?:EVT-?)?([2-9A-HJKMNP-Z]{4})-?([2-9A-HJKMNP-Z]{4})", re.IGNORECASE)
_SEAT = re.compile(r"(?:(?P<section>.*\S)\s+)?(?P<row>[A-Za-z]{1,3}|\d{1,3}(?=[ -]))[ -]?(?P<number>\d{1,4})")
_TOKEN_LETTERS = 72


def _summaries() -> sa.Select[Any]:
    b, e, v, u = t.bookings.c, t.events.c, t.venues.c, t.users.c
    return (
        sa.select(
            b.event_id, b.id, b.reference, b.status, e.name, e.starts_at, v.time_zone,
            sa.func.coalesce(u.name, "").label("customer"), sa.func.coalesce(u.email, "").label("email"),
            b.quantity, b.total_amount, b.paid_amount, b.currency, b.created_at, b.version,
        )
        .join(t.events, e.id == b.event_id)
        .join(t.venues, v.id == e.venue_id)
        .outerjoin(t.users, u.id == b.customer_id)
    )  # fmt: skip


def find(session: Session, text: str, limit: int = 50) -> list[BookingSummary]:
    """Bookings by what a customer can show or say: a reference, a scanned ticket, an e-mail, a name, a seat.

    Newest first, at most ``limit``. An empty ``text`` lists the newest. A code that is no ticket of this house
    raises `Refusal`.
    """
    b, u = t.bookings.c, t.users.c
    typed = text.strip()
    query = _summaries().order_by(b.created_at.desc()).limit(limit)
    if token := _token(typed):
        event_id, booking_id, _ticket = tickets.look_up(session, token)
        query = query.where(b.event_id == event_id, b.id == booking_id)
    elif match := _REFERENCE.fullmatch(typed):
        # Eight letters may as well be a name, such as Bergmann.
        query = query.where(sa.or_(b.reference == f"EVT-{match[1]}-{match[2]}".upper(), _is_named(typed)))
    elif "@" in typed:
        query = query.where(sa.func.lower(u.email).startswith(typed.lower(), autoescape=True))
    elif match := _SEAT.fullmatch(typed):
        query = query.where(_has_seat(match["section"] or "", match["row"], match["number"]))
    elif typed:
        query = query.where(_is_named(typed))
    else:
        query = query.where(b.status != "held")
    return [_summary(row) for row in session.execute(query)]


def _is_named(text: str) -> sa.ColumnElement[bool]:
    return sa.func.lower(t.users.c.name).contains(text.lower(), autoescape=True)


def _token(text: str) -> bytes | None:
    if len(text) != _TOKEN_LETTERS:
        return None
    try:
        return b32decode(text.upper())
    except NotBase32:
        return None


def _has_seat(section: str, row: str, number: str) -> sa.ColumnElement[bool]:
    s, bs, b = t.event_seats.c, t.booking_seats.c, t.bookings.c
    seat = sa.and_(s.event_id == bs.event_id, s.id == bs.seat_id)
    return sa.exists(
        sa.select(sa.literal(1)).select_from(t.booking_seats).join(t.event_seats, seat).where(
            bs.event_id == b.event_id, bs.booking_id == b.id, sa.func.upper(s.row_number) == row.upper(),
            s.seat_number == number, sa.func.lower(s.section).startswith(section.lower(), autoescape=True),
        )
    )  # fmt: skip


def _summary(row: sa.Row[Any]) -> BookingSummary:
    return BookingSummary(
        event_id=EventId(row.event_id),
        booking_id=BookingId(row.id),
        reference=row.reference,
        status=BookingStatus(row.status),
        event_name=row.name,
        starts_at=row.starts_at,
        time_zone=row.time_zone,
        customer=row.customer,
        quantity=row.quantity,
        total=Money(row.total_amount, row.currency),
        created_at=row.created_at,
    )


def detail(session: Session, event_id: EventId, booking_id: BookingId) -> BookingDetail:
    """All of one booking. Raises `NotFound`."""
    b = t.bookings.c
    row = session.execute(_summaries().where(b.event_id == event_id, b.id == booking_id)).one_or_none()
    if row is None:
        raise NotFound(tr("There is no such booking."))
    paid = Money(row.paid_amount, row.currency)
    return BookingDetail(
        summary=_summary(row),
        version=row.version,
        email=row.email,
        seats=_seats(session, event_id, booking_id, row.currency),
        payments=_payments(session, event_id, booking_id, row.currency),
        paid=paid,
        refundable=paid if row.status == "confirmed" else Money(0, row.currency),
    )


def _seats(session: Session, event_id: EventId, booking_id: BookingId, currency: str) -> tuple[BookingSeat, ...]:
    bs, s, k, z, p = t.booking_seats.c, t.event_seats.c, t.tickets.c, t.price_zones.c, t.price_types.c
    # Of several tickets of a seat the one that counts is the one that is not void, else the newest.
    ticket = (
        sa.select(k.id, k.status, k.printed_at)
        .where(k.event_id == bs.event_id, k.booking_seat_id == bs.id)
        .order_by(k.status == "void", k.created_at.desc())
        .limit(1)
        .lateral("ticket")
    )
    rows = session.execute(
        sa.select(
            bs.seat_id, s.ordinal, s.section, s.row_number, s.seat_number, z.name.label("zone"),
            p.name.label("price_type"), bs.price_at_booking, bs.fee, bs.released_at,
            ticket.c.id.label("ticket_id"), ticket.c.status.label("ticket_status"), ticket.c.printed_at,
        )
        .join(t.event_seats, sa.and_(s.event_id == bs.event_id, s.id == bs.seat_id))
        .join(t.price_zones, z.id == s.zone_id)
        .join(t.price_types, p.id == bs.price_type_id)
        .outerjoin(ticket, sa.true())
        .where(bs.event_id == event_id, bs.booking_id == booking_id)
        .order_by(bs.released_at.is_not(None), s.ordinal)
    )  # fmt: skip
    return tuple(
        BookingSeat(
            seat_id=SeatId(row.seat_id),
            ordinal=row.ordinal,
            name=seat_name(row.section, row.row_number, row.seat_number),
            zone=row.zone,
            price_type=row.price_type,
            price=Money(row.price_at_booking, currency),
            fee=Money(row.fee, currency),
            released=row.released_at is not None,
            ticket_id=None if row.ticket_id is None else TicketId(row.ticket_id),
            ticket_status=None if row.ticket_status is None else TicketStatus(row.ticket_status),
            printed=row.printed_at is not None,
        )
        for row in rows
    )


def _payments(session: Session, event_id: EventId, booking_id: BookingId, currency: str) -> tuple[Payment, ...]:
    p = t.payments.c
    rows = session.execute(
        sa.select(p.id, p.method, p.kind, p.status, p.amount, p.gateway_reference, p.created_at)
        .where(p.event_id == event_id, p.booking_id == booking_id)
        .order_by(p.created_at, p.id)
    )
    return tuple(
        Payment(
            id=PaymentId(row.id),
            method=TenderMethod(row.method),
            kind=row.kind,
            status=row.status,
            amount=Money(row.amount, currency),
            reference=row.gateway_reference,
            at=row.created_at,
        )
        for row in rows
    )


def history(session: Session, event_id: EventId, booking_id: BookingId) -> list[BookingStep]:
    """What happened to a booking, oldest first, as the database itself wrote it down."""
    g = t.booking_logs.c
    rows = session.execute(
        sa.select(g.logged_at, g.action, g.login, g.station, g.details)
        .where(g.event_id == event_id, g.booking_id == booking_id)
        .order_by(g.id)
    )
    return [
        BookingStep(row.logged_at, row.action, row.login, row.station, _told(row.action, row.details)) for row in rows
    ]


def _told(action: str, details: dict[str, Any]) -> str:
    sentences = {
        "held": tr("Seats held"),
        "extended": tr("Hold extended"),
        "changed": tr("Basket changed"),
        "parked": tr("Basket parked"),
        "picked_up": tr("Basket picked up"),
        "released": tr("Seats released"),
        "expired": tr("Hold ran out"),
        "paying": tr("Payment begun"),
        "sold": tr("Sold"),
        "issued": tr("Tickets issued"),
        "printed": tr("Tickets printed"),
        "reprinted": tr("Tickets reprinted, the old ones are void"),
        "voided": tr("Tickets made void"),
        "refunded": tr("Refunded"),
        "exchanged": tr("Seats exchanged"),
        "customer": tr("Customer set"),
    }
    sentence = sentences.get(action, action)
    why = details.get("reason") or details.get("note")
    return tr("{what}: {why}", what=sentence, why=why) if why else sentence


def cancel(
    session: Session,
    event_id: EventId,
    booking_id: BookingId,
    refund: Tender | None,
    shift_id: ShiftId | None,
    reason: str,
) -> BookingDetail:
    """Take a booking back whole: release a basket, refund a sale. A paid sale needs ``refund``.

    A basket that is gone already is no error.
    """
    status = detail(session, event_id, booking_id).summary.status
    if status == BookingStatus.HELD:
        holds.release(session, event_id, booking_id)
    elif refund is not None:
        refunds.whole(session, event_id, booking_id, refund, shift_id, reason)
    elif status == BookingStatus.CONFIRMED:
        raise Refusal("still_paid", tr("This booking is paid; say how the money goes back."))
    return detail(session, event_id, booking_id)
