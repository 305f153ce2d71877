"""What a seat looks like: its state at a second of the server's clock, and the colour of its zone."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from evently_desktop.domain.seating import Geometry, SeatStates, SeatStatus

# The ring of a seat held elsewhere shrinks in steps; a hold of this many seconds or more is a full ring.
RING_STEPS = 12
FULL_HOLD = 300.0
_STEP = FULL_HOLD / RING_STEPS

ZONE_COLOURS = 8


class Kind(IntEnum):
    """The shapes. ``HELD`` is the first of `RING_STEPS`, the last step being the full ring; ``HOUSE`` is the
    first of the house seats, one for each hold type."""

    AVAILABLE = 0
    RESTRICTED = 1
    WHEELCHAIR = 2
    COMPANION = 3
    SELECTED = 4
    MINE = 5
    BOOKED = 6
    KILLED = 7
    FREED = 8
    HELD = 9
    HOUSE = 21


_FREE_KIND = np.array([Kind.AVAILABLE, Kind.WHEELCHAIR, Kind.COMPANION, Kind.AVAILABLE], np.uint8)


@dataclass(frozen=True, eq=False)
class Faces:
    """``face`` uint16, ``kind * ZONE_COLOURS + colour`` of each seat asked for; ``until`` float64, the second
    at which the clock alone changes it, inf for never."""

    face: NDArray[np.uint16]
    until: NDArray[np.float64]


def faces(
    geometry: Geometry,
    states: SeatStates,
    mine: NDArray[np.bool_],
    selected: NDArray[np.bool_],
    now: float,
    at: NDArray[np.intp],
) -> Faces:
    """The looks of the seats ``at``, to which ``mine`` (in the own basket) and ``selected`` are parallel.

    A seat in the own basket is mine only while its hold lives.
    """
    status, expires, hold_type = states.status[at], states.expires[at], states.hold_type[at]
    held = (status == SeatStatus.HELD) & (expires > now)
    free = (status == SeatStatus.AVAILABLE) | ((status == SeatStatus.HELD) & ~held)
    kind = _FREE_KIND[geometry.place[at]]
    kind[(kind == Kind.AVAILABLE) & geometry.restricted[at]] = Kind.RESTRICTED
    house = hold_type > 0
    kind[house] = Kind.HOUSE - 1 + np.minimum(hold_type[house], 200)
    kind[selected & free] = Kind.SELECTED
    with np.errstate(invalid="ignore"):
        left = np.clip(np.ceil((expires - now) / _STEP), 1, RING_STEPS)
    step = np.where(held, left, 1.0)
    kind[held] = (Kind.HELD - 1 + step[held]).astype(np.uint8)
    kind[held & mine] = Kind.MINE
    kind[status == SeatStatus.BOOKED] = Kind.BOOKED
    kind[status == SeatStatus.KILLED] = Kind.KILLED
    until = np.where(held, expires - np.where(mine, 0.0, (step - 1) * _STEP), np.inf)
    colours = np.array([zone.colour % ZONE_COLOURS for zone in geometry.zones] or [0], np.uint16)
    return Faces(kind * np.uint16(ZONE_COLOURS) + colours[states.zone[at]], until)


def kinds(face: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """The `Kind` (with its ring step or hold type) of each face."""
    return face // np.uint16(ZONE_COLOURS)


def is_free(face: NDArray[np.uint16]) -> NDArray[np.bool_]:
    """Which faces are of seats that could be sold now: available, chosen or set aside by the house."""
    kind = kinds(face)
    return (kind <= Kind.SELECTED) | (kind >= Kind.HOUSE)
