"""What a counter knows of a hall: its geometry, once a plan version, and the states of its seats, again and again."""

import time
from typing import Any, NewType
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
    Section,
    Shape,
    StateChanges,
    Zone,
)
from evently_desktop.errors import NotFound
from evently_desktop.language import tr

# Up to which transaction a counter has seen an event: pg_snapshot_xmin of its last read.
Look = NewType("Look", str)

# The signature, flags and header extension that open a binary COPY; its trailer is one int16.
_COPY_HEADER = 19
_COPY_TRAILER = 2


def _table(data: bytes, *columns: tuple[str, str]) -> NDArray[np.void]:
    """Rows of fixed width without NULLs, as a structured view of PostgreSQL's binary COPY (big-endian)."""
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for name, kind in columns:
        fields += [(f"{name}_length", ">i4"), (name, kind)]
    return np.frombuffer(data[_COPY_HEADER : len(data) - _COPY_TRAILER], dtype=fields)


def map(session: Session, plan_id: PlanId) -> Geometry:  # noqa: A001
    """The geometry of a plan version; it never changes, so it may be cached for ever."""
    plan = session.execute(
        sa.select(t.seating_plans.c.layout, t.seating_plans.c.venue_id).where(t.seating_plans.c.id == plan_id)
    ).one_or_none()
    if plan is None:
        raise NotFound(tr("This seating plan does not exist any more."))
    zones = tuple(
        Zone(ZoneId(row.id), row.name, row.colour)
        for row in session.execute(
            sa.select(t.price_zones.c.id, t.price_zones.c.name, t.price_zones.c.colour)
            .where(t.price_zones.c.venue_id == plan.venue_id)
            .order_by(t.price_zones.c.ordinal)
        )
    )
    sections = tuple(
        Section(row["name"], _polygon(row["outline"]), (row["label_at"][0], row["label_at"][1]))
        for row in plan.layout["sections"]
    )
    rows = _table(
        session.copy(
            """SELECT seat_id, x, y, (array_position(%(sections)s, section) - 1)::int2, block, position, place,
                      restricted, (array_position(%(zones)s, zone_id) - 1)::int2, quality, distance
                 FROM evently.plan_seats WHERE plan_id = %(plan)s ORDER BY ordinal""",
            {"plan": plan_id, "sections": [section.name for section in sections], "zones": [zone.id for zone in zones]},
        ),
        ("id", "V16"), ("x", ">f4"), ("y", ">f4"), ("section", ">i2"), ("block", ">i4"), ("position", ">i2"),
        ("place", ">i2"), ("restricted", "?"), ("zone", ">i2"), ("quality", ">i2"), ("distance", ">f4"),
    )  # fmt: skip
    row_names, numbers = _names(session, plan_id)
    return Geometry(
        plan_id=plan_id,
        ids=np.frombuffer(rows["id"].tobytes(), np.uint8).reshape(-1, 16),
        x=rows["x"].astype(np.float32),
        y=rows["y"].astype(np.float32),
        section=rows["section"].astype(np.int16),
        row=row_names,
        number=numbers,
        block=rows["block"].astype(np.int32),
        position=rows["position"].astype(np.int16),
        place=rows["place"].astype(np.uint8),
        restricted=rows["restricted"].astype(np.bool_),
        zone=rows["zone"].astype(np.uint8),
        quality=rows["quality"].astype(np.uint8),
        distance=rows["distance"].astype(np.float32),
        sections=sections,
        zones=zones,
        shapes=tuple(Shape(s["kind"], _polygon(s["outline"]), s["label"]) for s in plan.layout["shapes"]),
        focal_point=(plan.layout["focal_point"][0], plan.layout["focal_point"][1]),
    )


def _polygon(points: list[list[float]]) -> tuple[tuple[float, float], ...]:
    return tuple((x, y) for x, y in points)


def _names(session: Session, plan_id: PlanId) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    # One long text a column splits faster than 80,000 rows arrive.
    texts = session.execute(
        sa.text("""SELECT string_agg(row_number, E'\\n' ORDER BY ordinal) AS rows,
                          string_agg(seat_number, E'\\n' ORDER BY ordinal) AS numbers FROM evently.plan_seats WHERE plan_id = :plan"""),
        {"plan": plan_id},
    ).one()
    return np.array((texts.rows or "").split("\n")), np.array((texts.numbers or "").split("\n"))


