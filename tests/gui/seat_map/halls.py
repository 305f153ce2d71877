"""Halls and their states for the tests of the seat map."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evently_desktop.demo.plans import Plan
from evently_desktop.domain.ids import HoldTypeId, PlanId, ZoneId
from evently_desktop.domain.seating import (
    Geometry,
    Holder,
    HoldType,
    SeatStates,
    SeatStatus,
    Section,
    Shape,
    StateChanges,
    Zone,
)

NOW = 1_800_000_000.0
PITCH = 0.55


def drawn(plan: Plan) -> Geometry:
    """One of the sample plans."""
    return plan.geometry(PlanId(UUID(int=1)), [ZoneId(UUID(int=number)) for number in range(len(plan.zones))])


def placed(x: ArrayLike, y: ArrayLike, row: ArrayLike = "A", section: ArrayLike = 0) -> Geometry:
    """Seats at these places in metres, numbered from 1; the sections are Stalls and Circle."""
    x, y = np.atleast_1d(np.asarray(x, np.float32)), np.atleast_1d(np.asarray(y, np.float32))
    count = len(x)
    rows = np.broadcast_to(np.asarray(row, str), count)
    _, block = np.unique(rows, return_inverse=True)
    return Geometry(
        plan_id=PlanId(UUID(int=1)),
        ids=np.zeros((count, 16), np.uint8),
        x=x,
        y=y,
        section=np.broadcast_to(np.asarray(section, np.int16), count),
        row=rows,
        number=np.arange(1, count + 1).astype(str),
        block=block.astype(np.int32),
        position=np.arange(count, dtype=np.int16),
        place=np.zeros(count, np.uint8),
        restricted=np.zeros(count, bool),
        zone=(np.arange(count) % 3).astype(np.uint8),
        quality=np.full(count, 5, np.uint8),
        distance=np.hypot(x, y),
        sections=(Section("Stalls", (), (0.0, 0.0)), Section("<b>Circle</b>", (), (5.0, 5.0))),
        zones=tuple(Zone(ZoneId(UUID(int=number)), f"Zone {number + 1}", number) for number in range(3)),
        shapes=(Shape("stage", ((-2.0, -4.0), (4.0, -4.0), (4.0, -2.0), (-2.0, -2.0)), "Stage"),),
        focal_point=(0.0, 0.0),
    )


def rectangle(rows: int, columns: int) -> Geometry:
    """Straight rows A, B, … of seats; the ordinal is ``row * columns + column``."""
    column, row = np.meshgrid(np.arange(columns), np.arange(rows))
    return placed(column.ravel() * PITCH, row.ravel() * 0.9, [chr(65 + number) for number in row.ravel()])


def turned(plan: Geometry, degrees: float, *, mirrored: bool = False) -> Geometry:
    """The same hall turned about its origin, and before that seen in a mirror."""
    angle, x = np.radians(degrees), -plan.x if mirrored else plan.x
    across, down = x * np.cos(angle) - plan.y * np.sin(angle), x * np.sin(angle) + plan.y * np.cos(angle)
    return replace(plan, x=across.astype(np.float32), y=down.astype(np.float32))


def free(plan: Geometry) -> SeatStates:
    """Everything for sale at 42.00."""
    count = len(plan)
    return SeatStates(
        status=np.zeros(count, np.uint8),
        zone=plan.zone.copy(),
        hold_type=np.zeros(count, np.uint8),
        expires=np.full(count, np.nan),
        holder=np.full(count, -1, np.int32),
        price=np.full(count, 4200, np.int64),
        booking=np.zeros((count, 16), np.uint8),
        hold_types=(HoldType(HoldTypeId(UUID(int=1)), "H", "House"), HoldType(HoldTypeId(UUID(int=2)), "P", "Press")),
        holders=[Holder("AB", "Counter 1"), Holder("JK", "Counter 2")],
    )


def busy(plan: Geometry) -> SeatStates:
    """Neighbours together: a third sold, an eighth held with rings of all lengths, some house seats, some killed."""
    states, count = free(plan), len(plan)
    luck = np.repeat(np.random.default_rng(7).random(count // 4 + 1), 4)[:count]
    states.status[luck < 0.33] = SeatStatus.BOOKED
    held = (luck >= 0.33) & (luck < 0.45)
    states.status[held] = SeatStatus.HELD
    states.expires[held] = NOW + 2500 * (luck[held] - 0.33)
    states.holder[held] = 1
    states.status[(luck >= 0.45) & (luck < 0.48)] = SeatStatus.KILLED
    states.hold_type[(luck >= 0.48) & (luck < 0.54)] = 2
    states.price[:] = np.array([9500, 7200, 5400, 4200, 3400, 2100, 1500, 900])[plan.zone]
    return states


def news(
    plan: Geometry, at: ArrayLike, status: ArrayLike, expires: ArrayLike = np.nan, booking: UUID | None = None
) -> StateChanges:
    """These seats came into this state; the rest of them is as in `free`."""
    ordinal = np.atleast_1d(np.asarray(at, np.int32))
    count = len(ordinal)

    def each(value: ArrayLike, kind: type) -> NDArray[Any]:
        return np.broadcast_to(np.asarray(value, kind), count).copy()

    return StateChanges(
        ordinal=ordinal,
        status=each(status, np.uint8),
        zone=plan.zone[ordinal],
        hold_type=each(0, np.uint8),
        expires=each(expires, np.float64),
        holder=each(-1, np.int32),
        price=each(4200, np.int64),
        booking=np.broadcast_to(np.frombuffer((booking or UUID(int=0)).bytes, np.uint8), (count, 16)).copy(),
    )
