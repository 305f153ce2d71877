"""Venues and their seating plans, as organizers set them up."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import sqlalchemy as sa

from evently_desktop.database import tables as t
from evently_desktop.database.transactions import Session
from evently_desktop.domain.ids import VenueId
from evently_desktop.domain.seating import Geometry
from evently_desktop.errors import BadInput
from evently_desktop.language import tr
from evently_desktop.services.writing import insert_once


@dataclass(frozen=True)
class Venue:
    """A house. ``time_zone`` is an IANA name, ``currency`` ISO 4217."""

    id: VenueId
    name: str
    address: str
    city: str
    country: str
    time_zone: str
    currency: str


def add(session: Session, venue: Venue, capacity: int) -> None:
    """Write a venue down; the same id again changes nothing."""
    row = {key: getattr(venue, key) for key in ("id", "name", "address", "city", "country", "time_zone", "currency")}
    insert_once(session, t.venues, row | {"capacity": capacity})


def add_plan(session: Session, venue_id: VenueId, name: str, plan: Geometry) -> None:
    """Write a version of a seating plan down with its zones and seats; the same id again changes nothing.

    Raises `BadInput` for coordinates that are no numbers or further than 100 km out, naming the seat.
    """
    far = np.flatnonzero(~((np.abs(plan.x) <= 1e5) & (np.abs(plan.y) <= 1e5)))
    if len(far):
        raise BadInput(tr("{seat} lies outside of any hall: its place is no number or too far out.",
                          seat=plan.name(int(far[0]))))  # fmt: skip
    for ordinal, zone in enumerate(plan.zones):
        zone_row = {"id": zone.id, "venue_id": venue_id, "name": zone.name, "colour": zone.colour, "ordinal": ordinal}
        insert_once(session, t.price_zones, zone_row)
    row = {"id": plan.plan_id, "venue_id": venue_id, "name": name, "seat_count": len(plan), "layout": _layout(plan)}
    if insert_once(session, t.seating_plans, row):
        _write_seats(session, plan)


def _layout(plan: Geometry) -> dict[str, Any]:
    return {
        "sections": [{"name": s.name, "outline": s.outline, "label_at": s.label_at} for s in plan.sections],
        "shapes": [{"kind": s.kind, "outline": s.outline, "label": s.label} for s in plan.shapes],
        "focal_point": plan.focal_point,
    }


def _write_seats(session: Session, plan: Geometry) -> None:
    # One statement for the whole hall: COPY does not know row-level security.
    names = np.array([section.name for section in plan.sections])
    zones = [zone.id for zone in plan.zones]
    session.execute(
        sa.text("""
            INSERT INTO evently.plan_seats (plan_id, seat_id, ordinal, section, row_number, seat_number, x, y, block,
                                            position, place, restricted, zone_id, quality, distance)
            SELECT :plan, seat, ordinal - 1, section, row_number, seat_number, x, y, block, position, place, restricted,
                   (CAST(:zones AS uuid[]))[zone + 1], quality, distance
              FROM unnest(CAST(:ids AS uuid[]), CAST(:sections AS text[]), CAST(:rows AS text[]),
                          CAST(:numbers AS text[]), CAST(:x AS real[]), CAST(:y AS real[]), CAST(:blocks AS integer[]),
                          CAST(:positions AS smallint[]), CAST(:places AS smallint[]), CAST(:restricted AS boolean[]),
                          CAST(:zone AS integer[]), CAST(:quality AS smallint[]), CAST(:distance AS real[]))
                   WITH ORDINALITY AS s(seat, section, row_number, seat_number, x, y, block, position, place,
                                        restricted, zone, quality, distance, ordinal)"""),
        {
            "plan": plan.plan_id, "zones": zones, "ids": [UUID(bytes=seat.tobytes()) for seat in plan.ids],
            "sections": names[plan.section].tolist(), "rows": plan.row.tolist(), "numbers": plan.number.tolist(),
            "x": plan.x.tolist(), "y": plan.y.tolist(), "blocks": plan.block.tolist(),
            "positions": plan.position.tolist(), "places": plan.place.tolist(),
            "restricted": plan.restricted.tolist(), "zone": plan.zone.tolist(), "quality": plan.quality.tolist(),
            "distance": plan.distance.tolist(),
        },
    )  # fmt: skip
