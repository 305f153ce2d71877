"""Waitlists and the offers made to them."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

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

waitlists = table(
    "waitlists", "event",
    event_id(on_delete="CASCADE"), uuid("id", primary=True), uuid("user_id", to("users")),
    integer("party_size", default=1), flag("together", True), text("section_preference", default=""),
    money("max_price", null=True), integer("position"),
    sa.Column("priority_score", sa.Numeric, nullable=False, server_default=sa.text("0")),
    text("status", default="waiting"),
    sa.Column("notification_preferences", JSONB, nullable=False, server_default=sa.text("'{}'")),
    when("joined_at", null=False, default="now()"), when("expires_at"), when("notified_at"),
    version(), created(), updated(),
    sa.UniqueConstraint("event_id", "user_id"),
    one_of("status", "waiting", "promoted", "converted", "expired", "left"),
    check("position", "position > 0"), check("party_size", "party_size BETWEEN 1 AND 500"),
)  # fmt: skip
sa.Index("ix_waitlists_event_position", waitlists.c.event_id, waitlists.c.position,
         postgresql_where=waitlists.c.status == "waiting")  # fmt: skip
sa.Index("ix_waitlists_priority_joined", waitlists.c.event_id, waitlists.c.priority_score.desc(), waitlists.c.joined_at,
         postgresql_where=waitlists.c.status == "waiting")  # fmt: skip
sa.Index("ix_waitlists_user_priority", waitlists.c.user_id, waitlists.c.priority_score)

waitlist_promotions = table(
    "waitlist_promotions", "event",
    event_id(on_delete="CASCADE"), uuid("id", primary=True), uuid("waitlist_id"), uuid("user_id", to("users")),
    integer("window_minutes", default=60), text("status", default="pending"), text("promotion_reason", default=""),
    uuid("booking_id", null=True), when("promoted_at", null=False, default="now()"), when("expires_at", null=False),
    created(),
    sa.ForeignKeyConstraint(["event_id", "waitlist_id"], ["evently.waitlists.event_id", "evently.waitlists.id"],
                            ondelete="CASCADE"),
    within_event("booking_id", "bookings"),
    one_of("status", "pending", "used", "expired"), check("window", "window_minutes > 0 AND expires_at > promoted_at"),
    check("used", "(status = 'used') = (booking_id IS NOT NULL)"),
)  # fmt: skip
sa.Index("uq_waitlist_promotions_pending", waitlist_promotions.c.event_id, waitlist_promotions.c.waitlist_id,
         unique=True,
         postgresql_where=waitlist_promotions.c.status == "pending")  # fmt: skip
