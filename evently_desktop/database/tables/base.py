"""How every table is written: one schema, one naming convention, a kind for each, few column habits."""

from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID

SCHEMA = "evently"

metadata = sa.MetaData(
    schema=SCHEMA,
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    },
)

# event: rows belong to one event, every key and foreign key among these carries event_id, so that the
# table could be spread over servers by it. reference: small, seldom written, may be referenced from
# anywhere and itself references only reference tables. local: neither, referenced by nobody.
Kind = Literal["event", "reference", "local"]


def table(name: str, kind: Kind, *parts: sa.schema.SchemaItem, **options: Any) -> sa.Table:
    """A table of the schema with its kind on record in ``info["kind"]``."""
    return sa.Table(name, metadata, *parts, info={"kind": kind}, **options)


def uuid(name: str, *parts: sa.schema.SchemaItem, null: bool = False, primary: bool = False) -> sa.Column[Any]:
    """A UUID column; the server makes one up for a primary key that came without."""
    default = sa.text("gen_random_uuid()") if primary and name == "id" else None
    return sa.Column(name, UUID(), *parts, nullable=null, primary_key=primary, server_default=default)


def text(name: str, *, null: bool = False, default: str | None = None, unique: bool = False) -> sa.Column[Any]:
    """A text column; PostgreSQL stores no length more cheaply than another, so CHECKs bound them."""
    quoted = None if default is None else sa.text(f"'{default}'")
    return sa.Column(name, sa.Text, nullable=null, server_default=quoted, unique=unique)


def integer(name: str, *, null: bool = False, default: int | None = None) -> sa.Column[Any]:
    """A 4-byte integer column."""
    quoted = None if default is None else sa.text(str(default))
    return sa.Column(name, sa.Integer, nullable=null, server_default=quoted)


def money(name: str, *, null: bool = False, default: int | None = None) -> sa.Column[Any]:
    """Whole minor units of the row's, event's or till's currency."""
    quoted = None if default is None else sa.text(str(default))
    return sa.Column(name, sa.BigInteger, nullable=null, server_default=quoted)


def when(name: str, *, null: bool = True, default: str | None = None) -> sa.Column[Any]:
    """A moment, stored in UTC."""
    quoted = None if default is None else sa.text(default)
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null, server_default=quoted)


def flag(name: str, default: bool) -> sa.Column[Any]:
    """A yes or no that is never unknown."""
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.text(str(default).lower()))


def created() -> sa.Column[Any]:
    """When the row came to be."""
    return when("created_at", null=False, default="now()")


def updated() -> sa.Column[Any]:
    """When the row last changed; a trigger or the verb keeps it."""
    return when("updated_at", null=False, default="now()")


def version() -> sa.Column[Any]:
    """The optimistic version: a writer names the one he read."""
    return integer("version", default=1)


def one_of(column: str, *values: str, null: bool = False) -> sa.CheckConstraint:
    """``column`` is one of the values: the one way this schema writes an enumeration."""
    listed = ", ".join(f"'{value}'" for value in values)
    clause = f"{column} IN ({listed})"
    return sa.CheckConstraint(f"{column} IS NULL OR {clause}" if null else clause, name=column)


def check(name: str, clause: str) -> sa.CheckConstraint:
    """A named CHECK."""
    return sa.CheckConstraint(clause, name=name)


def to(target: str, *, on_delete: str | None = None) -> sa.ForeignKey:
    """A foreign key to the ``id`` of a reference table."""
    return sa.ForeignKey(f"{SCHEMA}.{target}.id", ondelete=on_delete)


def within_event(column: str, target: str, target_column: str = "id") -> sa.ForeignKeyConstraint:
    """A foreign key to a table of the same event: it carries event_id."""
    return sa.ForeignKeyConstraint(
        ["event_id", column], [f"{SCHEMA}.{target}.event_id", f"{SCHEMA}.{target}.{target_column}"]
    )


def event_id(*, on_delete: str | None = None) -> sa.Column[Any]:
    """The event a row belongs to: the first column of every key of an event's table."""
    return uuid("event_id", to("events", on_delete=on_delete), primary=True)


def owned_event_id() -> sa.Column[Any]:
    """The event of a row that belongs to a booking: the key to the booking carries it, so it needs none of its own.

    Each foreign key is a look-up per row in the path of a sale.
    """
    return uuid("event_id", primary=True)
