"""The number of free seats is right at any time: never below nothing, never above all there are, and exact at rest."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import sqlalchemy as sa

from evently_desktop.database.transactions import Database, Session
from evently_desktop.domain.bookings import SeatChoice
from evently_desktop.domain.catalogue import EventSummary
from evently_desktop.domain.ids import EventId, new_booking_id
from evently_desktop.domain.staff import Shift
from evently_desktop.errors import Refusal
from evently_desktop.services import catalogue, holds, programme, refunds, sales
from tests.house import ADULT, DIRECTOR, Hall, cash

ROUNDS = 25


def trade(counter: Database, shift: Shift, hall: Hall, seed: int) -> None:
    """Hold, sell, refund, release."""
    dice = random.Random(seed)
    for _ in range(ROUNDS):
        booking = new_booking_id()
        seats = dice.sample(range(len(hall.geometry)), 3)
        choices = [SeatChoice(hall.geometry.seat_id(seat), ADULT) for seat in seats]
        try:
            hold = counter.write(holds.place, hall.event_id, booking, choices)
        except Refusal:
            continue
        wish = dice.random()
        if wish < 0.4:
            counter.write(holds.release, hall.event_id, booking)
        elif wish < 0.8:
            counter.write(sales.complete, hall.event_id, booking, [cash(hold.total)], shift.id, hold.total)
            if wish < 0.6:
                counter.write(refunds.whole, hall.event_id, booking, cash(hold.total), shift.id, "ill")


def rule(office: Database, hall: Hall, seed: int) -> None:
    """Kill seats and take them back, set seats aside and give them back."""
    dice = random.Random(seed)
    for turn in range(ROUNDS):
        seats = [hall.geometry.seat_id(seat) for seat in dice.sample(range(len(hall.geometry)), 40)]
        if turn % 2:
            office.write(programme.kill, hall.event_id, seats, killed=dice.random() < 0.5)
        else:
            office.write(programme.set_aside, hall.event_id, seats, dice.choice([DIRECTOR, None]))


def by_hand(admin: psycopg.Connection, event: EventId) -> tuple[int, int]:
    rows = admin.execute(
        "SELECT status, hold_type_id, hold_expires_at <= now() FROM evently.event_seats WHERE event_id = %s", [event]
    ).fetchall()
    counted = [row for row in rows if row[0] != "killed"]
    free = [row for row in counted if row[1] is None and (row[0] == "available" or (row[0] == "held" and row[2]))]
    return len(free), len(counted)


def test_free_is_between_nothing_and_all_while_everybody_works(
    anna: Database,
    ben: Database,
    olga: Database,
    sign_in: Callable[..., Database],
    admin: psycopg.Connection,
    hall: Hall,
    annas_shift: Shift,
    bens_shift: Shift,
) -> None:
    over, seen = threading.Event(), set()

    def look() -> None:
        mona = sign_in("mona", station="Office")
        while not over.is_set():
            found = mona.read(catalogue.event, hall.event_id)
            assert 0 <= found.free <= found.total <= len(hall.geometry)
            seen.add((found.free, found.total))

    with ThreadPoolExecutor(4) as threads:
        looking = threads.submit(look)
        working = [
            threads.submit(trade, anna, annas_shift, hall, 1),
            threads.submit(trade, ben, bens_shift, hall, 2),
            threads.submit(rule, olga, hall, 3),
        ]
        for each in working:
            each.result(60)
        over.set()
        looking.result(10)
    assert len(seen) > 10
    found = anna.read(catalogue.event, hall.event_id)
    assert (found.free, found.total) == by_hand(admin, hall.event_id)


def test_control_two_questions_find_more_free_than_there_are(anna: Database, olga: Database, hall: Hall) -> None:
    """Why both numbers come from one count: what is killed between two of them is free and does not exist."""

    def free(session: Session) -> EventSummary:
        return catalogue.event(session, hall.event_id)

    before = anna.read(free)
    olga.write(programme.kill, hall.event_id, [hall.geometry.seat_id(seat) for seat in range(len(hall.geometry))])
    capacity = anna.read(
        lambda session: session.execute(
            sa.text("SELECT total_capacity FROM evently.events WHERE id = :event"), {"event": hall.event_id}
        ).scalar_one()
    )
    assert before.free > capacity
    after = anna.read(free)
    assert (after.free, after.total) == (0, 0)
