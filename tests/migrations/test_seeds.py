"""Every table, index and rule of the schema documents that the product grew from has its home.

Each entry names where in the seeds it comes from and where it lives now. Notes stand where the design deliberately
does better than the letter (DESIGN.md, section 4).
"""

from typing import Any

import psycopg
import pytest

from evently_desktop.database.tables import metadata

# table in the seeds: where it lives now
TABLES = {
    "000 users": "users",
    "000 notifications": "notifications",
    "000 venues": "venues",
    "000 events": "events",
    "000 seats": "event_seats",
    "000 bookings": "bookings",
    "000 booking_seats": "booking_seats",
    "000 waitlists": "waitlists",
    "000 payments": "payments",
    "000 transactions": "transactions",
    "000 analytics": "event_analytics",
    "001 pricing_history": "pricing_history",
    "001 event_analytics": "event_analytics",
    "001 booking_attempts": "booking_attempts",
    "001 waitlist_promotions": "waitlist_promotions",
    "001 email_templates": "email_templates",
    "001 email_delivery_log": "email_delivery_log",
    "001 bookings_archive": "bookings_archive",
    "001 notifications_2025_09": "notifications_default",  # months are made by prepare_notifications
    "002 booking_logs": "booking_logs",
    "004 event_seats": "event_seats",
    "004 booking_seats": "booking_seats",
    "004 waitlist": "waitlists",
    "004 seat_views": "event_seats",  # a seat has its view, not only its section
}

# column in the seeds: where it lives now; "" where it is gone on purpose
COLUMNS = {
    "users.email": "users.email", "users.name": "users.name", "users.full_name": "users.name",
    "users.password_hash": "",  # PostgreSQL itself signs staff in
    "users.role": "users.role", "users.is_active": "users.is_active", "users.version": "users.version",
    "users.deleted_at": "users.deleted_at",
    "events.name": "events.name", "events.description": "events.description", "events.venue": "events.venue",
    "events.event_date": "events.starts_at", "events.end_time": "events.ends_at",
    "events.city": "venues.city", "events.country": "venues.country",
    "events.total_capacity": "events.total_capacity", "events.available_seats": "event_availability.available_seats",
    "events.base_price": "events.base_price", "events.current_price": "events.current_price",
    "events.status": "events.status", "events.version": "events.version", "events.created_by": "events.created_by",
    "events.category": "events.category", "events.image_url": "events.image_url",
    "event_seats.price": "event_seats.price", "event_seats.current_booking_id": "event_seats.current_booking_id",
    "event_seats.version": "event_seats.version", "event_seats.base_price": "event_seats.base_price",
    "event_seats.dynamic_multiplier": "event_seats.dynamic_multiplier",
    "seat_views.view_quality_score": "event_seats.view_quality_score",
    "seat_views.distance_to_stage_meters": "event_seats.distance_to_stage",
    "bookings.user_id": "bookings.customer_id", "bookings.quantity": "bookings.quantity",
    "bookings.total_amount": "bookings.total_amount", "bookings.booking_ref": "bookings.reference",
    "bookings.hold_expires_at": "bookings.hold_expires_at", "bookings.payment_id": "payments.booking_id",
    "bookings.confirmed_at": "bookings.confirmed_at", "bookings.cancelled_at": "bookings.cancelled_at",
    "booking_seats.price_at_booking": "booking_seats.price_at_booking",
    "booking_logs.action": "booking_logs.action", "booking_logs.details": "booking_logs.details",
    "booking_logs.timestamp": "booking_logs.logged_at",
    "booking_attempts.user_agent": "booking_attempts.program",
    "booking_attempts.ip_address": "booking_attempts.ip_address",
    "booking_attempts.failure_reason": "booking_attempts.failure_reason",
    "pricing_history.change_reason": "pricing_history.reason",
    "pricing_history.applied_by": "pricing_history.applied_by",
    "waitlists.priority_score": "waitlists.priority_score",
    "waitlists.notify_prefs": "waitlists.notification_preferences",
    "waitlist.section_preference": "waitlists.section_preference", "waitlist.max_price": "waitlists.max_price",
    "waitlist.notified_at": "waitlists.notified_at",
    "waitlist_promotions.window_minutes": "waitlist_promotions.window_minutes",
    "waitlist_promotions.booking_id": "waitlist_promotions.booking_id",
    "notifications.channels": "notifications.channels", "notifications.read": "notifications.read",
    "email_templates.variables": "email_templates.variables",
    "email_delivery_log.send_attempts": "email_delivery_log.send_attempts",
    "email_delivery_log.metadata": "email_delivery_log.metadata",
    "event_analytics.is_realtime": "event_analytics.is_realtime",
}  # fmt: skip

