"""An evening with tables, benches and numbered standing places: the same line, the same basket, the same holds."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from uuid_utils.compat import uuid7

from evently_desktop.database.transactions import Database
from evently_desktop.demo.plans import cellar
from evently_desktop.domain.bookings import SeatChoice
from evently_desktop.domain.ids import EventId, PlanId, VenueId, ZoneId, new_booking_id
from evently_desktop.domain.seating import Place, SeatStatus
from evently_desktop.domain.staff import Shift
from evently_desktop.services import holds, programme, venues
from tests.gui.counter.conftest import Counter, OpenCounter
from tests.house import ADULT, CHILD, Hall, euros

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def evening(olga: Database) -> Hall:
    """Adults pay 48, 39, 28 and 18; ten seats a booking."""
    plan = cellar()
    geometry = plan.geometry(PlanId(uuid7()), [ZoneId(uuid7()) for _ in plan.zones])
    venue = venues.Venue(VenueId(uuid7()), "Cellar", "", "Vienna", "AT", "Europe/Vienna", "EUR")
    olga.write(venues.add, venue, len(geometry))
    olga.write(venues.add_plan, venue.id, "Cellar", geometry)
    prices = {
        (zone.id, kind): euros(amount / part)
        for zone, amount in zip(geometry.zones, (48, 39, 28, 18), strict=True)
        for kind, part in ((ADULT, 1), (CHILD, 2))
    }
    event = programme.NewEvent(
        EventId(uuid7()), venue.id, venue.name, geometry.plan_id, "Songs", datetime.now(UTC) + timedelta(days=7), "EUR"
    )
    olga.write(programme.add_event, event, prices)
    return Hall(event.id, geometry)


@pytest.fixture
def counter(open_counter: OpenCounter, anna: Database, annas_shift: Shift, evening: Hall) -> Counter:
    return open_counter(anna, evening, annas_shift)


def held(counter: Counter) -> np.ndarray:
    hold = counter.presenter.basket.hold
    return np.array(sorted(seat.ordinal for seat in hold.seats) if hold else [], int)


def of_table(hall: Hall, name: str) -> list[int]:
    return np.flatnonzero(hall.geometry.row == name).tolist()


def test_a_table_is_taken_whole_by_its_name(counter: Counter, evening: Hall) -> None:
    counter.screen.command.line.setText("t5")
    assert counter.screen.command.hint == "Enter: take these 8 seats"
    counter.screen.command.line.clear()
    counter.hold("t5 C", 8)
    assert held(counter).tolist() == of_table(evening, "T5")
    assert {kind for _, kind, _ in counter.basket} == {"Child"}
    assert counter.total == "156.00"


def test_a_table_is_taken_by_seat(counter: Counter, evening: Hall) -> None:
    counter.hold("T5/3-4 A", 2)
    assert held(counter).tolist() == of_table(evening, "T5")[2:4]
    assert counter.seats.hall is not None
    assert counter.seats.hall.geometry.name(held(counter)[0]) == "Tables T5/3"


def test_a_table_that_is_not_all_free_is_refused_whole_and_the_rest_can_be_had(
    counter: Counter, ben: Database, evening: Hall
) -> None:
    taken = evening.geometry.seat_id(of_table(evening, "T2")[3])
    ben.write(holds.place, evening.event_id, new_booking_id(), [SeatChoice(taken, ADULT)])
    counter.type("T2")
    counter.until(lambda: "is held at Counter 2" in counter.message)
    assert counter.basket == []
    counter.press(Qt.Key.Key_F5)
    counter.until(lambda: len(counter.basket) == 7)


def test_the_best_at_a_table_sit_at_one_table(counter: Counter, evening: Hall) -> None:
    counter.hold("6 best tables", 6)
    assert len(set(evening.geometry.row[held(counter)])) == 1
    offers = counter.screen.offer_panel.said
    assert all("together" in words for words in offers)


def test_the_key_of_the_map_takes_a_table(counter: Counter, evening: Hall) -> None:
    view = counter.screen.map
    view.setFocus()
    view.set_current_seat(of_table(evening, "T7")[0])
    QTest.keyClick(view, Qt.Key.Key_R, SHIFT)
    counter.until(lambda: len(counter.basket) == 8 and counter.presenter.basket.is_settled)
    assert held(counter).tolist() == of_table(evening, "T7")


def test_standing_places_are_taken_by_how_many_and_by_number(counter: Counter, evening: Hall) -> None:
    counter.hold("3A 1C standing", 4)
    assert (evening.geometry.place[held(counter)] == Place.STANDING).all()
    assert counter.total == "63.00"
    counter.hold("standing D7", 5)
    assert "Standing D7" in [seat for seat, _, _ in counter.basket]


def test_standing_places_next_to_a_free_one_leave_nobody_alone(counter: Counter) -> None:
    counter.hold("standing B2 B4", 2)
    assert counter.message == ""


def test_one_basket_of_everything_is_sold_at_once(counter: Counter, evening: Hall) -> None:
    counter.hold("T1/1-2", 2)
    counter.hold("benches B4 C", 3)
    counter.hold("2 standing", 5)
    assert counter.total == "146.00"
    places = held(counter)
    assert set(evening.geometry.section[places]) == {0, 1, 2}
    counter.type("")
    counter.until(counter.screen.by_cash.isVisible)
    counter.type("")
    counter.until(lambda: "5 tickets printed" in counter.screen.sold.printing.text())
    states = counter.seats.states
    assert states is not None
    counter.until(lambda: bool((states.status[places] == SeatStatus.BOOKED).all()))


def test_general_admission_sells_until_it_is_full(counter: Counter, ben: Database, evening: Hall) -> None:
    """Nobody chooses a place: the numbers only count them, and the last ones are not sold twice."""
    standing = np.flatnonzero(evening.geometry.place == Place.STANDING)
    others = [evening.geometry.seat_id(int(seat)) for seat in standing[:-3]]
    for start in range(0, len(others), 10):
        party = [SeatChoice(seat, ADULT) for seat in others[start : start + 10]]
        ben.write(holds.place, evening.event_id, new_booking_id(), party)
    free = int((evening.geometry.place != Place.STANDING).sum()) + 3
    counter.until(lambda: counter.screen._free.text() == f"{free} of {len(evening.geometry)} free")
    counter.type("4 standing")
    counter.until(lambda: "Only 3 free seats fit; 4 were asked for." in counter.screen.command.hint)
    counter.screen.command.line.clear()
    counter.hold("3 standing", 3)
    assert held(counter).tolist() == standing[-3:].tolist()
