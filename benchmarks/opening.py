"""From choosing an event to its first whole frame, beside the bare query that brings its states into arrays.

Ours is what a clerk waits for: the geometry (from this PC's disk, or from the server where it is not there yet), the
states, the map's model and every pixel of a window of 1920 × 1080. The floor is psycopg's binary COPY of the same
columns as the superuser, and `frombuffer`; no policies, no geometry, nothing drawn. The warm bar has one frame of
16.7 ms for the drawing. The hall is a lived-in stadium: 80,000 seats, 48,000 of them sold, baskets, house seats.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import psycopg
from numpy.typing import NDArray
from PySide6.QtWidgets import QApplication
from uuid_utils.compat import uuid7

from benchmarks.bars import Bar
from benchmarks.house import House, open_house
from evently_desktop.database.transactions import Database
from evently_desktop.demo import sold
from evently_desktop.demo.plans import stadium
from evently_desktop.domain.bookings import SeatChoice
from evently_desktop.domain.ids import EventId, PlanId, PriceTypeId, VenueId, ZoneId, new_booking_id
from evently_desktop.domain.seating import Geometry, SeatStatus
from evently_desktop.gui.seat_map import SeatMapModel, SeatMapView
from evently_desktop.services import holds, programme, seats, venues
from evently_desktop.services.geometry_cache import GeometryCache
from tests import house

WIDTH, HEIGHT = 1920, 1080
SHARE, BASKETS, SEED = 0.6, 250, 20_26
ROUNDS = 15
FRAME = 16.7
WARM, COLD = 3.0, 6.0

_NONE = "'00000000-0000-0000-0000-000000000000'"
# A row of the binary COPY: its number of fields, then each with its length before it.
_ROW = np.dtype([("fields", ">i2"), *(
    part
    for name, kind in (("ordinal", ">i4"), ("status", "V1"), ("zone", "V16"), ("hold_type", "V16"),
                       ("expires", ">i8"), ("price", ">i8"), ("booking", "V16"))
    for part in ((f"{name}_length", ">i4"), (name, kind))
)])  # fmt: skip
_COPY = f"""
COPY (SELECT ordinal, left(status, 1)::"char", zone_id, coalesce(hold_type_id, {_NONE}),
             coalesce(hold_expires_at, 'infinity'), price, coalesce(current_booking_id, {_NONE})
        FROM evently.event_seats WHERE event_id = %s) TO STDOUT (FORMAT BINARY)
