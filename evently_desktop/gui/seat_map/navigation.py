"""From seat to seat: the neighbour in a direction, the row of a seat, the seats in a rectangle."""

import numpy as np
from numpy.typing import NDArray

from evently_desktop.gui.seat_map.camera import Bounds
from evently_desktop.gui.seat_map.hall import Hall

# A step aside counts as much as this many steps ahead, so that an arrow stays in its row.
_ASIDE = 2.5
_REACHES = (3.0, 12.0, 60.0)


def neighbour(hall: Hall, ordinal: int, across: int, down: int) -> int | None:
    """The seat that an arrow key (one of ``across`` and ``down`` is 1 or -1) leads to; None at the edge."""
    geometry = hall.geometry
    x, y = float(geometry.x[ordinal]), float(geometry.y[ordinal])
    for reach in (*(hall.pitch * times for times in _REACHES), np.inf):
        area = hall.bounds if reach == np.inf else Bounds(x - reach, y - reach, x + reach, y + reach)
        near = hall.grid.within(area)
        dx, dy = geometry.x[near] - x, geometry.y[near] - y
        ahead, aside = dx * across + dy * down, np.abs(dx * down) + np.abs(dy * across)
        # Within 60 degrees of the arrow; and a point shared by two seats leads nowhere.
        fits = (ahead > 0.05) & (aside <= 1.75 * ahead)
        if fits.any():
            cost = np.where(fits, ahead + _ASIDE * aside, np.inf)
            return int(near[cost.argmin()])
    return None


def row_of(hall: Hall, ordinal: int) -> NDArray[np.int32]:
    """All seats of the seat's row in its section, across aisles."""
    geometry = hall.geometry
    same = (geometry.section == geometry.section[ordinal]) & (geometry.row == geometry.row[ordinal])
    return np.flatnonzero(same).astype(np.int32)


def middle_seat(hall: Hall, area: Bounds) -> int | None:
    """The seat nearest to the middle of the area, where the arrows begin."""
    if not len(hall):
        return None
    x, y = (area.left + area.right) / 2, (area.top + area.bottom) / 2
    return int(np.hypot(hall.geometry.x - x, hall.geometry.y - y).argmin())
