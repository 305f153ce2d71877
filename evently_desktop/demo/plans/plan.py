"""A seating plan before it has a database: everything of `Geometry` except ids of plan and zones."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from hashlib import sha1
from uuid import NAMESPACE_DNS, uuid5

import numpy as np
from numpy.typing import NDArray

from evently_desktop.domain.ids import PlanId, ZoneId
from evently_desktop.domain.seating import Geometry, Section, Shape, Zone

_ALL_PLANS = uuid5(NAMESPACE_DNS, "plans.evently.example")


@dataclass(frozen=True)
class PlanZone:
    """A price zone of a plan; ``colour`` is an index into the eight zone colours of the theme."""

    name: str
    colour: int


@dataclass(frozen=True, eq=False)
class Plan:
    """A seating plan by ordinal; arrays and units are those of `Geometry`, all read-only.

    ``ids`` follow from the plan's name and each seat's section, row and number alone (UUID version 5), so
    drawing the same plan again gives the same seats.
    """

    name: str
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
    zones: tuple[PlanZone, ...]
    shapes: tuple[Shape, ...]
    focal_point: tuple[float, float]

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    def __len__(self) -> int:
        return len(self.x)

    def geometry(self, plan_id: PlanId, zone_ids: Sequence[ZoneId]) -> Geometry:
        """The plan as a counter sees it; ``zone_ids`` in the order of ``zones``."""
        shared = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "name"}
        zones = tuple(Zone(id_, zone.name, zone.colour) for id_, zone in zip(zone_ids, self.zones, strict=True))
        return Geometry(plan_id=plan_id, **{**shared, "zones": zones})


def seat_ids(plan: str, names: Sequence[str]) -> NDArray[np.uint8]:
    """The ids of seats called ``section/row/number`` in the plan of this name, as (n, 16) uint8.

    Equal to ``uuid5(uuid5(..., plan), name)``, digested for all seats before the version bits are set.
    """
    start = sha1(uuid5(_ALL_PLANS, plan).bytes, usedforsecurity=False)
    digests = bytearray()
    for name in names:
        digest = start.copy()
        digest.update(name.encode())
        digests += digest.digest()[:16]
    ids = np.frombuffer(digests, np.uint8).reshape(-1, 16).copy()
    ids[:, 6] = ids[:, 6] & 0x0F | 0x50
    ids[:, 8] = ids[:, 8] & 0x3F | 0x80
    return ids
