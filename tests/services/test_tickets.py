"""One ticket that counts for each sold seat, and codes that nobody can make."""

import pytest

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import TicketStatus
from evently_desktop.errors import Refusal
from evently_desktop.services import bookings, tickets
from tests.house import euros
from tests.services.desk import Desk


def test_printing_what_is_not_printed_yet(desk: Desk) -> None:
    sale = desk.sell("A1", "A2", "A3")
    desk.clerk.write(tickets.mark_printed, desk.event, [sale.tickets[0].id])
    waiting = desk.clerk.write(tickets.issue, desk.event, sale.booking_id)
    assert [ticket.id for ticket in waiting] == [ticket.id for ticket in sale.tickets[1:]]
    assert [ticket.token for ticket in waiting] == [ticket.token for ticket in sale.tickets[1:]]
    assert {ticket.status for ticket in waiting} == {TicketStatus.ISSUED}


def test_a_reprint_makes_the_old_paper_worthless(desk: Desk) -> None:
    sale = desk.sell("A1", "A2")
    old = sale.tickets[0]
    [new] = desk.clerk.write(tickets.reprint, desk.event, [old.id], "coffee")
    assert (new.row, new.number, new.price) == (old.row, old.number, old.price)
    assert new.id != old.id
    detail = desk.clerk.read(bookings.detail, desk.event, sale.booking_id)
    assert [seat.ticket_id for seat in detail.seats] == [new.id, sale.tickets[1].id]
    desk.clerk.write(tickets.mark_printed, desk.event, [new.id])
    [newer] = desk.clerk.write(tickets.reprint, desk.event, [new.id], "again")
    assert len({old.token, new.token, newer.token}) == 3
    with pytest.raises(Refusal, match="void already"):
        desk.clerk.write(tickets.reprint, desk.event, [old.id], "old paper")


def test_a_voided_ticket_is_issued_anew(desk: Desk) -> None:
    sale = desk.sell("A1")
    assert desk.clerk.write(tickets.void, desk.event, [sale.tickets[0].id], "stolen") == 1
    [fresh] = desk.clerk.write(tickets.issue, desk.event, sale.booking_id)
    assert fresh.id != sale.tickets[0].id


def test_tickets_of_two_bookings_are_not_reprinted_at_once(desk: Desk) -> None:
    ids = [desk.sell(name).tickets[0].id for name in ("A1", "A2")]
    with pytest.raises(Refusal, match="makes no sense"):
        desk.clerk.write(tickets.reprint, desk.event, ids, "wet")
    assert desk.clerk.write(tickets.void, desk.event, ids, "lost") == 1


def test_tokens_are_secret_short_and_of_their_event(desk: Desk, ben: Database) -> None:
    sale = desk.sell("A1", "A2")
    tokens = [ticket.token for ticket in sale.tickets]
    assert [len(token) for token in tokens] == [45, 45]
    assert tokens[0][:17] == tokens[1][:17] == b"\x01" + desk.event.bytes
    for ticket in sale.tickets:
        assert ben.write(tickets.look_up, ticket.token) == (desk.event, sale.booking_id, ticket.id)
    for forged in (b"", b"\x02" + tokens[0][1:], tokens[0][:-1], tokens[0] + b"\0", tokens[0][:33] + tokens[1][33:]):
        with pytest.raises(Refusal, match="This is no ticket of this house"):
            ben.write(tickets.look_up, forged)


def test_a_refund_makes_its_tickets_void(desk: Desk) -> None:
    sale = desk.sell("A1", "A2")
    desk.refund(sale.booking_id, euros(43.5), "A1")
    detail = desk.clerk.read(bookings.detail, desk.event, sale.booking_id)
    assert {seat.name: (seat.ticket_status, seat.released) for seat in detail.seats} == {
        "Stalls A1": (TicketStatus.VOID, True), "Stalls A2": (TicketStatus.ISSUED, False),
    }  # fmt: skip
