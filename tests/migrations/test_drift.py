"""What migrations make is what the tables declare, up and down."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from evently_desktop.database.tables import SCHEMA, metadata
from tests.conftest import TestServer
from tests.migrations import catalogs
from tests.migrations.databases import database, migrate
from tests.template import libpq

GOLDEN = Path(__file__).with_name("rights.golden")
REVISIONS = ["base", "0001", "0002", "0003", "0004", "0005"]


def test_the_migrated_tables_are_the_declared_ones(server: TestServer, migrated: psycopg.Connection[Any]) -> None:
    with database(server.admin_url) as url:
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            connection.execute(sa.schema.CreateSchema(SCHEMA))
            metadata.create_all(connection)
        engine.dispose()
        with psycopg.connect(libpq(url)) as declared:
            expected = catalogs.tables(declared)
    assert len(expected) > 300
    assert catalogs.tables(migrated) == expected


def test_a_column_that_drifted_is_found(server: TestServer, migrated: psycopg.Connection[Any]) -> None:
    before = catalogs.tables(migrated)
    for change in (
        "ALTER TABLE evently.users ALTER name DROP NOT NULL",
        "ALTER TABLE evently.users ALTER role SET DEFAULT 'admin'",
        "ALTER TABLE evently.payments ALTER amount TYPE integer",
        "ALTER TABLE evently.payments DROP CONSTRAINT ck_payments_amount",
        "DROP INDEX evently.uq_booking_seats_live",
        "ALTER TABLE evently.event_seats RESET (fillfactor)",
    ):
        with migrated.transaction(force_rollback=True):
            migrated.execute(change.encode())
            assert catalogs.tables(migrated) != before, change


def test_rights_are_those_of_the_golden_file(migrated: psycopg.Connection[Any]) -> None:
    golden = [line for line in GOLDEN.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert catalogs.rights(migrated) == golden, f"see the head of {GOLDEN.name}"


@pytest.fixture(scope="module")
def steps(server: TestServer) -> Iterator[dict[str, list[str]]]:
    """The whole catalogue as each revision leaves it, on the way up; the database is at the head when it is used."""
    with database(server.admin_url) as url:
        seen = {"url": [libpq(url)]}
        for revision in REVISIONS[1:]:
            migrate(url, revision)
            with psycopg.connect(libpq(url)) as connection:
                seen[revision] = catalogs.everything(connection)
        for revision in reversed(REVISIONS):
            migrate(url, revision)
            with psycopg.connect(libpq(url)) as connection:
                seen[f"down to {revision}"] = catalogs.everything(connection)
                left = connection.execute(
                    """SELECT relname FROM pg_class
                        WHERE relnamespace = 'evently'::regnamespace AND relkind IN ('r', 'p', 'v')"""
                ).fetchall()
                seen[f"tables left at {revision}"] = sorted(name for (name,) in left)
        migrate(url)
        with psycopg.connect(libpq(url)) as connection:
            seen["up again"] = catalogs.everything(connection)
        yield seen


def test_up_down_and_up_again_is_the_same(steps: dict[str, list[str]], migrated: psycopg.Connection[Any]) -> None:
    assert steps["up again"] == steps["0005"] == catalogs.everything(migrated)


@pytest.mark.parametrize("revision", REVISIONS[1:])
def test_a_step_down_leaves_what_the_step_up_had_found(steps: dict[str, list[str]], revision: str) -> None:
    assert steps[f"down to {revision}"] == steps[revision]


def test_base_leaves_no_table_behind(steps: dict[str, list[str]]) -> None:
    assert steps["tables left at base"] == ["alembic_version"]
    assert [line for line in steps["down to base"] if line.startswith(("function", "policy", "trigger", "table"))] == []
