"""A small house to test in: one hall, one event, its staff. Built through the real services."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

import numpy as np
from uuid_utils.compat import uuid7

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import SeatChoice, Tender, TenderMethod
from evently_desktop.domain.ids import (
    EventId,
    HoldTypeId,
    PlanId,
    PriceTypeId,
    SeatId,
    ShiftId,
    TillId,
    VenueId,
    ZoneId,
    new_payment_id,
)
from evently_desktop.domain.money import Money
from evently_desktop.domain.seating import Geometry, Section, Shape, Zone
from evently_desktop.services import programme, venues

PASSWORD = "correct horse battery staple"
ADULT, CHILD, COMP = (PriceTypeId(uuid5(NAMESPACE_OID, f"type {key}")) for key in "ACX")
DIRECTOR = HoldTypeId(uuid5(NAMESPACE_OID, "hold type D"))
TILLS = tuple(TillId(uuid5(NAMESPACE_OID, f"till {number}")) for number in range(8))


def euros(amount: float) -> Money:
    return Money(round(amount * 100), "EUR")


@dataclass(frozen=True)
class Hall:
    """An event on sale in a hall of its own."""

    event_id: EventId
    geometry: Geometry

    def seat(self, name: str) -> SeatId:
        """The seat called, say, ``A1``."""
        for ordinal in range(len(self.geometry)):
            if f"{self.geometry.row[ordinal]}{self.geometry.number[ordinal]}" == name:
                return self.geometry.seat_id(ordinal)
        raise KeyError(name)

    def choose(self, *names: str, price_type: PriceTypeId = ADULT) -> list[SeatChoice]:
        return [SeatChoice(self.seat(name), price_type) for name in names]


def hall_geometry(rows: int = 5, seats: int = 20) -> Geometry:
    n = rows * seats
    ordinal = np.arange(n)
    row, number = ordinal // seats, ordinal % seats
    zones = tuple(Zone(ZoneId(uuid7()), name, colour) for colour, name in enumerate(("Front", "Back")))
    outline = ((0.0, 0.0), (seats * 0.5, 0.0), (seats * 0.5, rows * 0.9), (0.0, rows * 0.9))
    return Geometry(
        plan_id=PlanId(uuid7()),
        ids=np.frombuffer(b"".join(uuid7().bytes for _ in range(n)), np.uint8).reshape(n, 16),
        x=(number * 0.5).astype(np.float32),
        y=(row * 0.9 + 2).astype(np.float32),
        section=np.zeros(n, np.int16),
        row=np.array([chr(65 + index) for index in row], dtype=np.str_),
        number=(number + 1).astype(np.str_),
        block=(row * 2 + number // ((seats + 1) // 2)).astype(np.int32),
        position=(number % ((seats + 1) // 2)).astype(np.int16),
        place=np.zeros(n, np.uint8),
        restricted=np.zeros(n, np.bool_),
        zone=(row >= (rows + 1) // 2).astype(np.uint8),
        quality=np.clip(10 - row, 1, 10).astype(np.uint8),
        distance=(row * 0.9 + 2).astype(np.float32),
        sections=(Section("Stalls", outline, (seats * 0.25, rows * 0.45)),),
        zones=zones,
        shapes=(Shape("stage", ((0.0, 0.0), (seats * 0.5, 0.0), (seats * 0.5, 1.0), (0.0, 1.0)), "STAGE"),),
        focal_point=(seats * 0.25, 0.0),
    )


def add_hall(organizer: Database, *, rows: int = 5, seats: int = 20, **event: object) -> Hall:
    """A new venue, plan and event on sale: front 42.00 and back 30.00 for adults, half for children, 1.50 fee."""
    geometry = hall_geometry(rows, seats)
    venue = venues.Venue(VenueId(uuid7()), "Playhouse", "1 Stage St", "Vienna", "AT", "Europe/Vienna", "EUR")
    organizer.write(venues.add, venue, len(geometry))
    organizer.write(venues.add_plan, venue.id, "Main hall", geometry)
    front, back = (zone.id for zone in geometry.zones)
    prices = {
        (front, ADULT): euros(42), (back, ADULT): euros(30), (front, CHILD): euros(21), (back, CHILD): euros(15),
    }  # fmt: skip
    new = programme.NewEvent(**({
        "id": EventId(uuid7()), "venue_id": venue.id, "venue": venue.name, "plan_id": geometry.plan_id,
        "name": "Hamlet", "starts_at": datetime.now(UTC) + timedelta(days=7), "currency": "EUR",
        "fee_per_seat": 150,
    } | event))  # type: ignore[arg-type]  # fmt: skip
    organizer.write(programme.add_event, new, prices)
    return Hall(new.id, geometry)


def cash(amount: Money, given: Money | None = None) -> Tender:
    return Tender(new_payment_id(), TenderMethod.CASH, amount, given)


def card(amount: Money, reference: str = "T-4711") -> Tender:
    return Tender(new_payment_id(), TenderMethod.CARD, amount, None, reference)


def new_shift_id() -> ShiftId:
    return ShiftId(uuid7())
