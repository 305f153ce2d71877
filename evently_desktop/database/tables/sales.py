"""Bookings, tickets and money. Only the verbs write here; see migrations/sql."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import INET, JSONB

from evently_desktop.database.tables.base import (
    check,
    created,
    event_id,
    flag,
    integer,
    money,
    one_of,
    owned_event_id,
    table,
    text,
    to,
    updated,
    uuid,
    version,
    when,
    within_event,
)  # fmt: skip


def _booking_columns() -> list[sa.Column[object]]:
    return [
        text("reference"), text("status", default="held"), integer("quantity"), money("total_amount"),
        money("fee_amount", default=0), money("paid_amount", default=0), text("currency"),
        when("hold_expires_at"), when("parked_at"), when("confirmed_at"), when("cancelled_at"),
        uuid("customer_id", to("users"), null=True), uuid("seller_id", to("users")), text("seller_login"),
        text("seller_initials", default=""),
        text("station", default=""), text("channel", default="counter"), text("note", default=""),
        flag("one_per_customer", False), version(), created(), updated(),
    ]  # fmt: skip


bookings = table(
    "bookings", "event",
    event_id(on_delete="RESTRICT"), uuid("id", primary=True), *_booking_columns(),
    # The reference first: a plan that was made while the table was empty must not walk an event's bookings by it.
    sa.UniqueConstraint("reference", "event_id"),
    one_of("status", "held", "confirmed", "expired", "cancelled"),
    one_of("channel", "counter", "phone", "import"),
    check("quantity", "quantity BETWEEN 1 AND 500"),
    # Comps make a total of 0 legal, where the seed asked for more than 0.
    check("amounts", "total_amount >= 0 AND fee_amount >= 0 AND paid_amount >= 0"),
    check("held", "(status = 'held') = (hold_expires_at IS NOT NULL)"),
    check("confirmed", "status <> 'confirmed' OR confirmed_at IS NOT NULL"),
    check("cancelled", "(status = 'cancelled') = (cancelled_at IS NOT NULL)"),
)  # fmt: skip
# Every hold asks what its login has in open baskets; a sweep reads the whole of it, which is short.
sa.Index("ix_bookings_hold_expires", bookings.c.seller_id, bookings.c.hold_expires_at, bookings.c.event_id,
         postgresql_where=bookings.c.status == "held")  # fmt: skip
sa.Index("ix_bookings_customer", bookings.c.customer_id, bookings.c.event_id,
         postgresql_include=["quantity", "total_amount"],
         postgresql_where=bookings.c.customer_id.is_not(None))  # fmt: skip
sa.Index("uq_bookings_one_per_customer", bookings.c.event_id, bookings.c.customer_id, unique=True,
         postgresql_where=sa.text("status = 'confirmed' AND one_per_customer"))  # fmt: skip
sa.Index("ix_bookings_status_created", bookings.c.status, bookings.c.created_at, bookings.c.event_id,
         postgresql_where=sa.text("status IN ('confirmed', 'cancelled')"))  # fmt: skip

# Bookings of events over for two years move here (seed 001); kept seven years.
bookings_archive = table(
    "bookings_archive", "event",
    event_id(on_delete="RESTRICT"), uuid("id", primary=True), *_booking_columns(),
    when("archived_at", null=False, default="now()"),
)  # fmt: skip

booking_seats = table(
    "booking_seats", "event",
    owned_event_id(), uuid("id", primary=True), uuid("booking_id"), uuid("seat_id"),
    uuid("price_type_id", to("price_types")), money("price_at_booking"), money("fee", default=0), when("released_at"),
    created(),
    within_event("booking_id", "bookings"), within_event("seat_id", "event_seats"),
    check("amounts", "price_at_booking >= 0 AND fee >= 0"),
)  # fmt: skip
# The last wall: whatever a verb gets wrong, a seat has one live sale.
sa.Index("uq_booking_seats_live", booking_seats.c.event_id, booking_seats.c.seat_id, unique=True,
         postgresql_where=booking_seats.c.released_at.is_(None))  # fmt: skip
sa.Index("ix_booking_seats_booking", booking_seats.c.event_id, booking_seats.c.booking_id)

tickets = table(
    "tickets", "event",
    owned_event_id(), uuid("id", primary=True), uuid("booking_id"), uuid("booking_seat_id"),
    uuid("seat_id"),
    sa.Column("secret", sa.LargeBinary, nullable=False), text("status", default="issued"),
    uuid("replaces_id", null=True), when("printed_at"), when("admitted_at"), when("voided_at"), text("void_reason",
    default=""),
    text("issued_by"), created(),
    within_event("booking_id", "bookings"), within_event("booking_seat_id", "booking_seats"),
    one_of("status", "issued", "admitted", "void"), check("void", "(status = 'void') = (voided_at IS NOT NULL)"),
    check("admitted", "(status = 'admitted') <= (admitted_at IS NOT NULL)"),
)  # fmt: skip
sa.Index("uq_tickets_live", tickets.c.event_id, tickets.c.booking_seat_id, unique=True,
         postgresql_where=tickets.c.status != "void")  # fmt: skip
sa.Index("uq_tickets_replaces", tickets.c.event_id, tickets.c.replaces_id, unique=True,
         postgresql_where=tickets.c.replaces_id.is_not(None))  # fmt: skip
sa.Index("ix_tickets_booking", tickets.c.event_id, tickets.c.booking_id)

payments = table(
    "payments", "event",
    owned_event_id(), uuid("id", primary=True), uuid("booking_id"), text("kind"), text("method"),
    text("status", default="pending"), money("amount"), money("rounding", default=0), money("given", null=True),
    text("gateway", default=""), text("gateway_reference", default=""), uuid("shift_id", to("shifts"), null=True),
    uuid("taken_by", to("users")), text("login"), text("station", default=""), when("captured_at"), created(),
    updated(),
    within_event("booking_id", "bookings"),
    one_of("kind", "sale", "refund"), one_of("method", "cash", "card", "voucher"),
    one_of("status", "pending", "captured", "failed"),
    check("amount", "amount >= 0 AND (amount > 0 OR kind = 'refund')"),
    check("captured", "(status = 'captured') = (captured_at IS NOT NULL)"),
    check("cash_has_a_till", "method <> 'cash' OR shift_id IS NOT NULL"),
)  # fmt: skip
sa.Index("ix_payments_booking", payments.c.event_id, payments.c.booking_id)
sa.Index(
    "ix_payments_shift", payments.c.shift_id, payments.c.event_id, postgresql_where=payments.c.shift_id.is_not(None)
)

# Each row moves one amount from an account to another, so the books balance by construction.
transactions = table(
    "transactions", "event",
    owned_event_id(), sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    uuid("booking_id"), uuid("payment_id", null=True), text("debit_account"), text("credit_account"), money("amount"),
    text("currency"), uuid("shift_id", to("shifts"), null=True), text("login"), created(),
    within_event("booking_id", "bookings"), within_event("payment_id", "payments"),
    check("amount", "amount > 0"), check("accounts", "debit_account <> credit_account"),
)  # fmt: skip
sa.Index("ix_transactions_booking", transactions.c.event_id, transactions.c.booking_id)
sa.Index(
    "ix_transactions_shift",
    transactions.c.shift_id,
    transactions.c.event_id,
    postgresql_where=transactions.c.shift_id.is_not(None),
)

booking_logs = table(
    "booking_logs", "event",
    owned_event_id(), uuid("booking_id", primary=True),
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    text("action"), uuid("user_id", null=True), text("login"), text("station", default=""),
    text("program", default=""), sa.Column("details", JSONB, nullable=False, server_default=sa.text("'{}'")),
    when("logged_at", null=False, default="now()"),
)  # fmt: skip
# Summaries by block of the table cost the hold path next to nothing; the log is read by time and person seldom.
sa.Index("ix_booking_logs_logged_at", booking_logs.c.logged_at, postgresql_using="brin")

# Kept 90 days (seed 001). No foreign key: an attempt on an event that does not exist is on record too.
booking_attempts = table(
    "booking_attempts", "event",
    uuid("event_id", primary=True), sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    uuid("booking_id", null=True), uuid("user_id", null=True), text("login"), text("verb"), integer("quantity",
    default=0),
    text("result", default="failed"), text("failure_reason"),
    sa.Column("details", JSONB, nullable=False, server_default=sa.text("'{}'")), text("station", default=""),
    text("program", default=""), sa.Column("ip_address", INET),
    when("attempted_at", null=False, default="now()"),
    one_of("result", "failed", "refused"),
)  # fmt: skip
sa.Index("ix_booking_attempts_result_time", booking_attempts.c.result, booking_attempts.c.attempted_at)
