"""What is on: events, prices. Reading only; organizers' work on the catalogue comes beside it."""

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from evently_desktop.database import tables as t
from evently_desktop.database.transactions import Session
from evently_desktop.domain.catalogue import EventSummary, PriceList, PriceType
from evently_desktop.domain.ids import EventId, PlanId, PriceTypeId, ZoneId
from evently_desktop.domain.money import Money
from evently_desktop.errors import NotFound
from evently_desktop.language import tr

_availability = sa.table(
    "event_availability",
    *(sa.column(name) for name in ("event_id", "available_seats", "total_capacity")),
    schema=t.SCHEMA,
)


def events(session: Session, search: str = "", *, past: bool = False, limit: int = 200) -> list[EventSummary]:
    """Published events that are not over yet (or, with ``past``, those that are), soonest first.

    ``search`` finds events whose name, description or venue has words that start with each word typed.
    """
    e = t.events.c
    over = sa.func.coalesce(e.ends_at, e.starts_at) <= sa.func.now()
    query = (
        _summaries()
        .where(over if past else sa.not_(over), e.status != "draft")
        .order_by(e.starts_at.desc() if past else e.starts_at, e.name)
        .limit(limit)
    )
    words = re.findall(r"\w+", search)
    if words:
        query = query.where(e.search.op("@@")(sa.func.to_tsquery("simple", " & ".join(f"{word}:*" for word in words))))
    elif search.strip():
        return []
    return [_summary(row) for row in session.execute(query)]


def event(session: Session, event_id: EventId) -> EventSummary:
    """One event, also one that is over, and for those who may see it one that is not published yet.

    Raises `NotFound`.
    """
    row = session.execute(_summaries().where(t.events.c.id == event_id)).one_or_none()
    if row is None:
        raise NotFound(tr("There is no such event."))
    return _summary(row)


def _summaries() -> sa.Select[Any]:
    e, v, s = t.events.c, t.venues.c, t.event_series.c
    # Both from one count, so that no more can be free than there are, whatever changes meanwhile; and as one value,
    # so that only the events of the list are counted.
    seats = (
        sa.select(postgresql.array([_availability.c.available_seats, _availability.c.total_capacity]))
        .where(_availability.c.event_id == e.id)
        .scalar_subquery()
    )
    waiting = (
        sa.select(sa.func.count())
        .where(t.waitlists.c.event_id == e.id, t.waitlists.c.status == "waiting")
        .scalar_subquery()
    )
    return (
        sa.select(
            e.id, e.name, s.name.label("series"), e.starts_at, v.time_zone, e.venue,
            sa.func.concat_ws(", ", sa.func.nullif(v.address, ""), sa.func.nullif(v.city, "")).label("address"),
            e.currency, e.plan_id, e.status, e.on_sale_from, e.on_sale_until, seats.label("seats"),
            waiting.label("waiting"), e.max_seats,
        )
        .join(t.venues, v.id == e.venue_id)
        .outerjoin(t.event_series, s.id == e.series_id)
    )  # fmt: skip


def _summary(row: sa.Row[Any]) -> EventSummary:
    # An event all of whose seats are killed has no count.
    free, total = row.seats or (0, 0)
    return EventSummary(
        id=EventId(row.id),
        name=row.name,
        series=row.series or "",
        starts_at=row.starts_at,
        time_zone=row.time_zone,
        venue=row.venue,
        address=row.address,
        currency=row.currency,
        plan_id=PlanId(row.plan_id),
        status=row.status,
        on_sale_from=row.on_sale_from,
        on_sale_until=row.on_sale_until,
        free=free,
        total=total,
        waiting=row.waiting,
        max_seats=row.max_seats,
    )


def prices(session: Session, event_id: EventId) -> PriceList:
    """The event's matrix of price zones and price types, and the fee on each seat that is not free."""
    event = session.execute(
        sa.select(t.events.c.currency, t.events.c.fee_per_seat).where(t.events.c.id == event_id)
    ).one()
    p = t.price_types.c
    rows = session.execute(
        sa.select(p.id, p.name, p.key, p.is_comp, p.is_standard).where(p.is_active).order_by(p.ordinal, p.name)
    ).all()
    amounts = session.execute(
        sa.select(t.prices.c.zone_id, t.prices.c.price_type_id, t.prices.c.amount).where(
            t.prices.c.event_id == event_id
        )
    )
    standard = next((row for row in rows if row.is_standard), rows[0])
    return PriceList(
        types=tuple(PriceType(PriceTypeId(row.id), row.name, row.key, row.is_comp) for row in rows),
        amounts={
            (ZoneId(row.zone_id), PriceTypeId(row.price_type_id)): Money(row.amount, event.currency) for row in amounts
        },
        standard=PriceTypeId(standard.id),
        fee_per_seat=Money(event.fee_per_seat, event.currency),
    )
