"""Finding a booking again, printing it again, and giving it back, against a real server."""

from base64 import b32encode

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import BookingStatus, TenderMethod, TicketStatus
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.services import bookings, holds, refunds
from tests.gui.bookings.conftest import Desk, Sell
from tests.house import Hall, card, euros


def test_a_reference_opens_its_booking(desk: Desk, sell: Sell) -> None:
    sale = sell("A1", "A2")
    desk.open(sale.reference.lower())
    assert desk.reference == sale.reference
    assert desk.status == "sold"
    assert desk.column(0) == ["Stalls A1", "Stalls A2"]
    assert desk.column(2) == ["Adult", "Child"]
    assert desk.column(3) == ["printed", "printed"]
    assert desk.screen.money.paid.text() == "66.00"
    assert desk.steps == ["Seats held", "Sold", "Tickets printed"]


def test_a_scanned_ticket_opens_its_booking(desk: Desk, sell: Sell) -> None:
    sale = sell("B1")
    desk.open(b32encode(sale.tickets[0].token).decode().rstrip("="))
    assert desk.reference == sale.reference


def test_a_forged_ticket_is_told_apart(desk: Desk, sell: Sell) -> None:
    sale = sell("B1")
    token = bytearray(sale.tickets[0].token)
    token[-1] ^= 1
    desk.type(b32encode(bytes(token)).decode().rstrip("="), desk.screen.results.field)
    desk.until(lambda: "no ticket of this house" in desk.message)
    assert desk.reference == "Find a booking"


def test_nothing_found_is_said(desk: Desk) -> None:
    QTest.keyClicks(desk.screen.results.field, "nobody@example.org")
    desk.until(desk.screen.results.nothing.isVisible)


def test_a_reprint_needs_a_reason_and_voids_the_old_ticket(desk: Desk, sell: Sell, anna: Database, hall: Hall) -> None:
    sale = sell("C1", "C2")
    desk.open(sale.reference)
    desk.screen.detail.tick([hall.seat("C2")])
    desk.press(Qt.Key.Key_F8)
    panel = desk.screen.reprinting
    desk.press(Qt.Key.Key_Return)
    assert panel.problem.text() == "Type a reason; it goes into the record."
    desk.type("wet", panel.reason)
    desk.until(lambda: desk.message.startswith("1 ticket printed"))
    desk.until(lambda: desk.steps[-2:] == ["Tickets reprinted, the old ones are void: wet", "Tickets printed"])
    assert len(list(desk.printed.glob("*.pdf"))) == 1
    detail = anna.read(bookings.detail, sale.event_id, sale.booking_id)
    before = {ticket.ordinal: ticket.id for ticket in sale.tickets}
    renewed = [seat.name for seat in detail.seats if seat.ticket_id != before[seat.ordinal]]
    assert renewed == ["Stalls C2"]
    assert all(seat.printed for seat in detail.seats)


def test_tickets_that_were_never_printed_are_printed_without_voiding(desk: Desk, sell: Sell, anna: Database) -> None:
    sale = sell("C5", "C6", printed=False)
    desk.open(sale.reference)
    assert desk.column(3) == ["not printed", "not printed"]
    assert not desk.screen.reprint.isEnabled()
    desk.press(Qt.Key.Key_F7)
    desk.until(lambda: desk.column(3) == ["printed", "printed"])
    detail = anna.read(bookings.detail, sale.event_id, sale.booking_id)
    assert [seat.ticket_id for seat in detail.seats] == [ticket.id for ticket in sale.tickets]


def test_one_seat_is_given_back_in_cash(desk: Desk, sell: Sell, anna: Database, ben: Database, hall: Hall) -> None:
    sale = sell("A7", "A8")
    desk.open(sale.reference)
    desk.screen.detail.tick([hall.seat("A8")])
    desk.press(Qt.Key.Key_F9)
    assert desk.screen.refunding.amount.text() == "22.50"
    desk.type("ill child", desk.screen.refunding.reason)
    desk.until(lambda: desk.message == "Give €22.50 in cash; the seats are free again.")
    desk.until(lambda: "given back" in desk.column(3))
    detail = anna.read(bookings.detail, sale.event_id, sale.booking_id)
    assert detail.paid.minor == sale.total.minor - 2250
    ben.write(holds.place, hall.event_id, new_booking_id(), hall.choose("A8"))


