"""The map a counter sees is the truth, also while others sell: a read of what changed misses nothing."""

import threading
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
import pytest

from evently_desktop.database.transactions import Database
from evently_desktop.domain.ids import PlanId, new_booking_id
from evently_desktop.domain.seating import Geometry, Holder, SeatStates, SeatStatus, StateChanges
from evently_desktop.errors import NotFound
from evently_desktop.services import holds, programme, seats
from tests.conftest import TestServer
from tests.house import DIRECTOR, Hall, add_hall
from tests.services.clock import run_out
from tests.services.desk import Desk
from tests.template import libpq

ARRAYS = (
    "x",
    "y",
    "row",
    "number",
    "ids",
    "section",
    "block",
    "position",
    "place",
    "restricted",
    "zone",
    "quality",
    "distance",
)
STATES = ("status", "zone", "hold_type", "expires", "holder", "price", "booking")


def apply(states: SeatStates, changed: StateChanges) -> None:
    for name in STATES:
        getattr(states, name)[changed.ordinal] = getattr(changed, name)


def test_a_plan_comes_back_as_it_was_drawn(anna: Database, hall: Hall) -> None:
    read = anna.read(seats.map, hall.geometry.plan_id)
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(read, name), getattr(hall.geometry, name), err_msg=name)
        assert getattr(read, name).dtype.kind == getattr(hall.geometry, name).dtype.kind
    assert (read.zones, read.sections, read.shapes) == (
        hall.geometry.zones,
        hall.geometry.sections,
        hall.geometry.shapes,
    )
    assert read.focal_point == hall.geometry.focal_point
    with pytest.raises(NotFound, match="does not exist any more"):
        anna.read(seats.map, PlanId(UUID(int=0)))


def test_states_say_what_each_seat_is(desk: Desk, olga: Database) -> None:
    hold = desk.hold("A1")
    sale = desk.sell("A2")
    olga.write(programme.kill, desk.event, desk.seats("A3"))
    olga.write(programme.set_aside, desk.event, desk.seats("A4"), DIRECTOR)
    states, _look = desk.clerk.read(seats.states, desk.event, desk.hall.geometry)
    assert list(states.status[:5]) == [SeatStatus.HELD, SeatStatus.BOOKED, SeatStatus.KILLED, SeatStatus.AVAILABLE, 0]
    assert states.holders[states.holder[0]] == Holder("AN", "Counter 1")
    assert states.expires[0] == pytest.approx(hold.expires_at.timestamp(), abs=1e-3)
    assert UUID(bytes=states.booking[1].tobytes()) == sale.booking_id
    assert states.hold_types[states.hold_type[3] - 1].id == DIRECTOR
    assert (states.price[0], states.price[-1]) == (4200, 3000)
    assert states.free_at(hold.expires_at.timestamp())[0]
    assert not states.free_at(hold.server_now.timestamp())[0]


def test_changes_are_those_since_the_look(desk: Desk) -> None:
    geometry = desk.hall.geometry
    states, look = desk.clerk.read(seats.states, desk.event, geometry)
    nothing, look = desk.clerk.read(seats.changes, desk.event, look, states, geometry)
    hold = desk.hold("B1", "B2")
    changed, look = desk.clerk.read(seats.changes, desk.event, look, states, geometry)
    assert {20, 21} <= set(changed.ordinal.tolist()) <= {20, 21} | set(nothing.ordinal.tolist())
    apply(states, changed)
    run_out(desk.admin, desk.event, hold.booking_id)
    desk.clerk.write(holds.sweep, desk.event)
    changed, look = desk.clerk.read(seats.changes, desk.event, look, states, geometry)
    apply(states, changed)
    truth, _look = desk.clerk.read(seats.states, desk.event, geometry)
    for name in STATES:
        np.testing.assert_array_equal(getattr(states, name), getattr(truth, name), err_msg=name)


