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


def libpq(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


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
