"""Every table holds to its kind, so that events can be spread over servers one day (DESIGN.md, "Growing")."""

import re
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from evently_desktop.database.tables import metadata

KINDS = {table.name: table.info["kind"] for table in metadata.sorted_tables}
EVENT_TABLES = [table for table in metadata.sorted_tables if table.info["kind"] == "event"]


def broken_rules(table: sa.Table) -> list[str]:
    """The rules of its kind that a table does not keep."""
    kind = table.info["kind"]
    broken = []
    for key in table.foreign_key_constraints:
        target = key.referred_table.info["kind"]
        if target == "local":
            broken.append(f"{key.name}: local tables are referenced by nobody")
        if kind == "reference" and target != "reference":
            broken.append(f"{key.name}: reference tables reference only their like")
        if kind == "event" and key.ondelete == "SET NULL":
            broken.append(f"{key.name}: ON DELETE SET NULL")
        if kind == "event" and target == "event" and key.column_keys[0] != "event_id":
            broken.append(f"{key.name}: the key among event tables does not carry event_id")
    if kind == "event":
        broken += _broken_event_rules(table)
    for column in table.primary_key.columns:
        if column.autoincrement is True or (column.identity and not isinstance(column.type, sa.BigInteger)):
            broken.append(f"{column.name}: a sequence of 4 bytes runs out")
    return broken


def _broken_event_rules(table: sa.Table) -> list[str]:
    broken = []
    if [column.name for column in table.primary_key.columns][:1] != ["event_id"]:
        broken.append("the primary key does not start with event_id")
    broken += [
        f"{constraint.name}: unique without event_id"
        for constraint in table.constraints
        if isinstance(constraint, sa.UniqueConstraint) and "event_id" not in constraint.columns
    ]
    for index in table.indexes:
        partial = index.dialect_options["postgresql"]["where"] is not None
        if (index.unique or partial) and "event_id" not in [getattr(c, "name", "") for c in index.expressions]:
            broken.append(f"{index.name}: a unique or partial index without event_id")
    return broken


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_a_table_holds_to_its_kind(table: sa.Table) -> None:
    assert table.info["kind"] in {"event", "reference", "local"}
    assert broken_rules(table) == []


def test_tables_that_break_their_kind_are_found() -> None:
    other = sa.MetaData()
    reference = sa.Table("staff", other, sa.Column("id", sa.UUID, primary_key=True), info={"kind": "reference"})
    event = sa.Table(
        "sales", other, sa.Column("id", sa.Integer, sa.Identity(), primary_key=True), sa.Column("code", sa.Text),
        sa.Column("staff_id", sa.ForeignKey(reference.c.id, ondelete="SET NULL")),
        sa.UniqueConstraint("code", name="uq_code"), info={"kind": "event"},
    )  # fmt: skip
    sa.Index("ix_code", event.c.code, postgresql_where=event.c.code != "")
    local = sa.Table("notes", other, sa.Column("id", sa.BigInteger, primary_key=True), info={"kind": "local"})
    sa.Table("links", other, sa.Column("id", sa.ForeignKey(event.c.id), primary_key=True),
             sa.Column("note", sa.ForeignKey(local.c.id)), info={"kind": "reference"})  # fmt: skip
    assert len(broken_rules(event)) == 5
    assert len(broken_rules(other.tables["links"])) == 3


def test_verbs_name_their_event_first_and_seats_as_one_array(migrated: psycopg.Connection[Any]) -> None:
    rows = migrated.execute(
        """SELECT proname, proargnames, proargtypes::regtype[]::text[] FROM pg_proc
            WHERE pronamespace = 'evently'::regnamespace"""
    ).fetchall()
    for name, names, types in rows:
        if names and "p_event" in names:
            assert names[0] == "p_event", name
        for argument, type_ in zip(names or [], types, strict=False):
            if argument in {"p_seats", "p_tickets"}:
                assert type_ == "uuid[]", name


def test_triggers_never_notify(migrated: psycopg.Connection[Any]) -> None:
    bodies = migrated.execute(
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'evently'::regnamespace"
    ).fetchall()
    assert [name for name, body in bodies if re.search(r"\bnotify\b|pg_notify", body, re.IGNORECASE)] == []


def test_verbs_decide_on_sqlstate_alone(migrated: psycopg.Connection[Any]) -> None:
    bodies = migrated.execute(
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'evently'::regnamespace"
    ).fetchall()
    constraints = migrated.execute(
        "SELECT conname FROM pg_constraint WHERE connamespace = 'evently'::regnamespace AND contype <> 'n'"
    ).fetchall()
    assert len(constraints) > 100
    for name, body in bodies:
        assert [key for (key,) in constraints if re.search(rf"\b{re.escape(key)}\b", body)] == [], name
        assert "CONSTRAINT_NAME" not in body, name
