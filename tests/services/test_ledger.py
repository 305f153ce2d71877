"""Whatever is sold and given back in whatever order, the books balance with the bookings and with the drawer."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import BookingStatus, Sale, Tender, TenderMethod
from evently_desktop.domain.ids import BookingId, EventId, ShiftId, TillId, new_payment_id
from evently_desktop.domain.money import Money
from evently_desktop.domain.staff import Shift
from evently_desktop.errors import Busy, Refusal
from evently_desktop.services import bookings, holds, sales, tills
from tests.conftest import TestServer
from tests.house import CHILD, TILLS, Hall, add_hall, cash, euros, new_shift_id
from tests.services.desk import Admin, Desk

SEATS = [f"{row}{number}" for row in "ABCDE" for number in range(1, 21)]
METHODS = st.sampled_from(list(TenderMethod))
# One customer: how many seats, how many of them for children, how he pays, and which seats he brings back how.
CUSTOMERS = st.lists(
    st.tuples(
        st.integers(1, 4), st.integers(0, 4), METHODS, st.lists(st.tuples(st.integers(0, 3), METHODS), max_size=5)
    ),
    min_size=1,
    max_size=6,
)


def tender(method: TenderMethod, amount: Money) -> Tender:
    return Tender(new_payment_id(), method, amount, None, "" if method == TenderMethod.CASH else "R-1")


def balances(admin: Admin, event: EventId) -> Counter[str]:
    rows = admin.execute(
        "SELECT debit_account, credit_account, amount FROM evently.transactions WHERE event_id = %s", [event]
    ).fetchall()
    found: Counter[str] = Counter()
    for debit, credit, amount in rows:
        found[debit] += amount
        found[credit] -= amount
    return found


def serve(desk: Desk, names: list[str], children: int, method: TenderMethod) -> Sale:
    hold = desk.hold(*names)
    choices = desk.hall.choose(*names[children:]) + desk.hall.choose(*names[:children], price_type=CHILD)
    hold = desk.clerk.write(holds.change, desk.event, hold.booking_id, hold.version, choices)
    return desk.pay(hold, tender(method, hold.total))


def take_back(desk: Desk, booking: BookingId, index: int, method: TenderMethod) -> None:
    left = [seat for seat in desk.clerk.read(bookings.detail, desk.event, booking).seats if not seat.released]
    if index < len(left):
        seat = left[index]
        amount = seat.price + seat.fee
        desk.refund(booking, amount, seat.name.removeprefix("Stalls "), tender=tender(method, amount))


@pytest.mark.timeout(240)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(customers=CUSTOMERS)
def test_books_bookings_and_drawer_agree(
    customers: list[tuple[int, int, TenderMethod, list[tuple[int, TenderMethod]]]],
    anna: Database, olga: Database, annas_shift: Shift, admin: Admin,
) -> None:  # fmt: skip
    desk = Desk(anna, annas_shift.id, add_hall(olga, rows=5, seats=20), admin)
    free = iter(SEATS)
    for count, children, method, returns in customers:
        sale = serve(desk, [next(free) for _ in range(count)], min(children, count), method)
        for index, back in returns:
            take_back(desk, sale.booking_id, index, back)
    rows = admin.execute(
        "SELECT id, status, total_amount, fee_amount, paid_amount, quantity FROM evently.bookings WHERE event_id = %s",
        [desk.event],
    ).fetchall()
    for booking, status, total, fees, paid, quantity in rows:
        detail = anna.read(bookings.detail, desk.event, booking)
        live = [seat for seat in detail.seats if not seat.released]
        owed = sum(seat.price.minor + seat.fee.minor for seat in live)
        moved = sum(p.amount.minor if p.kind == "sale" else -p.amount.minor for p in detail.payments)
        assert total == paid == owed == moved
        assert fees == sum(seat.fee.minor for seat in live)
        assert status == (BookingStatus.CONFIRMED if live else BookingStatus.CANCELLED)
        assert not live or quantity == len(live)
        booked = desk.value(
            "SELECT count(*) FROM evently.event_seats WHERE event_id = %(event)s AND current_booking_id = %(b)s",
            b=booking,
        )
        assert booked == len(live)
    money = balances(admin, desk.event)
    total, fees = sum(row[2] for row in rows), sum(row[3] for row in rows)
    assert money["customers"] == 0
    assert (-money["sales"], -money["fees"]) == (total - fees, fees)
    assert money["cash:Till 0"] + money["card"] + money["voucher"] == total
    by_method: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        for payment in anna.read(bookings.detail, desk.event, row[0]).payments:
            by_method[payment.method] += payment.amount.minor if payment.kind == "sale" else -payment.amount.minor
    assert by_method["cash"] == money["cash:Till 0"]
    assert by_method["card"] == money["card"]


@pytest.fixture
def coarse(sign_in: Callable[..., Database], admin: Admin, hall: Hall) -> Iterator[Desk]:
    """Mona's desk, whose drawer has no coin below 5 cents."""
    mona = sign_in("mona", station="Counter 3")
    till = TillId(uuid4())
    admin.execute(
        "INSERT INTO evently.tills (id, name, currency, cash_step) VALUES (%s, %s, 'EUR', 5)", [till, f"T{till}"]
    )
    shift = ShiftId(new_shift_id())
    mona.write(tills.open_shift, shift, till, euros(0))
    yield Desk(mona, shift, hall, admin)
    if mona.read(tills.current_shift):
        mona.write(tills.close_shift, shift, euros(0))


