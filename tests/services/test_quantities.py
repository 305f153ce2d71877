"""Asking for no seat, for one more than may be, or for half the hall: told in one sentence, and nothing is taken."""

from collections.abc import Callable

import pytest

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import SeatChoice
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.errors import Refusal
from evently_desktop.services import catalogue, exchanges, holds, sales
from tests.house import ADULT, Hall, add_hall, card

NONE = "No seats are chosen; choose at least one."
TOO_MANY = "These are more seats than one booking of this event may have."
QUANTITIES = pytest.mark.parametrize(
    ("asked", "sentence"), [(0, NONE), (11, TOO_MANY), (500, TOO_MANY), (600, TOO_MANY)]
)


@pytest.fixture(scope="module")
def halls() -> dict[int, Hall]:
    """By how many seats a booking may have there."""
    return {}


@pytest.fixture
def large(olga: Database, halls: dict[int, Hall]) -> Hall:
    """A hall of 600 seats, ten to a booking."""
    return halls.setdefault(10, halls.get(10) or add_hall(olga, rows=20, seats=30))


@pytest.fixture
def generous(olga: Database, halls: dict[int, Hall]) -> Hall:
    """A hall of 600 seats, 500 to a booking: the most that an event may allow."""
    return halls.setdefault(500, halls.get(500) or add_hall(olga, rows=20, seats=30, max_seats=500))


def first(hall: Hall, count: int) -> list[SeatChoice]:
    return [SeatChoice(hall.geometry.seat_id(ordinal), ADULT) for ordinal in range(count)]


def free(clerk: Database, hall: Hall) -> int:
    return clerk.read(catalogue.event, hall.event_id).free


@QUANTITIES
def test_a_hold_of_so_many_is_refused(anna: Database, large: Hall, asked: int, sentence: str) -> None:
    before = free(anna, large)
    with pytest.raises(Refusal) as told:
        anna.write(holds.place, large.event_id, new_booking_id(), first(large, asked))
    assert str(told.value) == sentence
    assert free(anna, large) == before


@QUANTITIES
def test_a_basket_is_not_changed_to_so_many(anna: Database, large: Hall, asked: int, sentence: str) -> None:
    hold = anna.write(holds.place, large.event_id, new_booking_id(), first(large, 2))
    with pytest.raises(Refusal) as told:
        anna.write(holds.change, large.event_id, hold.booking_id, hold.version, first(large, asked))
    assert str(told.value) == sentence
    again = anna.write(holds.change, large.event_id, hold.booking_id, hold.version, first(large, 2))
    assert (again.version, again.seats) == (hold.version, hold.seats)
    anna.write(holds.release, large.event_id, hold.booking_id)


@QUANTITIES
def test_a_sale_is_not_exchanged_for_so_many(anna: Database, large: Hall, asked: int, sentence: str) -> None:
    booking = new_booking_id()
    # Each time another seat.
    hold = anna.write(holds.place, large.event_id, booking, first(large, 600 - asked % 7)[-1:])
    anna.write(sales.complete, large.event_id, booking, [card(hold.total)], None, hold.total)
    before, paid = free(anna, large), card(hold.total)
    give = [seat.seat_id for seat in hold.seats]
    with pytest.raises(Refusal) as told:
        anna.write(
            exchanges.exchange, large.event_id, booking, paid.payment_id, give, first(large, asked), paid, None, "more"
        )
    assert str(told.value) == sentence
    assert free(anna, large) == before


def test_as_many_as_the_event_allows_are_sold_at_once(sign_in: Callable[..., Database], generous: Hall) -> None:
    # A station of its own, as each may hold so many seats and no more.
    mona, booking = sign_in("mona", station="Groups"), new_booking_id()
    with pytest.raises(Refusal, match="more seats than one booking"):
        mona.write(holds.place, generous.event_id, booking, first(generous, 501))
    hold = mona.write(holds.place, generous.event_id, booking, first(generous, 500))
    assert len(hold.seats) == 500
    sale = mona.write(sales.complete, generous.event_id, booking, [card(hold.total)], None, hold.total)
    assert len(sale.tickets) == 500
    assert free(mona, generous) == 100