"""
_HEADER, _TRAILER = 19, 2


@dataclass(frozen=True)
class Stadium:
    """The event and its hall."""

    event_id: EventId
    geometry: Geometry


def build(place: House) -> Stadium:
    """The stadium with its sales, some baskets and some house seats."""
    plan = stadium()
    geometry = plan.geometry(PlanId(uuid7()), [ZoneId(uuid7()) for _ in plan.zones])
    venue = venues.Venue(VenueId(uuid7()), "Stadium", "", "Dublin", "IE", "Europe/Dublin", "EUR")
    event = programme.NewEvent(
        EventId(uuid7()), venue.id, venue.name, geometry.plan_id, "Match", datetime.now(UTC) + timedelta(days=7), "EUR"
    )
    kinds = [house.ADULT, house.CHILD, house.CHILD, house.COMP]
    with place.database("olga", "Office") as olga:
        olga.write(venues.add, venue, len(geometry))
        olga.write(venues.add_plan, venue.id, "Stadium", geometry)
        prices = {(zone.id, kind): house.euros(40) for zone in geometry.zones for kind in kinds}
        olga.write(programme.add_event, event, prices)
        kept = np.arange(0, len(geometry), 400)
        olga.write(programme.set_aside, event.id, [geometry.seat_id(int(seat)) for seat in kept], house.DIRECTOR)
    _sell(place, event.id, geometry, kinds, kept)
    return Stadium(event.id, geometry)


def _sell(
    place: House, event_id: EventId, geometry: Geometry, kinds: list[PriceTypeId], kept: NDArray[np.int64]
) -> None:
    """Sales by the thousand, written at once, and baskets of four that two clerks hold just now."""
    taken = np.zeros(len(geometry), np.bool_)
    taken[kept] = True
    past = sold.draw(geometry, SHARE, taken, SEED)
    taken[past.ordinal] = True
    free = np.flatnonzero(~taken)
    now = datetime.now(UTC)
    with place.admin() as admin, place.database("anna", "Counter 1") as anna, place.database("ben", "Counter 2") as ben:
        customers = [row[0] for row in admin.execute("SELECT id FROM evently.users")]
        sold.write(
            admin, event_id, geometry, past, kinds=kinds, customers=customers, seller="anna_bench",
            sold_from=now - timedelta(days=30), sold_until=now,
        )  # fmt: skip
        for number in range(BASKETS):
            party = free[number * 40 : number * 40 + 4]
            choices = [SeatChoice(geometry.seat_id(int(seat)), house.ADULT) for seat in party]
            (anna if number % 2 else ben).write(holds.place, event_id, new_booking_id(), choices)
        admin.execute("VACUUM ANALYZE")


def bare_query(admin: psycopg.Connection, event_id: EventId) -> int:
    """The floor: the states as the server has them, in an array. Returns how many."""
    with admin.cursor().copy(_COPY, [event_id]) as blocks:
        data = b"".join(blocks)
    return len(np.frombuffer(data[_HEADER : len(data) - _TRAILER], _ROW))


class Counter:
    """A counter with its map on the screen."""

    def __init__(self, database: Database, folder: Path, hall: Stadium) -> None:
        self._database = database
        self._hall = hall
        self.folder = folder
        self._cache = GeometryCache(folder)
        self._view = SeatMapView(SeatMapModel(), "EUR", "en_GB")
        self._view.resize(WIDTH, HEIGHT)
        self._view.show()
        QApplication.processEvents()

    def open(self) -> int:
        """Choose the event, to the last pixel of its map; returns how many seats there are."""
        geometry = self._database.read(seats.map, self._hall.geometry.plan_id, self._cache)
        states, _look = self._database.read(seats.states, self._hall.event_id, geometry)
        self._view.model.load(geometry, states)
        self._view.draw_frame()
        QApplication.processEvents()
        return int((states.status == SeatStatus.BOOKED).sum())

    def open_cold(self) -> int:
        """The same on a PC that has never shown this hall."""
        for file in self.folder.iterdir():
            file.unlink()
        return self.open()


def milliseconds(action: Callable[[], int], answer: int) -> float:
    start = time.perf_counter()
    assert action() == answer
    return (time.perf_counter() - start) * 1000


def measure(place: House, folder: Path) -> Iterator[Bar]:
    hall = build(place)
    with place.database("anna", "Counter 1") as anna, place.admin() as admin:
        counter = Counter(anna, folder, hall)
        sold_seats = counter.open()
        floor, warm, cold = [], [], []
        for _ in range(ROUNDS):
            floor.append(milliseconds(lambda: bare_query(admin, hall.event_id), len(hall.geometry)))
            warm.append(milliseconds(counter.open, sold_seats))
            cold.append(milliseconds(counter.open_cold, sold_seats))
    bare, opened, opened_cold = (statistics.median(times[2:]) for times in (floor, warm, cold))
    name = "opening 80,000, "
    yield Bar(name + "warm less a frame / bare query", opened, bare, (opened - FRAME) / bare, WARM)
    yield Bar(name + "cold / bare query", opened_cold, bare, opened_cold / bare, COLD)


def bars() -> Iterator[Bar]:
    application = QApplication.instance() or QApplication([])
    with open_house() as place, tempfile.TemporaryDirectory() as folder:
        yield from measure(place, Path(folder))
    del application
