"""Nobody gets money back twice, at any isolation level, by the verb or by a program that goes round it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import IsolationLevel
from uuid_utils.compat import uuid7

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import Sale
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.domain.staff import Shift
from evently_desktop.services import holds, sales
from tests.conftest import TestServer
from tests.house import Hall, card, euros
from tests.migrations.databases import copy_of_template
from tests.security.scene import Scene, make_scene

Connection = psycopg.Connection[Any]
LEVELS = [IsolationLevel.READ_COMMITTED, IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE]
EACH_LEVEL = pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name)

# The guard of count_payment as a program might write it that trusts locks: it looks, and writes no row.
_LOOKS_ONLY = """
CREATE OR REPLACE FUNCTION evently.count_payment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  PERFORM FROM evently.bookings WHERE event_id = NEW.event_id AND id = NEW.booking_id FOR UPDATE;
  IF (SELECT sum(CASE kind WHEN 'sale' THEN amount ELSE -amount END) FROM evently.payments
       WHERE event_id = NEW.event_id AND booking_id = NEW.booking_id AND status = 'captured') < 0 THEN
    RAISE EXCEPTION 'more than was paid' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$"""


@pytest.fixture
def sold(anna: Database, annas_shift: Shift, hall: Hall) -> Sale:
    booking = new_booking_id()
    anna.write(holds.place, hall.event_id, booking, hall.choose("A1"))
    return anna.write(sales.complete, hall.event_id, booking, [card(euros(43.5))], annas_shift.id, euros(43.5))


def race(level: IsolationLevel, first: Connection, second: Connection, act: Callable[[Connection], str]) -> list[str]:
    """Both look at the database, then both act and commit at once; returns what came of each."""
    barrier = Barrier(2)

    def run(connection: Connection) -> str:
        connection.autocommit = False
        connection.isolation_level = level
        connection.execute("SELECT count(*) FROM evently.bookings")
        barrier.wait(10)
        try:
            outcome = act(connection)
            connection.commit()
        except psycopg.Error as error:
            connection.rollback()
            return str(error.sqlstate)
        return outcome

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(run, (first, second)))


def given_back(connection: Connection, booking: UUID) -> tuple[int, int]:
    rows = connection.execute(
        "SELECT amount FROM evently.payments WHERE booking_id = %s AND kind = 'refund'", [booking]
    ).fetchall()
    return len(rows), sum(amount for (amount,) in rows)


@pytest.mark.parametrize("attempt", range(3))
@EACH_LEVEL
def test_two_counters_refund_the_same_seat(
    server: TestServer, sold: Sale, hall: Hall, level: IsolationLevel, attempt: int
) -> None:
    def refund(connection: Connection) -> str:
        row = connection.execute(
            """SELECT evently.refund_seats(%s, %s, ARRAY[%s]::uuid[], jsonb_build_object(
                 'id', %s::uuid, 'method', 'card', 'amount', 4350, 'reference', 'R'), NULL, 'ill')""",
            [hall.event_id, sold.booking_id, hall.seat("A1"), uuid7()],
        ).fetchone()
        assert row is not None
        return str(row[0].get("refused", "refunded"))

    with server.connect("anna") as anna, server.connect("ben") as ben:
        outcomes = race(level, anna, ben, refund)
    assert outcomes.count("refunded") == 1, outcomes
    assert set(outcomes) <= {"refunded", "not_sold", "not_in_booking", "40001"}
    with server.admin() as admin:
        assert given_back(admin, sold.booking_id) == (1, 4350)


@pytest.fixture(scope="module")
def guards(server: TestServer) -> Iterator[dict[bool, Scene]]:
    """A box office that writes the booking with each payment, and one that only looks."""
    with copy_of_template(server) as guarded, copy_of_template(server) as open_:
        servers = {True: TestServer(guarded, server.suffix), False: TestServer(open_, server.suffix)}
        scenes = {guard: make_scene(own) for guard, own in servers.items()}
        for own in servers.values():
            with own.admin() as admin:
                # The verb's own sum at the end is another guard; here it is off.
                admin.execute("ALTER TABLE evently.bookings DISABLE TRIGGER adds_up")
        with servers[False].admin() as admin:
            admin.execute(_LOOKS_ONLY.encode())
        yield scenes


def around_the_verb(scene: Scene, level: IsolationLevel) -> tuple[list[str], int]:
    """Two sessions look, then each writes the whole refund of one sale straight into payments, one after the other."""
    with Database(scene.server.url("ben")) as ben:
        seat = scene.next_free()
        booking = new_booking_id()
        total = ben.write(holds.place, scene.hall.event_id, booking, scene.hall.choose(seat)).total
        ben.write(sales.complete, scene.hall.event_id, booking, [card(total)], None, total)

    with scene.server.admin() as first, scene.server.admin() as second:
        for connection in (first, second):
            connection.autocommit = False
            connection.isolation_level = level
            connection.execute("SELECT count(*) FROM evently.payments")
        outcomes = [_refund_by_hand(connection, booking) for connection in (first, second)]
    with scene.server.admin() as admin:
        return outcomes, given_back(admin, booking)[0]


def _refund_by_hand(connection: Connection, booking: UUID) -> str:
    try:
        connection.execute(
            """INSERT INTO evently.payments (event_id, booking_id, kind, method, status, amount, taken_by, login,
                                             captured_at)
               SELECT event_id, booking_id, 'refund', method, 'captured', amount, taken_by, login, now()
                 FROM evently.payments WHERE booking_id = %s AND kind = 'sale'""",
            [booking],
        )
        connection.commit()
    except psycopg.Error as error:
        connection.rollback()
        return str(error.sqlstate)
    return "refunded"


@EACH_LEVEL
def test_the_booking_that_each_payment_writes_stops_the_second(
    guards: dict[bool, Scene], level: IsolationLevel
) -> None:
    stopped = "23514" if level == IsolationLevel.READ_COMMITTED else "40001"
    assert around_the_verb(guards[True], level) == (["refunded", stopped], 1)


def test_a_guard_that_only_looks_lets_money_go_twice(guards: dict[bool, Scene]) -> None:
    assert around_the_verb(guards[False], IsolationLevel.REPEATABLE_READ) == (["refunded", "refunded"], 2)
