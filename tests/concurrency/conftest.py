"""Counters that race for seats, on the guarded database and on a copy without its guards."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import psycopg
import pytest
from psycopg import IsolationLevel, sql

from tests import house
from tests.concurrency.desks import Desk
from tests.conftest import TestServer
from tests.house import Hall

Desks = Callable[[str, IsolationLevel], Desk]


def _desks(server: TestServer) -> Iterator[Desks]:
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
    yield from _desks(server)


@pytest.fixture
def admin(server: TestServer) -> Iterator[psycopg.Connection]:
    """The superuser, who sees everything and may turn the clock."""
    with server.admin() as connection:
        yield connection


@pytest.fixture(scope="module")
def unguarded(house_server: TestServer) -> Iterator[TestServer]:
    """A throwaway copy of the house in which nothing locks seats and no index is the last wall."""
    name = f"{house_server.admin_url.database}_unguarded"
    template = sql.Identifier(f"evently_template_{house_server.suffix}")
    with house_server.admin() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), template))
    server = replace(house_server, admin_url=house_server.admin_url.set(database=name), opened=[])
    with server.admin() as connection:
        connection.execute("DROP INDEX evently.uq_booking_seats_live")
        without(connection, "evently._lock_seats", "FOR UPDATE SKIP LOCKED")
    yield server
    for database in server.opened:
        database.close()
    with house_server.admin() as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def unguarded_desks(unguarded: TestServer) -> Iterator[Desks]:
    yield from _desks(unguarded)


@pytest.fixture
def unguarded_hall(unguarded: TestServer) -> Hall:
    return house.add_hall(unguarded.database("olga"))


def without(connection: psycopg.Connection, function: str, guard: str) -> None:
    """Take a guard out of a function of this database."""
    row = connection.execute("SELECT pg_get_functiondef(%s::regproc)", [function]).fetchone()
    assert row is not None
    assert guard in row[0]
    connection.execute(row[0].replace(guard, "").encode())