def test_a_change_that_commits_late_is_not_missed(desk: Desk, ben: Database, server: TestServer) -> None:
    """The hold that began first commits last; whoever asks for what is newer than the newest he saw never sees it."""
    geometry = desk.hall.geometry
    states, look = desk.clerk.read(seats.states, desk.event, geometry)
    with server.connect("anna") as slow:
        slow.autocommit = False
        choice = desk.hall.choose("A1")[0]
        slow.execute(
            "SELECT evently.hold_seats(%s, %s, ARRAY[%s]::uuid[], ARRAY[%s]::uuid[])",
            [desk.event, new_booking_id(), choice.seat_id, choice.price_type_id],
        )
        ben.write(holds.place, desk.event, new_booking_id(), desk.hall.choose("A2"))
        changed, look = desk.clerk.read(seats.changes, desk.event, look, states, geometry)
        assert 1 in changed.ordinal
        assert 0 not in changed.ordinal
        largest_seen = desk.value("SELECT max(changed_xid)::text FROM evently.event_seats WHERE event_id = %(event)s")
        slow.commit()
    changed, look = desk.clerk.read(seats.changes, desk.event, look, states, geometry)
    assert 0 in changed.ordinal
    missed = desk.value(
        """SELECT count(*) FROM evently.event_seats
            WHERE event_id = %(event)s AND changed_xid > %(seen)s::xid8 AND ordinal = 0""",
        seen=largest_seen,
    )
    assert missed == 0


@dataclass
class Looker:
    """Follows an event through `ask` until the writers are done, then once more."""

    url: str
    event: UUID
    ask: str

    def run(self, done: threading.Event) -> dict[int, int]:
        """The version of each seat as this counter believes it to be."""
        believed: dict[int, int] = {}
        since = "0"
        with psycopg.connect(self.url, autocommit=True) as connection:
            while True:
                last = done.is_set()
                next_look = connection.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text").fetchone()
                rows = connection.execute(self.ask.encode(), {"event": self.event, "since": since}).fetchall()
                believed |= {ordinal: version for ordinal, version, _xid in rows}
                if "_xid >=" in self.ask:
                    since = next_look[0] if next_look else since
                else:
                    since = max([since, *(xid for _, _, xid in rows)], key=int)
                if last:
                    return believed


_BY_SNAPSHOT = """SELECT ordinal, version, changed_xid::text FROM evently.event_seats
                   WHERE event_id = %(event)s AND changed_xid >= %(since)s::xid8"""
_BY_LARGEST_SEEN = _BY_SNAPSHOT.replace(">=", ">")


def _write(url: str, event: UUID, number: int, rounds: int) -> None:
    """Change seats in transactions of mixed length, as bursts of sales do."""
    with psycopg.connect(url) as connection:
        for round_ in range(rounds):
            ordinal = (number * 17 + round_ * 7) % 200
            connection.execute(
                """UPDATE evently.event_seats SET version = version + 1, changed_xid = pg_current_xact_id()
                    WHERE event_id = %s AND ordinal = %s""",
                [event, ordinal],
            )
            connection.execute("SELECT pg_sleep(%s)", [(number * round_ % 5) / 1000])
            connection.commit()


@pytest.mark.parametrize(("ask", "complete"), [(_BY_SNAPSHOT, True), (_BY_LARGEST_SEEN, False)])
def test_reading_beside_many_writers(server: TestServer, olga: Database, ask: str, complete: bool) -> None:
    hall = add_hall(olga, rows=10, seats=20)
    url = libpq(server.admin_url)
    done = threading.Event()
    found: list[dict[int, int]] = []
    looker = threading.Thread(target=lambda: found.append(Looker(url, hall.event_id, ask).run(done)))
    writers = [threading.Thread(target=_write, args=(url, hall.event_id, number, 60)) for number in range(8)]
    looker.start()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    done.set()
    looker.join()
    with server.admin() as admin:
        truth: dict[int, int] = dict(
            admin.execute(
                "SELECT ordinal, version FROM evently.event_seats WHERE event_id = %s", [hall.event_id]
            ).fetchall()
        )
    wrong = [ordinal for ordinal, version in truth.items() if found[0].get(ordinal) != version]
    assert (wrong == []) is complete


def test_geometry_of_a_session_is_read_only(anna: Database, hall: Hall) -> None:
    read: Geometry = anna.read(seats.map, hall.geometry.plan_id)
    states: Any = anna.read(seats.states, hall.event_id, read)[0]
    assert len(states) == len(read) == 100
