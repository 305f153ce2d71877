"""What a counter knows of a hall: its geometry, once a plan version, and the states of its seats, again and again."""

import time
from datetime import datetime
from typing import NewType
from uuid import UUID

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from evently_desktop.database import tables as t
from evently_desktop.database.transactions import Session
from evently_desktop.domain.ids import EventId, HoldTypeId, PlanId, ZoneId
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
from evently_desktop.errors import NotFound
from evently_desktop.language import tr
from evently_desktop.services.geometry_cache import GeometryCache

# Up to which transaction a counter has seen an event: pg_snapshot_xmin of its last read.
Look = NewType("Look", str)

# A seat of a plan and the state of one, as the server packs them: big-endian, without gaps.
_SEAT = np.dtype([
    ("id", "V16"), ("x", ">f4"), ("y", ">f4"), ("section", ">i2"), ("block", ">i4"), ("position", ">i2"),
    ("place", ">i2"), ("restricted", "?"), ("zone", ">i2"), ("quality", ">i2"), ("distance", ">f4"),
])  # fmt: skip
_STATE = np.dtype([
    ("ordinal", ">i4"), ("status", ">i2"), ("zone", ">i2"), ("hold_type", ">i2"), ("expires", ">f8"),
    ("price", ">i8"), ("booking", "V16"),
])  # fmt: skip


def map(session: Session, plan_id: PlanId, cache: GeometryCache | None = None) -> Geometry:  # noqa: A001
    """The geometry of a plan version; what is not in ``cache`` is read from the server and put there.

    Seats never change. Names and colours of price zones may, so they are read every time.
    """
    made_at, venue_id = _plan(session, plan_id)
    zones = _zones(session, venue_id)
    geometry = cache.get(plan_id, made_at, zones) if cache else None
    if geometry is None:
        geometry = _read_plan(session, plan_id, zones)
        if cache:
            cache.put(geometry, made_at)
    return geometry


def _plan(session: Session, plan_id: PlanId) -> tuple[datetime, UUID]:
    p = t.seating_plans.c
    plan = session.execute(sa.select(p.created_at, p.venue_id).where(p.id == plan_id)).one_or_none()
    if plan is None:
        raise NotFound(tr("This seating plan does not exist any more."))
    return plan.created_at, plan.venue_id


def _zones(session: Session, venue_id: UUID) -> tuple[Zone, ...]:
    z = t.price_zones.c
    rows = session.execute(sa.select(z.id, z.name, z.colour).where(z.venue_id == venue_id).order_by(z.ordinal))
    return tuple(Zone(ZoneId(row.id), row.name, row.colour) for row in rows)


def _read_plan(session: Session, plan_id: PlanId, zones: tuple[Zone, ...]) -> Geometry:
    p = t.seating_plans.c
    layout = session.execute(sa.select(p.layout).where(p.id == plan_id)).scalar_one()
    sections = tuple(
        Section(row["name"], _polygon(row["outline"]), (row["label_at"][0], row["label_at"][1]))
        for row in layout["sections"]
    )
    packed, rows, numbers = session.binary_row(
        """SELECT string_agg(uuid_send(seat_id) || float4send(x) || float4send(y) || int2send((n - 1)::int2)
                             || int4send(block) || int2send(position) || int2send(place) || boolsend(restricted)
                             || int2send((array_position(%(zones)s::uuid[], zone_id) - 1)::int2)
                             || int2send(quality) || float4send(distance), ''),
                  array_agg(row_number), array_agg(seat_number)
             FROM (SELECT * FROM evently.plan_seats
                     JOIN unnest(%(sections)s::text[]) WITH ORDINALITY AS s(name, n) ON name = section
                    WHERE plan_id = %(plan)s ORDER BY ordinal) AS seat""",
        {"plan": plan_id, "sections": [section.name for section in sections], "zones": [zone.id for zone in zones]},
    )
    seats = np.frombuffer(packed or b"", _SEAT)
    return Geometry(
        plan_id=plan_id,
        ids=_bytes(seats["id"]),
        x=seats["x"].astype(np.float32),
        y=seats["y"].astype(np.float32),
        section=seats["section"].astype(np.int16),
        row=np.array(rows or [], np.str_),
        number=np.array(numbers or [], np.str_),
        block=seats["block"].astype(np.int32),
        position=seats["position"].astype(np.int16),
        place=seats["place"].astype(np.uint8),
        restricted=seats["restricted"].astype(np.bool_),
        zone=seats["zone"].astype(np.uint8),
        quality=seats["quality"].astype(np.uint8),
        distance=seats["distance"].astype(np.float32),
        sections=sections,
        zones=zones,
        shapes=tuple(Shape(s["kind"], _polygon(s["outline"]), s["label"]) for s in layout["shapes"]),
        focal_point=(layout["focal_point"][0], layout["focal_point"][1]),
    )


