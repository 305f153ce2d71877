"""What is on, and what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from evently_desktop.domain.ids import EventId, PlanId, PriceTypeId, ZoneId
from evently_desktop.domain.money import Money


@dataclass(frozen=True)
class EventSummary:
    """One performance as the counter's list shows it. Times are aware; ``time_zone`` is the venue's IANA name."""

    id: EventId
    name: str
    series: str
    starts_at: datetime
    time_zone: str
    venue: str
    address: str
    currency: str
    plan_id: PlanId
    status: str
    on_sale_from: datetime | None
    on_sale_until: datetime | None
    free: int
    total: int
    waiting: int
    max_seats: int


@dataclass(frozen=True)
class PriceType:
    """Who the guest is: adult, child, comp. ``key`` is the letter that chooses it at the counter."""

    id: PriceTypeId
    name: str
    key: str
    is_comp: bool


@dataclass(frozen=True)
class PriceList:
    """An event's matrix. A pair that is missing is not sold: say so, never guess a price."""

    types: tuple[PriceType, ...]
    amounts: Mapping[tuple[ZoneId, PriceTypeId], Money]
    standard: PriceTypeId
    fee_per_seat: Money
