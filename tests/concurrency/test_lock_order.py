"""Every verb that waits for seats locks them in the order of their ids, so no two can each wait for the other."""

from collections.abc import Callable
from uuid import UUID

import psycopg
import pytest
from psycopg import IsolationLevel
from uuid_utils.compat import uuid7

from evently_desktop.domain.staff import Shift
from tests import house
from tests.concurrency import desks as verbs
from tests.concurrency.conftest import Desks, sitting_at, throwaway
from tests.concurrency.desks import Call, Desk, settled
from tests.conftest import TestServer
from tests.house import ADULT, DIRECTOR, Hall

PRICE = 4350
NAMES = ("A1", "A2", "A3", "A4")

# What a verb does to seats: the call, from the event, its four seats, a basket of them and a shift.
Verb = Callable[[UUID, list[UUID], UUID, UUID], Call]

HELD: dict[str, Verb] = {
    "release": lambda event, _seats, booking, _shift: Call("release_hold", (event, booking)),
    "extend": lambda event, _seats, booking, _shift: Call("extend_hold", (event, booking)),
    "sell": lambda event, seats, booking, shift: verbs.sell(event, booking, uuid7(), PRICE * len(seats), shift),
}
FREE: dict[str, Verb] = {
    "set aside": lambda event, seats, _booking, _shift: Call("set_aside", (event, seats[::-1], DIRECTOR)),
    "kill": lambda event, seats, _booking, _shift: Call("kill_seats", (event, seats[::-1], True)),
}
SOLD: dict[str, Verb] = {
    "refund": lambda event, seats, booking, shift: verbs.refund(event, booking, uuid7(), PRICE * len(seats), shift),
}


def locked_while_it_waits(
    server: TestServer, admin: psycopg.Connection, desk: Desk, call: Call, event: UUID, seats: list[UUID]
) -> int:
    """How many of the other seats a verb has locked by the time it waits for the one with the least id."""
    least, *others = sorted(seats)
    with server.admin() as holder:
        holder.autocommit = False
        holder.execute("SELECT FROM evently.event_seats WHERE event_id = %s AND id = %s FOR UPDATE", [event, least])
        outcome = desk.call(call)
        assert not settled(admin, outcome, desk.pid), "it waits for nobody"
        free = """SELECT count(*) FROM (SELECT FROM evently.event_seats WHERE event_id = %s AND id = ANY (%s)
                                           FOR UPDATE SKIP LOCKED) AS free"""
        row = admin.execute(free, [event, others]).fetchone()
        holder.rollback()
    assert "refused" not in desk.finish(call, outcome)
    assert row is not None
    return len(others) - int(row[0])


def call_of(name: str, hall: Hall, shift: UUID, anna: Desk) -> tuple[Call, list[UUID]]:
    """The call, with what must stand before it done."""
    event, booking = hall.event_id, uuid7()
    seats: list[UUID] = [hall.seat(seat) for seat in NAMES]
    if name not in FREE:
        anna.do(verbs.hold(event, booking, seats, ADULT))
    if name in SOLD:
        assert "refused" not in anna.do(verbs.sell(event, booking, uuid7(), PRICE * len(seats), shift))
    return (HELD | FREE | SOLD)[name](event, seats, booking, shift), seats


@pytest.mark.parametrize("name", HELD | FREE | SOLD)
def test_who_waits_for_the_first_seat_has_none_of_the_others(
    name: str, server: TestServer, admin: psycopg.Connection, desks: Desks, hall: Hall, annas_shift: Shift
) -> None:
    anna, olga = desks("anna", IsolationLevel.READ_COMMITTED), desks("olga", IsolationLevel.READ_COMMITTED)
    call, seats = call_of(name, hall, annas_shift.id, anna)
    desk = olga if name in FREE else anna
    assert locked_while_it_waits(server, admin, desk, call, hall.event_id, seats) == 0


def test_control_in_another_order_it_has_them(house_server: TestServer) -> None:
    with throwaway(house_server, "disorder") as spoilt, spoilt.admin() as admin, sitting_at(spoilt) as desks:
        said = admin.execute("SELECT pg_get_functiondef('evently._free'::regproc)").fetchone()
        assert said is not None
        admin.execute(said[0].replace("ORDER BY id FOR UPDATE", "ORDER BY id DESC FOR UPDATE").encode())
        hall = house.add_hall(spoilt.database("olga"))
        anna = desks("anna", IsolationLevel.READ_COMMITTED)
        call, seats = call_of("release", hall, uuid7(), anna)
        assert locked_while_it_waits(spoilt, admin, anna, call, hall.event_id, seats) == len(seats) - 1
