"""Exchanges: other seats for a customer who has paid, for exactly the difference."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import BookingDetail, Sale, SeatChoice, Tender, TicketStatus
from evently_desktop.domain.ids import BookingId, PaymentId, SeatId, new_booking_id, new_payment_id
from evently_desktop.domain.staff import Shift
from evently_desktop.errors import IdReused, Refusal, SeatsGone
from evently_desktop.services import bookings, exchanges, holds, refunds, sales, tickets
from tests.conftest import TestServer
from tests.house import CHILD, Hall, card, cash, euros


@dataclass
class Counter:
    """Anna with her shift, in front of one hall."""

    anna: Database
    shift: Shift
    hall: Hall

    def sell(self, *names: str) -> tuple[BookingId, Tender]:
        booking = new_booking_id()
        hold = self.anna.write(holds.place, self.hall.event_id, booking, self.hall.choose(*names))
        paid = cash(hold.total)
        self.anna.write(sales.complete, self.hall.event_id, booking, [paid], self.shift.id, hold.total)
        return booking, paid

    def exchange(
        self,
        booking: BookingId,
        give: Sequence[str],
        take: Sequence[SeatChoice],
        tender: Tender | None = None,
        exchange_id: PaymentId | None = None,
        reason: str = "wants to sit elsewhere",
    ) -> Sale:
        exchange_id = exchange_id or (tender.payment_id if tender else new_payment_id())
        seats: list[SeatId] = [self.hall.seat(name) for name in give]
        return self.anna.write(
            exchanges.exchange, self.hall.event_id, booking, exchange_id, seats, take, tender, self.shift.id, reason
        )

    def detail(self, booking: BookingId) -> BookingDetail:
        return self.anna.read(bookings.detail, self.hall.event_id, booking)

    def seats_of(self, booking: BookingId) -> set[str]:
        return {seat.name.removeprefix("Stalls ") for seat in self.detail(booking).seats if not seat.released}


@pytest.fixture
def counter(anna: Database, annas_shift: Shift, hall: Hall) -> Counter:
    return Counter(anna, annas_shift, hall)


def _ledger(server: TestServer, counter: Counter, booking: BookingId) -> dict[str, int]:
    """What each account gained through the booking."""
    with server.admin() as connection:
        rows = connection.execute(
            """SELECT account, sum(amount)::int FROM (
                   SELECT debit_account AS account, amount FROM evently.transactions WHERE booking_id = %(booking)s
                   UNION ALL
                   SELECT credit_account, -amount FROM evently.transactions WHERE booking_id = %(booking)s) AS lines
                GROUP BY account HAVING sum(amount) <> 0""",
            {"booking": booking},
        ).fetchall()
    return dict(rows)


def test_dearer_seats_are_paid_for(counter: Counter, server: TestServer) -> None:
    booking, _ = counter.sell("D1", "D2")
    sale = counter.exchange(booking, ["D1"], counter.hall.choose("A1"), cash(euros(12), euros(20)))
    assert (sale.total, sale.change, len(sale.tickets)) == (euros(75), euros(8), 1)
    assert sale.tickets[0].number == "1"
    assert sale.tickets[0].row == "A"
    assert counter.anna.write(tickets.look_up, sale.tickets[0].token)[1] == booking
    assert counter.seats_of(booking) == {"A1", "D2"}
    detail = counter.detail(booking)
    assert (detail.paid, detail.summary.quantity) == (euros(75), 2)
    given = next(seat for seat in detail.seats if seat.released)
    assert given.ticket_status == TicketStatus.VOID
    till = f"cash:{counter.shift.till}"
    assert _ledger(server, counter, booking) == {till: 7500, "sales": -7200, "fees": -300}
    assert [step.action for step in counter.anna.read(bookings.history, counter.hall.event_id, booking)] == [
        "held", "sold", "exchanged",
    ]  # fmt: skip


def test_cheaper_seats_give_money_back(counter: Counter, server: TestServer) -> None:
    booking, _ = counter.sell("A1", "A2")
    counter.exchange(booking, ["A1", "A2"], counter.hall.choose("E1", "E2"), card(euros(24)))
    detail = counter.detail(booking)
    assert (detail.paid, counter.seats_of(booking)) == (euros(63), {"E1", "E2"})
    till = f"cash:{counter.shift.till}"
    assert _ledger(server, counter, booking) == {till: 8700, "card": -2400, "sales": -6000, "fees": -300}


def test_the_same_price_needs_no_money(counter: Counter) -> None:
    booking, _ = counter.sell("A1")
    counter.exchange(booking, ["A1"], counter.hall.choose("A2"))
    assert (counter.seats_of(booking), counter.detail(booking).paid) == ({"A2"}, euros(43.5))
    # The seat that was given back is anybody's.
    counter.sell("A1")


def test_a_seat_may_change_its_price_type_and_the_number_of_seats(counter: Counter) -> None:
    booking, _ = counter.sell("A1")
    take = [*counter.hall.choose("A1", price_type=CHILD), *counter.hall.choose("A2")]
    sale = counter.exchange(booking, ["A1"], take, cash(euros(22.5)))
    assert (sale.total, len(sale.tickets), counter.detail(booking).summary.quantity) == (euros(66), 2, 2)
    counter.anna.write(refunds.whole, counter.hall.event_id, booking, cash(euros(66)), counter.shift.id, "cannot come")
    assert counter.detail(booking).paid == euros(0)


def test_a_repeat_moves_nothing_and_answers_the_same(counter: Counter) -> None:
    booking, _ = counter.sell("D1")
    paid = cash(euros(12), euros(15))
    first = counter.exchange(booking, ["D1"], counter.hall.choose("A1"), paid)
    assert counter.exchange(booking, ["D1"], counter.hall.choose("A1"), paid) == first
    assert len(counter.detail(booking).payments) == 2
    free = new_payment_id()
    once = counter.exchange(booking, ["A1"], counter.hall.choose("A3"), exchange_id=free)
    assert counter.exchange(booking, ["A1"], counter.hall.choose("A3"), exchange_id=free) == once


def test_the_same_id_with_other_arguments_is_refused(counter: Counter) -> None:
    booking, _ = counter.sell("A1", "A2")
    free = new_payment_id()
    counter.exchange(booking, ["A1"], counter.hall.choose("A3"), exchange_id=free)
    with pytest.raises(IdReused):
        counter.exchange(booking, ["A2"], counter.hall.choose("A4"), exchange_id=free)
    _, paid = counter.sell("D1")
    with pytest.raises(IdReused):
        counter.exchange(booking, ["A2"], counter.hall.choose("D2"), paid)
    with pytest.raises(Refusal, match="makes no sense"):
        counter.exchange(booking, ["A2"], counter.hall.choose("D2"), cash(euros(12)), exchange_id=new_payment_id())
    assert counter.seats_of(booking) == {"A2", "A3"}


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [(11.99, "12.00 EUR more to pay"), (12.01, "12.00 EUR more to pay"), (None, "12.00 EUR more to pay")],
)
def test_the_difference_is_exact(counter: Counter, amount: float | None, sentence: str) -> None:
    booking, _ = counter.sell("D1")
    with pytest.raises(Refusal, match=sentence):
        counter.exchange(booking, ["D1"], counter.hall.choose("A1"), cash(euros(amount)) if amount else None)
    assert (counter.seats_of(booking), counter.detail(booking).paid) == ({"D1"}, euros(31.5))


def test_all_of_it_or_nothing(counter: Counter, ben: Database) -> None:
    booking, _ = counter.sell("A1", "A2")
    before = counter.detail(booking)
    ben.write(holds.place, counter.hall.event_id, new_booking_id(), counter.hall.choose("B2"))
    with pytest.raises(SeatsGone, match="B2 is held at Counter 2"):
        counter.exchange(booking, ["A1", "A2"], counter.hall.choose("B1", "B2"))
    assert counter.detail(booking) == before
    ben.write(holds.place, counter.hall.event_id, new_booking_id(), counter.hall.choose("B1"))
    with pytest.raises(SeatsGone, match="A1 was just sold"):
        ben.write(holds.place, counter.hall.event_id, new_booking_id(), counter.hall.choose("A1"))


@pytest.mark.parametrize(
    ("give", "take", "reason", "code"),
    [
        ([], ["B1"], "moves", "no_seats"),
        (["A1"], [], "moves", "no_seats"),
        (["C1"], ["B1"], "moves", "not_in_booking"),
        (["A1", "A1"], ["B1"], "moves", "not_in_booking"),
        (["A1"], ["B1", "B1"], "moves", "seat_twice"),
        (["A1"], ["A2"], "moves", "seats_gone"),
        (["A1"], [f"B{number}" for number in range(1, 11)], "moves", "too_many"),
        (["A1"], ["B1"], " ", "no_reason"),
    ],
)
def test_what_makes_no_exchange(counter: Counter, give: list[str], take: list[str], reason: str, code: str) -> None:
    booking, _ = counter.sell("A1", "A2")
    with pytest.raises(Refusal) as refused:
        counter.exchange(booking, give, counter.hall.choose(*take), reason=reason)
    assert refused.value.code == code
    assert counter.seats_of(booking) == {"A1", "A2"}


def test_only_what_is_sold_is_exchanged(counter: Counter) -> None:
    held = new_booking_id()
    counter.anna.write(holds.place, counter.hall.event_id, held, counter.hall.choose("A1"))
    with pytest.raises(Refusal, match="is not sold"):
        counter.exchange(held, ["A1"], counter.hall.choose("A2"))


def test_repeating_the_sale_after_an_exchange_and_a_refund_still_says_sold(counter: Counter) -> None:
    """A counter that lost its answer asks again late: it must not give money back that it took."""
    event_id, shift = counter.hall.event_id, counter.shift.id
    booking, paid = counter.sell("D1")
    counter.exchange(booking, ["D1"], counter.hall.choose("A1"), cash(euros(12)))
    again = counter.anna.write(sales.complete, event_id, booking, [paid], shift, euros(31.5))
    assert [ticket.row for ticket in again.tickets] == ["A"]
    counter.anna.write(refunds.whole, event_id, booking, cash(euros(43.5)), shift, "ill")
    assert counter.anna.write(sales.complete, event_id, booking, [paid], shift, euros(31.5)).tickets == ()
    with pytest.raises(Refusal):
        counter.anna.write(sales.complete, event_id, booking, [cash(euros(31.5))], shift, euros(31.5))
