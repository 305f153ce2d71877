"""Tickets: one that counts for each sold seat."""

from collections.abc import Sequence
from uuid import UUID

from evently_desktop.database.transactions import Session
from evently_desktop.domain.bookings import Ticket
from evently_desktop.domain.ids import BookingId, EventId, TicketId
from evently_desktop.services import reading
from evently_desktop.services.refusals import accepted


def issue(session: Session, event_id: EventId, booking_id: BookingId) -> tuple[Ticket, ...]:
    """The booking's tickets that no printer has taken yet."""
    row = accepted(session.verb("issue_tickets", None, event_id, booking_id))
    return reading.tickets(event_id, row["tickets"])


def mark_printed(session: Session, event_id: EventId, ticket_ids: Sequence[TicketId]) -> int:
    """Note that the printer took these; returns how many were not marked before."""
    marked: int = session.verb("mark_printed", None, event_id, list(ticket_ids))
    return marked


def reprint(session: Session, event_id: EventId, ticket_ids: Sequence[TicketId], reason: str) -> tuple[Ticket, ...]:
    """New tickets for the same seats; the old ones open no door any more. Asks for a reason."""
    row = accepted(session.verb("reprint_tickets", None, event_id, list(ticket_ids), reason))
    return reading.tickets(event_id, row["tickets"])


def void(session: Session, event_id: EventId, ticket_ids: Sequence[TicketId], reason: str) -> int:
    """Make tickets of one booking worthless without replacing them; returns how many."""
    row = accepted(session.verb("void_tickets", None, event_id, list(ticket_ids), reason))
    voided: int = row["voided"]
    return voided


def look_up(session: Session, token: bytes) -> tuple[EventId, BookingId, TicketId]:
    """What a scanned code is. Raises `Refusal` for a token that this house did not sign."""
    row = accepted(session.verb("look_up_ticket", None, token))
    return EventId(UUID(row["event"])), BookingId(UUID(row["booking"])), TicketId(UUID(row["ticket"]))
