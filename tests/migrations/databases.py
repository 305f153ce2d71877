"""Databases of a test's own, beside the one that its worker shares."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy import URL

from evently_desktop.database import version
from tests.conftest import TestServer
from tests.template import libpq


@contextmanager
def database(admin_url: URL, template: str = "template0") -> Iterator[URL]:
    """A copy of ``template``, empty unless it says otherwise; yields the administrator's URL and drops it again."""
    name = f"evently_own_{os.getpid()}_{uuid4().hex[:8]}"
    with psycopg.connect(libpq(admin_url), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
        try:
            yield admin_url.set(database=name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def migrate(url: URL, revision: str = "head") -> None:
    engine = sa.create_engine(url)
    try:
        version.migrate(engine, revision)
    finally:
        engine.dispose()


@contextmanager
def copy_of_template(server: TestServer) -> Iterator[URL]:
    """A copy of the run's template, with staff, tills and price types in it."""
    with database(server.admin_url, f"evently_template_{server.suffix}") as url:
        with psycopg.connect(libpq(url), autocommit=True) as connection:
            # Rights on a database itself are not copied with it.
            name = sql.Identifier(str(url.database))
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
            connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO evently_clerk, evently_verbs").format(name))
        yield url
