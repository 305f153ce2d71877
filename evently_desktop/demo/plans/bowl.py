"""The fronts of blocks round a bowl: straight sides and corners, cut into equal blocks by aisles."""

import numpy as np

from evently_desktop.demo.plans.drawing import Corner, Front, Points, Side

_QUARTER = np.pi / 2


def straight(start: tuple[float, float], angle: float, width: float, parts: int) -> list[Front]:
    """A straight side in equal blocks, from left to right as seen by someone who faces the middle."""
    whole = Side(start, angle, width)
    lefts = whole.points(0, np.arange(parts) * width / parts)
    return [Side((float(x), float(y)), angle, width / parts) for x, y in lefts]


def bend(centre: tuple[float, float], radius: float, start: float, parts: int) -> list[Front]:
    """A quarter of a circle in equal blocks, from left to right as seen by someone who faces the middle."""
    step = _QUARTER / parts
    return [Corner(centre, radius, start + i * step, start + (i + 1) * step) for i in range(parts)]


def ring(half: tuple[float, float], radius: float, parts: tuple[int, int, int]) -> list[Front]:
    """A closed bowl round (0, 0), from the lower left corner of the picture anticlockwise.

    ``half`` is half its inner length and width, ``parts`` the blocks of a long side, a short one, a corner.
    """
    (x, y), (long, short, corner) = half, parts
    inner_x, inner_y = x - radius, y - radius
    return [
        *straight((-inner_x, y), 0, 2 * inner_x, long),
        *bend((inner_x, inner_y), radius, 0, corner),
        *straight((x, inner_y), _QUARTER, 2 * inner_y, short),
        *bend((inner_x, -inner_y), radius, _QUARTER, corner),
        *straight((inner_x, -y), 2 * _QUARTER, 2 * inner_x, long),
        *bend((-inner_x, -inner_y), radius, 2 * _QUARTER, corner),
        *straight((-x, -inner_y), 3 * _QUARTER, 2 * inner_y, short),
        *bend((-inner_x, inner_y), radius, 3 * _QUARTER, corner),
    ]


def edge(fronts: list[Front], depth: float) -> Points:
    """The line along these fronts at this depth, as for a wall."""
    return np.concatenate([front.points(depth, np.linspace(0, front.length(depth), 7)) for front in fronts])
