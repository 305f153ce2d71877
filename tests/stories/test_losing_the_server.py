"""The server goes away and comes back: selling is off, looking is on, and nobody starts anything again."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from sqlalchemy import URL

from evently_desktop import app
from evently_desktop.database.embedded import EmbeddedServer
from evently_desktop.database.transactions import Database
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.domain.seating import SeatStatus
from evently_desktop.services import catalogue, holds, programme, tills
from tests import house
from tests.house import Hall
from tests.stories.conftest import OpenCounter
from tests.stories.test_two_counters import PATIENCE_MS, show
from tests.template import make_template


@pytest.fixture
def url(own_server: EmbeddedServer) -> URL:
    make_template(own_server.admin_url, "house", "own")
    return own_server.admin_url.set(database="house", password=house.PASSWORD)


@pytest.fixture
def olga(url: URL) -> Iterator[Database]:
    with Database(url.set(username="olga_own")) as database:
        yield database


@pytest.fixture
def hall(olga: Database) -> Hall:
    return house.add_hall(olga)


@pytest.fixture
def counter(open_counter: OpenCounter, url: URL, hall: Hall, qtbot: QtBot) -> app.Counter:
    anna = Database(url.set(username="anna_own"), station="Counter 1", patience=0.5)
    anna.write(tills.open_shift, house.new_shift_id(), house.TILLS[0], house.euros(100))
    made = open_counter(anna, "Counter 1")
    show(made, anna, hall, qtbot)
    made.window.activateWindow()
    qtbot.waitUntil(lambda: made.window.isActiveWindow() and made.shifts.shift is not None, timeout=PATIENCE_MS)
    made.screen.focus_start()
    return made


def status(counter: app.Counter, hall: Hall, name: str) -> SeatStatus:
    assert counter.seats.states is not None
    seat = np.frombuffer(hall.seat(name).bytes, np.uint8)
    [ordinal] = np.flatnonzero((hall.geometry.ids == seat).all(axis=1))
    return SeatStatus(counter.seats.states.status[ordinal])


def selling(counter: app.Counter) -> list[bool]:
    screen = counter.screen
    return [action.isEnabled() for action in (screen.cash, screen.card, screen.split, screen.customer)]


def test_the_server_goes_and_comes_back(
    counter: app.Counter, own_server: EmbeddedServer, olga: Database, hall: Hall, qtbot: QtBot
) -> None:
    screen, window = counter.screen, counter.window
    QTest.keyClicks(screen.command.line, "A1-2")
    QTest.keyClick(screen.command.line, Qt.Key.Key_Return)
    basket = counter.presenter.basket
    qtbot.waitUntil(lambda: basket.hold is not None and basket.is_settled, timeout=PATIENCE_MS)
    assert selling(counter) == [True] * 4

    own_server.stop(force=True)
    qtbot.waitUntil(window.strip.isVisible, timeout=PATIENCE_MS)
    assert window.strip.width() == window.width()
    assert selling(counter) == [False] * 4
    QTest.keyClick(window, Qt.Key.Key_F8)
    assert not screen.by_cash.isVisible()
    # Looking: the map as it was, its seats by the keyboard, the other screen.
    assert status(counter, hall, "A1") == SeatStatus.HELD
    screen.map.setFocus()
    QTest.keyClick(screen.map, Qt.Key.Key_Right)
    assert screen.map.current_seat is not None
    window.show_screen("bookings")
    window.show_screen("counter")
    assert [seat.name for seat in basket.hold.seats] == ["Stalls A1", "Stalls A2"] if basket.hold else False

    own_server.start()
    qtbot.waitUntil(lambda: not window.strip.isVisible(), timeout=PATIENCE_MS)
    assert selling(counter) == [True] * 4
    olga.write(holds.place, hall.event_id, new_booking_id(), hall.choose("B1"))
    qtbot.waitUntil(lambda: status(counter, hall, "B1") == SeatStatus.HELD, timeout=PATIENCE_MS)
    QTest.keyClick(window, Qt.Key.Key_F8)
    QTest.keyClick(screen.by_cash.given.field, Qt.Key.Key_Return)
    qtbot.waitUntil(screen.sold.isVisible, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "printed on" in screen.sold.printing.text(), timeout=PATIENCE_MS)


def test_what_changed_meanwhile_is_there_when_it_comes_back(
    counter: app.Counter, own_server: EmbeddedServer, url: URL, hall: Hall, qtbot: QtBot
) -> None:
    """A counter without a wire, while the house goes on: seats, prices and the list of events."""
    own_server.stop(force=True)
    qtbot.waitUntil(counter.window.strip.isVisible, timeout=PATIENCE_MS)
    counter.live.stop()
    own_server.start()
    with Database(url.set(username="olga_own")) as olga:
        front = hall.geometry.zones[0].id
        olga.write(programme.set_prices, hall.event_id, {(front, house.ADULT): house.euros(50)})
        olga.write(holds.place, hall.event_id, new_booking_id(), hall.choose("C3"))
        other = house.add_hall(olga, name="Othello")
        assert olga.read(catalogue.event, other.event_id).name == "Othello"
    qtbot.waitUntil(lambda: not counter.window.strip.isVisible(), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: status(counter, hall, "C3") == SeatStatus.HELD, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "Othello" in [event.name for event in counter.screen.events.events], timeout=PATIENCE_MS)

    def price() -> int:
        opened = counter.presenter._opened
        assert opened
        return opened.prices.amounts[front, house.ADULT].minor

    qtbot.waitUntil(lambda: price() == 5000, timeout=PATIENCE_MS)
