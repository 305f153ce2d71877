"""A playhouse of some 1,100 seats: curved stalls, dress circle, balcony and boxes at the sides."""

from collections.abc import Sequence

import numpy as np

from evently_desktop.demo.plans.drawing import (
    ROW,
    Corner,
    Part,
    Points,
    Row,
    Run,
    around,
    finished,
    letters,
    polygon,
    spread,
)
from evently_desktop.demo.plans.plan import Plan, PlanZone
from evently_desktop.domain.seating import Place, Shape

NAME = "Playhouse"
PREMIUM, FIRST, SECOND, THIRD, BOXES = range(5)
_ZONES = tuple(PlanZone(name, colour) for colour, name in enumerate(["Premium", "First", "Second", "Third", "Boxes"]))
_CENTRE = (0.0, -9.0)
_BOX = 2.7
_STAGE = (0.0, -1.0)
_STALLS, _CIRCLE, _BALCONY = 12.0, 33.0, 41.2
_HALF_AISLE = 0.5
_AISLE_AT = 0.235
_PILLARS = ((-8.5, 13.0), (8.5, 13.0))


def playhouse() -> Plan:
    """The plan, stage at the top."""
    parts = (
        Part("Stalls", _stalls()),
        Part("Dress Circle", _level(_CIRCLE, 13.0, (FIRST, FIRST, SECOND, SECOND, SECOND, SECOND))),
        Part("Balcony", _level(_BALCONY, 13.2, (SECOND, SECOND, THIRD, THIRD, THIRD))),
        _boxes("Boxes left", -1, "ABCD"),
        _boxes("Boxes right", 1, "EFGH"),
    )
    return finished(NAME, parts, _ZONES, _shapes(), _STAGE)


def _stalls() -> tuple[Row, ...]:
    """Nineteen rows, the front ones shorter, the last one with wheelchair places at both sides."""
    widths = [6.4, 7.5, 8.3, 8.9, *np.linspace(9.3, 12.2, 14)]
    rows = []
    for index, (label, half) in enumerate(zip(letters(), widths, strict=False)):
        middle = PREMIUM if 2 <= index <= 10 else FIRST if index < 15 else SECOND
        sides = FIRST if index <= 12 else SECOND
        rows.append(_row(label, _STALLS + index * ROW, half, _AISLE_AT, (sides, middle, sides)))
    label = next(letter for index, letter in enumerate(letters()) if index == len(widths))
    return (*rows, _last_row(label, _STALLS + len(widths) * ROW + 0.5))


def _level(radius: float, half: float, zones: tuple[int, ...]) -> tuple[Row, ...]:
    """The rows of a circle or balcony with two aisles, ``half`` metres to each side at the front."""
    return tuple(
        _row(label, radius + index * ROW, half + index * 0.3, 0.15, (zone,) * 3)
        for index, (label, zone) in enumerate(zip(letters(), zones, strict=False))
    )


def _row(label: str, radius: float, half: float, aisle: float, zones: tuple[int, int, int]) -> Row:
    """A row on an arc, ``half`` metres to each side, with aisles at both sides of its middle block.

    Each block fills its arc, so that aisles and walls are straight.
    """
    inner = radius * aisle
    middle = spread(2 * inner, _HALF_AISLE) - inner
    side = inner + _HALF_AISLE + spread(half - inner - _HALF_AISLE)
    runs = [
        _seen(radius, part, zone)
        for whole, zone in zip((-side[::-1], middle, side), zones, strict=True)
        for part in _between_pillars(radius, whole)
    ]
    return Row(label, tuple(runs))


def _on_arc(radius: float, along: Points) -> Points:
    return Corner(_CENTRE, radius, 0, 1).points(0, along)


def _between_pillars(radius: float, along: Points) -> list[Points]:
    """The row without the seats where a pillar stands, in one or more pieces."""
    points = _on_arc(radius, along)
    free = np.min([np.hypot(*(points - pillar).T) for pillar in _PILLARS], axis=0) > 0.62
    pieces = np.split(along, np.flatnonzero(np.diff(free)) + 1)
    kept = np.split(free, np.flatnonzero(np.diff(free)) + 1)
    return [piece for piece, is_free in zip(pieces, kept, strict=True) if len(piece) and is_free[0]]


