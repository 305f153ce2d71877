import pytest
from hypothesis import given
from hypothesis import strategies as st

from evently_desktop.gui.seat_map.camera import Bounds, Camera, fitting

LENGTHS = st.floats(0.5, 500)


@given(st.floats(1, 50), st.floats(0.1, 10), st.integers(-3000, 3000), st.integers(0, 1920), st.integers(0, 1080))
def test_zooming_leaves_what_is_under_the_cursor_there(scale: float, factor: float, left: int, x: int, y: int) -> None:
    camera = Camera(scale, left, -left)
    before = camera.to_metres(x, y)
    zoomed = camera.scaled(scale * factor, x, y)
    assert zoomed.to_pixels(*before) == pytest.approx((x, y), abs=1)


@given(LENGTHS, LENGTHS, st.integers(200, 4000), st.integers(200, 3000))
def test_a_fitting_camera_shows_all_of_the_hall_within_the_padding(
    wide: float, high: float, width: int, height: int
) -> None:
    camera = fitting(Bounds(-wide / 3, 5, wide * 2 / 3, 5 + high), width, height, 24, most=1e9)
    left, top = camera.to_pixels(-wide / 3, 5)
    right, bottom = camera.to_pixels(wide * 2 / 3, 5 + high)
    assert left >= 23
    assert top >= 23
    assert right <= width - 23
    assert bottom <= height - 23
    assert min(abs(left - 24) + abs(right - width + 24), abs(top - 24) + abs(bottom - height + 24)) <= 4