def test_a_card_sale_goes_back_on_the_card_whole(desk: Desk, sell: Sell, anna: Database) -> None:
    sale = sell("A11", "A12", by=card)
    desk.open(sale.reference)
    desk.press(Qt.Key.Key_F10)
    panel = desk.screen.refunding
    assert panel.method is TenderMethod.CARD
    assert panel.amount.text() == "66.00"
    desk.type("cancelled trip", panel.reason)
    assert "terminal" in panel.problem.text()
    desk.type("R-0815", panel.reference)
    desk.until(lambda: desk.status == "cancelled")
    detail = anna.read(bookings.detail, sale.event_id, sale.booking_id)
    assert detail.summary.status == BookingStatus.CANCELLED
    assert {seat.ticket_status for seat in detail.seats} == {TicketStatus.VOID}
    assert [p.reference for p in detail.payments if p.kind == "refund"] == ["R-0815"]


def test_a_held_booking_is_released(desk: Desk, anna: Database, ben: Database, hall: Hall) -> None:
    hold = anna.write(holds.place, hall.event_id, new_booking_id(), hall.choose("E1"))
    desk.open(hold.reference)
    assert desk.status == "held"
    assert desk.screen.cancel.text() == "Release the seats"
    desk.press(Qt.Key.Key_F10)
    desk.until(lambda: desk.status == "cancelled")
    ben.write(holds.place, hall.event_id, new_booking_id(), hall.choose("E1"))


def test_a_booking_that_changed_meanwhile_is_refused_and_said(
    desk: Desk, sell: Sell, ben: Database, hall: Hall
) -> None:
    sale = sell("A15", "A16")
    desk.open(sale.reference)
    desk.screen.detail.tick([hall.seat("A15")])
    desk.press(Qt.Key.Key_F8)
    back = card(euros(43.5), "R-1")
    ben.write(refunds.seats, sale.event_id, sale.booking_id, [hall.seat("A15")], back, None, "ill")
    desk.type("wet", desk.screen.reprinting.reason)
    desk.until(lambda: "void already" in desk.message)
    assert desk.screen.reprinting.isEnabled()
    assert not list(desk.printed.glob("*.pdf"))


def test_esc_leads_back_and_changes_nothing(desk: Desk, sell: Sell) -> None:
    sale = sell("A18")
    desk.open(sale.reference)
    desk.press(Qt.Key.Key_F10)
    assert desk.screen.refunding.isVisible()
    desk.press(Qt.Key.Key_Escape)
    assert desk.screen.choices.isVisible()
    assert desk.status == "sold"


def test_a_message_stands_above_the_seats_and_hides_none(desk: Desk, sell: Sell, hall: Hall) -> None:
    sale = sell("A19", "A20")
    desk.open(sale.reference)
    desk.screen.detail.tick([hall.seat("A20")])
    desk.press(Qt.Key.Key_F9)
    desk.type("ill", desk.screen.refunding.reason)
    desk.until(lambda: desk.message.startswith("Give"))
    screen = desk.screen

    def below(part: QWidget) -> int:
        return part.mapTo(screen, part.rect().bottomLeft()).y()

    desk.until(lambda: below(screen.messages) < below(screen.detail) - screen.detail.height() + 1)
    assert screen.results.field.hasFocus()


def test_tickets_printed_one_by_one_are_one_line(desk: Desk, sell: Sell) -> None:
    sale = sell("B15", "B16", "B17", printed=False)
    desk.open(sale.reference)
    desk.press(Qt.Key.Key_F7)
    desk.until(lambda: desk.column(3) == ["printed"] * 3)
    assert desk.steps[-1] == "Tickets printed"
    assert desk.steps.count("Tickets printed") == 1
