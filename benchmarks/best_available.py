"""The best four of a hall, within a frame of 16.7 ms, and how its time grows with the hall.

The halls are the first seats of one stadium, six in ten free; the model of the hall is built once a plan and not part
of it. Of growth, 80 is what eighty times the seats would cost in proportion. The last bar is the long way: ten seats
where three in ten are free, so that hardly any row has them and most parties are split over two.
"""

import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import numpy as np

from benchmarks.bars import Bar
from evently_desktop.demo.plans import stadium
from evently_desktop.domain.best_available import BestAvailable, SingleSeatRule, Wish
from evently_desktop.domain.ids import PlanId, ZoneId
from evently_desktop.domain.seating import Geometry

SIZES = (1_000, 2_000, 5_000, 10_000, 20_000, 40_000, 80_000)
SEATS, SPLIT, SEED = 4, 10, 20_26
FREE, FEW_FREE = 0.6, 0.3
ROUNDS, WARM_UP = 31, 3
FRAME = 16.7
GROWTH = SIZES[-1] / SIZES[0]


def whole() -> Geometry:
    plan = stadium()
    return plan.geometry(PlanId(UUID(int=1)), [ZoneId(UUID(int=n)) for n in range(len(plan.zones))])


def first(hall: Geometry, count: int) -> Geometry:
    """The same hall with its first seats only."""
    arrays: dict[str, Any] = {name: part[:count] for name, part in vars(hall).items() if isinstance(part, np.ndarray)}
    return replace(hall, **arrays)


def milliseconds(hall: Geometry, seats: int, share: float) -> float:
    """The median of searches in a hall where other seats are free each time."""
    source = np.random.default_rng(SEED)
    search, price = BestAvailable(hall), np.full(len(hall), 4_200, np.int64)
    took = []
    for _ in range(ROUNDS + WARM_UP):
        free = source.random(len(hall)) < share
        start = time.perf_counter()
        offers = search.find(Wish(seats), free, hall.zone, price, rule=SingleSeatRule.ALLOW_AT_AISLE)
        took.append((time.perf_counter() - start) * 1000)
        assert all(free[list(offer.ordinals)].all() for offer in offers)
    return statistics.median(took[WARM_UP:])


def bars() -> Iterator[Bar]:
    hall = whole()
    times = {size: milliseconds(first(hall, size), SEATS, FREE) for size in SIZES}
    for size, took in times.items():
        yield Bar(f"best {SEATS} of {size:,} seats, p50 ms", took, FRAME, took, FRAME)
    small, large = times[SIZES[0]], times[SIZES[-1]]
    yield Bar("best available, 80,000 / 1,000 seats", large, small, large / small, GROWTH)
    split = milliseconds(hall, SPLIT, FEW_FREE)
    yield Bar(f"best {SPLIT} of 80,000 seats, 3 in 10 free", split, FRAME, split, FRAME)
