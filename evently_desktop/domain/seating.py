"""A hall as arrays by ordinal: what never changes (`Geometry`) and what does (`SeatStates`).

The ordinal of a seat is its index in every array here and its number in its seating plan, from 0.
A plan's version is immutable, so its geometry may be cached for ever under its `PlanId`.
"""

from dataclasses import dataclass, fields
from enum import IntEnum
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from evently_desktop.domain.ids import HoldTypeId, PlanId, SeatId, ZoneId


class SeatStatus(IntEnum):
    """As stored; a `HELD` seat whose time has run out is free, whatever the sweep has done yet."""

    AVAILABLE = 0
    HELD = 1
    BOOKED = 2
    KILLED = 3


class Place(IntEnum):
    """What kind of place it is."""

    SEAT = 0
    WHEELCHAIR = 1
    COMPANION = 2
    STANDING = 3


@dataclass(frozen=True)
class Section:
    """A named part of the hall with its outline (polygon in plan units) and where its label stands."""

    name: str
    outline: tuple[tuple[float, float], ...]
    label_at: tuple[float, float]


@dataclass(frozen=True)
class Shape:
    """Something that is drawn but cannot be sold: the stage, a wall, a pitch."""

    kind: str
    outline: tuple[tuple[float, float], ...]
    label: str = ""


@dataclass(frozen=True)
class Zone:
    """A price zone. ``colour`` is an index into the eight zone colours of the theme."""

    id: ZoneId
    name: str
    colour: int


@dataclass(frozen=True, eq=False)
class Geometry:
    """One version of a seating plan. Lengths are metres, y grows away from the top of the picture.

    Arrays, one element a seat, all read-only: ``ids`` (n, 16) uint8; ``x``, ``y`` float32; ``section``
    int16, index into ``sections``; ``row`` and ``number`` unicode as printed; ``block`` int32 and
    ``position`` int16: two seats are neighbours when they share a block and their positions differ by 1
    (aisles and gaps start a new block; printed numbers say nothing); ``place`` uint8 `Place`;
    ``restricted`` bool; ``zone`` uint8, index into ``zones``; ``quality`` uint8 from 1 (worst) to 10;
    ``distance`` float32, metres to the stage.
    """

    plan_id: PlanId
    ids: NDArray[np.uint8]
    x: NDArray[np.float32]
    y: NDArray[np.float32]
    section: NDArray[np.int16]
    row: NDArray[np.str_]
    number: NDArray[np.str_]
    block: NDArray[np.int32]
    position: NDArray[np.int16]
    place: NDArray[np.uint8]
    restricted: NDArray[np.bool_]
    zone: NDArray[np.uint8]
    quality: NDArray[np.uint8]
    distance: NDArray[np.float32]
    sections: tuple[Section, ...]
    zones: tuple[Zone, ...]
    shapes: tuple[Shape, ...]
    focal_point: tuple[float, float]

    def __len__(self) -> int:
        return len(self.x)

    def seat_id(self, ordinal: int) -> SeatId:
        """The id of the seat with this ordinal."""
        return SeatId(UUID(bytes=self.ids[ordinal].tobytes()))

    def name(self, ordinal: int) -> str:
        """The seat as a clerk says it."""
        return seat_name(self.sections[self.section[ordinal]].name, str(self.row[ordinal]), str(self.number[ordinal]))


def seat_name(section: str, row: str, number: str) -> str:
    """A seat as a clerk says it: ``Stalls K12``; ``Tables T5/1`` where the row ends in a digit."""
    return f"{section} {row}{'/' if row[-1:].isdecimal() and row[-1:].isascii() else ''}{number}"


@dataclass(frozen=True)
class HoldType:
    """Why the house has set seats aside, with the letter that the map shows."""

    id: HoldTypeId
    letter: str
    name: str


@dataclass(frozen=True)
class Holder:
    """Who holds or booked seats: the clerk's initials and the station, for rings, tips and refusals."""

    initials: str
    station: str


@dataclass(frozen=True, eq=False)
class SeatStates:
    """The state of all seats of an event at one look. The owner may write into the arrays.

    Arrays by ordinal: ``status`` uint8 `SeatStatus`; ``zone`` uint8, index into the geometry's zones;
    ``hold_type`` uint8, 0 for none, else 1 + index into ``hold_types``; ``expires`` float64, seconds since
    1970 by the server's clock, nan where not held; ``holder`` int32, index into ``holders``, -1 for none;
    ``price`` int64, minor units for the standard price type; ``booking`` (n, 16) uint8, the holding or
    owning booking's id, zeros for none.
    """

    status: NDArray[np.uint8]
    zone: NDArray[np.uint8]
    hold_type: NDArray[np.uint8]
    expires: NDArray[np.float64]
    holder: NDArray[np.int32]
    price: NDArray[np.int64]
    booking: NDArray[np.uint8]
    hold_types: tuple[HoldType, ...]
    holders: list[Holder]

    def __len__(self) -> int:
        return len(self.status)

    def free_at(self, now: float) -> NDArray[np.bool_]:
        """Which seats anybody may take at this second of the server's clock: available, or held and run out."""
        run_out = (self.status == SeatStatus.HELD) & ~(self.expires > now)
        free: NDArray[np.bool_] = (self.status == SeatStatus.AVAILABLE) | run_out
        return free


@dataclass(frozen=True, eq=False)
class StateChanges:
    """The seats that changed since a look, as parallel arrays of the same types as in `SeatStates`."""

    ordinal: NDArray[np.int32]
    status: NDArray[np.uint8]
    zone: NDArray[np.uint8]
    hold_type: NDArray[np.uint8]
    expires: NDArray[np.float64]
    holder: NDArray[np.int32]
    price: NDArray[np.int64]
    booking: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.ordinal)

    def chosen(self, which: NDArray[np.bool_]) -> "StateChanges":
        """Those of the changes."""
        return StateChanges(**{field.name: getattr(self, field.name)[which] for field in fields(self)})

    def followed_by(self, later: "StateChanges") -> "StateChanges":
        """These, and after them the later ones, which stand in place of those of the same seats."""
        kept = self.chosen(~np.isin(self.ordinal, later.ordinal))
        names = [field.name for field in fields(self)]
        return StateChanges(**{name: np.concatenate((getattr(kept, name), getattr(later, name))) for name in names})
