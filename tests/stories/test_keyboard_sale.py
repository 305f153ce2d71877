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
from evently_desktop.services import bookings, catalogue
from tests.house import Hall
from tests.stories.conftest import OpenCounter

MOST_KEYS = 12
PATIENCE_MS = 15_000
ALT = Qt.KeyboardModifier.AltModifier


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

    def status(self, seats: set[int]) -> set[SeatStatus]:
        states = self.counter.seats.states
        assert states is not None
        return {SeatStatus(states.status[seat]) for seat in seats}


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
    assert all(seat.printed for seat in sold.seats)
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
