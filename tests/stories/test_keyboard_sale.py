"""Walk-up sales at the real counter without the mouse: how many keys they take, and where the focus is afterwards."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evently_desktop import app
from evently_desktop.database.transactions import Database
from evently_desktop.domain.seating import SeatStatus
from evently_desktop.domain.staff import Shift
from evently_desktop.services import bookings, catalogue, holds
from tests.house import Hall
from tests.stories.conftest import OpenCounter

MOST_KEYS = 12
PATIENCE_MS = 15_000
ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier


class Clerk:
    """Presses keys where the focus is, and counts them."""

    def __init__(self, counter: app.Counter, hall: Hall, qtbot: QtBot) -> None:
        self.counter, self.hall, self.pressed = counter, hall, 0
        self._qtbot = qtbot

    def press(self, *keys: Qt.Key | str, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            focus = QApplication.focusWidget()
            assert focus is not None
            QTest.keyClick(focus, key, modifier)  # type: ignore[arg-type]
            self.pressed += 1

    def until(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    def held(self, count: int) -> bool:
        basket = self.counter.presenter.basket
        return basket.is_settled and len(basket.held) == count

    @property
    def seats(self) -> set[int]:
        """The ordinals in the basket."""
        hold = self.counter.presenter.basket.hold
        return {seat.ordinal for seat in hold.seats} if hold else set()

    @property
    def types(self) -> list[str]:
        """The price types in the basket, in the order of its seats."""
        hold = self.counter.presenter.basket.hold
        return [seat.price_type for seat in hold.seats] if hold else []

    def status(self, seats: set[int]) -> set[SeatStatus]:
        states = self.counter.seats.states
        assert states is not None
        return {SeatStatus(states.status[seat]) for seat in seats}


@pytest.fixture
def house_is_empty(ben: Database) -> None:
    """No basket of another test is parked; whoever picks one up gives it back."""
    for parked in ben.read(holds.parked):
        ben.write(holds.pick_up, parked.event_id, parked.booking_id)
        ben.write(holds.release, parked.event_id, parked.booking_id)


@pytest.fixture
def clerk(open_counter: OpenCounter, anna: Database, annas_shift: Shift, hall: Hall, qtbot: QtBot) -> Clerk:
    counter = open_counter(anna, "Counter 1")
    clerk = Clerk(counter, hall, qtbot)
    counter.window.activateWindow()
    clerk.until(counter.window.isActiveWindow)
    clerk.until(lambda: counter.shifts.shift)
    counter.presenter.open_event(anna.read(catalogue.event, hall.event_id))

    def is_shown() -> bool:
        return counter.seats.hall is not None and np.array_equal(counter.seats.hall.geometry.ids, hall.geometry.ids)

    clerk.until(is_shown)
    clerk.until(counter.screen.command.line.hasFocus)
    return clerk


def test_two_adults_in_the_best_seats_for_exact_cash_take_a_dozen_keys_at_most(
    clerk: Clerk, anna: Database, tmp_path: Path
) -> None:
    screen = clerk.counter.screen
    clerk.press("2", "A", Qt.Key.Key_Return)
    clerk.until(lambda: clerk.held(2))
    seats = clerk.seats
    clerk.press(Qt.Key.Key_Return)
    clerk.press(Qt.Key.Key_Return)
    clerk.until(lambda: "2 tickets printed" in screen.sold.printing.text())
    clerk.until(lambda: clerk.status(seats) == {SeatStatus.BOOKED})
    clerk.until(screen.command.line.hasFocus)
    assert clerk.pressed <= MOST_KEYS
    assert list(tmp_path.rglob("*.pdf"))
    [summary] = anna.read(bookings.find, screen.sold.sold.text().split()[-1])
    sold = anna.read(bookings.detail, summary.event_id, summary.booking_id)
    assert sold.paid == summary.total
    assert {seat.price_type for seat in sold.seats} == {"Adult"}
    assert {seat.ordinal for seat in sold.seats} == seats
    where = summary.event_id, summary.booking_id
    # That they are printed is written down once the printer has said so.
    clerk.until(lambda: all(seat.printed for seat in anna.read(bookings.detail, *where).seats))
    # The next customer is served without another key.
    clerk.press("1", "C", Qt.Key.Key_Return)
    clerk.until(lambda: clerk.held(1))


def test_of_three_offers_a_key_takes_another(clerk: Clerk) -> None:
    panel, screen = clerk.counter.screen.offer_panel, clerk.counter.screen
    clerk.press("2", "A", Qt.Key.Key_Return)
    clerk.until(lambda: clerk.held(2))
    first = clerk.seats
    assert panel.isVisible()
    assert len(panel.said) == 3
    assert all("together\N{NO-BREAK SPACE}in\N{NO-BREAK SPACE}row" in words for words in panel.said)
    clerk.press(Qt.Key.Key_3, modifier=ALT)
    clerk.until(lambda: clerk.held(2) and clerk.seats != first)
    third = clerk.seats
    clerk.until(lambda: clerk.status(first) == {SeatStatus.AVAILABLE})
    clerk.press(Qt.Key.Key_1, modifier=ALT)
    clerk.until(lambda: clerk.held(2) and clerk.seats == first)
    clerk.until(lambda: clerk.status(third) == {SeatStatus.AVAILABLE})
    clerk.press(Qt.Key.Key_Escape)
    clerk.until(lambda: clerk.held(0))
    assert not panel.isVisible()
    assert not any(action.isEnabled() for action in screen.offers)
    assert screen.command.line.hasFocus()


def test_an_offer_comes_besides_what_the_basket_has(clerk: Clerk) -> None:
    clerk.press(*"E1", Qt.Key.Key_Return)
    clerk.until(lambda: clerk.held(1))
    named = clerk.seats
    clerk.press(*"2C", Qt.Key.Key_Return)
    clerk.until(lambda: clerk.held(3))
    clerk.press(Qt.Key.Key_2, modifier=ALT)
    before = clerk.seats
    clerk.until(lambda: clerk.held(3) and clerk.seats != before)
    assert named < clerk.seats


def test_the_last_sale_is_repeated_with_one_key(clerk: Clerk) -> None:
    clerk.press(*"1A", " ", *"2C", Qt.Key.Key_Return)
    clerk.until(lambda: clerk.held(3))
    first = clerk.seats
    clerk.press(Qt.Key.Key_Return, Qt.Key.Key_Return)
    clerk.until(lambda: clerk.status(first) == {SeatStatus.BOOKED})
    # News of a sale may come before its answer.
    clerk.until(clerk.counter.screen.command.line.hasFocus)
    clerk.press(Qt.Key.Key_R, modifier=CTRL)
    clerk.until(lambda: clerk.held(3))
    assert clerk.types == ["Adult", "Child", "Child"]
    assert not clerk.seats & first


def test_a_price_type_has_its_own_key(clerk: Clerk) -> None:
    clerk.press(*"A1-2", Qt.Key.Key_Return)
    clerk.until(lambda: clerk.held(2))
    clerk.press(Qt.Key.Key_C, modifier=ALT)
    clerk.until(lambda: clerk.types == ["Adult", "Child"])
    clerk.press(Qt.Key.Key_Up)
    clerk.press(Qt.Key.Key_X, modifier=ALT)
    clerk.until(lambda: clerk.types == ["Comp", "Child"])
    sheet = {action.text(): action.key for action in clerk.counter.screen.types if action.text()}
    assert sheet["Price type Child"] == "Alt+C"


def test_a_section_is_shown_when_its_name_is_typed(clerk: Clerk) -> None:
    view, line = clerk.counter.screen.map, clerk.counter.screen.command
    before = view.camera
    clerk.press(*"stal")
    clerk.until(lambda: line.hint == "Enter: show Stalls")
    clerk.press(Qt.Key.Key_Return)
    clerk.until(lambda: view.camera != before)
    assert line.line.text() == ""


def test_a_basket_is_parked_here_and_picked_up_there_with_its_clock_intact(
    clerk: Clerk, open_counter: OpenCounter, ben: Database, hall: Hall, qtbot: QtBot, house_is_empty: None
) -> None:
    clerk.press(*"B5-6", " ", "C", Qt.Key.Key_Return)
    clerk.until(lambda: clerk.held(2))
    parked = clerk.counter.presenter.basket.hold
    clerk.press(Qt.Key.Key_F7)
    clerk.until(lambda: clerk.held(0) and not clerk.seats)
    assert parked
    assert parked.reference in clerk.counter.screen.messages.text.text()
    assert clerk.counter.screen.command.line.hasFocus()

    other = Clerk(open_counter(ben, "Counter 2"), hall, qtbot)
    other.counter.window.activateWindow()
    other.until(other.counter.window.isActiveWindow)
    other.until(lambda: other.counter.presenter.checkout.performance)
    other.press(Qt.Key.Key_F7)
    other.until(lambda: other.held(2))
    picked_up = other.counter.presenter.basket.hold
    assert picked_up
    assert picked_up.booking_id == parked.booking_id
    assert picked_up.expires_at == parked.expires_at
    assert other.types == ["Child", "Child"]
    other.until(lambda: set(other.counter.seats.mine.tolist()) == other.seats)
    # It is the other counter's now, who may change it.
    other.press(Qt.Key.Key_A, modifier=ALT)
    other.until(lambda: other.types == ["Child", "Adult"])


def test_where_nothing_is_parked_or_sold_that_is_said(clerk: Clerk, house_is_empty: None) -> None:
    message = clerk.counter.screen.messages.text
    clerk.press(Qt.Key.Key_R, modifier=CTRL)
    assert message.text() == "Nothing was sold at this counter yet."
    clerk.press(Qt.Key.Key_F7)
    clerk.until(lambda: message.text() == "No basket is parked.")


def test_a_seat_that_is_left_alone_is_told_and_may_be_left(clerk: Clerk) -> None:
    message = clerk.counter.screen.messages.text
    clerk.press(*"C3-4", Qt.Key.Key_Return)
    clerk.until(lambda: clerk.held(2))
    clerk.press(*"C6-7", Qt.Key.Key_Return)
    clerk.until(lambda: clerk.held(4))
    told = "Stalls C5 is left alone now; the house leaves single seats at an aisle only."
    clerk.until(lambda: message.text().startswith(told))
    clerk.press(Qt.Key.Key_Return, Qt.Key.Key_Return)
    clerk.until(lambda: "4 tickets printed" in clerk.counter.screen.sold.printing.text())