@pytest.mark.parametrize(
    ("fee", "rounding"), [(150, 0), (151, -1), (152, -2), (153, 2), (154, 1), (155, 0)]
)  # fmt: skip
def test_cash_is_rounded_to_the_smallest_coin(coarse: Desk, fee: int, rounding: int) -> None:
    coarse.change("fee_per_seat = %(fee)s", fee=fee)
    hold = coarse.hold("A1")
    assert hold.total.minor == 4200 + fee
    sale = coarse.pay(hold, cash(hold.total, euros(50)))
    assert sale.rounding.minor == rounding
    assert sale.change.minor == 5000 - hold.total.minor - rounding
    assert sale.change.minor % 5 == 0
    books = balances(coarse.admin, coarse.event)
    drawer = next(amount for account, amount in books.items() if account.startswith("cash:"))
    assert (drawer, books["rounding"]) == (hold.total.minor + rounding, -rounding)
    assert books["customers"] == 0
    coarse.refund(sale.booking_id, hold.total)
    assert {account: amount for account, amount in balances(coarse.admin, coarse.event).items() if amount} == {}
    counted = euros(0)
    assert coarse.clerk.write(tills.close_shift, coarse.shift, counted) == (counted, counted)


def test_a_card_is_not_rounded(coarse: Desk) -> None:
    coarse.change("fee_per_seat = 153")
    hold = coarse.hold("A1")
    assert coarse.pay(hold, tender(TenderMethod.CARD, hold.total)).rounding == euros(0)


def test_a_till_of_another_currency_takes_no_cash(coarse: Desk) -> None:
    coarse.change("currency = 'CHF'")
    hold = coarse.hold("A1")
    with pytest.raises(Refusal, match="This till takes another currency"):
        coarse.pay(hold)
    assert coarse.pay(hold, tender(TenderMethod.CARD, hold.total)).total.currency == "CHF"


def test_a_shift_expects_what_went_through_its_drawer(coarse: Desk) -> None:
    coarse.sell("A1", "A2")
    card = coarse.hold("A3")
    coarse.pay(card, tender(TenderMethod.CARD, card.total))
    coarse.refund(coarse.sell("D1").booking_id, euros(31.5))
    assert coarse.clerk.write(tills.close_shift, coarse.shift, euros(80)) == (euros(80), euros(87))
    hold = coarse.hold("A4")
    with pytest.raises(Refusal, match="Cash needs an open shift"):
        coarse.pay(hold)


def test_no_sale_slips_into_a_shift_that_is_being_counted(coarse: Desk, server: TestServer) -> None:
    """The sale has begun when the drawer is counted: it waits, and then finds the shift closed."""
    hold = coarse.hold("A1")
    with server.connect("mona") as counting:
        counting.autocommit = False
        counting.execute("SELECT evently.close_shift(%s, 0)", [coarse.shift])
        with Database(server.url("mona"), patience=0) as other, pytest.raises(Busy, match="Somebody else"):
            other.write(sales.complete, coarse.event, hold.booking_id, [cash(hold.total)], coarse.shift, hold.total)
        counting.commit()
    with pytest.raises(Refusal, match="Cash needs an open shift"):
        coarse.pay(hold)
    assert coarse.value("SELECT expected_amount FROM evently.shifts WHERE id = %(shift)s", shift=coarse.shift) == 0


def test_two_shifts(desk: Desk, ben: Database) -> None:
    with pytest.raises(Refusal, match="You have an open shift already"):
        desk.clerk.write(tills.open_shift, new_shift_id(), TILLS[5], euros(0))
    if ben.read(tills.current_shift) is None:
        with pytest.raises(Refusal, match="Somebody else has a shift on this till"):
            ben.write(tills.open_shift, new_shift_id(), TILLS[0], euros(0))
