import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evently_desktop.demo.plans import playhouse
from evently_desktop.gui.seat_map.hall import Hall
from tests.gui.seat_map.halls import PITCH, drawn, placed, rectangle


@given(st.floats(0, 360))
def test_the_pitch_is_the_distance_of_neighbours_however_a_row_is_turned(degrees: float) -> None:
    along = np.arange(60) * PITCH
    turn = math.radians(degrees)
    assert Hall(placed(along * math.cos(turn), along * math.sin(turn))).pitch == pytest.approx(PITCH, rel=0.01)


def test_two_seats_at_one_point_do_not_make_all_seats_dots() -> None:
    plan = rectangle(2, 10)
    plan.x[1], plan.y[1] = plan.x[0], plan.y[0]
    assert Hall(plan).pitch == pytest.approx(PITCH, rel=0.01)


def test_rows_are_named_at_both_ends_beside_the_seats() -> None:
    labels = Hall(rectangle(2, 10)).row_labels
    named = sorted((labels.texts[text], float(x)) for x, text in zip(labels.x, labels.text, strict=True))
    assert [name for name, _ in named] == ["A", "A", "B", "B"]
    assert [x for _, x in named] == pytest.approx([-1.1 * PITCH, 10.1 * PITCH] * 2)


def test_no_row_name_lies_on_a_seat() -> None:
    hall = Hall(drawn(playhouse()))
    labels = hall.row_labels
    assert len(labels.x) > 40
    assert all(
        hall.grid.nearest(float(x), float(y), hall.pitch * 0.4) is None for x, y in zip(labels.x, labels.y, strict=True)
    )


def test_shapes_with_seats_inside_are_walls_and_not_filled() -> None:
    hall = Hall(drawn(playhouse()))
    shapes = hall.geometry.shapes
    assert any(shapes[number].kind == "stage" for number in hall.empty_shapes)
    assert next(number for number, shape in enumerate(shapes) if shape.kind == "wall") not in hall.empty_shapes
