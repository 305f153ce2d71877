"""A counter as the database sees it: one session whose steps a test takes one by one."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import IsolationLevel
from psycopg.types.json import Jsonb

from tests.conftest import TestServer
from tests.template import libpq

# What `Database.write` runs again with the same ids.
REPEATABLE = ("40001", "40P01", "55P03", "23505")
PATIENCE = 20


@dataclass(frozen=True)
class Call:
    """One verb with its arguments."""

    verb: str
    arguments: tuple[object, ...]


class Desk:
    """A clerk's bare session at one isolation level, with a thread of its own to wait in."""

    def __init__(self, server: TestServer, who: str, isolation: IsolationLevel) -> None:
        self._connection: psycopg.Connection[tuple[Any, ...]] = psycopg.connect(
            libpq(server.url(who)), options="-c lock_timeout=10s -c synchronous_commit=off"
        )
        self._connection.isolation_level = isolation
        self._thread = ThreadPoolExecutor(1)
        self.pid = self._connection.info.backend_pid

    def call(self, call: Call) -> "Future[dict[str, Any]]":
        """Run the verb in the open transaction, or a new one; the outcome has no effect before `commit`."""
        return self._thread.submit(self._call, call)

    def commit(self) -> "Future[None]":
        return self._thread.submit(self._connection.commit)

    def finish(self, call: Call, outcome: "Future[dict[str, Any]]") -> dict[str, Any]:
        """Commit, and as a counter does, run the verb again where the database asks for that."""
        while True:
            try:
                answer = outcome.result(PATIENCE)
                self.commit().result(PATIENCE)
            except psycopg.Error as error:
                if error.sqlstate not in REPEATABLE:
                    raise
                self._thread.submit(self._connection.rollback).result(PATIENCE)
                outcome = self.call(call)
            else:
                return answer

    def do(self, call: Call) -> dict[str, Any]:
        """The verb and its commit."""
        return self.finish(call, self.call(call))

    def close(self) -> None:
        self._thread.submit(self._connection.close).result(PATIENCE)
        self._thread.shutdown()

    def _call(self, call: Call) -> dict[str, Any]:
        slots = ", ".join(["%s"] * len(call.arguments))
        row = self._connection.execute(f"SELECT evently.{call.verb}({slots})".encode(), call.arguments).fetchone()
        assert row is not None
        return row[0] if isinstance(row[0], dict) else {"result": row[0]}


def settled(admin: psycopg.Connection[Any], outcome: "Future[Any]", pid: int) -> bool:
    """Wait until a step has ended or waits for another session; True if it ended."""
    while not outcome.done():
        row = admin.execute("SELECT cardinality(pg_blocking_pids(%s))", [pid]).fetchone()
        if row and row[0] and not outcome.done():
            return False
    return True


Schedule = Callable[[psycopg.Connection[Any], Desk, Call, Desk, Call], list[dict[str, Any]]]


def one_after_the_other(
    _admin: psycopg.Connection[Any], first: Desk, one: Call, second: Desk, other: Call
) -> list[dict[str, Any]]:
    """The first commits before the second begins."""
    return [first.do(one), second.do(other)]


def overlapping(
    admin: psycopg.Connection[Any], first: Desk, one: Call, second: Desk, other: Call
) -> list[dict[str, Any]]:
    """Both have run before either commits, unless one waits for the other; who ran first commits first."""
    begun = first.call(one)
    settled(admin, begun, first.pid)
    also = second.call(other)
    settled(admin, also, second.pid)
    answer = first.finish(one, begun)
    return [answer, second.finish(other, also)]


def overtaking(
    admin: psycopg.Connection[Any], first: Desk, one: Call, second: Desk, other: Call
) -> list[dict[str, Any]]:
    """Both have run before either commits; who ran last commits first, if he waits for nobody."""
    begun = first.call(one)
    settled(admin, begun, first.pid)
    also = second.call(other)
    if not settled(admin, also, second.pid) or also.exception() is not None:
        answer = first.finish(one, begun)
        return [answer, second.finish(other, also)]
    answer = second.finish(other, also)
    return [first.finish(one, begun), answer]


SCHEDULES: tuple[Schedule, ...] = (one_after_the_other, overlapping, overtaking)


def hold(event: UUID, booking: UUID, seats: Sequence[UUID], price_type: UUID) -> Call:
    return Call("hold_seats", (event, booking, list(seats), [price_type] * len(seats)))


def sell(event: UUID, booking: UUID, payment: UUID, total: int, shift: UUID) -> Call:
    tender = Jsonb([{"id": str(payment), "method": "cash", "amount": total}])
    return Call("complete_sale", (event, booking, tender, shift, total))


def change(event: UUID, booking: UUID, version: int, seats: Sequence[UUID], price_type: UUID) -> Call:
    return Call("change_hold", (event, booking, version, list(seats), [price_type] * len(seats)))


def refund(event: UUID, booking: UUID, payment: UUID, amount: int, shift: UUID) -> Call:
    tender = Jsonb({"id": str(payment), "method": "cash", "amount": amount})
    return Call("refund_seats", (event, booking, None, tender, shift, "they fell ill"))
