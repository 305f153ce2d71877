import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evently_desktop.gui.seat_map.camera import Bounds
from evently_desktop.gui.seat_map.grid import SeatGrid

COORDINATES = st.floats(-60, 60, width=32)
PLACES = st.lists(st.tuples(COORDINATES, COORDINATES), max_size=60)


@given(PLACES, COORDINATES, COORDINATES, st.floats(0, 40))
def test_the_nearest_seat_is_the_one_that_a_look_at_all_finds(
    places: list[tuple[float, float]], x: float, y: float, reach: float
) -> None:
    seats = np.array(places, np.float32).reshape(-1, 2)
    found = SeatGrid(seats[:, 0], seats[:, 1]).nearest(x, y, reach)
    away = np.hypot(seats[:, 0] - np.float32(x), seats[:, 1] - np.float32(y))
    within = (abs(seats[:, 0] - x) <= reach) & (abs(seats[:, 1] - y) <= reach) & (away <= reach)
    if found is None:
        assert not within.any()
    else:
        assert away[found] == away[within].min()


@given(PLACES, COORDINATES, COORDINATES, st.floats(0, 80), st.floats(0, 80))
def test_a_rectangle_holds_exactly_the_seats_inside(
    places: list[tuple[float, float]], left: float, top: float, wide: float, high: float
) -> None:
    seats = np.array(places, np.float32).reshape(-1, 2)
    area = Bounds(left, top, left + wide, top + high)
    found = SeatGrid(seats[:, 0], seats[:, 1]).within(area)
    x, y = seats[:, 0], seats[:, 1]
    inside = (x >= area.left) & (x <= area.right) & (y >= area.top) & (y <= area.bottom)
    assert sorted(found.tolist()) == np.flatnonzero(inside).tolist()


def test_one_seat_far_away_does_not_fill_the_memory() -> None:
    x = np.append(np.arange(1000) * 0.5, 99_000).astype(np.float32)
    grid = SeatGrid(x, np.zeros_like(x))
    assert grid.nearest(99_000, 0, 1) == 1000
    assert grid.nearest(3.1, 0, 0.3) == 6
