"""Two counters and the same seats: every pair of steps, in every order, at every isolation level."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import IsolationLevel
from uuid_utils.compat import uuid7

from evently_desktop.database.transactions import Database
from evently_desktop.domain.staff import Shift
from tests import house
from tests.concurrency import desks as verbs
from tests.concurrency.audit import audit
from tests.concurrency.conftest import Desks, sitting_at
from tests.concurrency.desks import SCHEDULES, Call, Desk, Schedule, overlapping
from tests.conftest import TestServer
from tests.house import ADULT, Hall
from tests.services.clock import run_out

LEVELS = [IsolationLevel.READ_COMMITTED, IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE]
# A held basket, one that ran out, and none at all: what stands before the two begin.
BEFORE = ("live", "run out", "none")


@dataclass(frozen=True)
class Scene:
    """Anna holds ``wanted``, Ben holds ``bens``; both have a shift and an eye on the same seats."""

    event: UUID
    wanted: list[UUID]
    bens: list[UUID]
    annas_booking: UUID
    bens_booking: UUID
    annas_shift: UUID
    bens_shift: UUID
    price: int

    def total(self, seats: list[UUID]) -> int:
        return self.price * len(seats)


Step = Callable[[Scene], Call]

ANNAS: dict[str, Step] = {
    "hold": lambda s: verbs.hold(s.event, uuid7(), s.wanted, ADULT),
    "complete": lambda s: verbs.sell(s.event, s.annas_booking, uuid7(), s.total(s.wanted), s.annas_shift),
    "release": lambda s: Call("release_hold", (s.event, s.annas_booking)),
    "extend": lambda s: Call("extend_hold", (s.event, s.annas_booking)),
    "change": lambda s: verbs.change(s.event, s.annas_booking, 1, s.wanted[:2], ADULT),
    "sweep": lambda s: Call("sweep_holds", (s.event,)),
}
BENS: dict[str, Step] = {
    "take": lambda s: verbs.hold(s.event, uuid7(), s.wanted[::-1], ADULT),
    "take some": lambda s: verbs.hold(s.event, uuid7(), s.wanted[1:2], ADULT),
    "change": lambda s: verbs.change(s.event, s.bens_booking, 1, [s.wanted[2], s.bens[0], s.wanted[0]], ADULT),
    "complete": lambda s: verbs.sell(s.event, s.bens_booking, uuid7(), s.total(s.bens), s.bens_shift),
    "sweep": lambda s: Call("sweep_holds", (s.event,)),
}


def set_scene(
    hall: Hall,
    case: int,
    before: str,
    anna: Desk,
    ben: Desk,
    admin: psycopg.Connection[Any],
    shifts: tuple[Shift, Shift],
) -> Scene:
    """Five front seats that no other case of this hall uses."""
    seats: list[UUID] = [hall.geometry.seat_id(ordinal) for ordinal in range(case * 5, case * 5 + 5)]
    scene = Scene(hall.event_id, seats[:3], seats[3:], uuid7(), uuid7(), shifts[0].id, shifts[1].id, 4350)
    if before != "none":
        anna.do(verbs.hold(scene.event, scene.annas_booking, scene.wanted, ADULT))
    if before == "run out":
        run_out(admin, scene.event, scene.annas_booking)
    ben.do(verbs.hold(scene.event, scene.bens_booking, scene.bens, ADULT))
    return scene


def kept_its_word(admin: psycopg.Connection[Any], scene: Scene, call: Call, answer: dict[str, Any]) -> bool:
    """Whether a sale that was told is in the books."""
    if call.verb != "complete_sale" or "refused" in answer:
        return True
    found = admin.execute(
        "SELECT status = 'confirmed' FROM evently.bookings WHERE event_id = %s AND id = %s",
        [scene.event, call.arguments[1]],
    ).fetchone()
    return found == (True,)


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name.lower())
@pytest.mark.parametrize("bens", BENS)
@pytest.mark.parametrize("annas", ANNAS)
def test_two_counters_and_the_same_seats(
    annas: str,
    bens: str,
    level: IsolationLevel,
    desks: Desks,
    admin: psycopg.Connection[Any],
    olga: Database,
    annas_shift: Shift,
    bens_shift: Shift,
) -> None:
    anna, ben, hall = desks("anna", level), desks("ben", level), house.add_hall(olga, rows=10, seats=20)
    for number, (before, schedule, anna_first) in enumerate(product(BEFORE, SCHEDULES, (True, False))):
        scene = set_scene(hall, number, before, anna, ben, admin, (annas_shift, bens_shift))
        steps = [(anna, ANNAS[annas](scene)), (ben, BENS[bens](scene))]
        (first, one), (second, other) = steps if anna_first else steps[::-1]
        answers = schedule(admin, first, one, second, other)
        case = f"{before}, {schedule.__name__}, anna first: {anna_first}: {answers}"
        assert audit(admin, scene.event) == [], case
        assert kept_its_word(admin, scene, one, answers[0]), case
        assert kept_its_word(admin, scene, other, answers[1]), case
        clear(admin, scene)


def clear(admin: psycopg.Connection[Any], scene: Scene) -> None:
    """Let what is held run out, so that the next case's sweep has nothing of this one to wait for."""
    for booking in admin.execute(
        "SELECT id FROM evently.bookings WHERE event_id = %s AND status = 'held'", [scene.event]
    ).fetchall():
        run_out(admin, scene.event, booking[0])
    admin.execute("SELECT evently.sweep_holds(%s)", [scene.event])


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: schedule.__name__)
@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name.lower())
def test_one_sale_is_refunded_once(
    level: IsolationLevel,
    schedule: Schedule,
    desks: Desks,
    admin: psycopg.Connection[Any],
    hall: Hall,
    annas_shift: Shift,
    bens_shift: Shift,
) -> None:
    anna, ben = desks("anna", level), desks("ben", level)
    booking, seats = uuid7(), [hall.seat("A1"), hall.seat("A2")]
    anna.do(verbs.hold(hall.event_id, booking, seats, ADULT))
    assert "refused" not in anna.do(verbs.sell(hall.event_id, booking, uuid7(), 8700, annas_shift.id))
    answers = schedule(
        admin,
        anna, verbs.refund(hall.event_id, booking, uuid7(), 8700, annas_shift.id),
        ben, verbs.refund(hall.event_id, booking, uuid7(), 8700, bens_shift.id),
    )  # fmt: skip
    assert sorted(answer.get("refused", "") for answer in answers) == ["", "not_sold"]
    assert audit(admin, hall.event_id) == []


def test_control_without_the_guards_a_seat_is_sold_twice(unguarded: TestServer) -> None:
    hall = house.add_hall(unguarded.database("olga"))
    seats = [hall.seat("A1")]
    with unguarded.admin() as admin, sitting_at(unguarded) as desks:
        anna, ben = (desks(who, IsolationLevel.READ_COMMITTED) for who in ("anna", "ben"))
        answers = overlapping(
            admin,
            anna, verbs.hold(hall.event_id, uuid7(), seats, ADULT),
            ben, verbs.hold(hall.event_id, uuid7(), seats, ADULT),
        )  # fmt: skip
        assert ["refused" in answer for answer in answers] == [False, False]
        assert "a seat belongs to two bookings" in audit(admin, hall.event_id)
