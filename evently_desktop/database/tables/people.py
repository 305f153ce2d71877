"""Customers and staff, tills and shifts, and the house's own rules."""

import sqlalchemy as sa

from evently_desktop.database.tables.base import (
    check,
    created,
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
)  # fmt: skip

# Seeds 001 to 004. Passwords are not here: PostgreSQL itself signs staff in (SCRAM-SHA-256).
users = table(
    "users", "reference",
    uuid("id", primary=True),
    text("email", null=True), text("name"), text("phone", null=True),
    text("login", null=True, unique=True), text("initials", default=""),
    text("role", default="customer"), flag("is_active", True),
    version(), created(), updated(), when("deleted_at"),
    one_of("role", "customer", "clerk", "organizer", "manager", "admin"),
    check("email_form", r"email ~* '^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$'"),
    check("name", "length(name) BETWEEN 1 AND 255"),
    check("staff_have_logins", "(role = 'customer') = (login IS NULL)"),
)  # fmt: skip
sa.Index("uq_users_email", sa.func.lower(users.c.email), unique=True)
sa.Index("ix_users_role", users.c.role)
sa.Index("ix_users_active", users.c.id, postgresql_where=users.c.deleted_at.is_(None))
sa.Index("ix_users_name", sa.func.lower(users.c.name).label("name"), postgresql_ops={"name": "text_pattern_ops"})

tills = table(
    "tills", "reference",
    uuid("id", primary=True), text("name", unique=True), text("currency"),
    # The smallest coin in the drawer, in minor units: cash is rounded to it.
    integer("cash_step", default=1), flag("is_active", True), version(), created(), updated(),
    check("cash_step", "cash_step > 0"), check("currency", "currency ~ '^[A-Z]{3}$'"),
)  # fmt: skip

shifts = table(
    "shifts", "reference",
    uuid("id", primary=True), uuid("till_id", to("tills")), uuid("user_id", to("users")), text("login"),
    text("status", default="open"), money("float_amount"), when("opened_at", null=False, default="now()"),
    when("closed_at"), money("expected_amount", null=True), money("counted_amount", null=True),
    text("station", default=""), version(),
    one_of("status", "open", "closed"), check("float_amount", "float_amount >= 0"),
    check("closed", "(status = 'closed') = (closed_at IS NOT NULL AND counted_amount IS NOT NULL)"),
)  # fmt: skip
sa.Index("uq_shifts_open_till", shifts.c.till_id, unique=True, postgresql_where=shifts.c.status == "open")
sa.Index("uq_shifts_open_user", shifts.c.user_id, unique=True, postgresql_where=shifts.c.status == "open")

till_movements = table(
    "till_movements", "local",
    uuid("id", primary=True), uuid("shift_id", to("shifts")), text("kind"), money("amount"), text("reason"),
    text("login"), created(),
    one_of("kind", "float", "paid_in", "paid_out", "count"), check("amount", "amount >= 0"),
)  # fmt: skip
sa.Index("ix_till_movements_shift_id", till_movements.c.shift_id)

box_office = table(
    "box_office", "reference",
    sa.Column("id", sa.Integer, primary_key=True, server_default=sa.text("1"), autoincrement=False),
    text("name", default="Box office"), integer("hold_seconds", default=300),
    # The hold lasts at least this long while a card terminal is asked.
    integer("payment_seconds", default=180),
    # No hold lives longer than this after its basket opened, whatever extends it.
    integer("longest_hold_seconds", default=1800),
    # What one login may have in open baskets, everywhere and at one station: a program that ran wild empties no hall.
    integer("held_seats_per_login", default=1000), integer("held_seats_per_station", default=500),
    version(), updated(),
    check("only_one", "id = 1"),
    check("times", "hold_seconds > 0 AND payment_seconds > 0 AND longest_hold_seconds >= hold_seconds"),
)  # fmt: skip

# The two halves of an HMAC key (RFC 2104), each 64 bytes; only the verbs' role may read them.
signing_keys = table(
    "signing_keys", "reference",
    sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("inner_pad", sa.LargeBinary, nullable=False), sa.Column("outer_pad", sa.LargeBinary, nullable=False),
    created(),
    check("length", "length(inner_pad) = 64 AND length(outer_pad) = 64"),
)  # fmt: skip
