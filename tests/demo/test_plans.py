"""The drawn seating plans obey the rules of a hall."""

from collections.abc import Callable
from functools import cache
from uuid import NAMESPACE_DNS, UUID, uuid4, uuid5

import numpy as np
import pytest

from evently_desktop.demo import plans
from evently_desktop.demo.plans import Plan
from evently_desktop.domain.ids import PlanId, ZoneId
from evently_desktop.domain.seating import Place


@cache
def drawn(name: str) -> Plan:
    draw: Callable[[], Plan] = getattr(plans, name)
    return draw()


@pytest.fixture(params=["playhouse", "arena", "stadium"])
def plan(request: pytest.FixtureRequest) -> Plan:
    return drawn(request.param)


@pytest.fixture(params=["playhouse", "cellar", "arena", "stadium"])
def any_plan(request: pytest.FixtureRequest) -> Plan:
    """Halls of rows and the one with tables."""
    return drawn(request.param)


def nearest(x: np.ndarray, y: np.ndarray, reach: float) -> float:
    """The smallest distance between two seats, at most ``reach``."""
    order = np.argsort(x)
    x, y = x[order].astype(float), y[order].astype(float)
    best, step = reach, 1
    while step < len(x) and (x[step:] - x[:-step]).min() < best:
        best = min(best, float(np.hypot(x[step:] - x[:-step], y[step:] - y[:-step]).min()))
        step += 1
    return best


def neighbours(plan: Plan) -> np.ndarray:
    """Ordinals of seats whose right neighbour is the next ordinal."""
    return np.flatnonzero((np.diff(plan.block) == 0) & (np.diff(plan.position) == 1))


def test_seats_counted() -> None:
    assert len(drawn("stadium")) == 80_000
    assert 1_050 <= len(drawn("playhouse")) <= 1_150
    assert 11_800 <= len(drawn("arena")) <= 12_400


def test_every_seat_has_a_name_of_its_own(any_plan: Plan) -> None:
    names = set(zip(any_plan.section.tolist(), any_plan.row.tolist(), any_plan.number.tolist(), strict=True))
    assert len(names) == len(any_plan) == len(np.unique(any_plan.ids, axis=0))


def test_ordinals_follow_section_row_and_number(plan: Plan) -> None:
    assert (np.diff(plan.section) >= 0).all()
    letter = np.array([len(row) * 100 + ord(row[0]) for row in plan.row])
    number = plan.number.astype(int)
    order = np.lexsort((number, letter, plan.section))
    assert (order == np.arange(len(plan))).all()
    assert (np.diff(plan.block) >= 0).all()


def test_no_two_seats_overlap(any_plan: Plan) -> None:
    assert nearest(any_plan.x, any_plan.y, 1.0) >= 0.5


def test_the_overlap_check_sees_a_seat_put_onto_another() -> None:
    plan = drawn("playhouse")
    x, y = plan.x.copy(), plan.y.copy()
    x[700], y[700] = x[20] + 0.3, y[20]
    assert nearest(x, y, 1.0) < 0.31


def test_neighbours_stand_side_by_side(plan: Plan) -> None:
    left = neighbours(plan)
    gap = np.hypot(plan.x[left + 1] - plan.x[left], plan.y[left + 1] - plan.y[left])
    ordinary = (plan.place[left] == Place.SEAT) & (plan.place[left + 1] == Place.SEAT)
    assert gap.max() < 1.0
    assert gap[ordinary].min() > 0.5
    assert gap[ordinary & (plan.section[left] < 3)].max() < 0.66
    assert abs(np.median(gap[ordinary]) - 0.56) < 0.02


def test_a_block_is_one_run_of_one_row(any_plan: Plan) -> None:
    same = np.diff(any_plan.block) == 0
    assert (np.diff(any_plan.position)[same] == 1).all()
    assert (any_plan.position[np.flatnonzero(~same) + 1] == 0).all()
    assert (any_plan.row[1:] == any_plan.row[:-1])[same].all()
    assert (any_plan.section[1:] == any_plan.section[:-1])[same].all()


def test_an_aisle_is_wide_enough_to_walk(plan: Plan) -> None:
    same_row = (plan.row[1:] == plan.row[:-1]) & (np.diff(plan.section) == 0)
    across = np.flatnonzero(same_row & (np.diff(plan.block) != 0))
    ordinary = [i for i, section in enumerate(plan.sections) if not section.name.startswith("Boxes")]
    across = across[np.isin(plan.section[across], ordinary)]
    width = np.hypot(plan.x[across + 1] - plan.x[across], plan.y[across + 1] - plan.y[across])
    assert width.size
    assert width.min() > 1.0


def test_a_wheelchair_place_has_its_companion_beside_it(any_plan: Plan) -> None:
    left = neighbours(any_plan)
    beside = np.zeros(len(any_plan), bool)
    beside[left] |= any_plan.place[left + 1] == Place.COMPANION
    beside[left + 1] |= any_plan.place[left] == Place.COMPANION
    wheelchair = any_plan.place == Place.WHEELCHAIR
    assert wheelchair.any()
    assert beside[wheelchair].all()
    assert (any_plan.place == Place.COMPANION).sum() == wheelchair.sum()


