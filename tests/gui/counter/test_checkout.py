"""From a basket to tickets in the hand: every tender, every refusal, and what happens to money and seats."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from evently_desktop.database.transactions import Database
from evently_desktop.devices.bitmaps import page_count
from evently_desktop.domain.bookings import BookingStatus, SeatChoice, TenderMethod
from evently_desktop.domain.seating import SeatStatus
from evently_desktop.domain.staff import Shift
from evently_desktop.errors import DeviceError
from evently_desktop.services import bookings, holds
from tests.conftest import TestServer
from tests.gui.counter.conftest import Counter, OpenCounter
from tests.house import CHILD, Hall, euros
from tests.proxy import Proxy


def is_sold(counter: Counter) -> bool:
    return counter.screen.sold.isVisible()


def all_printed(counter: Counter, database: Database) -> bool:
    [found] = database.read(bookings.find, counter.screen.sold.sold.text().split()[-1])
    detail = database.read(bookings.detail, found.event_id, found.booking_id)
    return all(seat.printed for seat in detail.seats)


def payments(counter: Counter, database: Database) -> list[tuple[TenderMethod, int, str]]:
    [found] = database.read(bookings.find, counter.screen.sold.sold.text().split()[-1])
    detail = database.read(bookings.detail, found.event_id, found.booking_id)
    assert detail.summary.status == BookingStatus.CONFIRMED
    return sorted((each.method, each.amount.minor, each.reference) for each in detail.payments)


def test_a_walk_up_sale_without_the_mouse(counter: Counter, anna: Database) -> None:
    counter.type("2A 1C best")
    counter.until(lambda: len(counter.basket) == 3 and counter.presenter.basket.is_settled)
    counter.type("")
    assert counter.screen.by_cash.given.field.hasFocus()
    counter.type("120")
    counter.until(lambda: is_sold(counter))
    assert counter.screen.sold.change.text() == "10.50"
    assert counter.screen.command.line.hasFocus()
    assert counter.basket == []
    counter.until(lambda: counter.screen.sold.printing.text() == "3 tickets printed on printer 0.")
    assert len(list(counter.printed.glob("*.pdf"))) == 1
    counter.until(lambda: all_printed(counter, anna))
    assert payments(counter, anna) == [(TenderMethod.CASH, 10950, "")]
    counter.until(lambda: counter.seats.states is not None and (counter.seats.states.status == 2).sum() == 3)
    counter.type("")
    assert not is_sold(counter)


def test_enter_alone_takes_exactly_what_is_due(counter: Counter, anna: Database) -> None:
    counter.hold("D1", 1)
    counter.press(Qt.Key.Key_F8)
    counter.press(Qt.Key.Key_Return)
    counter.until(lambda: is_sold(counter))
    assert payments(counter, anna) == [(TenderMethod.CASH, 3150, "")]
    assert not counter.screen.sold.change.isVisible()


def test_too_little_cash_sells_nothing(counter: Counter) -> None:
    counter.hold("D1", 1)
    counter.press(Qt.Key.Key_F8)
    counter.type("20")
    assert counter.screen.by_cash.problem.text() == "That is €11.50 too little."
    assert counter.screen.by_cash.change.text() == "11.50"
    assert not counter.presenter.checkout._selling.is_under_way
    counter.press(Qt.Key.Key_Escape)
    assert counter.screen.tenders.isVisible()
    assert len(counter.basket) == 1


def test_cash_without_a_shift_is_not_begun(open_counter: OpenCounter, ben: Database, hall: Hall) -> None:
    counter = open_counter(ben, hall)
    counter.hold("D1", 1)
    counter.press(Qt.Key.Key_F8)
    assert counter.message == "Cash needs an open shift on a till; open one first."
    assert not counter.screen.by_cash.isVisible()


def test_a_card_is_written_down_before_the_terminal_and_its_reference_kept(counter: Counter, anna: Database) -> None:
    counter.hold("A1-2", 2)
    before = counter.presenter.basket.hold
    counter.press(Qt.Key.Key_F9)
    counter.until(counter.screen.by_card.isVisible)
    after = counter.presenter.basket.hold
    assert before
    assert after
    detail = anna.read(bookings.detail, after.event_id, after.booking_id)
    assert [(each.status, each.amount) for each in detail.payments] == [("pending", euros(87))]
    counter.press(Qt.Key.Key_Return)
    assert counter.screen.by_card.problem.text() == "Type the terminal's reference once it has approved."
    counter.type("4111 1111 1111 1111", into=counter.screen.by_card.reference)
    assert "looks like a card number" in counter.screen.by_card.problem.text()
    counter.screen.by_card.reference.clear()
    counter.type("T-0815", into=counter.screen.by_card.reference)
    counter.until(lambda: is_sold(counter))
    assert payments(counter, anna) == [(TenderMethod.CARD, 8700, "T-0815")]


def test_card_and_cash_together(counter: Counter, anna: Database) -> None:
    counter.hold("A1-2", 2)
    counter.press(Qt.Key.Key_F10)
    panel = counter.screen.by_both
    counter.type("50", into=panel.by_card.field)
    assert "terminal's reference" in panel.problem.text()
    QTest.keyClicks(panel.reference, "T-0816")
    QTest.keyClicks(panel.given.field, "40")
    assert panel.change.text() == "3.00"
    counter.press(Qt.Key.Key_Return)
    counter.until(lambda: is_sold(counter))
    assert payments(counter, anna) == [(TenderMethod.CARD, 5000, "T-0816"), (TenderMethod.CASH, 3700, "")]
    assert counter.screen.sold.change.text() == "3.00"


def test_free_tickets_need_a_reason_and_no_money(counter: Counter, anna: Database) -> None:
    counter.hold("E1 X", 1)
    assert counter.total == "0.00"
    counter.press(Qt.Key.Key_F11)
    counter.press(Qt.Key.Key_Return)
    assert counter.screen.for_free.problem.text() == "Free tickets need a reason; type one."
    counter.type("press", into=counter.screen.for_free.reason)
    counter.until(lambda: is_sold(counter))
    assert payments(counter, anna) == []


def test_seats_do_not_change_while_money_is_taken(counter: Counter) -> None:
    counter.hold("E1", 1)
    counter.press(Qt.Key.Key_F8)
    counter.click("E2")
    assert counter.seats.selection.size == 0
    assert len(counter.basket) == 1


def test_a_sale_is_in_the_journal_until_the_clerk_knows(counter: Counter, tmp_path: Path) -> None:
    counter.hold("D3", 1)
    counter.press(Qt.Key.Key_F8)
    counter.press(Qt.Key.Key_Return)
    counter.until(lambda: is_sold(counter) and counter.tasks.pending == 0)
    [file] = (tmp_path / "journal 0").glob("*.journal")
    lines = [line for line in file.read_text().splitlines() if line]
    assert "Stalls D3" in lines[-2]
    assert '"outcome":"sold"' in lines[-1]


def test_what_cannot_be_noted_is_not_sold(counter: Counter, anna: Database, tmp_path: Path) -> None:
    counter.hold("D3", 1)
    hold = counter.presenter.basket.hold
    assert hold
    shutil.rmtree(tmp_path / "journal 0")
    counter.press(Qt.Key.Key_F8)
    counter.press(Qt.Key.Key_Return)
    counter.until(lambda: "so nothing is sold that a crash could lose" in counter.message)
    detail = anna.read(bookings.detail, hold.event_id, hold.booking_id)
    assert detail.summary.status == BookingStatus.HELD
    assert counter.screen.by_cash.isEnabled()


def test_another_total_than_the_one_shown_sells_nothing_and_says_both(
    counter: Counter, anna: Database, hall: Hall
) -> None:
    counter.hold("A1", 1)
    hold = counter.presenter.basket.hold
    assert hold
    counter.press(Qt.Key.Key_F8)
    cheaper = [SeatChoice(hall.seat("A1"), CHILD)]
    anna.write(holds.change, hold.event_id, hold.booking_id, hold.version, cheaper)
    counter.press(Qt.Key.Key_Return)
    counter.until(lambda: "nothing was sold" in counter.message)
    assert "22.50" in counter.message
    assert "43.50" in counter.message
    counter.until(lambda: counter.total == "22.50" and counter.presenter.basket.is_settled)
    assert counter.screen.tenders.isVisible()
    assert counter.basket == [("Stalls A1", "Child", "21.00")]


def test_a_hold_that_is_gone_says_what_to_do_about_the_card(counter: Counter, house_server: TestServer) -> None:
    counter.hold("A1", 1)
    hold = counter.presenter.basket.hold
    assert hold
    counter.press(Qt.Key.Key_F9)
    counter.until(counter.screen.by_card.isVisible)
    with house_server.admin() as admin:
        for table, key in (("bookings", "id"), ("event_seats", "current_booking_id")):
            admin.execute(
                f"UPDATE evently.{table} SET hold_expires_at = now() - interval '1 second' "
                f"WHERE event_id = %s AND {key} = %s",
                [hold.event_id, hold.booking_id],
            )
    counter.type("T-0817", into=counter.screen.by_card.reference)
    counter.until(lambda: "nothing was sold" in counter.message)
    assert "Give €43.50 back on the terminal: T-0817." in counter.message
    assert counter.basket == []
    counter.until(lambda: counter.status("A1") != SeatStatus.BOOKED)


def test_a_jam_undoes_nothing_and_the_rest_is_printed_later(counter: Counter, anna: Database) -> None:
    counter.printed.write_text("this is no folder")
    counter.hold("B1-2", 2)
    counter.press(Qt.Key.Key_F8)
    counter.press(Qt.Key.Key_Return)
    counter.until(lambda: "2 tickets are not printed." in counter.message)
    assert not all_printed(counter, anna)
    counter.printed.unlink()
    counter.press(Qt.Key.Key_F5)
    counter.until(lambda: all_printed(counter, anna))


class TearingPrinter:
    """Takes the first page of its first job, then its paper tears; mended, it takes all."""

    name = "Boca-1"

    def __init__(self) -> None:
        self.jobs: list[int] = []

    def print(self, pdf: bytes) -> Iterator[int]:
        count = page_count(pdf)
        self.jobs.append(count)
        for page in range(count):
            if len(self.jobs) == 1 and page == 1:
                raise DeviceError("Boca-1: the paper tore; mend it.")
            yield page


def test_only_what_the_printer_took_is_marked_and_only_the_rest_is_printed(
    open_counter: OpenCounter, anna: Database, annas_shift: Shift, hall: Hall
) -> None:
    printer = TearingPrinter()
    counter = open_counter(anna, hall, annas_shift, printer=printer)
    counter.hold("B5-7", 3)
    counter.press(Qt.Key.Key_F8)
    counter.press(Qt.Key.Key_Return)
    counter.until(lambda: counter.message.endswith("2 tickets are not printed."))
    assert counter.message.startswith("Boca-1: the paper tore; mend it.")
    [found] = anna.read(bookings.find, counter.screen.sold.sold.text().split()[-1])
    counter.until(lambda: counter.tasks.pending == 0)
    detail = anna.read(bookings.detail, found.event_id, found.booking_id)
    assert [seat.printed for seat in detail.seats] == [True, False, False]
    counter.press(Qt.Key.Key_F5)
    counter.until(lambda: all_printed(counter, anna))
    assert printer.jobs == [3, 2]


def test_without_a_server_looking_is_on_and_selling_is_off(
    open_counter: OpenCounter, house_server: TestServer, anna: Database, annas_shift: Shift, hall: Hall
) -> None:
    url = house_server.url("anna")
    assert url.host
    assert url.port
    with Proxy(url.host, url.port) as proxy:
        through = Database(url.set(port=proxy.port), station="Counter 1", patience=0.5)
        counter = open_counter(through, hall, annas_shift)
        counter.hold("C1", 1)
        proxy.close()
        counter.until(lambda: counter.live.connected is False)
        counter.press(Qt.Key.Key_F8)
        assert not counter.screen.by_cash.isVisible()
        assert len(counter.basket) == 1
        counter.live.leave()
        counter.tasks.shutdown()
        through.close()


def test_a_sale_whose_answer_was_lost_is_found_out_and_happens_once(
    open_counter: OpenCounter, house_server: TestServer, anna: Database, annas_shift: Shift, hall: Hall
) -> None:
    url = house_server.url("anna")
    assert url.host
    assert url.port
    with Proxy(url.host, url.port) as proxy:
        through = Database(url.set(port=proxy.port), station="Counter 1", patience=0.0)
        counter = open_counter(through, hall, annas_shift, listen_at=url)
        counter.hold("C5", 1)
        counter.press(Qt.Key.Key_F8)
        counter.live.leave()
        sprung = proxy.cut_after(b"complete_sale")
        counter.press(Qt.Key.Key_Return)
        counter.until(lambda: "Do not take the money again" in counter.message)
        assert sprung.is_set()
        assert not is_sold(counter)
        counter.press(Qt.Key.Key_Escape)
        counter.press(Qt.Key.Key_Return)
        assert not is_sold(counter)
        counter.until(lambda: is_sold(counter))
        assert payments(counter, anna) == [(TenderMethod.CASH, 4350, "")]
        counter.until(lambda: all_printed(counter, anna))
        counter.live.leave()
        counter.tasks.shutdown()
        through.close()
