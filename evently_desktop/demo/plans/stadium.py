"""A stadium of exactly 80,000 seats: three tiers of blocks round a pitch."""

from dataclasses import dataclass, replace

import numpy as np

from evently_desktop.demo.plans.bowl import edge, ring
from evently_desktop.demo.plans.drawing import (
    ROW,
    Corner,
    Front,
    Part,
    Points,
    Row,
    accessible,
    block,
    finished,
    polygon,
)
from evently_desktop.demo.plans.plan import Plan, PlanZone
from evently_desktop.domain.seating import Shape

NAME = "Stadium"
SEATS = 80_000
CATEGORY_1, CATEGORY_2, CATEGORY_3, CATEGORY_4, FAMILY, AWAY = range(6)
_ZONES = tuple(
    PlanZone(name, colour)
    for colour, name in enumerate(["Category 1", "Category 2", "Category 3", "Category 4", "Family", "Away"])
)
_HALF, _RADIUS = (62.0, 43.5), 20.0
_PITCH = (52.5, 34.0)


@dataclass(frozen=True)
class _Tier:
    """Rows of a tier from its first depth on; zones for long sides, short sides and corners."""

    first: int
    depth: float
    rows: int
    corner: int
    zones: tuple[int, int, int]
    vomitory: range = range(0)


_TIERS = (
    _Tier(101, 0.0, 28, 3, (CATEGORY_1, CATEGORY_3, CATEGORY_2), range(18, 22)),
    _Tier(201, 30.0, 22, 5, (CATEGORY_2, CATEGORY_3, CATEGORY_3), range(5, 9)),
    _Tier(301, 53.5, 28, 7, (CATEGORY_3, CATEGORY_4, CATEGORY_4), range(6, 10)),
)


def stadium() -> Plan:
    """The plan, long sides at the top and the bottom."""
    parts = [part for tier in _TIERS for part in _blocks(tier)]
    top = len(ring(_HALF, _RADIUS, (5, 3, _TIERS[-1].corner)))
    parts[-top:] = _with_seats(parts[-top:], SEATS - sum(_count(part) for part in parts[:-top]))
    return finished(NAME, parts, _ZONES, _shapes(), (0.0, 0.0), two_sided=True)


def _count(part: Part) -> int:
    return sum(len(row.points) for row in part.rows)


def _blocks(tier: _Tier) -> list[Part]:
    """The blocks of one tier, named by tier and place: ``Block 101`` onwards."""
    parts = []
    for index, front in enumerate(ring(_HALF, _RADIUS, (5, 3, tier.corner))):
        zone = _zone(tier, front)
        depths = [tier.depth + row * ROW for row in range(tier.rows)]
        rows = block(front, depths, [zone] * tier.rows, tier.vomitory)
        if tier is _TIERS[0] and not isinstance(front, Corner):
            rows = (*rows[:-1], accessible(front, depths[-1] + 0.3, rows[-1].label, zone))
        parts.append(Part(f"Block {tier.first + index}", rows))
    return parts


def _zone(tier: _Tier, front: Front) -> int:
    """By the side of the pitch, but for the family block and the corner of the visiting supporters."""
    if isinstance(front, Corner):
        return AWAY if tier.first < 300 and 0.5 * np.pi <= front.start < np.pi - 0.1 else tier.zones[2]
    if front.angle % np.pi == 0:
        return tier.zones[0]
    return FAMILY if tier.first == 101 and front.angle > np.pi else tier.zones[1]


def _with_seats(parts: list[Part], seats: int) -> list[Part]:
    """The blocks with this many seats in all, by leaving out both ends of their last rows.

    Raises `ValueError` where the last rows do not hold as many as there are too many, or too few.
    """
    last = np.array([len(part.rows[-1].points) for part in parts])
    wanted = seats - sum(_count(part) for part in parts) + last.sum()
    if not 0 < wanted <= last.sum():
        raise ValueError(f"the tiers cannot be cut to {SEATS} seats: the last row would have {wanted}")
    shares = np.diff((last.cumsum() * wanted / last.sum()).round().astype(int), prepend=0)
    return [
        replace(part, rows=(*part.rows[:-1], _shortened(part.rows[-1], int(share))))
        for part, share in zip(parts, shares, strict=True)
    ]


def _shortened(row: Row, seats: int) -> Row:
    """The middle seats of a row of one run."""
    (run,) = row.runs
    skipped = (len(run.points) - seats) // 2
    return Row(row.label, (replace(run, points=run.points[skipped : skipped + seats]),))


def _shapes() -> list[Shape]:
    """The outer wall, the grass and the lines of the pitch."""
    top = _TIERS[-1]
    outer = edge(ring(_HALF, _RADIUS, (5, 3, top.corner)), top.depth + top.rows * ROW + 2.5)
    x, y = _PITCH
    turn = np.linspace(0, 2 * np.pi, 49)[:-1]
    circle = np.stack([np.cos(turn), np.sin(turn)], -1) * 9.15
    boxes = [
        _rectangle(side * (x - deep), -half, side * x, half)
        for side in (-1, 1)
        for deep, half in ((16.5, 20.16), (5.5, 9.16))
    ]
    lines = [_rectangle(-x, -y, 0, y), _rectangle(0, -y, x, y), *boxes, circle]
    return [
        Shape("wall", polygon(outer)),
        Shape("pitch", polygon(_rectangle(-x - 2.5, -y - 2.5, x + 2.5, y + 2.5)), "Pitch"),
        *(Shape("line", polygon(line)) for line in lines),
    ]


def _rectangle(left: float, top: float, right: float, bottom: float) -> Points:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