def test_standing_places_are_on_the_arenas_floor_only() -> None:
    arena = drawn("arena")
    standing = arena.place == Place.STANDING
    assert 900 < standing.sum() < 1_500
    assert {arena.sections[i].name for i in arena.section[standing]} == {"Standing"}
    assert not (drawn("playhouse").place == Place.STANDING).any()


def test_quality_falls_with_distance_and_with_the_angle() -> None:
    house = drawn("playhouse")
    clear = ~house.restricted
    x, y = house.x - house.focal_point[0], house.y - house.focal_point[1]
    angle = np.abs(np.arctan2(x, y))
    for first, second in np.random.default_rng(7).integers(0, len(house), (4_000, 2)):
        nearer = house.distance[first] <= house.distance[second]
        if clear[first] and clear[second] and nearer and angle[first] <= angle[second]:
            assert house.quality[first] >= house.quality[second]


def test_quality_uses_its_scale(plan: Plan) -> None:
    assert 1 <= plan.quality.min() <= 4
    assert plan.quality.max() == 10


def test_distance_is_measured_from_the_focal_point(any_plan: Plan) -> None:
    x, y = any_plan.focal_point
    assert np.allclose(any_plan.distance, np.hypot(any_plan.x - x, any_plan.y - y), atol=1e-3)


def test_pillars_and_far_seats_of_boxes_restrict_the_view() -> None:
    house = drawn("playhouse")
    names = np.array([section.name for section in house.sections])[house.section]
    assert 8 <= (house.restricted & (names == "Stalls")).sum() <= 40
    assert (house.restricted & np.char.startswith(names, "Boxes")).sum() == 16
    assert not (house.restricted & (names == "Balcony")).any()


def test_sections_contain_their_seats(any_plan: Plan) -> None:
    for index, section in enumerate(any_plan.sections):
        seats = any_plan.section == index
        assert inside(np.array(section.outline), any_plan.x[seats], any_plan.y[seats]).all(), section.name


def inside(polygon: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Whether points are in a polygon, by counting the edges that a ray crosses."""
    found = np.zeros(len(x), bool)
    for (x1, y1), (x2, y2) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if y1 != y2:
            found ^= ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return found


def test_nothing_stands_on_the_stage_or_the_pitch(any_plan: Plan) -> None:
    for shape in any_plan.shapes:
        if shape.kind in {"stage", "pitch", "pillar", "pit", "desk", "table", "bar"}:
            assert not inside(np.array(shape.outline), any_plan.x, any_plan.y).any(), shape.kind
    wall = next(shape for shape in any_plan.shapes if shape.kind == "wall")
    assert inside(np.array(wall.outline), any_plan.x, any_plan.y).all()


def test_the_geometry_carries_the_plan_and_the_given_ids(any_plan: Plan) -> None:
    plan_id, zone_ids = PlanId(uuid4()), [ZoneId(uuid4()) for _ in any_plan.zones]
    geometry = any_plan.geometry(plan_id, zone_ids)
    assert geometry.plan_id == plan_id
    assert len(geometry) == len(any_plan)
    assert [zone.id for zone in geometry.zones] == zone_ids
    assert [zone.name for zone in geometry.zones] == [zone.name for zone in any_plan.zones]
    assert any_plan.zone.max() < len(any_plan.zones)
    # The first six colours are told apart by all eyes.
    assert {zone.colour for zone in any_plan.zones} <= set(range(6))
    with pytest.raises(ValueError, match="read-only"):
        geometry.x[0] = 0
    with pytest.raises(ValueError, match="longer"):
        any_plan.geometry(plan_id, zone_ids[:-1])


def test_ids_are_uuid5_of_the_plan_and_the_seats_name(any_plan: Plan) -> None:
    space = uuid5(uuid5(NAMESPACE_DNS, "plans.evently.example"), any_plan.name)
    for ordinal in (0, len(any_plan) // 2, len(any_plan) - 1):
        section = any_plan.sections[any_plan.section[ordinal]].name
        expected = uuid5(space, f"{section}/{any_plan.row[ordinal]}/{any_plan.number[ordinal]}")
        assert UUID(bytes=any_plan.ids[ordinal].tobytes()) == expected


def test_the_stadium_is_drawn_alike_every_time() -> None:
    again = plans.stadium()
    assert (again.ids == drawn("stadium").ids).all()
    assert (again.x == drawn("stadium").x).all()


def test_at_each_table_of_the_cellar_sit_eight_who_are_neighbours() -> None:
    cellar = drawn("cellar")
    tables = {shape.label: np.array(shape.outline).mean(0) for shape in cellar.shapes if shape.kind == "table"}
    assert len(tables) == 12
    for name, middle in tables.items():
        seats = np.flatnonzero(cellar.row == name)
        assert len(seats) == 8
        assert len(set(cellar.block[seats])) == 1
        assert np.hypot(cellar.x[seats] - middle[0], cellar.y[seats] - middle[1]).max() < 1.1
