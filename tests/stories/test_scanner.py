"""A ticket is scanned at a counter, whatever the clerk is doing there."""

from base64 import b32encode

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evently_desktop import app
from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import Sale
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.domain.staff import Shift
from evently_desktop.services import bookings, holds, sales
from tests.house import Hall, card
from tests.stories.conftest import OpenCounter
from tests.stories.test_two_counters import PATIENCE_MS, show


@pytest.fixture
def sale(ben: Database, bens_shift: Shift, hall: Hall) -> Sale:
    booking = new_booking_id()
    hold = ben.write(holds.place, hall.event_id, booking, hall.choose("B7"))
    return ben.write(sales.complete, hall.event_id, booking, [card(hold.total)], bens_shift.id, hold.total)


@pytest.fixture
def counter(open_counter: OpenCounter, anna: Database, annas_shift: Shift, hall: Hall, qtbot: QtBot) -> app.Counter:
    made = open_counter(anna, "Counter 1")
    show(made, anna, hall, qtbot)
    made.window.activateWindow()
    qtbot.waitUntil(lambda: made.window.isActiveWindow() and made.shifts.is_known, timeout=PATIENCE_MS)
    made.screen.focus_start()
    return made


def scan(sale: Sale) -> None:
    """As a scanner that ends with carriage return and line feed."""
    focus = QApplication.focusWidget()
    assert focus
    QTest.keyClicks(focus, b32encode(sale.tickets[0].token).decode().rstrip("="))
    QTest.keyClick(focus, Qt.Key.Key_Return)
    focus = QApplication.focusWidget()
    assert focus
    QTest.keyClick(focus, Qt.Key.Key_Return)


def test_a_scan_on_the_command_line_opens_the_booking(counter: app.Counter, sale: Sale, qtbot: QtBot) -> None:
    scan(sale)
    qtbot.waitUntil(lambda: counter.bookings._reference.text() == sale.reference, timeout=PATIENCE_MS)
    assert counter.window.screen_shown is counter.bookings
    assert counter.screen.command.line.text() == ""
    assert counter.bookings.results.field.text() == ""


def test_a_scan_while_money_is_taken_sells_nothing(
    counter: app.Counter, sale: Sale, anna: Database, hall: Hall, qtbot: QtBot
) -> None:
    QTest.keyClicks(counter.screen.command.line, "A1-2")
    QTest.keyClick(counter.screen.command.line, Qt.Key.Key_Return)
    basket = counter.presenter.basket
    qtbot.waitUntil(lambda: basket.hold is not None and basket.is_settled, timeout=PATIENCE_MS)
    QTest.keyClick(counter.window, Qt.Key.Key_F8)
    assert counter.screen.by_cash.given.field.hasFocus()
    scan(sale)
    qtbot.waitUntil(lambda: counter.bookings._reference.text() == sale.reference, timeout=PATIENCE_MS)
    assert basket.hold
    detail = anna.read(bookings.detail, hall.event_id, basket.hold.booking_id)
    assert detail.summary.status == "held"
    counter.window.show_screen("counter")
    assert counter.screen.by_cash.isVisible()
    assert counter.screen.by_cash.given.field.text() == ""


def test_two_enters_sell_once(counter: app.Counter, anna: Database, hall: Hall, qtbot: QtBot) -> None:
    QTest.keyClicks(counter.screen.command.line, "A5-6")
    QTest.keyClick(counter.screen.command.line, Qt.Key.Key_Return)
    basket = counter.presenter.basket
    qtbot.waitUntil(lambda: basket.hold is not None and basket.is_settled, timeout=PATIENCE_MS)
    assert basket.hold
    booking = basket.hold.booking_id
    QTest.keyClick(counter.window, Qt.Key.Key_F8)
    for _ in range(2):
        QTest.keyClick(counter.screen.by_cash.given.field, Qt.Key.Key_Return)
    qtbot.waitUntil(counter.screen.sold.isVisible, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: counter.tasks.pending == 0, timeout=PATIENCE_MS)
    detail = anna.read(bookings.detail, hall.event_id, booking)
    assert [payment.amount for payment in detail.payments] == [detail.summary.total]
    steps = [step.action for step in anna.read(bookings.history, hall.event_id, booking)]
    assert steps.count("sold") == 1