def _bytes(ids: NDArray[np.void]) -> NDArray[np.uint8]:
    return np.frombuffer(ids.tobytes(), np.uint8).reshape(-1, 16)


def _polygon(points: list[list[float]]) -> tuple[tuple[float, float], ...]:
    return tuple((x, y) for x, y in points)


def states(session: Session, event_id: EventId, geometry: Geometry) -> tuple[SeatStates, Look]:
    """The state of every seat of the event, in the order of the plan, and the look to ask for changes with."""
    hold_types = tuple(
        HoldType(HoldTypeId(row.id), row.letter, row.name)
        for row in session.execute(
            sa.select(t.hold_types.c.id, t.hold_types.c.letter, t.hold_types.c.name).order_by(t.hold_types.c.letter)
        )
    )
    holders: list[Holder] = []
    found, look = _look(session, event_id, None, geometry, hold_types, holders)
    n = len(geometry)
    all_states = SeatStates(
        status=np.full(n, 3, np.uint8),
        zone=geometry.zone.copy(),
        hold_type=np.zeros(n, np.uint8),
        expires=np.full(n, np.nan),
        holder=np.full(n, -1, np.int32),
        price=np.zeros(n, np.int64),
        booking=np.zeros((n, 16), np.uint8),
        hold_types=hold_types,
        holders=holders,
    )
    for name in ("status", "zone", "hold_type", "expires", "holder", "price", "booking"):
        getattr(all_states, name)[found.ordinal] = getattr(found, name)
    return all_states, look


def changes(
    session: Session, event_id: EventId, look: Look, known: SeatStates, geometry: Geometry
) -> tuple[StateChanges, Look]:
    """Every seat that changed since ``look``, and the next look: one statement, one round trip.

    Whatever committed since is in it, whatever order the commits came in; a seat may come twice, which does no
    harm. ``known.holders`` grows by holders that are new.
    """
    return _look(session, event_id, look, geometry, known.hold_types, known.holders)


def clock_offset(session: Session) -> float:
    """How many seconds the server's clock is ahead of this PC's, as near as one round trip can tell."""
    before = time.time()
    server = session.execute(sa.text("SELECT extract(epoch FROM clock_timestamp())::float8")).scalar_one()
    return float(server - (before + time.time()) / 2)


def _look(
    session: Session,
    event_id: EventId,
    since: Look | None,
    geometry: Geometry,
    hold_types: tuple[HoldType, ...],
    holders: list[Holder],
) -> tuple[StateChanges, Look]:
    """What changed since a look, or everything; ``holders`` grows by those that are new."""
    look, packed, ids, initials, stations = session.binary_row(
        "SELECT * FROM evently.look_at_seats(%(event)s, %(since)s::xid8, %(zones)s, %(hold_types)s)",
        {
            "event": event_id,
            "since": since,
            "zones": [zone.id for zone in geometry.zones],
            "hold_types": [kind.id for kind in hold_types],
        },
    )
    held_by = {
        booking.bytes: Holder(initial, station)
        for booking, initial, station in zip(ids or (), initials or (), stations or (), strict=True)
    }
    return _unpacked(packed, held_by, holders, geometry), Look(look)


def _unpacked(
    packed: bytes | None, held_by: dict[bytes, Holder], holders: list[Holder], geometry: Geometry
) -> StateChanges:
    """The states as arrays; ``holders`` grows by those of ``held_by`` that are new."""
    rows = np.frombuffer(packed or b"", _STATE)
    ordinal, booking = rows["ordinal"].astype(np.int32), _bytes(rows["booking"])
    return StateChanges(
        ordinal=ordinal,
        status=rows["status"].astype(np.uint8),
        # A zone that was added since the plan was read is not among its zones.
        zone=np.where(rows["zone"] < 0, geometry.zone[ordinal], rows["zone"]).astype(np.uint8),
        hold_type=rows["hold_type"].astype(np.uint8),
        expires=rows["expires"].astype(np.float64),
        holder=_holders(rows["status"] == SeatStatus.HELD, rows["booking"], held_by, holders),
        price=rows["price"].astype(np.int64),
        booking=booking,
    )


def _holders(
    held: NDArray[np.bool_], booking: NDArray[np.void], held_by: dict[bytes, Holder], holders: list[Holder]
) -> NDArray[np.int32]:
    """For each seat the number of its holder among ``holders``, -1 for none."""
    result = np.full(len(held), -1, np.int32)
    if not held.any():
        return result
    number = {holder: index for index, holder in enumerate(holders)}
    of_booking = {}
    for key, holder in held_by.items():
        if holder not in number:
            number[holder] = len(holders)
            holders.append(holder)
        of_booking[key] = number[holder]
    result[held] = [of_booking.get(key.tobytes(), -1) for key in booking[held]]
    return result