# index in the seeds: what answers the same question now
INDEXES = {
    "001 idx_events_date_status": "ix_events_starts_at_status",
    "001 idx_bookings_user_event": "ix_bookings_customer",
    "001 idx_bookings_status_created": "ix_bookings_status_created",
    "001 idx_waitlists_event_position": "ix_waitlists_event_position",
    "001 idx_waitlists_priority_joined": "ix_waitlists_priority_joined",
    "001 idx_booking_attempts_result_time": "ix_booking_attempts_result_time",
    "001 idx_pricing_history_event_applied": "ix_pricing_history_applied",
    "001 idx_notifications_user_unread": "ix_notifications_user_unread",
    "001 idx_notifications_type_sent": "ix_notifications_type_sent",
    "001 idx_events_search": "ix_events_search",
    "001 idx_events_upcoming": "ix_events_upcoming",  # now() is not allowed in an index's condition
    "001 idx_bookings_recent": "ix_bookings_status_created",  # nor is "30 days ago"
    "001 idx_users_active": "ix_users_active",
    "002 idx_users_email": "uq_users_email",
    "002 idx_users_role": "ix_users_role",
    "002 idx_events_event_date": "ix_events_starts_at_status",
    "002 idx_events_available_seats": "ix_events_upcoming",  # free seats are counted, never stored with the event
    "002 idx_events_created_by": "ix_events_created_by",
    "002 idx_bookings_user_id": "ix_bookings_customer",
    "002 idx_bookings_event_id": "pk_bookings",
    "002 idx_bookings_status": "ix_bookings_status_created",
    "002 idx_bookings_created_at": "ix_bookings_status_created",
    "002 bookings_booking_id": "uq_bookings_reference_event_id",
    "002 bookings_user_event_confirmed_unique": "uq_bookings_one_per_customer",
    "002 idx_booking_logs_booking_id": "pk_booking_logs",
    "002 idx_booking_logs_action": "ix_booking_logs_logged_at",  # read by time; each more would slow every hold
    "002 idx_booking_logs_timestamp": "ix_booking_logs_logged_at",
    "002 idx_booking_logs_user_event": "pk_booking_logs",
    "003 idx_waitlists_user_priority": "ix_waitlists_user_priority",
    "004 idx_events_start_time": "ix_events_starts_at_status",
    "004 idx_events_city_category": "ix_events_category",  # the city is the venue's
    "004 idx_events_is_active": "ix_events_upcoming",
    "004 idx_event_seats_event_status": "pk_event_seats",  # seats are locked by key; status changes with every hold
    "004 idx_event_seats_booking": "ix_event_seats_booking",
    "004 idx_event_seats_section": "uq_event_seats_event_id_section_row_number_seat_number",
    "004 idx_bookings_hold_expires": "ix_bookings_hold_expires",
    "004 idx_bookings_user_status": "ix_bookings_customer",
    "004 idx_bookings_event": "pk_bookings",
    "004 idx_booking_seats_booking": "ix_booking_seats_booking",
    "004 idx_booking_seats_seat": "uq_booking_seats_live",
    "004 unique(booking_id, seat_id)": "uq_booking_seats_live",  # a seat given back may come again, one line is live
}