def _seen(radius: float, along: Points, zone: int) -> Run:
    """Seats with a restricted view where a pillar less than 4.5 m ahead hides the middle of the stage."""
    points = _on_arc(radius, along)
    hidden = np.zeros(len(points), bool)
    for pillar in _PILLARS:
        sight = points - _STAGE
        sight /= np.hypot(*sight.T)[:, None]
        to_seat = points - np.array(pillar)
        behind = (to_seat * sight).sum(1)
        aside = np.abs(to_seat[:, 0] * sight[:, 1] - to_seat[:, 1] * sight[:, 0])
        hidden |= (behind > 0) & (behind < 4.5) & (aside < 0.45)
    return Run(points, zone, restricted=hidden)


def _last_row(label: str, radius: float) -> Row:
    """Wheelchair places with their companions at both sides, ordinary seats in the middle."""
    row = _row(label, radius, 12.2, _AISLE_AT, (SECOND, SECOND, SECOND))
    starts = radius * _AISLE_AT + _HALF_AISLE + 0.5 + np.arange(3) * 1.6
    right = np.stack([starts, starts + 0.85], -1).ravel()
    kinds = np.tile([Place.WHEELCHAIR, Place.COMPANION], 3)
    left = Run(_on_arc(radius, -right[::-1]), SECOND, kinds[::-1])
    return Row(label, (left, row.runs[1], Run(_on_arc(radius, right), SECOND, kinds)))


def _boxes(name: str, side: int, labels: str) -> Part:
    """Four boxes along a side wall, three chairs at the rail and two behind, whose view is restricted."""
    rows = []
    for index, label in enumerate(labels):
        rail = _in_box(side, index, (-1, 0, 1), 0.0)
        behind = _in_box(side, index, (-0.6, 0.6), 1.0)
        rows.append(Row(label, (Run(rail, BOXES), Run(behind, BOXES, restricted=True))))
    outline = np.concatenate([_box(side, 0)[[3, 0]], _box(side, len(labels) - 1)[[1, 2]]])
    return Part(name, tuple(rows), outline)


def _in_box(side: int, box: int, along: Sequence[float], depth: float) -> Points:
    """Points in a box: ``along`` in chairs from its middle to the back, ``depth`` in metres from the rail."""
    wall, outwards = np.array([0.34 * side, 0.94]), np.array([0.94 * side, -0.34])
    start = np.array([9.7 * side, -0.2])
    points: Points = start + (np.array(along)[:, None] * 0.74 + box * _BOX) * wall + outwards * depth
    return points


def _box(side: int, box: int) -> Points:
    """The corners of a box, from the rail's stage end round to the wall."""
    half = _BOX / 2 / 0.74
    return np.concatenate([_in_box(side, box, (-half, half), -0.5), _in_box(side, box, (half, -half), 1.6)])


def _shapes() -> list[Shape]:
    """Walls, stage, orchestra pit, the boxes' partitions and pillars."""
    apron = Corner(_CENTRE, 9.4, -0.68, 0.68)
    edge = apron.points(0, np.linspace(0, apron.length(0), 25))
    stage = np.concatenate([[(-8.4, -7.5), (-8.4, -2.2)], edge, [(8.4, -2.2), (8.4, -7.5)]])
    pit = Corner(_CENTRE, 9.75, -0.5, 0.5)
    pit_outline = around([pit.points(d, np.linspace(0.5, pit.length(d) - 0.5, 16)) for d in (0.5, 1.1)])
    back = Corner(_CENTRE, _BALCONY + 4.9, -0.345, 0.345)
    right = [(15.5, 11.0), (10.6, -2.4), (9.3, -2.4), (9.3, -8.4)]
    left = [(-x, y) for x, y in reversed(right)]
    wall = np.concatenate([left, back.points(0, np.linspace(0, back.length(0), 31)), right])
    turn = np.linspace(0, 2 * np.pi, 17)[:-1]
    ring = np.stack([np.cos(turn), np.sin(turn)], -1) * 0.3
    return [
        Shape("wall", polygon(wall)),
        Shape("stage", polygon(stage), "Stage"),
        Shape("pit", polygon(pit_outline), "Orchestra"),
        *(Shape("wall", polygon(_box(side, box))) for side in (-1, 1) for box in range(4)),
        *(Shape("pillar", polygon(ring + pillar)) for pillar in _PILLARS),
    ]
