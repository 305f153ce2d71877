from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QRect

from evently_desktop.demo.plans import arena, playhouse
from evently_desktop.domain.seating import Geometry, Holder, SeatStatus
from evently_desktop.gui.seat_map import SeatMapModel
from evently_desktop.gui.seat_map.camera import centred
from evently_desktop.gui.seat_map.looks import Kind
from evently_desktop.gui.seat_map.picture import SeatPicture
from evently_desktop.gui.seat_map.sprites import SHARE, SeatSheet
from evently_desktop.gui.theme import DARK, HIGH_CONTRAST, LIGHT, PALETTES, Palette, luminance
from tests.gui.seat_map.halls import NOW, PITCH, busy, drawn, free, news, placed, rectangle
from tests.gui.seat_map.test_framebuffer import pixels

WIDTH, HEIGHT = 500, 400


@pytest.fixture(params=[playhouse, arena], ids=["playhouse", "arena"])
def model(qapp: QCoreApplication, request: pytest.FixtureRequest) -> Iterator[SeatMapModel]:
    plan = drawn(request.param())
    model = SeatMapModel(clock=lambda: NOW)
    model.load(plan, busy(plan))
    yield model
    model.deleteLater()


def picture(model: SeatMapModel, scale: float, dpr: float = 1.0, palette: Palette = LIGHT) -> SeatPicture:
    assert model.hall is not None
    made = SeatPicture(model, palette, dpr, WIDTH, HEIGHT)
    made.look(centred(model.hall.bounds, WIDTH, HEIGHT, scale * dpr))
    made.finish()
    made.paint(made.frame.everything)
    return made


def plan_of(model: SeatMapModel) -> Geometry:
    assert model.hall is not None
    return model.hall.geometry


def apart(one: SeatPicture, other: SeatPicture) -> int:
    """By how much the red, green or blue of any pixel differs at most, of 255."""
    first, second = (pixels(shown.frame.image).view(np.uint8).astype(int) for shown in (one, other))
    return int(np.abs(first - second).max())


