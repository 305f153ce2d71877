"""Whom the basket is for, through the window: found, added, taken off, refused."""

from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from evently_desktop.database.transactions import Database
from evently_desktop.domain.customers import Customer
from evently_desktop.domain.ids import new_booking_id, new_customer_id
from evently_desktop.domain.staff import Shift
from evently_desktop.gui.counter.customer_panel import CustomerPanel
from evently_desktop.services import bookings, customers, holds, sales
from tests.gui.counter.conftest import Counter, OpenCounter
from tests.house import add_hall, card


@pytest.fixture
def word() -> str:
    return f"q{uuid4().hex[:10]}"


@pytest.fixture
def eva(anna: Database, word: str) -> Customer:
    return anna.write(customers.add, new_customer_id(), f"Eva {word}", f"{word}@example.org")


def panel_of(counter: Counter) -> CustomerPanel:
    return counter.screen.for_customer


def choose(counter: Counter, customer: Customer) -> None:
    """As a clerk does it: F6, some letters, Enter on the first that was found."""
    counter.press(Qt.Key.Key_F6)
    assert panel_of(counter).field.hasFocus()
    QTest.keyClicks(panel_of(counter).field, customer.name.split()[-1])
    counter.until(lambda: panel_of(counter).chosen == customer)
    counter.press(Qt.Key.Key_Return)


def test_somebody_known_is_found_and_shown_and_sold_to(counter: Counter, anna: Database, eva: Customer) -> None:
    counter.hold("A1", 1)
    choose(counter, eva)
    counter.until(lambda: counter.screen.basket.customer == eva.name)
    assert counter.screen.command.line.hasFocus()
    assert counter.screen.tenders.isVisible()
    assert len(counter.basket) == 1
    counter.press(Qt.Key.Key_F8)
    counter.press(Qt.Key.Key_Return)
    counter.until(counter.screen.sold.isVisible)
    assert counter.screen.basket.customer == ""
    [found] = anna.read(bookings.find, eva.name)
    assert found.customer == eva.name


def test_the_name_stays_when_the_seats_change(counter: Counter, eva: Customer) -> None:
    counter.hold("A1", 1)
    choose(counter, eva)
    counter.until(lambda: counter.screen.basket.customer == eva.name)
    counter.hold("A2", 2)
    assert counter.screen.basket.customer == eva.name


def test_somebody_new_is_typed_in(counter: Counter, anna: Database, word: str) -> None:
    counter.hold("B1", 1)
    counter.press(Qt.Key.Key_F6)
    panel = panel_of(counter)
    QTest.keyClicks(panel.field, f"Gerda {word}")
    counter.until(lambda: counter.tasks.pending == 0 and not counter.presenter.customers._typing.isActive())
    counter.press(Qt.Key.Key_Return)
    assert panel.name.text() == f"Gerda {word}"
    assert panel.email.hasFocus()
    counter.type("gerda", into=panel.email)
    counter.until(panel.problem.isVisible)
    assert panel.problem.text() == "“gerda” is no e-mail address; it looks like name@example.org."
    panel.email.clear()
    counter.type(f"{word}@example.org", into=panel.email)
    counter.until(lambda: counter.screen.basket.customer == f"Gerda {word}")
    [gerda] = anna.read(customers.find, word)
    assert gerda.email == f"{word}@example.org"


def test_an_email_of_somebody_else_is_told(counter: Counter, eva: Customer) -> None:
    counter.hold("B1", 1)
    counter.press(Qt.Key.Key_F6)
    panel = panel_of(counter)
    counter.press(Qt.Key.Key_Return)
    assert panel.is_form
    assert panel.name.hasFocus()
    QTest.keyClicks(panel.name, "Gerda")
    panel.email.setFocus()
    counter.type(eva.email)
    counter.until(lambda: f"{eva.name} has the e-mail {eva.email} already" in panel.problem.text())
    assert panel.isEnabled()
    assert panel.email.hasFocus()


def test_esc_goes_back_one_step_and_releases_nothing(counter: Counter) -> None:
    counter.hold("B1", 1)
    counter.press(Qt.Key.Key_F6)
    counter.press(Qt.Key.Key_Return)
    assert panel_of(counter).is_form
    assert counter.screen.command.hint == ""
    counter.press(Qt.Key.Key_Escape)
    assert not panel_of(counter).is_form
    assert panel_of(counter).field.hasFocus()
    counter.press(Qt.Key.Key_Escape)
    assert counter.screen.tenders.isVisible()
    assert counter.screen.command.hint.startswith("Enter: cash")
    assert len(counter.basket) == 1


def test_the_name_is_taken_off_again(counter: Counter, anna: Database, eva: Customer) -> None:
    counter.hold("B1", 1)
    choose(counter, eva)
    counter.until(lambda: counter.screen.basket.customer == eva.name)
    counter.press(Qt.Key.Key_F6)
    counter.press(Qt.Key.Key_Return)
    counter.until(lambda: counter.screen.basket.customer == "")
    assert anna.read(bookings.find, eva.name) == []


def test_where_one_is_all_the_second_basket_is_told_so(
    open_counter: OpenCounter, anna: Database, olga: Database, annas_shift: Shift, eva: Customer
) -> None:
    hall = add_hall(olga, one_per_customer=True)
    first = new_booking_id()
    hold = anna.write(holds.place, hall.event_id, first, hall.choose("E1"))
    anna.write(sales.set_customer, hall.event_id, first, eva.id)
    anna.write(sales.complete, hall.event_id, first, [card(hold.total)], None, hold.total)
    counter = open_counter(anna, hall, annas_shift)
    counter.hold("A1", 1)
    choose(counter, eva)
    counter.until(lambda: "one is all it allows" in counter.message)
    assert counter.screen.basket.customer == ""
    assert len(counter.basket) == 1
    assert counter.screen.tenders.isVisible()
