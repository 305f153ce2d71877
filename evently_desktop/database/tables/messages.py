"""What is said to customers, and what became of it."""

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
    when,
)  # fmt: skip

_TEMPLATE_TYPES = (
    "welcome", "booking_confirm", "cancellation", "waitlist_join", "waitlist_promotion", "notification",
)  # fmt: skip

# One partition a month, kept a year (seed 001); a default partition takes what no month was made for.
notifications = table(
    "notifications", "local",
    uuid("id", primary=True), sa.Column("created_at", sa.DateTime(timezone=True), primary_key=True,
                                        nullable=False, server_default=sa.text("now()")),
    uuid("user_id", to("users", on_delete="CASCADE")), uuid("event_id", null=True), text("type"), text("message"),
    sa.Column("channels", JSONB, nullable=False, server_default=sa.text("'[]'")), text("status", default="pending"),
    when("sent_at"), when("delivered_at"), flag("read", False),
    one_of("type", *_TEMPLATE_TYPES), one_of("status", "pending", "sent", "delivered", "failed"),
    postgresql_partition_by="RANGE (created_at)",
)  # fmt: skip
sa.Index("ix_notifications_user_unread", notifications.c.user_id, notifications.c.read,
         postgresql_where=sa.text("NOT read"))  # fmt: skip
sa.Index("ix_notifications_type_sent", notifications.c.type, notifications.c.sent_at.desc())

email_templates = table(
    "email_templates", "reference",
    uuid("id", primary=True), text("template_type"), text("language", default="en"), text("subject_template"),
    text("html_template"), text("text_template"),
    sa.Column("variables", JSONB, nullable=False, server_default=sa.text("'{}'")), flag("is_active", True),
    version(), created(), updated(),
    one_of("template_type", *_TEMPLATE_TYPES),
)  # fmt: skip
sa.Index("uq_email_templates_active", email_templates.c.template_type, email_templates.c.language, unique=True,
         postgresql_where=email_templates.c.is_active)  # fmt: skip

email_delivery_log = table(
    "email_delivery_log", "local",
    uuid("id", primary=True), text("recipient_email"), text("template_type"), text("provider"),
    text("status", default="pending"), integer("send_attempts", default=0), when("last_attempt_at"),
    when("delivered_at"),
    text("error_message", default=""), sa.Column("metadata", JSONB, nullable=False, server_default=sa.text("'{}'")),
    created(),
    one_of("template_type", *_TEMPLATE_TYPES), one_of("provider", "smtp", "sendgrid"),
    one_of("status", "pending", "sent", "failed", "bounced"), check("send_attempts", "send_attempts >= 0"),
)  # fmt: skip
sa.Index("ix_email_delivery_log_status", email_delivery_log.c.status, email_delivery_log.c.created_at)
