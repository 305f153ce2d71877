import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evently_desktop.domain.seating import Place, SeatStatus
from evently_desktop.gui.seat_map.looks import RING_STEPS, ZONE_COLOURS, Kind, faces, is_free, kinds
from tests.gui.seat_map.halls import NOW, free, placed

ALL = np.arange(4)
NONE = np.zeros(4, bool)


@given(
    st.lists(st.sampled_from(SeatStatus), min_size=4, max_size=4),
    st.lists(st.one_of(st.just(float("nan")), st.floats(NOW - 400, NOW + 900)), min_size=4, max_size=4),
    st.lists(st.integers(0, 2), min_size=4, max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_the_map_calls_free_what_anybody_may_take(
    status: list[SeatStatus], expires: list[float], hold_type: list[int], selected: list[bool]
) -> None:
    plan = placed(np.arange(4), np.zeros(4))
    states = free(plan)
    states.status[:], states.expires[:], states.hold_type[:] = status, expires, hold_type
    found = faces(plan, states, NONE, np.array(selected), NOW, ALL)
    assert (is_free(found.face) == states.free_at(NOW)).all()


@given(st.floats(0.001, 400))
def test_a_hold_looks_the_same_until_the_second_that_is_said_and_not_after(left: float) -> None:
    plan = placed(np.arange(4), np.zeros(4))
    states = free(plan)
    states.status[0], states.expires[0] = SeatStatus.HELD, NOW + left
    start = faces(plan, states, NONE, NONE, NOW, ALL)
    until = float(start.until[0])
    assert NOW < until <= NOW + left
    if until - NOW > 0.01:
        assert faces(plan, states, NONE, NONE, until - 0.005, ALL).face[0] == start.face[0]
    assert faces(plan, states, NONE, NONE, until + 0.001, ALL).face[0] != start.face[0]
    assert np.isinf(start.until[1:]).all()


def test_a_full_hold_is_a_full_ring_and_the_last_seconds_the_smallest() -> None:
    plan = placed(np.arange(4), np.zeros(4))
    states = free(plan)
    states.status[:] = SeatStatus.HELD
    states.expires[:] = NOW + np.array([900, 300, 150, 1])
    kind = kinds(faces(plan, states, NONE, NONE, NOW, ALL).face)
    assert kind.tolist() == [Kind.HELD + step - 1 for step in (RING_STEPS, RING_STEPS, RING_STEPS // 2, 1)]


@pytest.mark.parametrize(
    ("place", "restricted", "kind"),
    [
        (Place.SEAT, False, Kind.AVAILABLE),
        (Place.SEAT, True, Kind.RESTRICTED),
        (Place.WHEELCHAIR, True, Kind.WHEELCHAIR),
        (Place.COMPANION, False, Kind.COMPANION),
        (Place.STANDING, False, Kind.AVAILABLE),
    ],
)
def test_the_place_gives_a_free_seat_its_shape(place: Place, restricted: bool, kind: Kind) -> None:
    plan = placed(np.arange(4), np.zeros(4))
    plan.place[:], plan.restricted[:] = place, restricted
    assert kinds(faces(plan, free(plan), NONE, NONE, NOW, ALL).face).tolist() == [kind] * 4


def test_the_colour_is_that_of_the_zone_of_this_event() -> None:
    plan = placed(np.arange(4), np.zeros(4))
    states = free(plan)
    states.zone[:] = [2, 1, 0, 2]
    found = faces(plan, states, NONE, NONE, NOW, ALL)
    assert (found.face % ZONE_COLOURS).tolist() == [2, 1, 0, 2]
