"""Halls of any size for tests and benchmarks: rows of seats on arcs around a stage."""

import math
from uuid import UUID

import numpy as np

from evently_desktop.domain.ids import HoldTypeId, PlanId, ZoneId
from evently_desktop.domain.seating import (
    Geometry,
    Holder,
    HoldType,
    Place,
    Section,
    SeatStates,
    SeatStatus,
    Shape,
    Zone,
)

NOW = 1_800_000_000.0
_PITCH, _ROW_GAP = 0.55, 0.9
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def hall(seats: int, sections: int = 6) -> Geometry:
    """``seats`` seats in rings of ``sections`` wedges around a stage at the origin."""
    x, y, section, row, number, block, position = [], [], [], [], [], [], []
    ring = max(6.0, math.sqrt(seats) * 0.12)
    tiers = max(1, round(seats / 1500 / sections))
    names, outlines = [], []
    per_row = max(4, int(2 * math.pi * ring * 0.7 / sections / _PITCH))
    left, radius = seats, ring
    wedge = 0
    while left > 0:
        tier, slot = divmod(wedge, sections)
        if slot == 0 and tier:
            radius += 24 * _ROW_GAP + 2.5
        start = math.pi * (0.15 + 1.7 * slot / sections)
        end = math.pi * (0.15 + 1.7 * (slot + 1) / sections)
        names.append(f"{100 * (tier + 1) + slot + 1}" if tiers > 1 else ("Stalls", "Circle", "Balcony")[slot % 3] + f" {slot + 1}")
        for line in range(24):
            r = radius + line * _ROW_GAP
            many = int((end - start) * r / _PITCH) - 3
            step = _PITCH / r
            for place in range(min(many, left)):
                angle = start + (end - start) / 2 + (place - (many - 1) / 2) * step
                x.append(-math.cos(angle) * r)
                y.append(math.sin(angle) * r)
                section.append(wedge)
                row.append(_LETTERS[line])
                number.append(str(place + 1))
                block.append(wedge * 24 + line)
                position.append(place)
            left -= max(0, min(many, left))
        inner, outer = radius - 0.6, radius + 23 * _ROW_GAP + 0.6
        arc = [start + 0.01 + (end - start - 0.02) * i / 12 for i in range(13)]
        outlines.append(
            tuple((-math.cos(a) * inner, math.sin(a) * inner) for a in arc)
            + tuple((-math.cos(a) * outer, math.sin(a) * outer) for a in reversed(arc))
        )
        wedge += 1
    return geometry(
        np.array(x), np.array(y), section=np.array(section), row=np.array(row), number=np.array(number),
        block=np.array(block), position=np.array(position),
        sections=tuple(
            Section(name, outline, (sum(p[0] for p in outline) / len(outline), sum(p[1] for p in outline) / len(outline)))
            for name, outline in zip(names, outlines, strict=True)
        ),
        shapes=(Shape("stage", ((-ring * 0.7, -ring * 0.5), (ring * 0.7, -ring * 0.5), (ring * 0.7, ring * 0.3), (-ring * 0.7, ring * 0.3)), "STAGE"),),
    )  # fmt: skip


def geometry(x: np.ndarray, y: np.ndarray, **others: object) -> Geometry:
    """A plan of seats at these places; what is not given is one section, one row, ordinary seats."""
    count = len(x)
    distance = np.hypot(x, y).astype(np.float32)
    order = np.zeros(count, int)
    if count:
        order[np.argsort(distance, kind="stable")] = np.arange(count)
    zone = (order * 6 // max(count, 1)).astype(np.uint8)
    place = np.zeros(count, np.uint8)
    place[5::97], place[6::97] = Place.WHEELCHAIR, Place.COMPANION
    values: dict[str, object] = {
        "section": np.zeros(count, np.int16), "row": np.full(count, "A"), "number": np.arange(1, count + 1).astype(str),
        "block": np.zeros(count, np.int32), "position": np.arange(count, dtype=np.int16),
        "sections": (Section("Stalls", (), (0.0, 0.0)),), "shapes": (),
    }  # fmt: skip
    values.update(others)
    return Geometry(
        plan_id=PlanId(UUID(int=1)),
        ids=np.arange(count, dtype=np.uint64).view(np.uint8).reshape(count, 8).repeat(2, axis=1),
        x=x.astype(np.float32), y=y.astype(np.float32),
        section=np.asarray(values["section"], np.int16), row=np.asarray(values["row"], str),
        number=np.asarray(values["number"], str), block=np.asarray(values["block"], np.int32),
        position=np.asarray(values["position"], np.int16), place=place,
        restricted=np.arange(count) % 41 == 7, zone=zone, quality=np.full(count, 5, np.uint8), distance=distance,
        sections=values["sections"],  # type: ignore[arg-type]
        zones=tuple(Zone(ZoneId(UUID(int=i)), f"Zone {i + 1}", i) for i in range(6)),
        shapes=values["shapes"],  # type: ignore[arg-type]
        focal_point=(0.0, 0.0),
    )  # fmt: skip


def states(plan: Geometry, busy: bool = False) -> SeatStates:
    """All seats free; or, ``busy``, a fifth sold, a tenth held for up to five minutes, some house and killed."""
    count = len(plan)
    luck = np.random.default_rng(7).random(count)
    # Neighbours buy together.
    luck = np.repeat(luck[::4], 4)[:count]
    status = np.zeros(count, np.uint8)
    hold_type = np.zeros(count, np.uint8)
    if busy:
        status[luck < 0.30] = SeatStatus.BOOKED
        status[(luck >= 0.30) & (luck < 0.42)] = SeatStatus.HELD
        status[(luck >= 0.42) & (luck < 0.44)] = SeatStatus.KILLED
        hold_type[(luck >= 0.44) & (luck < 0.50)] = 1
        hold_type[(luck >= 0.44) & (luck < 0.46)] = 2
    held = status == SeatStatus.HELD
    return SeatStates(
        status=status, zone=plan.zone.copy(), hold_type=hold_type,
        expires=np.where(held, NOW + 300 * ((luck - 0.30) / 0.12), np.nan),
        holder=np.where(held, (luck * 1000).astype(np.int32) % 3, -1).astype(np.int32),
        price=np.array([9500, 7200, 5400, 4200, 3400, 2100, 1500, 900], np.int64)[plan.zone],
        booking=np.zeros((count, 16), np.uint8),
        hold_types=(HoldType(HoldTypeId(UUID(int=1)), "H", "House"), HoldType(HoldTypeId(UUID(int=2)), "P", "Press")),
        holders=[Holder("AB", "Counter 1"), Holder("JK", "Counter 2"), Holder("MT", "Web")],
    )  # fmt: skip
