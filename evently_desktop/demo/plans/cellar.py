"""A cabaret in a cellar: tables before the stage, benches along the wall, and standing places by number at the bar."""

import numpy as np

from evently_desktop.demo.plans.drawing import (
    ROW,
    Part,
    Points,
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

NAME = "Cellar"
NEAR, FAR, BENCHES, BAR = range(4)
_ZONES = (PlanZone("Tables at the stage", 0), PlanZone("Tables", 2), PlanZone("Benches", 1), PlanZone("Standing", 5))
_STAGE = (0.0, 0.0)
_SEATS, _ROUND, _TABLE = 8, 0.98, 0.6
_ACROSS, _DOWN = 4.1, 3.2
_BENCHES_FROM, _BAR_FROM, _HALF = 12.4, 17.0, 8.6


def cellar() -> Plan:
    """The plan, stage at the top: twelve tables of eight, 105 places on benches, 92 standing."""
    wall = Side((-_HALF, _BENCHES_FROM), 0.0, 2 * _HALF)
    benches = block(wall, [row * ROW for row in range(3)], [BENCHES] * 3)
    tables = tuple(
        Row(f"T{number + 1}", (Run(_places(middle), NEAR if number < 4 else FAR),))
        for number, middle in enumerate(_middles())
    )
    room = np.array([(-_HALF, 1.4), (_HALF, 1.4), (_HALF, 11.6), (-_HALF, 11.6)])
    parts = [
        Part("Tables", tables, room),
        Part("Benches", (*benches, accessible(wall, 3 * ROW + 0.2, "D", BENCHES))),
        Part("Standing", tuple(_standing())),
    ]
    return finished(NAME, parts, _ZONES, _shapes(), _STAGE)


def _middles() -> list[tuple[float, float]]:
    """Where the tables stand, from left to right and from the stage backwards."""
    return [((place - 1.5) * _ACROSS, 3.2 + row * _DOWN) for row in range(3) for place in range(4)]


def _places(middle: tuple[float, float]) -> Points:
    """The chairs round a table, the first at the side away from the stage."""
    angle = np.arange(_SEATS) / _SEATS * 2 * np.pi
    return np.stack([middle[0] + _ROUND * np.sin(angle), middle[1] + _ROUND * np.cos(angle)], -1)


def _standing() -> list[Row]:
    rows = []
    for depth, label in zip(range(4), letters(), strict=False):
        front = Side((-_HALF, _BAR_FROM + depth * 0.7), 0.0, 2 * _HALF)
        rows.append(Row(label, (Run(front.points(0, spread(front.width, 0.4, 0.72)), BAR, Place.STANDING),)))
    return rows


def _shapes() -> list[Shape]:
    angle = np.arange(24) / 24 * 2 * np.pi
    circle = np.stack([np.sin(angle), np.cos(angle)], -1) * _TABLE
    tables = [Shape("table", polygon(circle + middle), f"T{number + 1}") for number, middle in enumerate(_middles())]
    wall = [(-9.6, -2.8), (9.6, -2.8), (9.6, 22.4), (-9.6, 22.4)]
    stage = [(-4.5, -2.2), (4.5, -2.2), (4.5, 0.0), (3.0, 1.1), (-3.0, 1.1), (-4.5, 0.0)]
    bar = [(-6.0, 20.4), (6.0, 20.4), (6.0, 21.4), (-6.0, 21.4)]
    return [
        Shape("wall", polygon(np.array(wall))),
        Shape("stage", polygon(np.array(stage)), "Stage"),
        Shape("bar", polygon(np.array(bar)), "Bar"),
        *tables,
    ]
