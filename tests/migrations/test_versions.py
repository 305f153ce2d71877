"""Program and database that do not fit refuse each other, and say who has to act."""

from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from evently_desktop.database import version
from evently_desktop.database.transactions import Database
from evently_desktop.errors import SchemaMismatch
from evently_desktop.services import staff
from tests.conftest import TestServer
from tests.migrations.databases import copy_of_template, migrate
from tests.template import libpq


@pytest.fixture(scope="module")
def own(server: TestServer) -> Iterator[URL]:
    with copy_of_template(server) as url:
        yield url


def stamp(url: URL, revision: str) -> None:
    with psycopg.connect(libpq(url)) as connection:
        connection.execute("UPDATE evently.alembic_version SET version_num = %s", [revision])


def test_a_newer_database_is_refused_by_an_older_program(server: TestServer, own: URL) -> None:
    stamp(own, "9999")
    refusal = r"at version 9999, .* knows \d+: update Evently on this PC\."
    with Database(server.url("anna").set(database=own.database)) as anna, pytest.raises(SchemaMismatch, match=refusal):
        anna.read(staff.sign_in)
    with pytest.raises(SchemaMismatch, match="update Evently on this PC"):
        migrate(own)


def test_an_older_database_is_refused_by_a_newer_program(server: TestServer, own: URL) -> None:
    stamp(own, "0001")
    refusal = r"at version 0001, .* have the administrator run “evently migrate”"
    with Database(server.url("anna").set(database=own.database)) as anna, pytest.raises(SchemaMismatch, match=refusal):
        anna.read(staff.sign_in)


def test_the_same_version_is_let_in(server: TestServer, own: URL) -> None:
    stamp(own, version.newest())
    with Database(server.url("anna").set(database=own.database)) as anna:
        assert anna.read(staff.sign_in).name == "Anna"


def test_a_database_without_a_schema_is_told_apart(server: TestServer) -> None:
    engine = sa.create_engine(server.admin_url.set(database="postgres"))
    with engine.connect() as connection, pytest.raises(SchemaMismatch, match="at version -"):
        version.check_fits(connection)
    engine.dispose()
