"""From hold to refund, through the services, as a clerk."""

import pytest

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import BookingStatus, TicketStatus
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.domain.staff import Shift
from evently_desktop.errors import SeatsGone
from evently_desktop.services import bookings, holds, refunds, sales, seats, tickets
from tests.house import CHILD, Hall, cash, euros


def test_a_sale_from_hold_to_refund(anna: Database, annas_shift: Shift, hall: Hall) -> None:
    booking = new_booking_id()
    choices = [*hall.choose("A1"), *hall.choose("A2", price_type=CHILD)]
    hold = anna.write(holds.place, hall.event_id, booking, choices)
    assert [seat.name for seat in hold.seats] == ["Stalls A1", "Stalls A2"]
    assert (hold.fees, hold.total) == (euros(3), euros(66))

    sale = anna.write(sales.complete, hall.event_id, booking, [cash(euros(66), euros(70))], annas_shift.id, euros(66))
    assert (sale.total, sale.change, len(sale.tickets)) == (euros(66), euros(4), 2)
    assert anna.write(tickets.look_up, sale.tickets[0].token) == (hall.event_id, booking, sale.tickets[0].id)

    assert anna.write(tickets.mark_printed, hall.event_id, [ticket.id for ticket in sale.tickets]) == 2
    [found] = anna.read(bookings.find, sale.reference)
    assert found.status == BookingStatus.CONFIRMED

    fresh = anna.write(tickets.reprint, hall.event_id, [sale.tickets[0].id], "wet")
    assert fresh[0].token != sale.tickets[0].token

    back = anna.write(
        refunds.seats, hall.event_id, booking, [hall.seat("A2")], cash(euros(22.5)), annas_shift.id, "ill child"
    )
    assert back == euros(22.5)
    detail = anna.write(
        bookings.cancel, hall.event_id, booking, cash(euros(43.5)), annas_shift.id, "all of them are ill"
    )
    assert detail.summary.status == BookingStatus.CANCELLED
    assert {seat.ticket_status for seat in detail.seats} == {TicketStatus.VOID}
    states, _look = anna.read(seats.states, hall.event_id, hall.geometry)
    assert states.free_at(0).all()
    assert [step.action for step in anna.read(bookings.history, hall.event_id, booking)] == [
        "held", "sold", "printed", "reprinted", "refunded", "refunded",
    ]  # fmt: skip


def test_a_seat_is_held_once(anna: Database, ben: Database, hall: Hall) -> None:
    anna.write(holds.place, hall.event_id, new_booking_id(), hall.choose("B1", "B2"))
    with pytest.raises(SeatsGone, match=r"Stalls B2 is held at Counter 1\."):
        ben.write(holds.place, hall.event_id, new_booking_id(), hall.choose("B2", "B3"))
    ben.write(holds.place, hall.event_id, new_booking_id(), hall.choose("B3"))