def states(session: Session, event_id: EventId, geometry: Geometry) -> tuple[SeatStates, Look]:
    """The state of every seat of the event, in the order of the plan, and the look to ask for changes with."""
    look = _look(session)
    hold_types = tuple(
        HoldType(HoldTypeId(row.id), row.letter, row.name)
        for row in session.execute(
            sa.select(t.hold_types.c.id, t.hold_types.c.letter, t.hold_types.c.name).order_by(t.hold_types.c.letter)
        )
    )
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
        holders=[],
    )
    found = _read(session, event_id, None, all_states, geometry)
    for name in ("status", "zone", "hold_type", "expires", "holder", "price", "booking"):
        getattr(all_states, name)[found.ordinal] = getattr(found, name)
    return all_states, look


def changes(
    session: Session, event_id: EventId, look: Look, known: SeatStates, geometry: Geometry
) -> tuple[StateChanges, Look]:
    """Every seat that changed since ``look``, and the next look.

    Whatever committed since is in it, whatever order the commits came in; a seat may come twice, which does no
    harm. ``known.holders`` grows by holders that are new.
    """
    next_look = _look(session)
    return _read(session, event_id, look, known, geometry), next_look


def clock_offset(session: Session) -> float:
    """How many seconds the server's clock is ahead of this PC's, as near as one round trip can tell."""
    before = time.time()
    server = session.execute(sa.text("SELECT extract(epoch FROM clock_timestamp())::float8")).scalar_one()
    return float(server - (before + time.time()) / 2)


def _look(session: Session) -> Look:
    return Look(session.execute(sa.text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")).scalar_one())


def _read(
    session: Session, event_id: EventId, since: Look | None, known: SeatStates, geometry: Geometry
) -> StateChanges:
    newer = "AND changed_xid >= %(since)s::xid8" if since is not None else ""
    data = session.copy(
        f"""SELECT ordinal, array_position('{{available,held,booked,killed}}', status)::int2 - 1::int2,
                   (array_position(%(zones)s, zone_id) - 1)::int2,
                   coalesce(array_position(%(hold_types)s, hold_type_id), 0)::int2,
                   coalesce(extract(epoch FROM hold_expires_at), 'NaN')::float8, price,
                   coalesce(current_booking_id, '00000000-0000-0000-0000-000000000000'::uuid)
              FROM evently.event_seats WHERE event_id = %(event)s {newer}""",  # noqa: S608
        {
            "event": event_id,
            "since": since,
            "zones": [zone.id for zone in geometry.zones],
            "hold_types": [kind.id for kind in known.hold_types] or [UUID(int=0)],
        },
    )
    rows = _table(
        data, ("ordinal", ">i4"), ("status", ">i2"), ("zone", ">i2"), ("hold_type", ">i2"), ("expires", ">f8"),
        ("price", ">i8"), ("booking", "V16"),
    )  # fmt: skip
    booking = np.frombuffer(rows["booking"].tobytes(), np.uint8).reshape(-1, 16)
    return StateChanges(
        ordinal=rows["ordinal"].astype(np.int32),
        status=rows["status"].astype(np.uint8),
        zone=rows["zone"].astype(np.uint8),
        hold_type=rows["hold_type"].astype(np.uint8),
        expires=rows["expires"].astype(np.float64),
        holder=_holders(session, event_id, rows["status"] == 1, booking, known),
        price=rows["price"].astype(np.int64),
        booking=booking,
    )


def _holders(
    session: Session,
    event_id: EventId,
    held: NDArray[np.bool_],
    booking: NDArray[np.uint8],
    known: SeatStates,
) -> NDArray[np.int32]:
    result = np.full(len(held), -1, np.int32)
    where = np.flatnonzero(held)
    if not len(where):
        return result
    by_booking: dict[bytes, Any] = {booking[i].tobytes(): None for i in where}
    b = t.bookings.c
    rows = session.execute(
        sa.select(b.id, b.seller_initials, b.station).where(
            b.event_id == event_id, b.id.in_([UUID(bytes=key) for key in by_booking])
        )
    )
    index = {holder: number for number, holder in enumerate(known.holders)}
    for row in rows:
        holder = Holder(row.seller_initials, row.station)
        if holder not in index:
            index[holder] = len(known.holders)
            known.holders.append(holder)
        by_booking[row.id.bytes] = index[holder]
    for i in where:
        number = by_booking[booking[i].tobytes()]
        result[i] = -1 if number is None else number
    return result
