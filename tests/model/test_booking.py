"""Two clerks and an organizer do anything in any order; the database must answer and be as the small model says."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import Hold, SeatChoice, Tender
from evently_desktop.domain.ids import PaymentId, new_booking_id, new_payment_id
from evently_desktop.domain.money import Money
from evently_desktop.domain.staff import Shift
from evently_desktop.errors import Refusal, SeatsGone
from evently_desktop.services import exchanges, holds, programme, refunds, sales
from tests.conftest import TestServer
from tests.house import ADULT, CHILD, COMP, add_hall, cash
from tests.model.model import MAX_SEATS, Booking, BoxOffice, Choice

TYPES = {"A": ADULT, "C": CHILD, "X": COMP}
SEATS = [f"{row}{number}" for row in "AB" for number in range(1, 5)]

clerks = st.sampled_from(["anna", "ben"])
kinds = st.sampled_from("AAACX")
choices = st.lists(st.tuples(st.sampled_from(SEATS), kinds), max_size=MAX_SEATS + 1, unique_by=lambda choice: choice[0])
few = st.lists(st.tuples(st.sampled_from(SEATS), kinds), min_size=1, max_size=2, unique_by=lambda choice: choice[0])
# Mostly what a clerk does, now and then what he should not.
off_by = st.sampled_from([0, 0, 0, 0, 0, 0, 1, -1])
stranger = st.sampled_from([False, False, False, False, False, True])
# Which of a booking's seats, by bits, and now and then one that need not be among them.
parts = st.tuples(st.integers(1, 15), st.sampled_from([None, None, None, None, None, *SEATS]))
notes = st.sampled_from(["press", "press", ""])

_STATE = """
    SELECT b.id, b.status, b.quantity, b.total_amount,
           (SELECT coalesce(sum(CASE kind WHEN 'sale' THEN amount ELSE -amount END), 0)::int FROM evently.payments p
             WHERE p.event_id = b.event_id AND p.booking_id = b.id AND p.status = 'captured') AS paid,
           ARRAY(SELECT s.row_number || s.seat_number FROM evently.event_seats s
                  WHERE s.event_id = b.event_id AND s.current_booking_id = b.id
                    AND (s.status = 'booked' OR s.hold_expires_at BETWEEN now() AND now() + interval '31 minutes')
                  ORDER BY s.ordinal) AS seats,
           ARRAY(SELECT s.row_number || s.seat_number FROM evently.tickets k
                   JOIN evently.event_seats s ON s.event_id = k.event_id AND s.id = k.seat_id
                  WHERE k.event_id = b.event_id AND k.booking_id = b.id AND k.status = 'issued'
                  ORDER BY s.ordinal) AS tickets
      FROM evently.bookings b WHERE b.event_id = %s"""

_LEDGER = """
    SELECT account, sum(amount)::int FROM (
        SELECT debit_account AS account, amount FROM evently.transactions WHERE event_id = %(event)s
        UNION ALL SELECT credit_account, -amount FROM evently.transactions WHERE event_id = %(event)s) AS lines
     GROUP BY account HAVING sum(amount) <> 0"""


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


class Counters(RuleBasedStateMachine):
    """The real services on one side, the model on the other."""

    bookings: Bundle[Booking] = Bundle("bookings")

    def __init__(self, server: TestServer, staff: dict[str, Database], shifts: dict[str, Shift]) -> None:
        super().__init__()
        self.staff, self.shifts = staff, shifts
        self.hall = add_hall(staff["olga"], rows=2, seats=4, max_seats=MAX_SEATS)
        self.seat_ids = {name: self.hall.seat(name) for name in SEATS}
        self.admin = server.admin()
        self.model = BoxOffice({("A", "A"): 4200, ("B", "A"): 3000, ("A", "C"): 2100, ("B", "C"): 1500})
        self.again: list[Callable[[], object]] = []

    def teardown(self) -> None:
        self.admin.close()

    def write(self, clerk: str, function: Callable[..., Any], *args: object) -> Any:
        return self.staff[clerk].write(function, self.hall.event_id, *args)

    def ask(self, clerk: str, function: Callable[..., Any], *args: object) -> tuple[str, Any]:
        try:
            return "", self.write(clerk, function, *args)
        except Refusal as refusal:
            return refusal.code, refusal

    def told(self, expected: str, clerk: str, function: Callable[..., Any], *args: object) -> Any:
        """Run a service, which must refuse with this code, or with none answer, and the same once more."""
        code, answer = self.ask(clerk, function, *args)
        assert code == expected, f"{function.__name__}: {code or 'done'}, and not {expected or 'done'}"
        if code:
            return answer
        if function is not holds.extend:
            assert _timeless(self.write(clerk, function, *args)) == _timeless(answer)
        if function in {sales.complete, refunds.seats, exchanges.exchange}:
            self.again.append(lambda: self.write(clerk, function, *args))
        return answer

    def chosen(self, wanted: Sequence[Choice]) -> list[SeatChoice]:
        return [SeatChoice(self.seat_ids[seat], TYPES[kind]) for seat, kind in wanted]

    def ids(self, names: Sequence[str]) -> list[object]:
        return [self.seat_ids[name] for name in names]

    @rule(target=bookings, clerk=clerks, wanted=few | choices)
    def hold(self, clerk: str, wanted: list[Choice]) -> Booking | Any:
        booking = self.hold_as(clerk, wanted)
        return multiple() if booking is None else booking

    def hold_as(self, clerk: str, wanted: list[Choice]) -> Booking | None:
        booking = Booking(new_booking_id(), clerk, 0)
        why = self.model.why_not_place(wanted)
        answer = self.told(why, clerk, holds.place, booking.id, self.chosen(wanted))
        if why:
            if isinstance(answer, SeatsGone):
                gone = {seat.name.removeprefix("Stalls ") for seat in answer.seats}
                assert gone == {seat for seat, _ in wanted if self.model.owner(seat)}
            return None
        self.model.take(booking, wanted)
        self.model.bookings.append(booking)
        self.check_basket(booking, answer)
        return booking

    @rule(booking=bookings, other=stranger, wanted=few | choices)
    def change(self, booking: Booking, other: bool, wanted: list[Choice]) -> None:
        clerk = someone(booking, other)
        why = self.model.why_not_replace(booking, clerk, wanted)
        answer = self.told(why, clerk, holds.change, booking.id, booking.version, self.chosen(wanted))
        if not why:
            self.model.replace(booking, wanted)
            self.check_basket(booking, answer)

    def check_basket(self, booking: Booking, hold: Hold) -> None:
        booking.version = hold.version
        lines = {s.name.removeprefix("Stalls "): (s.price + s.fee).minor for s in hold.seats}
        assert lines == {seat: price for seat, (_, price) in booking.lines.items()}
        assert hold.total.minor == booking.total

    @rule(booking=bookings, other=stranger)
    def extend(self, booking: Booking, other: bool) -> None:
        clerk = someone(booking, other)
        self.told(booking.why_not_change(clerk), clerk, holds.extend, booking.id)

    @rule(booking=bookings, other=stranger)
    def release(self, booking: Booking, other: bool) -> None:
        clerk = someone(booking, other)
        why = booking.why_not_change(clerk)
        # Nothing is left to release, which is what was wanted.
        why = "" if why in {"released", "hold_expired"} else why
        self.told(why, clerk, holds.release, booking.id)
        if not why and booking.status in {"held", "dead"}:
            self.model.release(booking)

    @rule(booking=bookings, minutes=st.sampled_from([-1, 24 * 60]))
    def run_out(self, booking: Booking, minutes: int) -> None:
        """Time passes, or the server's clock was stepped back a day: either way the hold is over."""
        if booking.status == "held":
            for table, key in (("event_seats", "current_booking_id"), ("bookings", "id")):
                self.admin.execute(
                    f"UPDATE evently.{table} SET hold_expires_at = now() + make_interval(mins => %s) "
                    f"WHERE event_id = %s AND {key} = %s",
                    [minutes, self.hall.event_id, booking.id],
                )
            booking.status = "dead"

    @rule(clerk=clerks)
    def sweep(self, clerk: str) -> None:
        assert self.write(clerk, holds.sweep) == self.model.sweep()

    @rule(booking=bookings, other=stranger, total_off=off_by, paid_off=off_by, split=st.booleans(), note=notes)
    def sell(self, booking: Booking, other: bool, total_off: int, paid_off: int, split: bool, note: str) -> None:
        self.sell_as(someone(booking, other), booking, booking.total + total_off, booking.total + paid_off, split, note)

    @rule(target=bookings, clerk=clerks, wanted=few, total_off=off_by, paid_off=off_by)
    def walk_in(self, clerk: str, wanted: list[Choice], total_off: int, paid_off: int) -> Booking | Any:
        """What a counter does all day."""
        booking = self.hold_as(clerk, wanted)
        if booking is None:
            return multiple()
        self.sell_as(clerk, booking, booking.total + total_off, booking.total + paid_off, False, "press")
        return booking

    @rule(target=bookings, clerk=clerks, wanted=few, instead=few)
    def think_again(self, clerk: str, wanted: list[Choice], instead: list[Choice]) -> Booking | Any:
        """A customer who wants other seats, which may be gone: then he still has those before."""
        booking = self.hold_as(clerk, wanted)
        if booking is None:
            return multiple()
        self.change(booking, other=False, wanted=instead)
        return booking

    def sell_as(self, clerk: str, booking: Booking, total: int, due: int, split: bool, note: str) -> None:
        paid = [due - 100, 100] if split and due > 100 else [due] if due > 0 else []
        why = self.model.why_not_sell(booking, clerk, total, paid, note)
        tenders = [cash(euros(amount)) for amount in paid]
        sale = self.told(why, clerk, sales.complete, booking.id, tenders, self.shifts[clerk].id, euros(total), note)
        if not why:
            self.model.sell(booking, clerk)
            assert len(sale.tickets) == len(booking.lines)

    @rule(booking=bookings, clerk=clerks, part=parts, off=off_by)
    def refund(self, booking: Booking, clerk: str, part: tuple[int, str | None], off: int) -> None:
        names = some_of(booking, part)
        amount = max(0, self.model.due(booking, names) + off)
        why = self.model.why_not_refund(booking, names, amount)
        back = cash(euros(amount))
        self.told(why, clerk, refunds.seats, booking.id, self.ids(names), back, self.shifts[clerk].id, "ill")
        if not why:
            self.model.refund(booking, clerk, names)

    @rule(booking=bookings, clerk=clerks, part=parts, take=few | choices, off=off_by)
    def exchange(
        self, booking: Booking, clerk: str, part: tuple[int, str | None], take: list[Choice], off: int
    ) -> None:
        give = some_of(booking, part)
        amount = self.model.difference(booking, give, take) + off
        why = self.model.why_not_exchange(booking, give, take, amount)
        exchange_id = new_payment_id()
        self.told(why, clerk, exchanges.exchange, booking.id, exchange_id, self.ids(give), self.chosen(take),
                  _difference(exchange_id, amount), self.shifts[clerk].id, "moves")  # fmt: skip
        if not why:
            self.model.exchange(booking, clerk, give, take)

    @rule(row=st.sampled_from("AB"), kind=st.sampled_from("AC"), price=st.integers(0, 9000))
    def reprice(self, row: str, kind: str, price: int) -> None:
        zone = self.hall.geometry.zones["AB".index(row)].id
        self.staff["olga"].write(programme.set_prices, self.hall.event_id, {(zone, TYPES[kind]): euros(price)})
        self.model.prices[row, kind] = price

    @rule(data=st.data())
    def repeat_late(self, data: st.DataObject) -> None:
        """A write that was done comes again, much later: it answers, and moves nothing."""
        if self.again:
            data.draw(st.sampled_from(self.again))()

    @invariant()
    def the_database_is_as_the_model_says(self) -> None:
        found = {row[0]: row[1:] for row in self.admin.execute(_STATE, [self.hall.event_id])}
        assert found.keys() == {booking.id for booking in self.model.bookings}
        for booking in self.model.bookings:
            status, quantity, total, paid, with_seats, with_tickets = found[booking.id]
            alive = sorted(booking.lines) if booking.status in {"held", "confirmed"} else []
            sold = booking.status == "confirmed"
            assert status == ("held" if booking.status == "dead" else booking.status)
            assert with_seats == alive
            assert with_tickets == (alive if sold else [])
            assert paid == (booking.total if sold else 0)
            if alive:
                assert (quantity, total) == (len(alive), booking.total)
        ledger: dict[str, int] = dict(self.admin.execute(_LEDGER, {"event": self.hall.event_id}).fetchall())
        assert ledger == self.model.ledger({clerk: shift.till for clerk, shift in self.shifts.items()})


def someone(booking: Booking, other: bool) -> str:
    return booking.seller if not other else "ben" if booking.seller == "anna" else "anna"


def some_of(booking: Booking, part: tuple[int, str | None]) -> list[str]:
    """Some of a booking's seats, and perhaps one more."""
    bits, another = part
    names = [seat for index, seat in enumerate(booking.lines) if bits >> index & 1]
    return names if another is None or another in names else [*names, another]


def _timeless(answer: object) -> object:
    return replace(answer, server_now=answer.expires_at) if isinstance(answer, Hold) else answer


def _difference(exchange_id: PaymentId, amount: int) -> Tender | None:
    return replace(cash(euros(abs(amount))), payment_id=exchange_id) if amount else None


def test_anything_in_any_order(
    server: TestServer, anna: Database, ben: Database, olga: Database, annas_shift: Shift, bens_shift: Shift
) -> None:
    staff, shifts = {"anna": anna, "ben": ben, "olga": olga}, {"anna": annas_shift, "ben": bens_shift}
    run_state_machine_as_test(
        lambda: Counters(server, staff, shifts),  # type: ignore[arg-type]
        settings=settings(
            max_examples=50, stateful_step_count=50, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
