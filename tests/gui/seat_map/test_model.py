import time
from collections.abc import Iterator
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from evently_desktop.domain.ids import BookingId
from evently_desktop.domain.seating import Geometry, SeatStatus
from evently_desktop.errors import BadInput
from evently_desktop.gui.seat_map import SeatMapModel
from evently_desktop.gui.seat_map.looks import Kind, kinds
from tests.gui.seat_map.halls import NOW, free, news, placed, rectangle

BASKET = BookingId(UUID(int=77))
OTHER = BookingId(UUID(int=78))


@pytest.fixture
def plan() -> Geometry:
    return rectangle(3, 10)


@pytest.fixture
def model(qapp: QCoreApplication, plan: Geometry) -> Iterator[SeatMapModel]:
    model = SeatMapModel(clock=lambda: NOW)
    model.load(plan, free(plan))
    yield model
    model.deleteLater()


def kind(model: SeatMapModel, ordinal: int) -> int:
    return int(kinds(model.face[[ordinal]])[0])


def test_news_changes_the_seats_it_names_and_tells_which(model: SeatMapModel, plan: Geometry) -> None:
    changed = QSignalSpy(model.seats_changed)
    model.apply(news(plan, [3, 7], [SeatStatus.BOOKED, SeatStatus.KILLED]))
    assert [kind(model, seat) for seat in (3, 7, 4)] == [Kind.BOOKED, Kind.KILLED, Kind.AVAILABLE]
    assert changed.at(0)[0].tolist() == [3, 7]


def test_of_several_changes_of_a_seat_the_last_one_counts(model: SeatMapModel, plan: Geometry) -> None:
    model.apply(news(plan, [5, 5, 5], [SeatStatus.BOOKED, SeatStatus.AVAILABLE, SeatStatus.KILLED]))
    assert kind(model, 5) == Kind.KILLED


def test_a_selected_seat_that_was_sold_leaves_the_selection(model: SeatMapModel, plan: Geometry) -> None:
    model.select_many([1, 2])
    told = QSignalSpy(model.selection_changed)
    model.apply(news(plan, 2, SeatStatus.BOOKED))
    assert model.selection.tolist() == [1]
    assert told.count() == 1


def test_only_free_seats_can_be_chosen_and_house_seats_only_one_by_one(model: SeatMapModel, plan: Geometry) -> None:
    model.apply(news(plan, [0, 1], [SeatStatus.BOOKED, SeatStatus.HELD], NOW + 60))
    assert model.states is not None
    model.states.hold_type[2] = 1
    model.apply(news(plan, 3, SeatStatus.AVAILABLE))
    model.set_clock_offset(0)
    model.select_many(range(5))
    assert model.selection.tolist() == [3, 4]
    for seat in range(3):
        model.toggle(seat)
    assert model.selection.tolist() == [2, 3, 4]
    model.toggle(3)
    assert model.selection.tolist() == [2, 4]
    model.clear_selection()
    assert not len(model.selection)


def test_a_hold_that_runs_out_frees_its_seats_by_the_clock_alone(qtbot: QtBot, plan: Geometry) -> None:
    model = SeatMapModel()
    states = free(plan)
    states.status[4:8] = SeatStatus.HELD
    states.expires[4:7], states.expires[7] = time.time() + 0.4, time.time() + 3600
    model.load(plan, states)
    changed = QSignalSpy(model.seats_changed)
    with qtbot.waitSignal(model.seats_freed, timeout=5000) as freed:
        pass
    assert freed.args[0].tolist() == [4, 5, 6]
    assert time.time() - float(states.expires[4]) < 1
    assert {seat for number in range(changed.count()) for seat in changed.at(number)[0].tolist()} == {4, 5, 6}
    assert not model.is_free(7)


def test_a_clock_ahead_sees_holds_run_out_earlier(model: SeatMapModel, plan: Geometry) -> None:
    model.apply(news(plan, 4, SeatStatus.HELD, NOW + 60))
    assert not model.is_free(4)
    model.set_clock_offset(61)
    assert model.is_free(4)
    assert model.now == NOW + 61


def test_a_seat_freed_by_news_is_told_and_one_given_back_from_the_own_basket_is_not(
    model: SeatMapModel, plan: Geometry
) -> None:
    model.set_mine(BASKET)
    model.apply(news(plan, 1, SeatStatus.HELD, NOW + 60, OTHER))
    model.apply(news(plan, 2, SeatStatus.HELD, NOW + 60, BASKET))
    freed = QSignalSpy(model.seats_freed)
    model.apply(news(plan, [1, 2], SeatStatus.AVAILABLE))
    assert [freed.at(number)[0].tolist() for number in range(freed.count())] == [[1]]


def test_the_seats_of_the_own_booking_are_mine_while_their_hold_lives(model: SeatMapModel, plan: Geometry) -> None:
    model.apply(news(plan, [1, 2], SeatStatus.HELD, NOW + 60, BASKET))
    assert not len(model.mine)
    model.set_mine(BASKET)
    assert model.mine.tolist() == [1, 2]
    model.apply(news(plan, 1, SeatStatus.HELD, NOW + 60, OTHER))
    assert model.mine.tolist() == [2]
    model.set_mine(None)
    assert not len(model.mine)
    model.set_mine(BASKET)
    model.set_clock_offset(61)
    assert not len(model.mine)


def test_the_answer_to_a_hold_shows_its_seats_before_the_news(model: SeatMapModel) -> None:
    model.select_many([4, 5, 6])
    model.set_mine(BASKET, [4, 5], NOW + 300)
    assert model.mine.tolist() == [4, 5]
    assert model.selection.tolist() == [6]
    model.set_mine(BASKET, [5, 6], NOW + 300)
    assert model.mine.tolist() == [5, 6]
    assert model.is_free(4)


