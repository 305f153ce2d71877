"""An arena of some 12,000 places: standing before the stage, floor blocks, and two tiers round them."""

import numpy as np

from evently_desktop.demo.plans.bowl import bend, edge, straight
from evently_desktop.demo.plans.drawing import (
    ROW,
    Corner,
    Front,
    Part,
    Row,
    Run,
    Side,
    accessible,
    block,
    finished,
    letters,
    polygon,
    spread,
)
from evently_desktop.demo.plans.plan import Plan, PlanZone
from evently_desktop.domain.seating import Place, Shape

NAME = "Arena"
STANDING, FLOOR, LOWER, UPPER, SIDE_VIEW = range(5)
_ZONES = tuple(
    PlanZone(name, colour)
    for colour, name in zip(
        (5, 0, 1, 2, 4), ("Standing", "Floor", "Lower tier", "Upper tier", "Side view"), strict=True
    )
)
_STAGE = (0.0, 0.0)
_HALF, _RADIUS, _SIDE, _END = 21.0, 9.0, 49.0, -3.0
_STANDING_ROWS, _STANDING_PITCH = 21, 0.62


def arena() -> Plan:
    """The plan, stage at the top."""
    parts = [
        _standing(),
        *_floor(),
        *_tier(101, _fronts(5, 3, 2), 0.0, 17, LOWER),
        *_tier(201, _fronts(5, 3, 4), 18.2, 16, UPPER),
    ]
    return finished(NAME, parts, _ZONES, _shapes(), _STAGE)


def _fronts(side: int, end: int, corner: int) -> list[Front]:
    """Left side, end and right side of the bowl, from the stage round to the stage."""
    inner, low = _HALF - _RADIUS, _END + _SIDE
    return [
        *straight((-_HALF, _END), 1.5 * np.pi, _SIDE, side),
        *bend((-inner, low), _RADIUS, 1.5 * np.pi, corner),
        *straight((-inner, low + _RADIUS), 0, 2 * inner, end),
        *bend((inner, low), _RADIUS, 0, corner),
        *straight((_HALF, low), 0.5 * np.pi, _SIDE, side),
    ]


def _standing() -> Part:
    """Numbered places on the floor before the stage, in rows that curve round it."""
    rows = []
    for index, label in zip(range(_STANDING_ROWS), letters(), strict=False):
        radius = 38.0 + index * _STANDING_PITCH
        half = (13.5 + index * 0.14) / radius
        front = Corner((0.0, -34.0), radius, -half, half)
        along = spread(front.length(0), pitch=_STANDING_PITCH)
        rows.append(Row(label, (Run(front.points(0, along), STANDING, Place.STANDING),)))
    return Part("Standing", tuple(rows))


def _floor() -> list[Part]:
    """Eight blocks of loose chairs in two ranks behind the standing places."""
    parts = []
    for rank, (top, rows) in enumerate(((19.6, 14), (33.8, 14))):
        for column in range(4):
            front = Side((-16.8 + column * 8.4, top), 0.0, 8.4)
            depths = [row * ROW for row in range(rows)]
            name = f"Floor {'ABCDEFGH'[rank * 4 + column]}"
            parts.append(Part(name, block(front, depths, [FLOOR] * rows, margin=0.7)))
    return parts


def _tier(first: int, fronts: list[Front], depth: float, rows: int, zone: int) -> list[Part]:
    """The blocks of a tier; those beside the stage see it from the side."""
    parts = []
    for index, front in enumerate(fronts):
        beside = index in (0, len(fronts) - 1)
        zones = [SIDE_VIEW if beside else zone] * rows
        way_in = range(4, 7) if front.length(depth) > 9 else range(0)
        seats = block(front, [depth + row * ROW for row in range(rows)], zones, way_in)
        if beside:
            seats = tuple(_restricted(row) for row in seats)
        if zone == LOWER and isinstance(front, Side) and not beside:
            seats = (*seats[:-1], accessible(front, depth + (rows - 1) * ROW + 0.3, seats[-1].label, zone))
        parts.append(Part(f"Block {first + index}", seats))
    return parts


def _restricted(row: Row) -> Row:
    """The row with a restricted view where the stage's loudspeakers hang in the way."""
    runs = (Run(run.points, run.zone, restricted=run.points[:, 1] < 2.5) for run in row.runs)
    return Row(row.label, tuple(runs))


def _shapes() -> list[Shape]:
    """The building, the stage with its runway, and the mixing desk."""
    bowl = edge(_fronts(5, 3, 4), 34.8)
    wall = np.concatenate([[(-52.5, -16.0)], bowl, [(52.5, -16.0)]])
    stage = [(-15, -13), (15, -13), (15, 0), (2.2, 0), (2.2, 2.4), (-2.2, 2.4), (-2.2, 0), (-15, 0)]
    desk = [(-3, 47.6), (3, 47.6), (3, 50.6), (-3, 50.6)]
    return [
        Shape("wall", polygon(wall)),
        Shape("stage", polygon(np.array(stage, float)), "Stage"),
        Shape("desk", polygon(np.array(desk)), "Sound"),
    ]
