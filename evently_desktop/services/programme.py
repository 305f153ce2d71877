"""Series, events and their prices, as organizers set them up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from evently_desktop.database import tables as t
from evently_desktop.database.transactions import Session
from evently_desktop.domain.ids import EventId, HoldTypeId, PlanId, PriceTypeId, SeatId, VenueId, ZoneId
from evently_desktop.domain.money import Money
from evently_desktop.services.writing import insert_once


@dataclass(frozen=True)
class NewEvent:
    """One performance to be. ``created_at`` only for events that are entered after they took place."""

    id: EventId
    venue_id: VenueId
    venue: str
    plan_id: PlanId
    name: str
    starts_at: datetime
    currency: str
    description: str = ""
    category: str = ""
    series_id: EventId | None = None
    ends_at: datetime | None = None
    on_sale_from: datetime | None = None
    on_sale_until: datetime | None = None
    max_seats: int = 10
    one_per_customer: bool = False
    fee_per_seat: int = 0
    base_price: int = 0
    created_at: datetime | None = None


def add_price_type(session: Session, price_type_id: PriceTypeId, name: str, key: str, *, ordinal: int,
                   is_comp: bool = False, is_standard: bool = False) -> None:  # fmt: skip
    """A kind of guest, chosen by its letter at the counter."""
    insert_once(session, t.price_types, {
        "id": price_type_id, "name": name, "key": key, "ordinal": ordinal, "is_comp": is_comp,
        "is_standard": is_standard})  # fmt: skip


def add_hold_type(session: Session, hold_type_id: HoldTypeId, name: str, letter: str, may_sell: str) -> None:
    """A reason to set seats aside; ``may_sell`` is the least role that may sell them."""
    insert_once(session, t.hold_types, {"id": hold_type_id, "name": name, "letter": letter, "may_sell": may_sell})


def add_series(session: Session, series_id: EventId, name: str, description: str, venue_id: VenueId) -> None:
    """A run of performances."""
    row = {"id": series_id, "name": name, "description": description, "venue_id": venue_id}
    insert_once(session, t.event_series, row)


def add_event(
    session: Session, event: NewEvent, prices: Mapping[tuple[ZoneId, PriceTypeId], Money], *, publish: bool = True
) -> None:
    """An event with its prices and all its seats; the same id again changes nothing."""
    row = {key: value for key, value in vars(event).items() if value is not None}
    if not insert_once(session, t.events, row | {"current_price": event.base_price}):
        return
    set_prices(session, event.id, prices)
    session.verb("build_seats", event.id, event.id)
    if publish:
        set_status(session, event.id, "active")


def set_prices(
    session: Session, event_id: EventId, prices: Mapping[tuple[ZoneId, PriceTypeId], Money], reason: str = ""
) -> None:
    """Put prices into the event's matrix; each change goes into pricing_history with ``reason``."""
    session.execute(sa.text("SELECT set_config('evently.reason', :reason, true)"), {"reason": reason})
    for (zone_id, price_type_id), amount in prices.items():
        statement = insert(t.prices).values(
            event_id=event_id, zone_id=zone_id, price_type_id=price_type_id, amount=amount.minor
        )
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["event_id", "zone_id", "price_type_id"],
                set_={"amount": statement.excluded.amount},
                where=t.prices.c.amount != statement.excluded.amount,
            )
        )


def set_status(session: Session, event_id: EventId, status: str) -> None:
    """Publish, cancel or complete an event; the database refuses steps that do not exist."""
    session.execute(sa.update(t.events).where(t.events.c.id == event_id).values(status=status))
    session.changed.add(event_id)


def set_aside(session: Session, event_id: EventId, seat_ids: Sequence[SeatId], hold_type_id: HoldTypeId | None) -> int:
    """Keep free seats for the house, or with None give them back; returns how many changed."""
    changed: int = session.verb("set_aside", event_id, event_id, list(seat_ids), hold_type_id)
    return changed


def kill(session: Session, event_id: EventId, seat_ids: Sequence[SeatId], *, killed: bool = True) -> int:
    """Take free seats out of capacity, or back in; returns how many changed."""
    changed: int = session.verb("kill_seats", event_id, event_id, list(seat_ids), killed)
    return changed
