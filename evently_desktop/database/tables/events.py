"""The catalogue of events, the seats of each, and their prices."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.types import UserDefinedType

from evently_desktop.database.tables.base import (
    check,
    created,
    event_id,
    flag,
    integer,
    money,
    one_of,
    table,
    text,
    to,
    updated,
    uuid,
    version,
    when,
    within_event,
)  # fmt: skip


class XID8(UserDefinedType[int]):
    """A transaction's 64-bit id, which never wraps round."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


event_series = table(
    "event_series", "reference",
    uuid("id", primary=True), text("name"), text("description", default=""), uuid("venue_id", to("venues")),
    uuid("created_by", to("users"), null=True), version(), created(), updated(),
)  # fmt: skip

# The seeds' available_seats is the view event_availability: a counter here would make all sales of an
# event queue for one row. ``venue`` is the name that tickets carry.
events = table(
    "events", "reference",
    uuid("id", primary=True), uuid("series_id", to("event_series"), null=True), uuid("venue_id", to("venues")),
    uuid("plan_id", to("seating_plans")), text("name"), text("description", default=""), text("venue"),
    text("category", default=""), text("image_url", null=True),
    when("starts_at", null=False), when("ends_at"), when("on_sale_from"), when("on_sale_until"),
    text("status", default="draft"), integer("max_seats", default=10), flag("one_per_customer", False),
    text("currency"), money("base_price", default=0), money("current_price", default=0),
    money("fee_per_seat", default=0), integer("total_capacity", default=0),
    uuid("created_by", to("users"), null=True), version(), created(), updated(),
    sa.Column("search", TSVECTOR, sa.Computed(
        "to_tsvector('simple', name || ' ' || description || ' ' || venue)", persisted=True)),
    one_of("status", "draft", "active", "cancelled", "completed"),
    check("name", "length(name) BETWEEN 1 AND 500"), check("capacity", "total_capacity >= 0"),
    check("date", "starts_at > created_at"), check("ends", "ends_at IS NULL OR ends_at >= starts_at"),
    check("on_sale", "on_sale_from IS NULL OR on_sale_until IS NULL OR on_sale_from < on_sale_until"),
    check("pricing", "base_price >= 0 AND current_price >= 0 AND fee_per_seat >= 0"),
    check("max_seats", "max_seats BETWEEN 1 AND 500"), check("currency", "currency ~ '^[A-Z]{3}$'"),
)  # fmt: skip
sa.Index("ix_events_starts_at_status", events.c.starts_at, events.c.status)
sa.Index("ix_events_upcoming", events.c.starts_at, postgresql_where=events.c.status == "active")
sa.Index("ix_events_search", events.c.search, postgresql_using="gin")
sa.Index("ix_events_created_by", events.c.created_by)
sa.Index("ix_events_category", events.c.category, events.c.starts_at)

# A seat's id is its id in the plan, so geometry alone names seats and an event reads only states.
event_seats = table(
    "event_seats", "event",
    event_id(on_delete="CASCADE"), uuid("id", primary=True), integer("ordinal"),
    text("section"), text("row_number"), text("seat_number"), uuid("zone_id", to("price_zones")),
    sa.Column("place", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    money("base_price", default=0),
    sa.Column("dynamic_multiplier", sa.Numeric(5, 3), nullable=False, server_default=sa.text("1")),
    money("price", default=0), text("status", default="available"), uuid("hold_type_id", to("hold_types"), null=True),
    uuid("current_booking_id", null=True), when("hold_expires_at"), integer("version", default=0),
    sa.Column("changed_xid", XID8, nullable=False, server_default=sa.text("pg_current_xact_id()")),
    sa.Column("view_quality_score", sa.SmallInteger, nullable=False, server_default=sa.text("5")),
    sa.Column("distance_to_stage", sa.REAL, nullable=False, server_default=sa.text("0")),
    created(), updated(),
    within_event("current_booking_id", "bookings"),
    sa.UniqueConstraint("event_id", "section", "row_number", "seat_number"),
    one_of("status", "available", "held", "booked", "killed"),
    check("price", "base_price >= 0 AND dynamic_multiplier > 0 AND price = round(base_price * dynamic_multiplier)"),
    check("booking", "(status IN ('held', 'booked')) = (current_booking_id IS NOT NULL)"),
    check("hold", "(status = 'held') = (hold_expires_at IS NOT NULL)"),
    check("view_quality_score", "view_quality_score BETWEEN 1 AND 10"),
    postgresql_with={"fillfactor": 80},
)  # fmt: skip
sa.Index("ix_event_seats_changed", event_seats.c.event_id, event_seats.c.changed_xid)
sa.Index("ix_event_seats_booking", event_seats.c.event_id, event_seats.c.current_booking_id,
         postgresql_where=event_seats.c.current_booking_id.is_not(None))  # fmt: skip

prices = table(
    "prices", "event",
    event_id(on_delete="CASCADE"), uuid("zone_id", to("price_zones"), primary=True),
    uuid("price_type_id", to("price_types"), primary=True), money("amount"), version(), updated(),
    check("amount", "amount >= 0"),
)  # fmt: skip

pricing_rules = table(
    "pricing_rules", "event",
    event_id(on_delete="CASCADE"), uuid("id", primary=True), text("name"), text("kind"),
    sa.Column("condition", JSONB, nullable=False, server_default=sa.text("'{}'")),
    sa.Column("multiplier", sa.Numeric(5, 3), nullable=False), integer("priority", default=0), flag("is_active", True),
    version(), created(), updated(),
    one_of("kind", "sold_share", "days_before", "window"), check("multiplier", "multiplier > 0"),
)  # fmt: skip

pricing_history = table(
    "pricing_history", "event",
    event_id(on_delete="CASCADE"), uuid("id", primary=True), uuid("zone_id", null=True), uuid("price_type_id",
    null=True),
    money("old_price", null=True), money("new_price", null=True), text("reason", default=""), text("applied_by"),
    when("applied_at", null=False, default="now()"),
)  # fmt: skip
sa.Index("ix_pricing_history_applied", pricing_history.c.event_id, pricing_history.c.applied_at.desc())

seat_allocations = table(
    "seat_allocations", "event",
    event_id(on_delete="CASCADE"), uuid("id", primary=True), uuid("hold_type_id", to("hold_types")),
    text("note", default=""), when("release_at"), when("released_at"), uuid("created_by", to("users"), null=True),
    version(), created(),
    sa.UniqueConstraint("event_id", "hold_type_id"),
)  # fmt: skip

event_analytics = table(
    "event_analytics", "event",
    event_id(on_delete="CASCADE"), uuid("id", primary=True), text("metric_type"),
    sa.Column("metric_value", sa.Numeric, nullable=False), flag("is_realtime", False),
    when("recorded_at", null=False, default="now()"),
)  # fmt: skip
sa.Index("ix_event_analytics_metric", event_analytics.c.event_id, event_analytics.c.metric_type,
         event_analytics.c.recorded_at)  # fmt: skip
