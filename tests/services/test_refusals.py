"""Whatever is asked wrongly is refused with one sentence, goes on record, and changes nothing else."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import Sale, Tender, TenderMethod
from evently_desktop.domain.ids import EventId, PriceTypeId, SeatId, TicketId, new_booking_id, new_payment_id
from evently_desktop.errors import HoldExpired, IdReused, PriceChanged, Refusal, SeatsGone
from evently_desktop.services import bookings, holds, programme, refunds, sales, tickets
from evently_desktop.services.refusals import _SENTENCES, accepted
from tests.house import CHILD, COMP, DIRECTOR, add_hall, card, cash, euros
from tests.services.clock import run_out
from tests.services.desk import Desk

Bad = Callable[[Desk], object]


def closed(what: str) -> Bad:
    def act(desk: Desk) -> object:
        desk.change(what)
        return desk.hold("A1")

    return act


def closed_after_hold(what: str) -> Bad:
    def act(desk: Desk) -> object:
        hold = desk.hold("A1")
        desk.change(what)
        return desk.pay(hold)

    return act


PAST = "created_at = now() - interval '2 days', starts_at = now() - interval '1 minute'"
HOLDING: dict[str, tuple[Bad, type[Refusal], str]] = {
    "a past event": (closed(PAST), Refusal, "event_past"),
    "a cancelled event": (closed("status = 'cancelled'"), Refusal, "event_cancelled"),
    "a completed event": (closed("status = 'completed'"), Refusal, "event_past"),
    "a draft": (closed("status = 'draft'"), Refusal, "event_draft"),
    "before the sale": (closed("on_sale_from = now() + interval '1 minute'"), Refusal, "not_on_sale_yet"),
    "after the sale": (closed("on_sale_until = now() - interval '1 minute'"), Refusal, "sale_closed"),
    "no seats": (lambda desk: desk.hold(), Refusal, "no_seats"),
    "more than the limit": (lambda desk: desk.hold(*(f"A{n}" for n in range(1, 12))), Refusal, "too_many"),
    "a seat twice": (lambda desk: desk.hold("A1", "A1"), Refusal, "seat_twice"),
    "a price type that is none": (lambda desk: desk.hold("A1", price_type=PriceTypeId(uuid4())), Refusal, "not_priced"),
    "a held seat": (lambda desk: (desk.hold("A1"), desk.hold("A2", "A1")), SeatsGone, "seats_gone"),
    "a sold seat": (lambda desk: (desk.sell("A1"), desk.hold("A1", "A2")), SeatsGone, "seats_gone"),
    "other seats under the same id": (
        lambda desk: desk.hold("A1", booking=desk.hold("A2").booking_id), IdReused, "id_reused"),
    "other price types under the same id": (
        lambda desk: desk.hold("A1", price_type=CHILD, booking=desk.hold("A1").booking_id), IdReused, "id_reused"),
}  # fmt: skip


def expired(act: Callable[[Desk, object], object]) -> Bad:
    def run(desk: Desk) -> object:
        hold = desk.hold("A1")
        run_out(desk.admin, desk.event, hold.booking_id)
        return act(desk, hold)

    return run


def swept(desk: Desk) -> object:
    hold = desk.hold("A1")
    run_out(desk.admin, desk.event, hold.booking_id)
    assert desk.clerk.write(holds.sweep, desk.event) == 1
    return desk.pay(hold)


def taken_meanwhile(desk: Desk) -> object:
    hold = desk.hold("A1", "A2")
    run_out(desk.admin, desk.event, hold.booking_id)
    desk.hold("A2")
    return desk.pay(hold)


def pay(*tenders: Tender, expected: float = 43.5, with_shift: bool = True) -> Bad:
    def act(desk: Desk) -> object:
        hold = desk.hold("A1")
        shift = desk.shift if with_shift else None
        return desk.clerk.write(sales.complete, desk.event, hold.booking_id, tenders, shift, euros(expected))

    return act


def twice(tender: Tender) -> Bad:
    return pay(tender, tender)


def of_another_booking(desk: Desk) -> object:
    tender = card(euros(43.5))
    desk.pay(desk.hold("A1"), tender)
    return desk.pay(desk.hold("A2"), tender)


PAYING: dict[str, tuple[Bad, type[Refusal], str]] = {
    "an expired hold": (expired(lambda desk, hold: desk.pay(hold)), HoldExpired, "hold_expired"),  # type: ignore[arg-type]
    "a swept hold": (swept, HoldExpired, "hold_expired"),
    "a hold that lost a seat": (taken_meanwhile, HoldExpired, "hold_expired"),
    "an expired hold to extend": (
        expired(lambda desk, hold: desk.clerk.write(holds.extend, desk.event, hold.booking_id)),  # type: ignore[attr-defined]
        HoldExpired, "hold_expired"),
    "an expired hold to change": (
        expired(lambda desk, hold: desk.clerk.write(
            holds.change, desk.event, hold.booking_id, 1, desk.hall.choose("A3"))),  # type: ignore[attr-defined]
        HoldExpired, "hold_expired"),
    "an expired hold to begin with": (
        expired(lambda desk, hold: desk.clerk.write(
            sales.begin, desk.event, hold.booking_id, card(euros(1)), None)),  # type: ignore[attr-defined]
        HoldExpired, "hold_expired"),
    "a payment that is short": (pay(cash(euros(43.49))), Refusal, "paid_short"),
    "a payment that is over": (pay(cash(euros(43.51))), Refusal, "paid_over"),
    "no payment at all": (pay(), Refusal, "paid_short"),
    "less cash in hand than owed": (pay(cash(euros(43.5), euros(40))), Refusal, "paid_short"),
    "one payment twice": (twice(card(euros(21.75))), Refusal, "bad_call"),
    "a payment of another booking": (of_another_booking, IdReused, "id_reused"),
    "a card without a reference": (pay(card(euros(43.5), " ")), Refusal, "no_reference"),
    "cash without a shift": (pay(cash(euros(43.5)), with_shift=False), Refusal, "no_shift"),
    "a price that changed": (pay(cash(euros(42)), expected=42), PriceChanged, "price_changed"),
    "an event cancelled meanwhile": (closed_after_hold("status = 'cancelled'"), Refusal, "event_cancelled"),
    "an event moved into the past": (closed_after_hold(PAST), Refusal, "event_past"),
    "an event whose sale was over": (
        closed_after_hold("on_sale_until = now() - interval '1 minute'"), Refusal, "sale_closed"),
    "a comp without a reason": (lambda desk: desk.pay(desk.hold("A1", price_type=COMP)), Refusal, "comp_reason"),
    "a booking that is not there": (
        lambda desk: desk.clerk.write(holds.extend, desk.event, new_booking_id()), Refusal, "booking_unknown"),
}  # fmt: skip


def after_sale(act: Callable[[Desk, Sale], object]) -> Bad:
    return lambda desk: act(desk, desk.sell("A1", "A2"))


def admitted(desk: Desk, sale: Sale) -> object:
    desk.admin.execute(
        "UPDATE evently.tickets SET status = 'admitted', admitted_at = now() WHERE id = %s", [sale.tickets[0].id]
    )
    return desk.refund(sale.booking_id, euros(87))


def refunded_again(desk: Desk, sale: Sale) -> object:
    desk.refund(sale.booking_id, euros(87))
    return desk.refund(sale.booking_id, euros(87))


def other_seat_same_payment(desk: Desk, sale: Sale) -> object:
    tender = cash(euros(43.5))
    desk.refund(sale.booking_id, euros(43.5), "A1", tender=tender)
    return desk.refund(sale.booking_id, euros(43.5), "A2", tender=tender)


def voided_then_reprinted(desk: Desk, sale: Sale) -> object:
    desk.clerk.write(tickets.void, desk.event, [sale.tickets[0].id], "lost")
    return desk.clerk.write(tickets.reprint, desk.event, [sale.tickets[0].id], "found")


AFTERWARDS: dict[str, tuple[Bad, type[Refusal], str]] = {
    "a sale released": (
        after_sale(lambda desk, sale: desk.clerk.write(holds.release, desk.event, sale.booking_id)), Refusal,
            "already_sold"),
    "a sale paid again": (
        after_sale(lambda desk, sale: desk.clerk.write(
            sales.complete, desk.event, sale.booking_id, [cash(euros(87))], desk.shift, euros(87))), Refusal,
                "already_sold"),
    "a refund over": (after_sale(lambda desk, sale: desk.refund(sale.booking_id, euros(43.51), "A1")), Refusal,
        "refund_over"),
    "a refund short": (after_sale(lambda desk, sale: desk.refund(sale.booking_id, euros(43), "A1")), Refusal,
        "refund_short"),
    "a refund of another's seat": (
        after_sale(lambda desk, sale: desk.refund(sale.booking_id, euros(43.5), "A3")), Refusal, "not_in_booking"),
    "a refund after somebody was let in": (after_sale(admitted), Refusal, "admitted"),
    "a second refund": (after_sale(refunded_again), Refusal, "not_sold"),
    "another seat under the same payment": (after_sale(other_seat_same_payment), IdReused, "id_reused"),
    "a refund without a reason": (
        after_sale(lambda desk, sale: desk.clerk.write(
            refunds.whole, desk.event, sale.booking_id, cash(euros(87)), desk.shift, " ")), Refusal, "no_reason"),
    "a refund in cash without a shift": (
        after_sale(lambda desk, sale: desk.clerk.write(
            refunds.whole, desk.event, sale.booking_id, cash(euros(87)), None, "ill")), Refusal, "no_shift"),
    "a reprint of a void ticket": (after_sale(voided_then_reprinted), Refusal, "ticket_void"),
    "a reprint without a reason": (
        after_sale(lambda desk, sale: desk.clerk.write(
            tickets.reprint, desk.event, [sale.tickets[0].id], "")), Refusal, "no_reason"),
    "a ticket that is none": (
        lambda desk: desk.clerk.write(tickets.void, desk.event, [TicketId(uuid4())], "x"), Refusal, "ticket_unknown"),
    "tickets of a hold": (
        lambda desk: desk.clerk.write(tickets.issue, desk.event, desk.hold("A1").booking_id), Refusal, "not_sold"),
}  # fmt: skip
EVERYTHING = HOLDING | PAYING | AFTERWARDS


@pytest.mark.parametrize("name", EVERYTHING)
def test_what_is_wrong_is_refused_and_on_record(desk: Desk, name: str) -> None:
    act, kind, code = EVERYTHING[name]
    with pytest.raises(Refusal) as caught:
        act(desk)
    assert type(caught.value) is kind
    assert caught.value.code == code
    assert str(caught.value).endswith(".")
    attempts = desk.admin.execute(
        "SELECT failure_reason, result, login, station, program FROM evently.booking_attempts WHERE event_id = %s",
        [desk.event],
    ).fetchall()
    assert [(reason, result, station) for reason, result, _, station, _ in attempts] == [(code, "refused", "Counter 1")]
    assert attempts[0][2].startswith("anna_")
    assert attempts[0][4].startswith("Evently ")


@pytest.mark.parametrize("name", HOLDING)
def test_a_refused_hold_takes_no_seat(desk: Desk, name: str) -> None:
    with pytest.raises(Refusal):
        HOLDING[name][0](desk)
    held = desk.value(
        "SELECT count(*) FROM evently.event_seats WHERE event_id = %(event)s AND current_booking_id IS NOT NULL"
    )
    lines = desk.value("SELECT count(*) FROM evently.booking_seats WHERE event_id = %(event)s AND released_at IS NULL")
    assert held == lines <= 1


@pytest.mark.parametrize("name", PAYING)
def test_a_refused_payment_moves_no_money(desk: Desk, name: str) -> None:
    with pytest.raises(Refusal):
        PAYING[name][0](desk)
    sold = 1 if name == "a payment of another booking" else 0
    assert desk.value("SELECT count(*) FROM evently.payments WHERE event_id = %(event)s") == sold
    assert desk.value("SELECT count(*) FROM evently.tickets WHERE event_id = %(event)s") == sold


def test_seats_of_another_event_are_unknown(desk: Desk, olga: Database) -> None:
    other = add_hall(olga, rows=1, seats=2)
    with pytest.raises(SeatsGone, match=r"^One of the seats does not belong to this event\.$") as caught:
        desk.clerk.write(holds.place, desk.event, new_booking_id(), [*desk.hall.choose("A1"), *other.choose("A1")])
    assert [seat.reason for seat in caught.value.seats] == ["unknown"]


def test_an_event_that_is_none(desk: Desk) -> None:
    with pytest.raises(Refusal, match="There is no such event"):
        desk.clerk.write(holds.place, EventId(uuid4()), new_booking_id(), desk.hall.choose("A1"))


def test_killed_and_house_seats(desk: Desk, olga: Database, sign_in: Callable[..., Database]) -> None:
    olga.write(programme.kill, desk.event, desk.seats("A1"))
    olga.write(programme.set_aside, desk.event, desk.seats("A2"), DIRECTOR)
    with pytest.raises(SeatsGone, match=r"^Stalls A1 is not for sale\.$"):
        desk.hold("A1")
    with pytest.raises(Refusal, match="set aside for the house"):
        desk.hold("A2", "A3")
    with pytest.raises(Refusal, match="set aside for the house"):
        olga.write(holds.place, desk.event, new_booking_id(), desk.hall.choose("A2"))
    mona = sign_in("mona")
    assert mona.write(holds.place, desk.event, new_booking_id(), desk.hall.choose("A2")).seats[0].name == "Stalls A2"
    olga.write(programme.kill, desk.event, desk.seats("A1"), killed=False)
    assert desk.hold("A1").seats


def test_the_hold_of_someone_else(desk: Desk, ben: Database, sign_in: Callable[..., Database]) -> None:
    hold = desk.hold("A1")
    for act in (
        lambda: ben.write(holds.extend, desk.event, hold.booking_id),
        lambda: ben.write(holds.release, desk.event, hold.booking_id),
        lambda: ben.write(holds.change, desk.event, hold.booking_id, hold.version, desk.hall.choose("A2")),
        lambda: ben.write(sales.complete, desk.event, hold.booking_id, [card(hold.total)], None, hold.total),
    ):
        with pytest.raises(Refusal, match="held at another counter"):
            act()
    sign_in("mona").write(holds.release, desk.event, hold.booking_id)
    assert desk.hold("A1").seats


def test_a_gone_seat_says_where_it_went(desk: Desk, ben: Database) -> None:
    desk.hold("A1")
    desk.sell("A2", "A3")
    with pytest.raises(SeatsGone) as caught:
        ben.write(holds.place, desk.event, new_booking_id(), desk.hall.choose("A1", "A2", "A3", "A4"))
    assert str(caught.value) == "Stalls A1 is held at Counter 1. 2 more are gone, too."
    assert [(seat.name, seat.reason, seat.by) for seat in caught.value.seats] == [
        ("Stalls A1", "held", "Counter 1"), ("Stalls A2", "sold", "Counter 1"), ("Stalls A3", "sold", "Counter 1"),
    ]  # fmt: skip


def test_a_free_ticket_with_its_reason(desk: Desk) -> None:
    hold = desk.hold("A1", price_type=COMP)
    assert (hold.total, hold.fees) == (euros(0), euros(0))
    sale = desk.clerk.write(sales.complete, desk.event, hold.booking_id, [], None, euros(0), "the critic")
    assert len(sale.tickets) == 1
    story = desk.clerk.read(bookings.history, desk.event, hold.booking_id)
    assert story[-1].sentence == "Sold: the critic"


def test_a_price_that_changed_between_map_and_basket(desk: Desk, olga: Database) -> None:
    shown = euros(43.5)
    front = desk.hall.geometry.zones[0].id
    olga.write(
        programme.set_prices, desk.event, {(front, desk.hall.choose("A1")[0].price_type_id): euros(45)}, "demand"
    )
    hold = desk.hold("A1")
    assert hold.total == euros(46.5)
    with pytest.raises(PriceChanged, match=r"46\.50 EUR now, not 43\.50 EUR; nothing was sold"):
        desk.clerk.write(sales.complete, desk.event, hold.booking_id, [cash(shown)], desk.shift, shown)
    assert desk.pay(hold).total == euros(46.5)


def test_a_price_that_changes_under_a_basket_waits_for_the_next(desk: Desk, olga: Database) -> None:
    hold = desk.hold("A1")
    front = desk.hall.geometry.zones[0].id
    olga.write(programme.set_prices, desk.event, {(front, hold.seats[0].price_type_id): euros(99)}, "demand")
    assert desk.pay(hold).total == euros(43.5)
    assert desk.hold("A2").total == euros(100.5)


def test_a_sale_that_closes_while_the_terminal_works_is_finished(desk: Desk) -> None:
    hold = desk.hold("A1")
    tender = card(hold.total)
    desk.clerk.write(sales.begin, desk.event, hold.booking_id, tender, None)
    desk.change("on_sale_until = clock_timestamp()")
    assert desk.pay(hold, tender).total == hold.total
    with pytest.raises(Refusal, match="The sale for this event is closed"):
        desk.hold("A2")


def test_each_code_has_its_sentence() -> None:
    for code, sentence in _SENTENCES.items():
        assert sentence().endswith("."), code
    with pytest.raises(KeyError):
        accepted({"refused": "no such code"})


@pytest.mark.parametrize("method", [TenderMethod.CARD, TenderMethod.VOUCHER])
def test_amounts_that_no_till_holds(desk: Desk, method: TenderMethod) -> None:
    hold = desk.hold("A1")
    huge = Tender(new_payment_id(), method, euros(90_000_000_000_000), None, "R")
    with pytest.raises(Refusal, match="more money"):
        desk.pay(hold, huge)
    assert desk.pay(hold, Tender(new_payment_id(), method, hold.total, None, "R")).change == euros(0)


def test_seats_that_do_not_exist(desk: Desk) -> None:
    choice = desk.hall.choose("A1")[0]
    with pytest.raises(SeatsGone, match="does not belong"):
        desk.clerk.write(
            holds.place, desk.event, new_booking_id(), [type(choice)(SeatId(uuid4()), choice.price_type_id)]
        )
