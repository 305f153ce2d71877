"""Loads the demo's houses into a database, step by step; every step may run again and then changes nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import numpy as np
import psycopg
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy import URL

from evently_desktop.database import bootstrap, version
from evently_desktop.database import tables as t
from evently_desktop.database.transactions import Database, Session
from evently_desktop.demo import facts, sold
from evently_desktop.demo.facts import EventFact, VenueFact, demo_id
from evently_desktop.domain.bookings import SeatChoice
from evently_desktop.domain.ids import (
    BookingId,
    EventId,
    HoldTypeId,
    PlanId,
    PriceTypeId,
    SeatId,
    TillId,
    UserId,
    VenueId,
    ZoneId,
)
from evently_desktop.domain.money import Money
from evently_desktop.domain.seating import Geometry
from evently_desktop.domain.staff import Role, Staff
from evently_desktop.language import tr
from evently_desktop.services import holds, programme, sales, staff, venues
from evently_desktop.services.writing import insert_once

Progress = Callable[[float, str], None]

_TYPES = [PriceTypeId(demo_id("price type", fact.key)) for fact in facts.PRICE_TYPES]
_COMP = _TYPES[-1]


@dataclass(frozen=True)
class _House:
    """A venue fact with its drawn plan."""

    fact: VenueFact
    geometry: Geometry

    @property
    def id(self) -> VenueId:
        return VenueId(demo_id("venue", self.fact.key))


def load(server: URL, password: str, progress: Progress, today: date | None = None) -> None:
    """Bring the database of ``server`` (an administrator's URL) up to date and fill it; ``password`` opens every login.

    ``progress`` is told a fraction and a sentence before each step.
    """
    today = today or datetime.now(UTC).date()
    steps = _steps(server, password, today)
    for number, (sentence, step) in enumerate(steps):
        progress(number / len(steps), sentence)
        step()
    progress(1.0, tr("The demo is ready."))


def _steps(server: URL, password: str, today: date) -> list[tuple[str, Callable[[], None]]]:
    loader = _Loader(server, password, today)
    return [
        (tr("Preparing the database"), loader.migrate),
        (tr("Adding the staff"), loader.add_staff),
        (tr("Adding prices, tills and customers"), loader.add_basics),
        *((tr("Drawing {venue}", venue=fact.name), lambda fact=fact: loader.add_venue(fact)) for fact in facts.VENUES),
        *(
            (tr("Selling {event}", event=event.name), lambda event=event: loader.add_event(event))
            for event in facts.events(today)
        ),
        (tr("Putting people on the waitlist"), loader.add_waitlist),
    ]


class _Loader:
    def __init__(self, server: URL, password: str, today: date) -> None:
        self._server = server
        self._password = password
        self._today = today
        self._houses: dict[str, _House] = {}

    def _as(self, login: str, station: str = "Office") -> Database:
        return Database(self._server.set(username=login, password=self._password), station=station)

    def migrate(self) -> None:
        engine = sa.create_engine(self._server)
        version.migrate(engine)
        engine.dispose()

    def add_staff(self) -> None:
        admin = next(fact for fact in facts.STAFF if fact.role == Role.ADMIN)
        bootstrap.first_admin(
            self._server, name=admin.name, initials=admin.initials, login=admin.login, password=self._password
        )
        with self._as(admin.login) as database:
            known = database.read(_logins)
            for fact in facts.STAFF:
                if fact.login not in known:
                    member = Staff(
                        UserId(demo_id("staff", fact.login)), fact.name, fact.initials, fact.login, fact.role
                    )
                    database.write(staff.add, member, f"{fact.login}@example.org", self._password)

    def add_basics(self) -> None:
        with self._as("chiara") as organizer, self._as("tomas") as manager, self._as("anna") as clerk:
            for ordinal, (type_id, kind) in enumerate(zip(_TYPES, facts.PRICE_TYPES, strict=True)):
                organizer.write(programme.add_price_type, type_id, kind.name, kind.key, ordinal=ordinal,
                                is_comp=kind.is_comp, is_standard=kind.is_standard)  # fmt: skip
            for hold in facts.HOLD_TYPES:
                organizer.write(programme.add_hold_type, _hold_type(hold.letter), hold.name, hold.letter, hold.may_sell)
            for till in facts.TILLS:
                row = {"name": till.name, "currency": till.currency, "cash_step": till.cash_step}
                manager.write(_add, t.tills, {"id": TillId(demo_id("till", till.name))} | row)
            for customer in facts.CUSTOMERS:
                clerk.write(
                    _add, t.users, {"id": _customer(customer.email), "name": customer.name, "email": customer.email}
                )

    def add_venue(self, fact: VenueFact) -> None:
        plan = fact.draw()
        zones = [ZoneId(demo_id("zone", f"{fact.key}/{zone.name}")) for zone in plan.zones]
        house = _House(fact, plan.geometry(PlanId(demo_id("plan", fact.key)), zones))
        self._houses[fact.key] = house
        venue = venues.Venue(house.id, fact.name, fact.address, fact.city, fact.country, fact.time_zone, fact.currency)
        with self._as("chiara") as organizer:
            organizer.write(venues.add, venue, len(plan))
            organizer.write(venues.add_plan, house.id, plan.name, house.geometry)

    def add_event(self, event: EventFact) -> None:
        house = self._houses[event.venue]
        # The day is part of the id: tomorrow's demo has tomorrow's events beside the old ones.
        event_id = EventId(demo_id("event", f"{event.key}/{event.starts_at.date()}"))
        with self._as("chiara") as organizer:
            if organizer.read(_exists, event_id):
                return
            organizer.write(self._write_event, event_id, event, house)
            aside = _set_aside(house.geometry)
            for letter, seats in aside.items():
                organizer.write(programme.set_aside, event_id, _ids(house.geometry, seats), _hold_type(letter))
            killed = _killed(house.geometry)
            organizer.write(programme.kill, event_id, _ids(house.geometry, killed))
            self._sell(event_id, event, house, np.concatenate([*aside.values(), killed]))
            if event.status == "completed":
                organizer.write(programme.set_status, event_id, "completed")
        if event.venue == "playhouse" and event.status == "active":
            self._leave_baskets(event_id, house.geometry)

    def _write_event(self, session: Session, event_id: EventId, event: EventFact, house: _House) -> None:
        series_id = None
        if event.series:
            series_id = EventId(demo_id("series", event.series))
            programme.add_series(session, series_id, event.series, event.description, house.id)
        prices = {
            (zone.id, type_id): Money(kind.amount(house.fact.adult_prices[zone.name]), house.fact.currency)
            for zone in house.geometry.zones
            for type_id, kind in zip(_TYPES, facts.PRICE_TYPES, strict=True)
        }
        programme.add_event(session, programme.NewEvent(
            id=event_id, venue_id=house.id, venue=house.fact.name, plan_id=house.geometry.plan_id, name=event.name,
            starts_at=event.starts_at, currency=house.fact.currency, description=event.description,
            category=event.category, series_id=series_id, ends_at=event.ends_at, on_sale_from=event.on_sale_from,
            max_seats=event.max_seats, fee_per_seat=event.fee_per_seat,
            base_price=max(house.fact.adult_prices.values()), created_at=event.on_sale_from - timedelta(days=1),
        ), prices)  # fmt: skip

    def _sell(self, event_id: EventId, event: EventFact, house: _House, taken: NDArray[np.int64]) -> None:
        keep_free = np.zeros(len(house.geometry), np.bool_)
        keep_free[taken] = True
        drawn = sold.draw(house.geometry, event.sold, keep_free, seed=event_id.int % 2**32)
        until = min(event.starts_at, datetime.now(UTC))
        address = self._server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as admin:
            sold.write(
                admin, event_id, house.geometry, drawn, kinds=_TYPES,
                customers=[_customer(customer.email) for customer in facts.CUSTOMERS], seller="jonas",
                sold_from=min(event.on_sale_from, until - timedelta(days=1)), sold_until=until,
            )  # fmt: skip

    def _leave_baskets(self, event_id: EventId, geometry: Geometry) -> None:
        """A basket that another counter holds just now, and comps with their reason."""
        with self._as("jonas", "Counter 3") as database:
            free = _free_pairs(database, event_id, geometry)
            held = BookingId(demo_id("basket", str(event_id)))
            database.write(holds.place, event_id, held, [SeatChoice(seat, _TYPES[0]) for seat in next(free)])
            comps = BookingId(demo_id("comps", str(event_id)))
            hold = database.write(holds.place, event_id, comps, [SeatChoice(seat, _COMP) for seat in next(free)])
            database.write(sales.complete, event_id, comps, [], None, hold.total, tr("Competition winners"))

    def add_waitlist(self) -> None:
        event = next(fact for fact in facts.events(self._today) if fact.key == "hamlet-1")
        event_id = EventId(demo_id("event", f"{event.key}/{event.starts_at.date()}"))
        with self._as("chiara") as organizer:
            for position, customer in enumerate(facts.CUSTOMERS[:9], 1):
                row = {"event_id": event_id, "id": demo_id("waiting", f"{event_id}/{position}"), "position": position,
                       "user_id": _customer(customer.email), "party_size": 1 + position % 4}  # fmt: skip
                organizer.write(_add, t.waitlists, row)


def _logins(session: Session) -> set[str]:
    return set(session.execute(sa.select(t.users.c.login).where(t.users.c.login.is_not(None))).scalars())


def _exists(session: Session, event_id: EventId) -> bool:
    return session.execute(sa.select(t.events.c.id).where(t.events.c.id == event_id)).first() is not None


def _add(session: Session, table: sa.Table, row: dict[str, object]) -> None:
    insert_once(session, table, row)


def _hold_type(letter: str) -> HoldTypeId:
    return HoldTypeId(demo_id("hold type", letter))


def _customer(email: str) -> UserId:
    return UserId(demo_id("customer", email))


def _ids(geometry: Geometry, ordinals: NDArray[np.int64]) -> list[SeatId]:
    return [SeatId(UUID(bytes=geometry.ids[ordinal].tobytes())) for ordinal in ordinals]


def _set_aside(geometry: Geometry) -> dict[str, NDArray[np.int64]]:
    """House seats: four good ones for the director, six for the press, two at an edge for the technicians."""
    best = np.lexsort((geometry.distance, -geometry.quality.astype(np.int64)))
    return {"D": best[20:24], "P": best[60:66], "T": best[-40:-38]}


def _killed(geometry: Geometry) -> NDArray[np.int64]:
    """The worst places behind the mixing desk: out of capacity."""
    return np.lexsort((geometry.quality, -geometry.distance.astype(np.float64)))[:4]


def _free_pairs(database: Database, event_id: EventId, geometry: Geometry) -> Iterator[list[SeatId]]:
    query = (
        sa.select(t.event_seats.c.ordinal)
        .where(t.event_seats.c.event_id == event_id, t.event_seats.c.status == "available",
               t.event_seats.c.hold_type_id.is_(None))
        .order_by(t.event_seats.c.ordinal)
    )  # fmt: skip
    free = np.array(database.read(lambda session: session.execute(query).scalars().all()))
    beside = (geometry.block[free[1:]] == geometry.block[free[:-1]]) & (
        np.abs(geometry.position[free[1:]] - geometry.position[free[:-1]]) == 1
    )
    for first in np.flatnonzero(beside)[::7]:
        yield _ids(geometry, free[first : first + 2])