@pytest.mark.parametrize("dpr", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("scale", [3.0, 9.0, 17.0, 40.0])
def test_a_panned_picture_is_the_picture_painted_there(model: SeatMapModel, scale: float, dpr: float) -> None:
    panned = picture(model, scale, dpr)
    for dx, dy in ((7, -3), (-40, 25), (0, 90), (120, 0), (-3, -160), (33, 1)):
        panned.move(dx, dy)
    anew = picture(model, scale, dpr)
    anew.look(panned.camera)
    anew.finish()
    anew.paint(anew.frame.everything)
    # Lines that enter a strip are clipped there, and their antialiasing may differ by a shade.
    assert apart(panned, anew) <= 6


@pytest.mark.parametrize("scale", [3.0, 9.0, 17.0, 40.0])
def test_stamping_what_changed_gives_the_picture_painted_afterwards(model: SeatMapModel, scale: float) -> None:
    now = picture(model, scale)
    seats = np.random.default_rng(3).choice(len(model), 300, replace=False)
    model.apply(news(plan_of(model), seats, np.arange(300) % 4, NOW + 100))
    now.restamp(seats)
    assert apart(now, picture(model, scale)) == 0


@pytest.mark.parametrize("scale", [3.0, 12.0, 40.0])
def test_stamping_a_seat_touches_nothing_outside_the_rectangle_it_names(model: SeatMapModel, scale: float) -> None:
    shown = picture(model, scale)
    places = shown.places(np.arange(len(model)))
    inside = (places[0] > 20) & (places[0] < WIDTH - 20) & (places[1] > 20) & (places[1] < HEIGHT - 20)
    seat = np.flatnonzero(inside & (model.face // 8 == Kind.AVAILABLE))[:1]
    before = pixels(shown.frame.image)
    model.apply(news(plan_of(model), seat, SeatStatus.KILLED))
    area = shown.restamp(seat)
    differing = before != pixels(shown.frame.image)
    assert differing.any()
    assert area.width() == area.height() == shown.size
    differing[area.top() : area.bottom() + 1, area.left() : area.right() + 1] = False
    assert not differing.any()


def test_a_seat_out_of_sight_changes_nothing(model: SeatMapModel) -> None:
    shown = picture(model, 40.0)
    shown.move(-100_000, 0)
    assert shown.restamp(np.arange(50)) == QRect()


def _seat(kind: int, palette: Palette, scale: float) -> NDArray[np.float64]:
    """How light each pixel of a seat of zone 1 is: what is left of it for eyes without colours."""
    plan = rectangle(1, 1)
    model = SeatMapModel(clock=lambda: NOW)
    model.load(plan, busy(plan))
    model.face[:] = kind * 8
    shown = picture(model, scale, palette=palette)
    (x,), (y,) = shown.places(np.array([0]))
    half = shown.size // 2
    found = pixels(shown.frame.image)[y - half : y - half + shown.size, x - half : x - half + shown.size]
    light = {int(colour): luminance(f"#{int(colour) & 0xFFFFFF:06X}") for colour in np.unique(found)}
    return np.array([[light[int(colour)] for colour in line] for line in found])


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
@pytest.mark.parametrize("scale", [24.0, 40.0])
def test_states_are_told_apart_by_shape_without_colours(qapp: QCoreApplication, palette: Palette, scale: float) -> None:
    """From 10 px on, any two states differ clearly in a tenth of the seat's pixels at least."""
    kinds = (
        Kind.AVAILABLE, Kind.WHEELCHAIR, Kind.SELECTED, Kind.MINE, Kind.BOOKED, Kind.KILLED, Kind.HELD + 11, Kind.HOUSE,
    )  # fmt: skip
    seats = {int(kind): _seat(kind, palette, scale) for kind in kinds}
    for (one, first), (other, second) in combinations(seats.items(), 2):
        apart = np.abs(np.sqrt(first) - np.sqrt(second)) > 0.08
        assert apart.mean() > 0.1 or {one, other} == {Kind.BOOKED, Kind.KILLED}, (one, other)


@pytest.mark.parametrize("palette", [LIGHT, DARK, HIGH_CONTRAST], ids=lambda palette: palette.name)
def test_the_ground_is_the_surface_of_the_palette(model: SeatMapModel, palette: Palette) -> None:
    shown = picture(model, 3.0, palette=palette)
    assert f"#{int(pixels(shown.frame.image)[0, 0]) & 0xFFFFFF:06X}" == palette.surface


def _turned_rows() -> Geometry:
    """Pairs of rows of six, each pair turned by another angle."""
    along, number = np.meshgrid(np.arange(6) * PITCH, np.arange(12))
    turn = np.radians(7.5 * number.ravel())
    x, y = along.ravel() * np.cos(turn), along.ravel() * np.sin(turn)
    beside = np.column_stack((x - PITCH * np.sin(turn), y + PITCH * np.cos(turn)))
    x, y = np.concatenate((np.column_stack((x, y)), beside)).T
    apart = 8 * PITCH * np.tile(number.ravel(), 2)
    return placed(x + apart % 16, y + 8 * PITCH * (apart // 16), np.tile(number.ravel(), 2))


@pytest.mark.parametrize("dpr", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("size", [6, 8, 9, 10, 13, 24])
def test_no_seat_loses_a_pixel_to_its_neighbours(qapp: QCoreApplication, size: int, dpr: float) -> None:
    """Nor after seats were recoloured one by one, whatever the order and whichever way their row is turned."""
    plan = _turned_rows()
    model = SeatMapModel(clock=lambda: NOW)
    model.load(plan, busy(plan))
    shown = SeatPicture(model, LIGHT, dpr, 1600, 1600)
    shown.look(centred(model.hall.bounds, 1600, 1600, (size + 0.2) * dpr / SHARE / PITCH))  # type: ignore[union-attr]
    shown.paint(shown.frame.everything)
    for seat in np.random.default_rng(size).permutation(len(model)):
        shown.restamp(np.array([seat]))
    left, top = (axis - shown.size // 2 for axis in shown.places(np.arange(len(model))))
    seen = (left >= 0) & (top >= 0) & (left + shown.size <= 1600) & (top + shown.size <= 1600)
    assert seen.sum() > 20
    found, away = pixels(shown.frame.image), np.abs(np.arange(shown.size) + 0.5 - shown.size / 2) + 0.5
    disc = np.hypot(away[:, None], away) <= shown.size / 2
    sheet = SeatSheet(shown.size, dpr, LIGHT, ("H", "P"), tuple(range(8)))
    keys = sheet.keys(model.face[seen])
    for key, x, y in zip(keys.tolist(), left[seen].tolist(), top[seen].tolist(), strict=True):
        patch = found[y : y + shown.size, x : x + shown.size]
        assert (patch[disc] == sheet.sheet.pixels[:, key][disc]).all(), (x, y)


@pytest.mark.parametrize(("size", "is_written"), [(16, False), (19, True), (30, True)])
def test_a_hold_carries_the_initials_of_its_clerk_from_18_pixels_on(
    qapp: QCoreApplication, size: int, is_written: bool
) -> None:
    def held_by(initials: str) -> SeatPicture:
        plan = rectangle(1, 3)
        states = free(plan)
        states.status[1], states.expires[1], states.holder[1] = SeatStatus.HELD, NOW + 200, len(states.holders)
        states.holders.append(Holder(initials, "Counter 3"))
        model = SeatMapModel(clock=lambda: NOW)
        model.load(plan, states)
        return picture(model, (size + 0.2) / SHARE / PITCH)

    assert (apart(held_by("AB"), held_by("XY")) > 0) == is_written


def test_the_initials_of_a_clerk_who_came_with_the_news_are_written_once_the_picture_rests(
    qapp: QCoreApplication,
) -> None:
    plan = rectangle(1, 3)
    model = SeatMapModel(clock=lambda: NOW)
    model.load(plan, free(plan))
    shown = picture(model, 40.0)
    assert model.states is not None
    model.states.holders.append(Holder("QX", "Counter 7"))
    changes = news(plan, 1, SeatStatus.HELD, NOW + 200)
    changes.holder[:] = len(model.states.holders) - 1
    model.apply(changes)
    shown.restamp(np.array([1]))
    assert shown.is_rough
    shown.finish()
    shown.paint(shown.frame.everything)
    assert apart(shown, picture(model, 40.0)) == 0
