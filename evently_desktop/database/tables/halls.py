"""Venues, seating plans and what a place costs: what is there before any event."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from evently_desktop.database.tables.base import (
    check,
    created,
    flag,
    integer,
    one_of,
    table,
    text,
    to,
    updated,
    uuid,
    version,
)  # fmt: skip

venues = table(
    "venues", "reference",
    uuid("id", primary=True), text("name"), text("address", default=""), text("city", default=""),
    text("country", default=""), text("time_zone"), text("currency"), integer("capacity", default=0),
    sa.Column("layout", JSONB, nullable=False, server_default=sa.text("'{}'")),
    version(), created(), updated(),
    check("capacity", "capacity >= 0"), check("currency", "currency ~ '^[A-Z]{3}$'"),
    check("name", "length(name) BETWEEN 1 AND 500"),
)  # fmt: skip

price_zones = table(
    "price_zones", "reference",
    uuid("id", primary=True), uuid("venue_id", to("venues")), text("name"), integer("colour"), integer("ordinal"),
    sa.UniqueConstraint("venue_id", "name"), check("colour", "colour BETWEEN 0 AND 7"),
)  # fmt: skip

# A version of a plan never changes: a counter caches it by its id.
seating_plans = table(
    "seating_plans", "reference",
    uuid("id", primary=True), uuid("venue_id", to("venues")), text("name"), integer("plan_version", default=1),
    integer("seat_count"), sa.Column("layout", JSONB, nullable=False),
    uuid("created_by", to("users"), null=True), created(),
    sa.UniqueConstraint("venue_id", "name", "plan_version"),
    check("seat_count", "seat_count >= 0"), check("plan_version", "plan_version > 0"),
)  # fmt: skip

plan_seats = table(
    "plan_seats", "reference",
    uuid("plan_id", to("seating_plans", on_delete="CASCADE"), primary=True), uuid("seat_id", primary=True),
    integer("ordinal"), text("section"), text("row_number"), text("seat_number"),
    sa.Column("x", sa.REAL, nullable=False), sa.Column("y", sa.REAL, nullable=False),
    integer("block"), sa.Column("position", sa.SmallInteger, nullable=False),
    sa.Column("place", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    flag("restricted", False), uuid("zone_id", to("price_zones")),
    sa.Column("quality", sa.SmallInteger, nullable=False), sa.Column("distance", sa.REAL, nullable=False),
    sa.UniqueConstraint("plan_id", "ordinal"),
    sa.UniqueConstraint("plan_id", "section", "row_number", "seat_number"),
    check("place", "place BETWEEN 0 AND 3"), check("quality", "quality BETWEEN 1 AND 10"),
    # NaN is larger than every number here, so this refuses it too.
    check("coordinates", "abs(x) <= 100000 AND abs(y) <= 100000"), check("ordinal", "ordinal >= 0"),
)  # fmt: skip

price_types = table(
    "price_types", "reference",
    uuid("id", primary=True), text("name", unique=True), text("key", unique=True), flag("is_comp", False),
    flag("is_standard", False), integer("ordinal", default=0), flag("is_active", True), version(), updated(),
    check("key", "key ~ '^[A-Z]$'"),
)  # fmt: skip
sa.Index("uq_price_types_standard", price_types.c.is_standard, unique=True, postgresql_where=price_types.c.is_standard)

hold_types = table(
    "hold_types", "reference",
    uuid("id", primary=True), text("name", unique=True), text("letter", unique=True), text("may_sell",
    default="manager"),
    version(), updated(),
    check("letter", "letter ~ '^[A-Z]$'"), one_of("may_sell", "clerk", "organizer", "manager", "admin"),
)  # fmt: skip
