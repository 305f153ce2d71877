"""The declared tables. The migrated database is held against these by a test; see tests/migrations."""

from evently_desktop.database.tables.base import SCHEMA, metadata
from evently_desktop.database.tables.events import (
    XID8,
    event_analytics,
    event_seats,
    event_series,
    events,
    prices,
    pricing_history,
    pricing_rules,
    seat_allocations,
)  # fmt: skip
from evently_desktop.database.tables.halls import (
    hold_types,
    plan_seats,
    price_types,
    price_zones,
    seating_plans,
    venues,
)  # fmt: skip
from evently_desktop.database.tables.messages import email_delivery_log, email_templates, notifications
from evently_desktop.database.tables.people import box_office, shifts, signing_keys, till_movements, tills, users
from evently_desktop.database.tables.queue import waitlist_promotions, waitlists
from evently_desktop.database.tables.sales import (
    booking_attempts,
    booking_logs,
    booking_seats,
    bookings,
    bookings_archive,
    payments,
    tickets,
    transactions,
)  # fmt: skip

__all__ = [
    "SCHEMA", "XID8", "booking_attempts", "booking_logs", "booking_seats", "bookings", "bookings_archive",
    "box_office", "email_delivery_log", "email_templates", "event_analytics", "event_seats", "event_series",
    "events", "hold_types", "metadata", "notifications", "payments", "plan_seats", "price_types", "price_zones",
    "prices", "pricing_history", "pricing_rules", "seat_allocations", "seating_plans", "shifts", "signing_keys",
    "tickets", "till_movements", "tills", "transactions", "users", "venues", "waitlist_promotions", "waitlists",
]  # fmt: skip
