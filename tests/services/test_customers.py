"""Customers are found by what they say and added once; whatever cannot be used is told in one sentence."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evently_desktop.database.transactions import Database
from evently_desktop.domain.customers import Customer, read_customer
from evently_desktop.domain.ids import new_booking_id, new_customer_id
from evently_desktop.errors import BadInput, IdReused, Refusal
from evently_desktop.services import bookings, customers, holds, sales
from tests.house import add_hall, card
from tests.services.desk import Desk


@pytest.fixture
def word() -> str:
    return f"q{uuid4().hex[:10]}"


def add(database: Database, name: str, email: str = "", phone: str = "") -> Customer:
    return database.write(customers.add, new_customer_id(), name, email, phone)


def test_found_by_any_part_of_the_name_or_the_start_of_the_email(anna: Database, word: str) -> None:
    berta = add(anna, f"Berta  {word}", f"berta.{word}@example.org", "+43 1 2345")
    adam = add(anna, f"Adam {word}")
    assert berta == Customer(berta.id, f"Berta {word}", f"berta.{word}@example.org", "+43 1 2345")
    assert anna.read(customers.find, word.upper()) == [adam, berta]
    assert anna.read(customers.find, f"BERTA.{word}") == [berta]
    assert anna.read(customers.find, f"  ta   {word} ") == [berta]
    for nothing in ("", "  ", f"%{word}", f"{word}@example.org", "_"):
        assert berta not in anna.read(customers.find, nothing)


def test_staff_are_no_customers(sign_in: Callable[..., Database]) -> None:
    assert sign_in("mona").read(customers.find, "ben@example.org") == []


def test_the_same_again_adds_nobody_twice(anna: Database, word: str) -> None:
    new = new_customer_id()
    for _ in range(2):
        anna.write(customers.add, new, f"Carla {word}", f"{word}@example.org", "")
    assert len(anna.read(customers.find, word)) == 1
    with pytest.raises(IdReused):
        anna.write(customers.add, new, f"Carlo {word}", f"{word}@example.org", "")


def test_an_email_belongs_to_one_customer(anna: Database, word: str) -> None:
    add(anna, f"Dora {word}", f"{word}@example.org")
    with pytest.raises(BadInput, match=f"Dora {word} has the e-mail {word}@example.org already"):
        add(anna, "Another", f"{word.upper()}@EXAMPLE.org")
    assert len(anna.read(customers.find, word)) == 1


@pytest.mark.parametrize(
    ("name", "email", "phone", "sentence"),
    [
        ("", "", "", "The name is missing"),
        (" \t ", "", "", "The name is missing"),
        ("x" * 256, "", "", "The name is too long"),
        ("Eva\x00", "", "", "character that cannot be stored"),
        ("Eva\ud800", "", "", "character that cannot be stored"),
        ("Eva", "eva", "", "“eva” is no e-mail address; it looks like name@example.org."),
        ("Eva", "eva@", "", "no e-mail address"),
        ("Eva", "eva@localhost", "", "no e-mail address"),
        ("Eva", "e va@example.org", "", "no e-mail address"),
        ("Eva", "eva\x00@example.org", "", "no e-mail address"),
        ("Eva", "eva\ud800@example.org", "", "no e-mail address"),
        ("Eva", "", "call me", "“call me” is no phone number"),
        ("Eva", "", "123", "no phone number"),
        ("Eva", "", "1234\x00", "no phone number"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_remedy(
    anna: Database, name: str, email: str, phone: str, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        add(anna, name, email, phone)


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800"])
def test_a_search_for_what_cannot_be_stored_is_refused(anna: Database, text: str) -> None:
    with pytest.raises(BadInput):
        anna.read(customers.find, text)


@given(name=st.text(max_size=40), email=st.text(max_size=30) | st.emails(), phone=st.text(max_size=20))
def test_what_was_read_reads_the_same_again(name: str, email: str, phone: str) -> None:
    try:
        customer = read_customer(new_customer_id(), name, email, phone)
    except BadInput as error:
        str(error).encode()
        return
    assert read_customer(customer.id, customer.name, customer.email, customer.phone) == customer


def test_the_basket_says_whom_it_is_for(desk: Desk, word: str) -> None:
    eva = add(desk.clerk, f"Eva {word}")
    hold = desk.hold("A1")
    assert hold.customer == ""
    named = desk.clerk.write(sales.set_customer, desk.event, hold.booking_id, eva.id)
    assert named
    assert (named.customer, named.seats, named.total) == (eva.name, hold.seats, hold.total)
    assert desk.clerk.write(sales.set_customer, desk.event, hold.booking_id, eva.id) is not None
    assert desk.clerk.write(holds.extend, desk.event, hold.booking_id).customer == eva.name
    desk.pay(hold)
    assert desk.clerk.write(sales.set_customer, desk.event, hold.booking_id, None) is None
    steps = [step.action for step in desk.clerk.read(bookings.history, desk.event, hold.booking_id)]
    assert steps.count("customer") == 2


def test_where_one_is_all_the_second_is_refused(desk: Desk, anna: Database, olga: Database, word: str) -> None:
    hall = add_hall(olga, one_per_customer=True)
    eva = add(anna, f"Eva {word}")
    first, second = new_booking_id(), new_booking_id()
    for booking, name in ((first, "A1"), (second, "A2")):
        anna.write(holds.place, hall.event_id, booking, hall.choose(name))
    held = anna.write(sales.set_customer, hall.event_id, first, eva.id)
    assert held
    anna.write(sales.complete, hall.event_id, first, [card(held.total)], None, held.total)
    with pytest.raises(Refusal, match="one is all it allows") as refused:
        anna.write(sales.set_customer, hall.event_id, second, eva.id)
    assert refused.value.code == "one_per_customer"
