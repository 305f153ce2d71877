"""Counters that race for seats, on the guarded database and on a copy without its guards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import pytest
from psycopg import IsolationLevel, sql

from tests.concurrency.desks import Desk
from tests.conftest import TestServer

Desks = Callable[[str, IsolationLevel], Desk]


@contextmanager
def sitting_at(server: TestServer) -> Iterator[Desks]:
    """``desks("anna", isolation)``: her bare session on that server, closed at the end."""
    made: list[Desk] = []

    def sit_down(who: str, isolation: IsolationLevel) -> Desk:
        made.append(Desk(server, who, isolation))
        return made[-1]

    yield sit_down
    for desk in made:
        desk.close()


@pytest.fixture
def desks(server: TestServer) -> Iterator[Desks]:
    """``desks("anna", isolation)``: her bare session."""
    with sitting_at(server) as desks:
        yield desks


@pytest.fixture
def admin(server: TestServer) -> Iterator[psycopg.Connection]:
    """The superuser, who sees everything and may turn the clock."""
    with server.admin() as connection:
        yield connection


@contextmanager
def throwaway(house_server: TestServer, name: str) -> Iterator[TestServer]:
    """A copy of the house that may be spoilt."""
    name = f"{house_server.admin_url.database}_{name}"
    template = sql.Identifier(f"evently_template_{house_server.suffix}")
    with house_server.admin() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), template))
    copy = replace(house_server, admin_url=house_server.admin_url.set(database=name), opened=[])
    yield copy
    for database in copy.opened:
        database.close()
    with house_server.admin() as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def unguarded(house_server: TestServer) -> Iterator[TestServer]:
    """A house in which nothing locks seats and no index is the last wall."""
    with throwaway(house_server, "unguarded") as copy:
        with copy.admin() as connection:
            connection.execute("DROP INDEX evently.uq_booking_seats_live")
            without(connection, "evently._take", "FOR UPDATE SKIP LOCKED")
        yield copy


def without(connection: psycopg.Connection, function: str, guard: str, instead: str = "") -> None:
    """Take a guard out of a function of this database."""
    row = connection.execute("SELECT pg_get_functiondef(%s::regproc)", [function]).fetchone()
    assert row is not None
    assert guard in row[0]
    connection.execute(row[0].replace(guard, instead).encode())
