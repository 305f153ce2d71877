"""Parked baskets: put aside at one counter, picked up at any other, with the clock intact."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Event

import pytest
import sqlalchemy as sa

from evently_desktop.database.transactions import Database, Session
from evently_desktop.domain.bookings import Hold
from evently_desktop.domain.ids import BookingId, new_booking_id
from evently_desktop.domain.staff import Shift
from evently_desktop.errors import HoldExpired, Refusal
from evently_desktop.services import bookings, holds, sales, seats
from tests.conftest import TestServer
from tests.house import Hall, cash, euros
from tests.services.clock import run_out


def _held(clerk: Database, hall: Hall, *names: str) -> Hold:
    return clerk.write(holds.place, hall.event_id, new_booking_id(), hall.choose(*names or ("A1", "A2")))


def _parked(clerk: Database, hall: Hall, *names: str) -> Hold:
    return clerk.write(holds.park, hall.event_id, _held(clerk, hall, *names).booking_id)


def _waiting(clerk: Database, hall: Hall) -> list[BookingId]:
    return [hold.booking_id for hold in clerk.read(holds.parked) if hold.event_id == hall.event_id]


def test_another_counter_goes_on_with_the_same_clock(
    anna: Database, ben: Database, bens_shift: Shift, hall: Hall
) -> None:
    before = _held(anna, hall)
    parked = anna.write(holds.park, hall.event_id, before.booking_id)
    assert (parked.expires_at, parked.seats) == (before.expires_at, before.seats)

    hold = ben.write(holds.pick_up, hall.event_id, before.booking_id)
    assert (hold.expires_at, hold.reference, hold.total) == (before.expires_at, before.reference, before.total)
    hold = ben.write(holds.change, hall.event_id, hold.booking_id, hold.version, hall.choose("A1"))
    assert hold.expires_at == before.expires_at
    sale = ben.write(sales.complete, hall.event_id, hold.booking_id, [cash(hold.total)], bens_shift.id, hold.total)
    assert [ticket.number for ticket in sale.tickets] == ["1"]
    steps = ben.read(bookings.history, hall.event_id, hold.booking_id)
    assert [step.action for step in steps] == ["held", "parked", "picked_up", "changed", "sold"]
    assert [step.station for step in steps] == ["Counter 1", "Counter 1", *["Counter 2"] * 3]
    with pytest.raises(Refusal) as refused:
        anna.write(holds.release, hall.event_id, hold.booking_id)
    assert refused.value.code == "not_yours"


def test_parked_baskets_are_listed_with_who_parked_them(anna: Database, ben: Database, hall: Hall) -> None:
    first, second = _parked(anna, hall, "A1", "A2"), _parked(ben, hall, "B1")
    _held(anna, hall, "C1")
    found = [hold for hold in ben.read(holds.parked) if hold.event_id == hall.event_id]
    assert [(hold.reference, hold.quantity, hold.total, hold.by, hold.station) for hold in found] == [
        (first.reference, 2, euros(87), "AN", "Counter 1"),
        (second.reference, 1, euros(43.5), "BE", "Counter 2"),
    ]
    assert (found[0].expires_at, found[0].event_name) == (first.expires_at, "Hamlet")
    assert first.server_now <= found[0].server_now < found[0].expires_at
    ben.write(holds.pick_up, hall.event_id, first.booking_id)
    assert _waiting(anna, hall) == [second.booking_id]


def test_a_basket_in_use_is_not_taken_away(anna: Database, ben: Database, hall: Hall) -> None:
    hold = _held(anna, hall)
    with pytest.raises(Refusal) as refused:
        ben.write(holds.pick_up, hall.event_id, hold.booking_id)
    assert refused.value.code == "not_yours"
    with pytest.raises(Refusal) as refused:
        ben.write(holds.park, hall.event_id, hold.booking_id)
    assert refused.value.code == "not_yours"
    assert anna.write(holds.extend, hall.event_id, hold.booking_id).seats == hold.seats
    anna.write(holds.park, hall.event_id, hold.booking_id)
    assert ben.write(holds.pick_up, hall.event_id, hold.booking_id).seats == hold.seats


def test_a_parked_basket_is_picked_up_before_anything_else(anna: Database, annas_shift: Shift, hall: Hall) -> None:
    hold = _parked(anna, hall)
    event, booking = hall.event_id, hold.booking_id
    tries = (
        partial(holds.change, version=hold.version, choices=hall.choose("A1")),
        holds.extend,
        partial(sales.begin, tender=cash(hold.total), shift_id=annas_shift.id),
        partial(sales.complete, tenders=[cash(hold.total)], shift_id=annas_shift.id, expected_total=hold.total),
    )
    for verb in tries:
        with pytest.raises(Refusal, match="parked") as refused:
            anna.write(verb, event, booking)
        assert refused.value.code == "parked"
    picked = anna.write(holds.pick_up, event, booking)
    with pytest.raises(Refusal) as refused:
        anna.write(holds.change, event, booking, hold.version, hall.choose("A1"))
    assert refused.value.code == "changed_elsewhere"
    anna.write(holds.change, event, booking, picked.version, hall.choose("A1"))


def test_repeats_answer_the_same(anna: Database, ben: Database, hall: Hall) -> None:
    hold = _parked(anna, hall)
    assert anna.write(holds.park, hall.event_id, hold.booking_id).version == hold.version
    first = ben.write(holds.pick_up, hall.event_id, hold.booking_id)
    again = ben.write(holds.pick_up, hall.event_id, hold.booking_id)
    assert (again.version, again.seats) == (first.version, first.seats)
    steps = ben.read(bookings.history, hall.event_id, hold.booking_id)
    assert [step.action for step in steps] == ["held", "parked", "picked_up"]


def test_time_runs_out_while_parked(anna: Database, ben: Database, hall: Hall, server: TestServer) -> None:
    hold = _parked(anna, hall)
    with server.admin() as admin:
        run_out(admin, hall.event_id, hold.booking_id)
    assert _waiting(ben, hall) == []
    with pytest.raises(HoldExpired):
        ben.write(holds.pick_up, hall.event_id, hold.booking_id)
    with pytest.raises(HoldExpired):
        anna.write(holds.park, hall.event_id, hold.booking_id)
    _held(ben, hall)


def test_release_from_the_shelf_and_after_picking_up(anna: Database, ben: Database, hall: Hall) -> None:
    mine, taken = _parked(anna, hall, "A1"), _parked(anna, hall, "A2")
    anna.write(holds.release, hall.event_id, mine.booking_id)
    with pytest.raises(Refusal) as refused:
        ben.write(holds.release, hall.event_id, taken.booking_id)
    assert refused.value.code == "not_yours"
    ben.write(holds.pick_up, hall.event_id, taken.booking_id)
    ben.write(holds.release, hall.event_id, taken.booking_id)
    with pytest.raises(Refusal) as refused:
        ben.write(holds.pick_up, hall.event_id, mine.booking_id)
    assert refused.value.code == "not_yours"
    _held(ben, hall)


def test_maps_hear_whose_the_seats_are(anna: Database, ben: Database, hall: Hall) -> None:
    hold = _parked(anna, hall, "A1")
    states, look = anna.read(seats.states, hall.event_id, hall.geometry)
    ben.write(holds.pick_up, hall.event_id, hold.booking_id)
    changes, _ = anna.read(seats.changes, hall.event_id, look, states, hall.geometry)
    # A transaction that runs elsewhere on the server lets seats come twice, which does no harm.
    [picked] = [row for row, ordinal in enumerate(changes.ordinal) if hall.geometry.name(ordinal) == "Stalls A1"]
    assert states.holders[changes.holder[picked]].station == "Counter 2"


def _both_pick_up(ben: Database, olga: Database, server: TestServer, hold: Hold) -> tuple[Hold, Future[Hold]]:
    """Ben picks it up, and Olga while his transaction is still open."""
    picked, waiting = Event(), Event()

    def slowly(session: Session) -> Hold:
        # A verb that comes first commits by itself.
        session.execute(sa.text("SELECT 1"))
        found = holds.pick_up(session, hold.event_id, hold.booking_id)
        picked.set()
        assert waiting.wait(4)
        return found

    with ThreadPoolExecutor(2) as pool, server.admin() as admin:
        first = pool.submit(ben.write, slowly)
        assert picked.wait(4)
        second = pool.submit(olga.write, holds.pick_up, hold.event_id, hold.booking_id)
        question = "SELECT 1 FROM pg_stat_activity WHERE usename = %s AND wait_event_type = 'Lock'"
        while not admin.execute(question, [server.login("olga")]).fetchone():
            assert not second.done()
            time.sleep(0.005)
        waiting.set()
        return first.result(), second


@contextmanager
def _without_its_lock(server: TestServer) -> Iterator[None]:
    signature = "evently._own_hold(uuid, uuid, timestamptz)"
    with server.admin() as admin:
        row = admin.execute("SELECT pg_get_functiondef(%s::regprocedure)", [signature]).fetchone()
        assert row is not None
        admin.execute(row[0].replace(" FOR UPDATE", "").encode())
        try:
            yield
        finally:
            admin.execute(row[0].encode())


def test_one_of_two_gets_a_parked_basket(
    anna: Database, ben: Database, olga: Database, hall: Hall, server: TestServer
) -> None:
    _, olgas = _both_pick_up(ben, olga, server, _parked(anna, hall))
    with pytest.raises(Refusal) as refused:
        olgas.result()
    assert refused.value.code == "not_yours"


def test_without_the_lock_both_would_get_it(
    anna: Database, ben: Database, olga: Database, hall: Hall, server: TestServer
) -> None:
    with _without_its_lock(server):
        bens, olgas = _both_pick_up(ben, olga, server, _parked(anna, hall))
        assert bens.booking_id == olgas.result().booking_id
