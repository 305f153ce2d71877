"""Each write run again with the same ids answers the same and writes nothing more."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import Hold
from evently_desktop.domain.ids import UserId, new_booking_id
from evently_desktop.errors import IdReused, Refusal
from evently_desktop.services import bookings, holds, refunds, sales, tickets, tills
from tests.house import TILLS, card, cash, euros, new_shift_id
from tests.services.clock import run_out
from tests.services.desk import Desk

# Each prepares what it needs and gives back the write to run twice.
Prepared = Callable[[], Any]


def place(desk: Desk) -> Prepared:
    booking = new_booking_id()
    return lambda: desk.hold("A1", "A2", booking=booking)


def change(desk: Desk) -> Prepared:
    hold = desk.hold("A1")
    choices = desk.hall.choose("A2", "A3")
    return lambda: desk.clerk.write(holds.change, desk.event, hold.booking_id, hold.version, choices)


def release(desk: Desk) -> Prepared:
    hold = desk.hold("A1")
    return lambda: desk.clerk.write(holds.release, desk.event, hold.booking_id)


def cancel(desk: Desk) -> Prepared:
    hold = desk.hold("A1")
    return lambda: desk.clerk.write(bookings.cancel, desk.event, hold.booking_id, None, None, "left")


def sweep(desk: Desk) -> Prepared:
    run_out(desk.admin, desk.event, desk.hold("A1").booking_id)
    assert desk.clerk.write(holds.sweep, desk.event) == 1
    return lambda: desk.clerk.write(holds.sweep, desk.event)


def complete(desk: Desk) -> Prepared:
    hold = desk.hold("A1")
    tenders = [cash(euros(20), euros(50)), card(euros(23.5))]
    return lambda: desk.pay(hold, *tenders)


def complete_begun(desk: Desk) -> Prepared:
    hold = desk.hold("A1")
    tender = card(hold.total)
    desk.clerk.write(sales.begin, desk.event, hold.booking_id, tender, None)
    return lambda: desk.pay(hold, tender)


def customer(desk: Desk) -> Prepared:
    hold = desk.hold("A1")
    who = UserId(desk.value("INSERT INTO evently.users (name) VALUES ('Jo') RETURNING id"))
    return lambda: desk.clerk.write(sales.set_customer, desk.event, hold.booking_id, who)


def refund_part(desk: Desk) -> Prepared:
    sale = desk.sell("A1", "A2")
    tender = cash(euros(43.5))
    return lambda: desk.refund(sale.booking_id, euros(43.5), "A1", tender=tender)


def refund_whole(desk: Desk) -> Prepared:
    sale = desk.sell("A1", "A2")
    tender = cash(euros(87))
    return lambda: desk.clerk.write(refunds.whole, desk.event, sale.booking_id, tender, desk.shift, "ill")


def mark_printed_again(desk: Desk) -> Prepared:
    ids = [ticket.id for ticket in desk.sell("A1", "A2").tickets]
    assert desk.clerk.write(tickets.mark_printed, desk.event, ids) == 2
    return lambda: desk.clerk.write(tickets.mark_printed, desk.event, ids)


def reprint(desk: Desk) -> Prepared:
    ids = [ticket.id for ticket in desk.sell("A1", "A2").tickets]
    return lambda: desk.clerk.write(tickets.reprint, desk.event, ids, "wet")


def void(desk: Desk) -> Prepared:
    ids = [ticket.id for ticket in desk.sell("A1", "A2").tickets]
    return lambda: desk.clerk.write(tickets.void, desk.event, ids, "lost")


WRITES = [place, change, release, cancel, sweep, complete, complete_begun, customer, refund_part, refund_whole,
    mark_printed_again,
          reprint, void]  # fmt: skip


def timeless(result: Any) -> Any:
    """A hold says what time it is; everything else is the same each time."""
    return replace(result, server_now=result.expires_at) if isinstance(result, Hold) else result


@pytest.mark.parametrize("prepare", WRITES, ids=lambda prepare: prepare.__name__)
def test_a_repeat_answers_the_same_and_writes_nothing(desk: Desk, prepare: Callable[[Desk], Prepared]) -> None:
    write = prepare(desk)
    first = timeless(write())
    written, seats = desk.written(), _seats(desk)
    for _ in range(2):
        assert timeless(write()) == first
    assert desk.written() == written
    assert _seats(desk) == seats


def _seats(desk: Desk) -> object:
    return desk.value(
        "SELECT array_agg(s::text ORDER BY ordinal) FROM evently.event_seats s WHERE event_id = %(event)s"
    )


def test_beginning_again_writes_one_payment(desk: Desk) -> None:
    hold = desk.hold("A1")
    tender = card(hold.total)
    for _ in range(3):
        again = desk.clerk.write(sales.begin, desk.event, hold.booking_id, tender, None)
        assert (again.booking_id, again.total) == (hold.booking_id, hold.total)
    assert desk.written()["payments"] == 1
    assert [step.action for step in desk.clerk.read(bookings.history, desk.event, hold.booking_id)] == [
        "held",
        "paying",
    ]


def test_beginning_keeps_the_seats_while_the_terminal_works(desk: Desk) -> None:
    hold = desk.hold("A1")
    desk.admin.execute(
        "UPDATE evently.bookings SET hold_expires_at = now() + interval '5 s' WHERE id = %s", [hold.booking_id]
    )
    kept = desk.clerk.write(sales.begin, desk.event, hold.booking_id, card(hold.total), None)
    assert (kept.expires_at - kept.server_now).total_seconds() > 170


def test_a_hold_lives_no_longer_than_the_longest(desk: Desk) -> None:
    hold = desk.hold("A1")
    desk.admin.execute(
        """UPDATE evently.bookings SET created_at = now() - interval '29 minutes',
                  hold_expires_at = now() + interval '10 seconds' WHERE id = %s""",
        [hold.booking_id],
    )
    last = desk.clerk.write(holds.extend, desk.event, hold.booking_id)
    assert 50 < (last.expires_at - last.server_now).total_seconds() <= 60
    with pytest.raises(Refusal, match="open as long as one may be"):
        desk.clerk.write(holds.extend, desk.event, hold.booking_id)


def test_a_clock_stepped_back_stretches_no_hold(desk: Desk, ben: Database) -> None:
    hold = desk.hold("A1")
    for table, column in (("bookings", "id"), ("event_seats", "current_booking_id")):
        desk.admin.execute(
            f"UPDATE evently.{table} SET hold_expires_at = now() + interval '1 day' WHERE {column} = %s".encode(),
            [hold.booking_id],
        )
    assert ben.write(holds.place, desk.event, new_booking_id(), desk.hall.choose("A1")).seats


def swept(desk: Desk, hold: Hold) -> None:
    run_out(desk.admin, desk.event, hold.booking_id)
    assert desk.clerk.write(holds.sweep, desk.event) == 2


def taken_in_part(desk: Desk, hold: Hold) -> None:
    run_out(desk.admin, desk.event, hold.booking_id)
    desk.hold("A2")


def taken_in_part_by_a_clock_ahead(desk: Desk, hold: Hold) -> None:
    taken_in_part(desk, hold)
    # The server's clock is set back to where it was: only the seat that is missing tells.
    desk.admin.execute(
        "UPDATE evently.bookings SET hold_expires_at = now() + interval '1 minute' WHERE id = %s", [hold.booking_id]
    )


ENDS: list[tuple[Callable[[Desk, Hold], object], str]] = [
    (lambda desk, hold: run_out(desk.admin, desk.event, hold.booking_id), "hold_expired"),
    (swept, "hold_expired"),
    (taken_in_part, "hold_expired"),
    (taken_in_part_by_a_clock_ahead, "hold_expired"),
    (lambda desk, hold: desk.clerk.write(holds.release, desk.event, hold.booking_id), "released"),
    (lambda desk, hold: desk.pay(hold), "already_sold"),
    (lambda desk, hold: desk.refund(desk.pay(hold).booking_id, hold.total), "released"),
]


@pytest.mark.parametrize(("end", "code"), ENDS)
def test_a_hold_asked_again_when_it_is_over_is_told_what_became_of_it(
    desk: Desk, end: Callable[[Desk, Hold], object], code: str
) -> None:
    hold = desk.hold("A1", "A2")
    end(desk, hold)
    taken = (
        "SELECT array_agg(s::text ORDER BY ordinal) FROM evently.event_seats s WHERE event_id = %(event)s"
        " AND (status = 'booked' OR current_booking_id <> %(booking)s)"
    )
    before = desk.value(taken, booking=hold.booking_id)
    with pytest.raises(Refusal) as told:
        desk.hold("A1", "A2", booking=hold.booking_id)
    assert told.value.code == code
    with pytest.raises(IdReused):
        desk.hold("A1", booking=hold.booking_id)
    assert desk.value(taken, booking=hold.booking_id) == before


def test_a_sale_under_other_money_is_not_the_same(desk: Desk) -> None:
    hold = desk.hold("A1")
    tender = card(hold.total)
    desk.pay(hold, tender)
    with pytest.raises(Refusal, match="sold already"):
        desk.pay(hold, replace(tender, payment_id=cash(hold.total).payment_id))


def test_a_payment_begun_with_another_amount(desk: Desk) -> None:
    hold = desk.hold("A1", "A2")
    tender = card(euros(80))
    desk.clerk.write(sales.begin, desk.event, hold.booking_id, tender, None)
    with pytest.raises(IdReused):
        desk.clerk.write(sales.begin, desk.event, hold.booking_id, replace(tender, amount=euros(87)), None)
    with pytest.raises(IdReused):
        desk.pay(hold, replace(tender, amount=euros(87)))


def test_a_refund_under_the_same_id_with_another_amount(desk: Desk) -> None:
    sale = desk.sell("A1", "A2")
    tender = cash(euros(43.5))
    desk.refund(sale.booking_id, euros(43.5), "A1", tender=tender)
    with pytest.raises(IdReused):
        desk.refund(sale.booking_id, euros(87), tender=replace(tender, amount=euros(87)))


def test_opening_and_closing_a_shift_twice(desk: Desk, sign_in: Callable[..., Database]) -> None:
    mona = sign_in("mona")
    shift = new_shift_id()
    opened = [mona.write(tills.open_shift, shift, TILLS[6], euros(50)) for _ in range(2)]
    assert opened[0] == opened[1] == mona.read(tills.current_shift)
    with pytest.raises(IdReused):
        mona.write(tills.open_shift, shift, TILLS[6], euros(60))
    closed = [mona.write(tills.close_shift, shift, euros(49)) for _ in range(2)]
    assert closed == [(euros(49), euros(50))] * 2
    with pytest.raises(IdReused):
        mona.write(tills.close_shift, shift, euros(50))