def test_a_look_from_before_the_answer_waits_for_the_next(model: SeatMapModel, plan: Geometry) -> None:
    model.set_mine(BASKET, [4, 5], NOW + 300)
    model.apply(news(plan, [4, 5, 6], [SeatStatus.AVAILABLE, SeatStatus.HELD, SeatStatus.BOOKED], NOW + 60, OTHER))
    assert model.mine.tolist() == [4, 5]
    assert kind(model, 6) == Kind.BOOKED
    # The answer was the newer: the next look has the seats again.
    model.apply(news(plan, [4, 5], SeatStatus.HELD, NOW + 300, BASKET))
    assert model.mine.tolist() == [4, 5]
    model.apply(news(plan, [4], SeatStatus.AVAILABLE))
    assert model.mine.tolist() == [5]


def test_a_look_from_after_the_answer_is_believed_with_the_next(model: SeatMapModel, plan: Geometry) -> None:
    model.set_mine(BASKET, [4, 5], NOW + 300)
    model.apply(news(plan, 4, SeatStatus.AVAILABLE))
    assert model.mine.tolist() == [4, 5]
    model.apply(news(plan, [], SeatStatus.AVAILABLE))
    assert model.mine.tolist() == [5]
    assert model.is_free(4)


def test_a_seat_given_back_is_not_mine_again_by_an_older_look(model: SeatMapModel, plan: Geometry) -> None:
    model.set_mine(BASKET, [4, 5], NOW + 300)
    model.set_mine(BASKET, [5], NOW + 300)
    model.apply(news(plan, 4, SeatStatus.HELD, NOW + 300, BASKET))
    assert model.mine.tolist() == [5]
    model.apply(news(plan, 4, SeatStatus.HELD, NOW + 300, OTHER))
    assert not model.is_free(4)


def test_a_basket_given_back_is_free_at_once_and_an_older_look_does_not_take_it_again(
    model: SeatMapModel, plan: Geometry
) -> None:
    model.set_mine(BASKET, [4, 5], NOW + 300)
    model.set_mine(BASKET, [])
    model.set_mine(OTHER)
    assert model.is_free(4)
    model.apply(news(plan, [4, 5], SeatStatus.HELD, NOW + 300, BASKET))
    assert model.is_free(4)
    model.apply(news(plan, [4, 5], SeatStatus.AVAILABLE))
    assert model.is_free(5)


def test_that_the_own_seats_were_sold_is_believed_at_once(model: SeatMapModel, plan: Geometry) -> None:
    model.set_mine(BASKET, [4], NOW + 300)
    model.apply(news(plan, 4, SeatStatus.BOOKED, booking=BASKET))
    assert kind(model, 4) == Kind.BOOKED


@given(st.data())
def test_whatever_comes_sooner_the_map_ends_with_the_truth(qapp: QCoreApplication, data: st.DataObject) -> None:
    """A server with one seat: holds and gives it back, looks overlap with the answers in every way."""
    plan = placed(0.0, 0.0)
    model = SeatMapModel(clock=lambda: NOW)
    model.load(plan, free(plan))
    model.set_mine(BASKET)
    history = [(SeatStatus.AVAILABLE, OTHER)]  # The seat after each transaction.
    seen = told = 0
    for _ in range(data.draw(st.integers(1, 8))):
        step, answer_waits = data.draw(st.sampled_from(["verb", "answer", "look"])), told < len(history) - 1
        if step == "verb" and not answer_waits:
            history.append(data.draw(st.sampled_from([(SeatStatus.HELD, BASKET), (SeatStatus.AVAILABLE, OTHER)])))
        elif step == "answer" and answer_waits:
            told = len(history) - 1
            model.set_mine(BASKET, [0] if history[told][1] == BASKET else [], NOW + 300)
        elif step == "look":
            # It saw the seat at any moment since the look before, and has it if it changed since then.
            saw = data.draw(st.integers(seen, len(history) - 1))
            status, whose = history[saw]
            model.apply(news(plan, [0] if saw > seen else [], status, NOW + 300, whose))
            seen = saw
    for _ in range(3):
        status, whose = history[-1]
        model.apply(news(plan, [0] if seen < len(history) - 1 else [], status, NOW + 300, whose))
        seen = len(history) - 1
    assert (len(model.mine) == 1) == (history[-1][1] == BASKET)
    model.deleteLater()


@pytest.mark.parametrize("where", [np.nan, np.inf, 1e9, -1e9])
def test_a_seat_that_cannot_be_drawn_is_refused_and_the_map_stays(model: SeatMapModel, where: float) -> None:
    before = model.hall
    broken = placed([0.0, where], [0.0, 1.0])
    with pytest.raises(BadInput, match=r"Seat Stalls A2 lies at .*place it in metres"):
        model.load(broken, free(broken))
    assert model.hall is before
    assert len(model) == 30


def test_without_an_event_there_is_no_seat_and_the_next_shows_the_basket(model: SeatMapModel, plan: Geometry) -> None:
    model.select_many([1])
    model.set_mine(BASKET, [4], NOW + 300)
    model.unload()
    assert len(model) == 0
    assert not len(model.selection)
    assert not len(model.mine)
    model.apply(news(plan, 4, SeatStatus.BOOKED))
    model.set_mine(BASKET, [24], NOW + 300)
    states = free(plan)
    model.load(plan, states)
    model.set_mine(BASKET, [24], NOW + 300)
    assert model.mine.tolist() == [24]


def test_another_event_starts_with_an_empty_selection(model: SeatMapModel) -> None:
    model.select_many([1])
    other = rectangle(1, 4)
    model.load(other, free(other))
    assert len(model) == 4
    assert not len(model.selection)
