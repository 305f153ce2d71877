"""An id that was used before, with anything else beside it: told plainly, and nothing has changed.

Whatever a repeat says besides its ids (a reason, a note) is not asked for again: the first time counts.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import Tender, TenderMethod
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.domain.staff import Shift
from evently_desktop.errors import IdReused, Refusal
from evently_desktop.services import exchanges, holds, refunds, sales, tickets, tills
from tests.concurrency.conftest import throwaway, without
from tests.conftest import TestServer
from tests.house import CHILD, TILLS, add_hall, card, cash, euros, new_shift_id
from tests.services.desk import WRITTEN, Desk

PLAIN = "This was already done with other details; look the booking up before going on."

# Each prepares what came first and gives back the reuse.
Reuse = Callable[[Desk], Callable[[], object]]


def hold_other_seats(desk: Desk) -> Callable[[], object]:
    hold = desk.hold("A1", "A2")
    return lambda: desk.hold("A1", "A3", booking=hold.booking_id)


def hold_fewer_seats(desk: Desk) -> Callable[[], object]:
    hold = desk.hold("A1", "A2")
    return lambda: desk.hold("A1", booking=hold.booking_id)


def hold_more_seats(desk: Desk) -> Callable[[], object]:
    hold = desk.hold("A1")
    return lambda: desk.hold("A1", "A2", booking=hold.booking_id)


def hold_for_somebody_else(desk: Desk) -> Callable[[], object]:
    hold = desk.hold("A1")
    return lambda: desk.hold("A1", booking=hold.booking_id, price_type=CHILD)


def hold_other_seats_of_a_sale(desk: Desk) -> Callable[[], object]:
    sale = desk.sell("A1")
    return lambda: desk.hold("A2", booking=sale.booking_id)


def _begin(desk: Desk, booking: Any, tender: Tender) -> object:
    return desk.clerk.write(sales.begin, desk.event, booking, tender, desk.shift)


def begin_another_amount(desk: Desk) -> Callable[[], object]:
    hold, tender = desk.hold("A1"), card(euros(40))
    _begin(desk, hold.booking_id, tender)
    return lambda: _begin(desk, hold.booking_id, replace(tender, amount=euros(43.5)))


def begin_by_another_method(desk: Desk) -> Callable[[], object]:
    hold, tender = desk.hold("A1"), card(euros(43.5))
    _begin(desk, hold.booking_id, tender)
    return lambda: _begin(desk, hold.booking_id, replace(tender, method=TenderMethod.VOUCHER))


def begin_for_another_booking(desk: Desk) -> Callable[[], object]:
    hold, other, tender = desk.hold("A1"), desk.hold("A2"), card(euros(43.5))
    _begin(desk, hold.booking_id, tender)
    return lambda: _begin(desk, other.booking_id, tender)


def pay_what_was_begun_with_another_amount(desk: Desk) -> Callable[[], object]:
    hold, tender = desk.hold("A1"), card(euros(40))
    _begin(desk, hold.booking_id, tender)
    return lambda: desk.pay(hold, replace(tender, amount=hold.total))


def pay_with_the_payment_of_another_sale(desk: Desk) -> Callable[[], object]:
    tender = cash(euros(43.5))
    desk.pay(desk.hold("A1"), tender)
    hold = desk.hold("A2")
    return lambda: desk.pay(hold, tender)


def pay_with_the_payment_of_a_refund(desk: Desk) -> Callable[[], object]:
    sale, tender = desk.sell("A1"), cash(euros(43.5))
    desk.refund(sale.booking_id, tender.amount, "A1", tender=tender)
    hold = desk.hold("A2")
    return lambda: desk.pay(hold, tender)


def refund_other_seats(desk: Desk) -> Callable[[], object]:
    sale, tender = desk.sell("A1", "A2"), cash(euros(43.5))
    desk.refund(sale.booking_id, tender.amount, "A1", tender=tender)
    return lambda: desk.refund(sale.booking_id, tender.amount, "A2", tender=tender)


def refund_all_the_rest(desk: Desk) -> Callable[[], object]:
    sale, tender = desk.sell("A1", "A2"), cash(euros(43.5))
    desk.refund(sale.booking_id, tender.amount, "A1", tender=tender)
    return lambda: desk.clerk.write(refunds.whole, desk.event, sale.booking_id, tender, desk.shift, "ill")


def refund_another_amount(desk: Desk) -> Callable[[], object]:
    sale, tender = desk.sell("A1", "A2"), cash(euros(43.5))
    desk.refund(sale.booking_id, tender.amount, "A1", tender=tender)
    return lambda: desk.refund(sale.booking_id, euros(87), tender=replace(tender, amount=euros(87)))


def refund_by_another_method(desk: Desk) -> Callable[[], object]:
    sale, tender = desk.sell("A1"), cash(euros(43.5))
    desk.refund(sale.booking_id, tender.amount, "A1", tender=tender)
    by_card = replace(tender, method=TenderMethod.CARD, reference="T-1")
    return lambda: desk.refund(sale.booking_id, tender.amount, "A1", tender=by_card)


def refund_another_booking(desk: Desk) -> Callable[[], object]:
    sale, other, tender = desk.sell("A1"), desk.sell("A2"), cash(euros(43.5))
    desk.refund(sale.booking_id, tender.amount, "A1", tender=tender)
    return lambda: desk.refund(other.booking_id, tender.amount, "A2", tender=tender)


def refund_with_the_payment_of_the_sale(desk: Desk) -> Callable[[], object]:
    hold, tender = desk.hold("A1"), cash(euros(43.5))
    desk.pay(hold, tender)
    return lambda: desk.refund(hold.booking_id, tender.amount, "A1", tender=tender)


def refund_with_the_payment_of_an_exchange(desk: Desk) -> Callable[[], object]:
    """The exchange gave back exactly what the seat that is left costs."""
    sale, tender = desk.sell("A1", "A2"), cash(euros(43.5))
    _exchange(desk, sale.booking_id, tender, ("A1", "A2"), ("A3",), 43.5)
    return lambda: desk.clerk.write(refunds.whole, desk.event, sale.booking_id, tender, desk.shift, "ill")


def _exchange(
    desk: Desk, booking: Any, tender: Tender, give: tuple[str, ...], take: tuple[str, ...], tender_amount: float
) -> object:
    return desk.clerk.write(
        exchanges.exchange, desk.event, booking, tender.payment_id, desk.seats(*give), desk.hall.choose(*take),
        replace(tender, amount=euros(tender_amount)), desk.shift, "sits elsewhere",
    )  # fmt: skip


def exchange_for_other_seats(desk: Desk) -> Callable[[], object]:
    sale, tender = desk.sell("A1"), cash(euros(12))
    _exchange(desk, sale.booking_id, tender, ("A1",), ("D1",), 12)
    return lambda: _exchange(desk, sale.booking_id, tender, ("D1",), ("D2",), 12)


def exchange_another_booking(desk: Desk) -> Callable[[], object]:
    sale, other, tender = desk.sell("A1"), desk.sell("A2"), cash(euros(12))
    _exchange(desk, sale.booking_id, tender, ("A1",), ("D1",), 12)
    return lambda: _exchange(desk, other.booking_id, tender, ("A2",), ("D2",), 12)


def exchange_with_the_payment_of_the_sale(desk: Desk) -> Callable[[], object]:
    hold, tender = desk.hold("A1"), cash(euros(43.5))
    desk.pay(hold, tender)
    return lambda: _exchange(desk, hold.booking_id, tender, ("A1",), ("D1",), 12)


REUSES: list[Reuse] = [
    hold_other_seats, hold_fewer_seats, hold_more_seats, hold_for_somebody_else, hold_other_seats_of_a_sale,
    begin_another_amount, begin_by_another_method, begin_for_another_booking, pay_what_was_begun_with_another_amount,
    pay_with_the_payment_of_another_sale, pay_with_the_payment_of_a_refund, refund_other_seats, refund_all_the_rest,
    refund_another_amount, refund_by_another_method, refund_another_booking, refund_with_the_payment_of_the_sale,
    refund_with_the_payment_of_an_exchange, exchange_for_other_seats, exchange_another_booking,
    exchange_with_the_payment_of_the_sale,
]  # fmt: skip


def state(desk: Desk) -> dict[str, object]:
    """Every row that the event has, but for the list of what was refused."""
    tables = [*WRITTEN, "event_seats"]
    tables.remove("booking_attempts")
    return {
        table: desk.value(
            f"SELECT array_agg(x::text ORDER BY x::text) FROM evently.{table} x WHERE event_id = %(event)s"
        )
        for table in tables
    }


@pytest.mark.parametrize("prepare", REUSES, ids=lambda prepare: prepare.__name__)
def test_an_id_with_other_arguments_is_told_and_changes_nothing(desk: Desk, prepare: Reuse) -> None:
    reuse = prepare(desk)
    before = state(desk)
    for _ in range(2):
        with pytest.raises(IdReused) as told:
            reuse()
        assert str(told.value) == PLAIN
    assert state(desk) == before
    last = "SELECT failure_reason FROM evently.booking_attempts WHERE event_id = %(event)s ORDER BY id DESC LIMIT 1"
    assert desk.value(last) == "id_reused"


def test_a_sale_that_is_paid_takes_no_other_money(desk: Desk) -> None:
    hold, tender = desk.hold("A1"), cash(euros(43.5))
    desk.pay(hold, tender)
    before = state(desk)
    others = ([cash(euros(43.5))], [replace(tender, amount=euros(40))], [tender, card(euros(1))])
    for tenders in others:
        with pytest.raises(Refusal, match="sold already; refund it"):
            desk.clerk.write(sales.complete, desk.event, hold.booking_id, tenders, desk.shift, hold.total)
    assert state(desk) == before


def test_the_basket_of_a_colleague_keeps_its_id(desk: Desk, ben: Database) -> None:
    hold = desk.hold("A1")
    before = state(desk)
    with pytest.raises(IdReused, match="look the booking up"):
        ben.write(holds.place, desk.event, hold.booking_id, desk.hall.choose("A1"))
    assert state(desk) == before


def test_a_ticket_is_replaced_once(desk: Desk) -> None:
    first, second = (ticket.id for ticket in desk.sell("A1", "A2").tickets)
    made = desk.clerk.write(tickets.reprint, desk.event, [first], "wet")
    before = state(desk)
    assert desk.clerk.write(tickets.reprint, desk.event, [first], "another reason") == made
    for ids in ([first, second], [first, first]):
        with pytest.raises(Refusal, match="void already; look at the booking again"):
            desk.clerk.write(tickets.reprint, desk.event, ids, "wet")
    desk.clerk.write(tickets.mark_printed, desk.event, [made[0].id])
    printed = state(desk)
    with pytest.raises(Refusal, match="void already"):
        desk.clerk.write(tickets.reprint, desk.event, [first], "wet")
    assert state(desk) == printed
    assert printed["payments"] == before["payments"]


@pytest.mark.parametrize("change", ["till", "float", "person"])
def test_a_shift_under_an_id_that_was_used(sign_in: Callable[..., Database], annas_shift: Shift, change: str) -> None:
    mona, shift = sign_in("mona"), new_shift_id()
    mona.write(tills.open_shift, shift, TILLS[5], euros(50))
    try:
        who, till, amount = mona, TILLS[5], euros(50)
        match change:
            case "till":
                till = TILLS[4]
            case "float":
                amount = euros(50.01)
            case _:
                who = sign_in("olga")
        with pytest.raises(IdReused, match="done with other details"):
            who.write(tills.open_shift, shift, till, amount)
        assert mona.read(tills.current_shift) == mona.write(tills.open_shift, shift, TILLS[5], euros(50))
    finally:
        mona.write(tills.close_shift, shift, euros(50))
    with pytest.raises(IdReused):
        mona.write(tills.close_shift, shift, euros(51))


def test_control_without_the_guard_other_seats_would_be_said_to_be_held(server: TestServer) -> None:
    with throwaway(server, "reused") as copy, copy.admin() as admin:
        without(
            admin, "evently.hold_seats", "OR NOT evently._has_exactly(p_event, p_booking, p_seats, p_types, b.over)"
        )
        with Database(copy.url("olga")) as olga, Database(copy.url("anna")) as anna:
            hall, booking = add_hall(olga), new_booking_id()
            anna.write(holds.place, hall.event_id, booking, hall.choose("A1"))
            told = anna.write(holds.place, hall.event_id, booking, hall.choose("A2"))
            assert [seat.name for seat in told.seats] == ["Stalls A1"]


def test_control_without_the_guard_a_refund_would_be_said_to_be_made(server: TestServer) -> None:
    with throwaway(server, "refunded") as copy, copy.admin() as admin:
        without(admin, "evently.refund_seats", " AND (p_seats IS NOT NULL OR (details->'whole')::boolean)")
        with Database(copy.url("olga")) as olga, Database(copy.url("anna")) as anna:
            hall, shift = add_hall(olga), new_shift_id()
            anna.write(tills.open_shift, shift, TILLS[0], euros(100))
            assert refund_all_the_rest(Desk(anna, shift, hall, admin))() == euros(43.5)
            assert admin.execute("SELECT count(*) FROM evently.event_seats WHERE status = 'booked'").fetchone() == (1,)
