"""Cash is rounded to the till's smallest coin: what the panel shows is what the sale says."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from uuid_utils.compat import uuid7

from evently_desktop.database.transactions import Database
from evently_desktop.domain.ids import TillId
from evently_desktop.domain.money import Money
from evently_desktop.domain.staff import Shift
from evently_desktop.services import bookings, tills
from tests.conftest import TestServer
from tests.gui.counter.conftest import Counter, OpenCounter
from tests.house import add_hall, new_shift_id


@pytest.fixture
def mona(sign_in: Callable[..., Database]) -> Database:
    return sign_in("mona", station="Counter 3")


@pytest.fixture
def swiss_shift(mona: Database, house_server: TestServer) -> Iterator[Shift]:
    """Mona's shift on a till with francs whose smallest coin is worth five centimes."""
    till = TillId(uuid7())
    with house_server.admin() as admin:
        admin.execute(
            "INSERT INTO evently.tills (id, name, currency, cash_step) VALUES (%s, %s, 'CHF', 5)", [till, str(till)]
        )
    shift = mona.write(tills.open_shift, new_shift_id(), till, Money(0, "CHF"))
    assert mona.read(tills.current_shift) == shift
    yield shift
    mona.write(tills.close_shift, shift.id, Money(0, "CHF"))


@pytest.fixture
def swiss(open_counter: OpenCounter, mona: Database, olga: Database, swiss_shift: Shift) -> Counter:
    """A seat costs 43.53 there, which no coins can pay."""
    return open_counter(mona, add_hall(olga, currency="CHF", fee_per_seat=153), swiss_shift)


def test_the_change_shown_is_the_change_of_the_sale(swiss: Counter, mona: Database) -> None:
    swiss.hold("A1", 1)
    assert swiss.total == "43.53"
    swiss.press(Qt.Key.Key_F8)
    panel = swiss.screen.by_cash
    assert panel.to_pay.text() == "43.55"
    assert panel.rounded.text() == "43.53 rounded to coins"
    QTest.keyClicks(panel.given.field, "50")
    shown = panel.change.text()
    assert shown == "6.45"
    swiss.press(Qt.Key.Key_Return)
    swiss.until(swiss.screen.sold.isVisible)
    assert swiss.screen.sold.change.text() == shown
    [found] = mona.read(bookings.find, swiss.screen.sold.sold.text().split()[-1])
    assert found.total == Money(4353, "CHF")


def test_less_than_the_coins_due_is_too_little(swiss: Counter) -> None:
    swiss.hold("A1", 1)
    swiss.press(Qt.Key.Key_F8)
    swiss.type("43.53")
    assert swiss.screen.by_cash.problem.text() == "That is CHF0.02 too little."


def test_the_part_in_cash_is_rounded_and_the_card_is_not(swiss: Counter) -> None:
    swiss.hold("A1", 1)
    swiss.press(Qt.Key.Key_F10)
    panel = swiss.screen.by_both
    QTest.keyClicks(panel.by_card.field, "20.01")
    QTest.keyClicks(panel.reference, "T-1")
    assert panel._rest.text() == "In cash 23.50"
    QTest.keyClicks(panel.given.field, "25")
    assert panel.change.text() == "1.50"
    swiss.press(Qt.Key.Key_Return)
    swiss.until(swiss.screen.sold.isVisible)
    assert swiss.screen.sold.change.text() == "1.50"
