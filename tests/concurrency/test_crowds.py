"""Many counters at once, through the services: who wins, what the others are told, and that nobody waits for ever."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import psycopg
import pytest
from psycopg import IsolationLevel, sql
from uuid_utils.compat import uuid7

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import Hold, Sale, SeatChoice
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.domain.staff import Shift
from evently_desktop.errors import Busy, HoldExpired, Refusal, SeatsGone
from evently_desktop.services import holds, sales
from tests import house
from tests.concurrency import desks as verbs
from tests.concurrency.audit import audit
from tests.concurrency.conftest import sitting_at, throwaway, without
from tests.concurrency.desks import settled
from tests.conftest import TestServer
from tests.house import ADULT, Hall, cash, euros

T = TypeVar("T")
CROWD = 20
REASONS = {"held", "busy"}


def at_once(actions: list[Callable[[], T]]) -> list[T | Refusal]:
    """Run them all from one starting signal; a refusal counts as an outcome, anything else is raised."""
    start = threading.Barrier(len(actions))

    def run(action: Callable[[], T]) -> T | Refusal:
        start.wait(10)
        try:
            return action()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(actions)) as threads:
        return [future.result(60) for future in [threads.submit(run, action) for action in actions]]


@pytest.fixture
def crowd(sign_in: Callable[..., Database]) -> list[Database]:
    """Twenty counters, connected."""
    counters = [
        sign_in("anna" if number % 2 else "ben", station=f"Counter {number}", patience=30.0) for number in range(CROWD)
    ]
    for counter in counters:
        counter.read(holds.events_to_sweep)
    return counters


@pytest.fixture
def admin(server: TestServer) -> Iterator[psycopg.Connection]:
    with server.admin() as connection:
        yield connection


def place(counter: Database, hall: Hall, choices: list[SeatChoice]) -> Callable[[], Hold]:
    booking = new_booking_id()
    return lambda: counter.write(holds.place, hall.event_id, booking, choices)


def test_the_last_seats_have_one_winner(crowd: list[Database], hall: Hall, admin: psycopg.Connection) -> None:
    last = hall.choose("A1", "A2", "A3")
    outcomes = at_once([place(counter, hall, random.sample(last, 3)) for counter in crowd])
    assert sum(isinstance(outcome, Hold) for outcome in outcomes) == 1
    for outcome in outcomes:
        if isinstance(outcome, Refusal):
            assert isinstance(outcome, SeatsGone)
            assert {seat.reason for seat in outcome.seats} <= REASONS
            assert str(outcome)
    assert audit(admin, hall.event_id) == []


def test_each_seat_has_one_winner(crowd: list[Database], hall: Hall, admin: psycopg.Connection) -> None:
    row = hall.choose(*(f"B{number}" for number in range(1, 9)))
    wanted = [random.sample(row, 3) for _ in crowd]
    outcomes = at_once([place(counter, hall, choices) for counter, choices in zip(crowd, wanted, strict=True)])
    held = [seat.seat_id for outcome in outcomes if isinstance(outcome, Hold) for seat in outcome.seats]
    assert held, "somebody can always have his seats"
    assert len(held) == len(set(held))
    for outcome, choices in zip(outcomes, wanted, strict=True):
        if isinstance(outcome, SeatsGone):
            assert {seat.reason for seat in outcome.seats} <= REASONS
            assert len(outcome.seats) <= len(choices)
    assert audit(admin, hall.event_id) == []


def deadlocks(admin: psycopg.Connection[Any]) -> int:
    row = admin.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()
    assert row is not None
    return int(row[0])


def test_opposite_orders_never_lock_each_other_out(
    crowd: list[Database], hall: Hall, admin: psycopg.Connection
) -> None:
    row = hall.choose(*(f"C{number}" for number in range(1, 7)))
    before = deadlocks(admin)

    def trade(counter: Database, turn: int) -> Callable[[], int]:
        dice = random.Random(turn)

        def run() -> int:
            done = 0
            for _ in range(10):
                booking, seats = new_booking_id(), row[:: -1 if turn % 2 else 1]
                try:
                    hold = counter.write(holds.place, hall.event_id, booking, dice.sample(seats, 2))
                    hold = counter.write(holds.change, hall.event_id, booking, hold.version, dice.sample(seats, 3))
                    done += 1
                except SeatsGone:
                    pass
                counter.write(holds.sweep, hall.event_id)
                with suppress(Refusal):
                    counter.write(holds.release, hall.event_id, booking)
            return done

        return run

    at_once([trade(counter, turn) for turn, counter in enumerate(crowd[:6])])
    assert deadlocks(admin) == before
    assert audit(admin, hall.event_id) == []
    states = admin.execute(
        "SELECT DISTINCT status FROM evently.event_seats WHERE event_id = %s", [hall.event_id]
    ).fetchall()
    assert states == [("available",)]


def test_control_unsorted_locks_do_lock_each_other_out(server: TestServer, hall: Hall) -> None:
    lock = sql.SQL("SELECT FROM evently.event_seats WHERE event_id = {} AND id = {} FOR UPDATE")
    first, second = (lock.format(hall.event_id, hall.seat(name)) for name in ("D1", "D2"))
    with server.admin() as one, server.admin() as other, server.admin() as admin, ThreadPoolExecutor(1) as thread:
        # Who looks first whether they wait for each other is the one who gives way.
        for connection, patience in ((one, "60s"), (other, "10ms")):
            connection.execute(f"SET deadlock_timeout = '{patience}'".encode())
            connection.autocommit = False
        one.execute(first)
        other.execute(second)
        waiting = thread.submit(one.execute, second)
        assert not settled(admin, waiting, one.info.backend_pid)
        with pytest.raises(psycopg.errors.DeadlockDetected):
            other.execute(first)
        other.rollback()
        waiting.result(10)
        one.rollback()


def lock_seat(admin: psycopg.Connection[Any], hall: Hall, name: str) -> None:
    admin.autocommit = False
    admin.execute(
        "SELECT FROM evently.event_seats WHERE event_id = %s AND id = %s FOR UPDATE", [hall.event_id, hall.seat(name)]
    )


def test_a_seat_that_somebody_touches_for_a_moment_is_not_gone(
    anna: Database, hall: Hall, admin: psycopg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    lock_seat(admin, hall, "A2")
    with caplog.at_level("INFO", "evently_desktop.database.transactions"), ThreadPoolExecutor(1) as thread:
        hold = thread.submit(anna.write, holds.place, hall.event_id, new_booking_id(), hall.choose("A1", "A2"))
        while not caplog.records:
            assert not hold.done()
        admin.rollback()
        assert len(hold.result(10).seats) == 2


def test_a_seat_that_somebody_keeps_locked_is_told_soon(anna: Database, hall: Hall, admin: psycopg.Connection) -> None:
    lock_seat(admin, hall, "A2")
    began = time.monotonic()
    with pytest.raises(Busy):
        anna.write(holds.place, hall.event_id, new_booking_id(), hall.choose("A1", "A2"))
    assert time.monotonic() - began < 3
    admin.rollback()


def test_a_seat_that_is_sold_is_gone_at_once_whatever_is_locked(
    anna: Database, ben: Database, hall: Hall, admin: psycopg.Connection
) -> None:
    ben.write(holds.place, hall.event_id, new_booking_id(), hall.choose("A1"))
    lock_seat(admin, hall, "A2")
    with pytest.raises(SeatsGone) as gone:
        anna.write(holds.place, hall.event_id, new_booking_id(), hall.choose("A1", "A2"))
    assert [seat.reason for seat in gone.value.seats] == ["held", "busy"]
    admin.rollback()


def test_a_double_click_is_one_booking(
    anna: Database, sign_in: Callable[..., Database], hall: Hall, admin: psycopg.Connection
) -> None:
    again = sign_in("anna", station="Counter 1")
    for number in range(1, 11):
        booking, choices = new_booking_id(), hall.choose(f"D{number}", f"E{number}")
        first, second = at_once(
            [partial(counter.write, holds.place, hall.event_id, booking, choices) for counter in (anna, again)]
        )
        assert isinstance(first, Hold)
        assert isinstance(second, Hold)
        assert (first.reference, first.seats, first.expires_at) == (second.reference, second.seats, second.expires_at)
    assert count(admin, "bookings", hall.event_id) == 10
    assert audit(admin, hall.event_id) == []


def test_a_double_payment_is_one_sale(
    anna: Database, sign_in: Callable[..., Database], annas_shift: Shift, hall: Hall, admin: psycopg.Connection
) -> None:
    again = sign_in("anna", station="Counter 1")
    booking, tender = new_booking_id(), cash(euros(87))
    anna.write(holds.place, hall.event_id, booking, hall.choose("A1", "A2"))
    payment = (hall.event_id, booking, [tender], annas_shift.id, euros(87))
    first, second = at_once([partial(counter.write, sales.complete, *payment) for counter in (anna, again)])
    assert isinstance(first, Sale)
    assert first == second
    assert (count(admin, "payments", hall.event_id), count(admin, "tickets", hall.event_id)) == (1, 2)
    assert audit(admin, hall.event_id) == []


def count(admin: psycopg.Connection[Any], table: str, event: UUID) -> int:
    row = admin.execute(f"SELECT count(*) FROM evently.{table} WHERE event_id = %s".encode(), [event]).fetchone()
    assert row is not None
    return int(row[0])


def double_click(server: TestServer, hall: Hall) -> list[bool]:
    """The second call looks for the booking before the first commits, and for its seats after; who was refused."""
    call = verbs.hold(hall.event_id, uuid7(), [hall.seat("A1")], ADULT)
    with server.admin() as admin, server.admin() as gate, sitting_at(server) as desks, ThreadPoolExecutor(1) as thread:
        first, second = (desks("anna", IsolationLevel.READ_COMMITTED) for _ in range(2))
        gate.autocommit = False
        begun = first.call(call)
        begun.result(10)
        # Seats are looked at together with their price types, which wait behind the first call and then here.
        shut = thread.submit(gate.execute, "LOCK TABLE evently.price_types IN ACCESS EXCLUSIVE MODE")
        assert not settled(admin, shut, gate.info.backend_pid)
        also = second.call(call)
        assert not settled(admin, also, second.pid)
        answer = first.finish(call, begun)
        shut.result(10)
        gate.rollback()
        return ["refused" in answer, "refused" in second.finish(call, also)]


def test_the_second_click_is_answered_as_the_first(server: TestServer, hall: Hall) -> None:
    assert double_click(server, hall) == [False, False]


def test_control_a_second_click_that_is_not_recognized_is_told_the_seats_are_gone(house_server: TestServer) -> None:
    with throwaway(house_server, "clicks") as copy:
        with copy.admin() as admin:
            without(admin, "evently.hold_seats", "b.status IS NOT NULL", "false")
        assert double_click(copy, house.add_hall(copy.database("olga"))) == [False, True]


def test_expiry_and_payment_at_the_same_moment(
    anna: Database, ben: Database, annas_shift: Shift, hall: Hall, admin: psycopg.Connection
) -> None:
    winners = set()
    for number in range(1, 21):
        booking, [choice] = new_booking_id(), hall.choose(f"A{number}")
        anna.write(holds.place, hall.event_id, booking, [choice])
        end_soon(admin, hall.event_id, booking, milliseconds=5 * (number % 5))

        def pay(booking: Any = booking) -> Sale:
            return anna.write(sales.complete, hall.event_id, booking, [cash(euros(43.5))], annas_shift.id, euros(43.5))

        def take(choice: SeatChoice = choice) -> Hold:
            while True:
                try:
                    return ben.write(holds.place, hall.event_id, new_booking_id(), [choice])
                except SeatsGone as gone:
                    if gone.seats[0].reason == "sold":
                        raise

        paid, taken = at_once([pay, take])
        assert isinstance(paid, Sale) != isinstance(taken, Hold)
        assert isinstance(paid, Sale | HoldExpired)
        winners.add(type(paid))
        assert audit(admin, hall.event_id) == []
    assert winners == {Sale, HoldExpired}, "both sides of the moment were seen"


def end_soon(admin: psycopg.Connection[Any], event: UUID, booking: UUID, *, milliseconds: int) -> None:
    for table, column in (("bookings", "id"), ("event_seats", "current_booking_id")):
        admin.execute(
            f"""UPDATE evently.{table} SET hold_expires_at = clock_timestamp() + %s * interval '1 ms'
                 WHERE event_id = %s AND {column} = %s""".encode(),
            [milliseconds, event, booking],
        )