# rule in the seeds: the constraint, trigger or function that keeps it
RULES = {
    "001 chk_email_format": "ck_users_email_form",
    "001 chk_event_capacity": "ck_events_capacity",
    "001 chk_event_date": "ck_events_date",
    "001 chk_pricing": "ck_events_pricing",
    "001 chk_booking_quantity": "ck_bookings_quantity",  # events say how many; 10 is their default
    "001 chk_booking_amount": "ck_bookings_amounts",  # comps may total 0
    "001 unq_user_event_waitlist": "uq_waitlists_event_id_user_id",
    "001 chk_waitlist_position": "ck_waitlists_position",
    "001 generate_booking_reference": "_reference",  # random, not a clock
    "001 reorder_waitlist_positions": "close_waitlist_gap",
    "001 prevent_overbooking": "uq_booking_seats_live",
    "002 check_seat_capacity": "ck_events_capacity",
    "002 create_booking": "complete_sale",
    "002 cancel_booking": "refund_seats",
    "004 seat_status": "ck_event_seats_status",
    "004 booking_status": "ck_bookings_status",
    "004 state transitions": "step_booking",
    "004 view_quality_score": "ck_event_seats_view_quality_score",
    "004 price = base_price * dynamic_multiplier": "ck_event_seats_price",
    "004 expiry worker": "sweep_holds",
    "004 trigger_update_available_seats": "event_availability",  # counted, so that no row is hot
}


def names(connection: psycopg.Connection[Any], query: str) -> set[str]:
    return {name for (name,) in connection.execute(query.encode()).fetchall()}


def test_every_table_of_the_seeds_has_its_home(migrated: psycopg.Connection[Any]) -> None:
    there = names(
        migrated, "SELECT relname FROM pg_class WHERE relnamespace = 'evently'::regnamespace AND relkind IN ('r', 'p')"
    )
    assert set(TABLES.values()) <= there


def test_every_column_of_the_seeds_has_its_home(migrated: psycopg.Connection[Any]) -> None:
    there = names(
        migrated,
        """SELECT relname || '.' || attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
            WHERE relnamespace = 'evently'::regnamespace AND attnum > 0""",
    )
    assert {home for home in COLUMNS.values() if home} <= there


def test_every_index_of_the_seeds_has_its_home(migrated: psycopg.Connection[Any]) -> None:
    there = names(
        migrated, "SELECT relname FROM pg_class WHERE relnamespace = 'evently'::regnamespace AND relkind IN ('i', 'I')"
    )
    assert set(INDEXES.values()) <= there


def test_every_rule_of_the_seeds_has_its_home(migrated: psycopg.Connection[Any]) -> None:
    there = names(
        migrated,
        """SELECT conname FROM pg_constraint WHERE connamespace = 'evently'::regnamespace
           UNION SELECT proname FROM pg_proc WHERE pronamespace = 'evently'::regnamespace
           UNION SELECT relname FROM pg_class WHERE relnamespace = 'evently'::regnamespace""",
    )
    assert set(RULES.values()) <= there


def test_ids_are_uuids_money_is_whole_and_times_have_zones() -> None:
    for table in metadata.sorted_tables:
        for column in table.columns:
            type_ = str(column.type)
            assert "TIMESTAMP" not in type_ or getattr(column.type, "timezone", True), column
            assert not type_.startswith(("DECIMAL", "VARCHAR", "FLOAT")), column
    for name in ("users", "events", "bookings", "tickets", "payments", "waitlists"):
        assert str(metadata.tables[f"evently.{name}"].c.id.type) == "UUID"


@pytest.mark.parametrize("question", ["EVT-ABCD-EFGH", "Hamlet"])
def test_full_text_search_finds_events_by_the_index(migrated: psycopg.Connection[Any], question: str) -> None:
    with migrated.transaction():
        migrated.execute("SET LOCAL enable_seqscan = off")
        plan = migrated.execute(
            "EXPLAIN SELECT id FROM evently.events WHERE search @@ plainto_tsquery('simple', %s)", [question]
        ).fetchall()
    assert "ix_events_search" in str(plan)
