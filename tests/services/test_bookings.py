"""Finding a booking by whatever the customer has, and its story."""

from base64 import b32encode
from uuid import uuid4

import pytest

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import BookingStatus, Sale
from evently_desktop.domain.ids import BookingId, UserId, new_booking_id
from evently_desktop.errors import NotFound, Refusal
from evently_desktop.services import bookings, sales
from tests.house import add_hall, card, cash, euros
from tests.services.desk import Desk


@pytest.fixture
def named(desk: Desk) -> tuple[Sale, str]:
    """A sale of B7 and B8 for a customer with a name of her own."""
    name = f"Zoë {uuid4().hex[:8]} O'Hara_%"
    who = desk.value(
        "INSERT INTO evently.users (name, email) VALUES (%(name)s, %(email)s) RETURNING id",
        name=name, email=f"{uuid4().hex}@example.org",
    )  # fmt: skip
    hold = desk.hold("B7", "B8")
    desk.clerk.write(sales.set_customer, desk.event, hold.booking_id, UserId(who))
    return desk.pay(hold), name


def found(database: Database, text: str) -> list[BookingId]:
    return [summary.booking_id for summary in database.read(bookings.find, text)]


def test_by_every_key(desk: Desk, named: tuple[Sale, str], ben: Database) -> None:
    sale, name = named
    other = desk.sell("C1")
    email = desk.value("SELECT email FROM evently.users WHERE name = %(name)s", name=name)
    keys = [
        sale.reference, sale.reference.lower(), sale.reference.removeprefix("EVT-"), sale.reference.replace("-", ""),
        f"  {sale.reference} ", name, name.upper(), name[2:14], email, email.upper(), email[:12] + "@",
        b32encode(sale.tickets[0].token).decode(), b32encode(sale.tickets[1].token).decode().lower(),
    ]  # fmt: skip
    for key in keys:
        if not key.endswith("@"):
            assert found(ben, key) == [sale.booking_id], key
    assert sale.booking_id in found(ben, "B7")
    assert sale.booking_id in found(ben, "stalls b7")
    assert sale.booking_id in found(ben, "B-8")
    assert sale.booking_id not in found(ben, "B9")
    assert sale.booking_id not in found(ben, "balcony B7")
    assert other.booking_id not in found(ben, "B7")
    assert found(ben, "%") == found(ben, "_%_") or sale.booking_id in found(ben, "_%")


def test_a_name_that_looks_like_a_reference(desk: Desk) -> None:
    who = desk.value("INSERT INTO evently.users (name) VALUES ('Bergmann') RETURNING id")
    hold = desk.hold("A1")
    desk.clerk.write(sales.set_customer, desk.event, hold.booking_id, UserId(who))
    assert hold.booking_id in found(desk.clerk, "Bergmann")


def test_nothing_typed_lists_the_newest_sales(desk: Desk) -> None:
    first, second = desk.sell("A1"), desk.sell("A2")
    held = desk.hold("A3")
    newest = found(desk.clerk, "")
    assert newest.index(second.booking_id) < newest.index(first.booking_id)
    assert held.booking_id not in newest
    assert len(desk.clerk.read(bookings.find, "", 1)) == 1


def test_a_code_of_another_house_is_refused(desk: Desk) -> None:
    with pytest.raises(Refusal, match="no ticket of this house"):
        desk.clerk.write(bookings.find, b32encode(bytes([1]) + bytes(44)).decode())


def test_details(desk: Desk, named: tuple[Sale, str]) -> None:
    sale, name = named
    detail = desk.clerk.read(bookings.detail, desk.event, sale.booking_id)
    assert (detail.summary.customer, detail.summary.quantity, detail.summary.status) == (
        name,
        2,
        BookingStatus.CONFIRMED,
    )
    assert (detail.summary.time_zone, detail.summary.event_name) == ("Europe/Vienna", "Hamlet")
    assert detail.paid == detail.refundable == detail.summary.total == euros(87)
    assert [(seat.name, seat.price, seat.fee) for seat in detail.seats] == [
        ("Stalls B7", euros(42), euros(1.5)), ("Stalls B8", euros(42), euros(1.5)),
    ]  # fmt: skip
    with pytest.raises(NotFound, match="There is no such booking"):
        desk.clerk.read(bookings.detail, desk.event, new_booking_id())


def test_history_tells_every_step(desk: Desk) -> None:
    hold = desk.hold("A1")
    tender = card(hold.total)
    desk.clerk.write(sales.begin, desk.event, hold.booking_id, tender, None)
    desk.pay(hold, tender)
    desk.clerk.write(bookings.cancel, desk.event, hold.booking_id, card(hold.total), None, "rain")
    steps = desk.clerk.read(bookings.history, desk.event, hold.booking_id)
    assert [(step.action, step.station) for step in steps] == [
        ("held", "Counter 1"), ("paying", "Counter 1"), ("sold", "Counter 1"), ("refunded", "Counter 1"),
    ]  # fmt: skip
    assert steps[-1].sentence == "Refunded: rain"
    assert all(step.by.startswith("anna_") and step.at.tzinfo for step in steps)
    assert [step.at for step in steps] == sorted(step.at for step in steps)


def test_cancelling_a_basket_releases_it_and_a_sale_wants_its_refund(desk: Desk) -> None:
    hold = desk.hold("A1")
    detail = desk.clerk.write(bookings.cancel, desk.event, hold.booking_id, None, None, "")
    assert (detail.summary.status, detail.refundable) == (BookingStatus.CANCELLED, euros(0))
    sale = desk.sell("A1")
    with pytest.raises(Refusal, match="say how the money goes back"):
        desk.clerk.write(bookings.cancel, desk.event, sale.booking_id, None, None, "ill")


def test_rebooking_after_cancelling_where_one_booking_is_allowed(desk: Desk, olga: Database) -> None:
    one = Desk(desk.clerk, desk.shift, add_hall(olga, one_per_customer=True), desk.admin)
    who = UserId(desk.value("INSERT INTO evently.users (name) VALUES ('Only One') RETURNING id"))
    first, second = one.hold("A1"), one.hold("A2")
    for hold in (first, second):
        one.clerk.write(sales.set_customer, one.event, hold.booking_id, who)
    one.pay(first)
    with pytest.raises(Refusal, match="has a booking for this event already"):
        one.pay(second)
    third = one.hold("A3")
    with pytest.raises(Refusal, match="has a booking for this event already"):
        one.clerk.write(sales.set_customer, one.event, third.booking_id, who)
    one.clerk.write(bookings.cancel, one.event, first.booking_id, cash(first.total), one.shift, "changed his mind")
    assert one.pay(second).reference == second.reference
