"""The best free seats for a party: side by side in one row, or else in two rows one behind the other.

Seats are ranked by the sum of their view qualities, then by how near they are to the stage and to the axis
through the focal point. Of two choices of one worth the first wins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from evently_desktop.domain.seating import Geometry, Place
from evently_desktop.errors import BadInput, NotFound
from evently_desktop.language import tr, trn

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]

# A step of view quality outweighs any distance: costs are in centimetres, and no hall is a kilometre long.
_QUALITY_STEP = 100_000
# The seat behind is at most so many metres away, or there is a gangway between the two rows.
_ROW_REACH = 1.7


class SingleSeatRule(StrEnum):
    """Whether a party may leave one free seat alone between itself and what is taken.

    Staff overrule it by asking with `OFF`.
    """

    OFF = "off"
    ALLOW_AT_AISLE = "allow_at_aisle"
    NEVER = "never"


@dataclass(frozen=True)
class Wish:
    """What a party wants.

    ``zones`` are indexes of price zones and ``section`` of a section, None for any. ``max_price`` is the
    highest price of a seat in minor units. ``aisle``: one of the seats is at the end of its row or block.
    ``wheelchairs`` of the ``seats`` are wheelchair places, the others beside them; without any, places for
    wheelchairs and companions are left alone. Standing places come only where zone or section is named, and
    need not be side by side.
    """

    seats: int
    zones: frozenset[int] | None = None
    max_price: int | None = None
    section: int | None = None
    aisle: bool = False
    wheelchairs: int = 0


@dataclass(frozen=True)
class Offer:
    """Seats by ordinal, one row after the other, with reasons in words.

    ``singles`` free seats would be left alone against the rule: only where nothing else was to be had.
    """

    ordinals: tuple[int, ...]
    together: bool
    singles: int
    reasons: tuple[str, ...]


class _Runs(NamedTuple):
    """Seats side by side, by the index of the first in the lane: their cost, singles left, aisle touched."""

    starts: Numbers
    costs: Numbers
    singles: Numbers
    at_aisle: Flags

    def chosen(self, keep: Flags | Numbers) -> "_Runs":
        return _Runs(self.starts[keep], self.costs[keep], self.singles[keep], self.at_aisle[keep])


class _Pairs(NamedTuple):
    """A run and another in the row behind it."""

    fronts: Numbers
    front_sizes: Numbers
    rears: Numbers
    rear_sizes: Numbers
    costs: Numbers
    singles: Numbers

    def chosen(self, keep: Flags) -> "_Pairs":
        return _Pairs(*(column[keep] for column in self))


class _Lane:
    """Seats in the order in which they stand, block by block.

    ``beside`` has one element more than there are seats: whether seat k stands at the hand of seat k - 1.
    """

    def __init__(self, geometry: Geometry, seats: Numbers, ends: tuple[Flags, Flags], reach: int) -> None:
        self.seats = seats
        self.first, self.last = ends[0][seats], ends[1][seats]
        same = np.diff(geometry.block[seats]) == 0
        self.beside = np.zeros(len(seats) + 1, bool)
        self.beside[1:-1] = same & (np.diff(geometry.position[seats].astype(np.int64)) <= reach)

    def open_beside(self, open_: Flags) -> tuple[Flags, Flags]:
        """For each seat, whether an open seat stands at its left hand, and at its right."""
        return np.roll(open_, 1) & self.beside[:-1], np.roll(open_, -1) & self.beside[1:]


class BestAvailable:
    """Searches one hall. Build it once a plan; each search looks at what is free then."""

    def __init__(self, geometry: Geometry) -> None:
        self._geometry = geometry
        order = np.lexsort((geometry.position, geometry.block)).astype(np.int64)
        starts = np.diff(geometry.block[order], prepend=-1) != 0
        self._ends = np.zeros(len(geometry), bool), np.zeros(len(geometry), bool)
        self._ends[0][order] = starts
        self._ends[1][order] = np.roll(starts, -1)
        self._seats = _Lane(geometry, order, self._ends, 1)
        self._cost = seat_costs(geometry)

    def find(
        self, wish: Wish, free: Flags, zone: NDArray[np.uint8], price: Numbers, *,
        rule: SingleSeatRule = SingleSeatRule.ALLOW_AT_AISLE, limit: int = 10, offers: int = 3,
    ) -> tuple[Offer, ...]:  # fmt: skip
        """Up to three offers that share no seat, the best first; there is always at least one.

        ``free``, ``zone`` and ``price`` by ordinal, as the event has them now. Two rows are offered only if
        one row is not to be had, and an offer that leaves a single seat against ``rule`` only if none of its
        kind is without. Raises `BadInput` for a number of seats below 1 or above ``limit``, and `NotFound`,
        saying what is lacking, if there is nothing to offer.
        """
        _check(wish, limit)
        fits = self._fitting(wish, free, zone, price)
        found = self._in_one_row(wish, fits, free, rule, offers)
        found = found or self._in_two_rows(wish, fits, free, rule, offers) or self._standing(wish, fits, offers)
        if not found:
            raise NotFound(_lacking(wish, int(fits.sum())))
        return found

    def singles_left(self, chosen: Sequence[int], free: Flags, rule: SingleSeatRule) -> tuple[int, ...]:
        """The ordinals of the free seats that taking these would leave alone against the rule."""
        if rule is SingleSeatRule.OFF:
            return ()
        before = self._open(self._seats, free)
        taken = np.zeros(len(self._geometry), bool)
        taken[list(chosen)] = True
        after = before & ~taken[self._seats.seats]
        was_left, was_right = self._seats.open_beside(before)
        is_left, is_right = self._seats.open_beside(after)
        alone = after & (was_left | was_right) & ~(is_left | is_right)
        if rule is SingleSeatRule.ALLOW_AT_AISLE:
            alone &= ~(self._seats.first | self._seats.last)
        return tuple(sorted(self._seats.seats[alone].tolist()))

    def _fitting(self, wish: Wish, free: Flags, zone: NDArray[np.uint8], price: Numbers) -> Flags:
        """Which seats the party would take."""
        place = self._geometry.place
        fits = free.copy()
        if wish.zones is not None:
            fits &= np.isin(zone, list(wish.zones))
        if wish.section is not None:
            fits &= self._geometry.section == wish.section
        if wish.max_price is not None:
            fits &= price <= wish.max_price
        if not wish.wheelchairs:
            fits &= (place != Place.WHEELCHAIR) & (place != Place.COMPANION)
        if wish.zones is None and wish.section is None:
            fits &= place != Place.STANDING
        return fits

    def _open(self, lane: _Lane, free: Flags) -> Flags:
        """The free seats of a lane that could be left alone: nobody minds a lone standing place."""
        open_: Flags = (free & (self._geometry.place == Place.SEAT))[lane.seats]
        return open_

    def _in_one_row(self, wish: Wish, fits: Flags, free: Flags, rule: SingleSeatRule, offers: int) -> tuple[Offer, ...]:
        lane = self._wheelchair_places if wish.wheelchairs == wish.seats else self._seats
        runs = self._runs(lane, wish.seats, fits, free, rule)
        if wish.wheelchairs:
            wheelchairs = _sums(self._geometry.place[lane.seats] == Place.WHEELCHAIR, wish.seats)
            runs = runs.chosen(wheelchairs[runs.starts] == wish.wheelchairs)
        if wish.aisle:
            runs = runs.chosen(runs.at_aisle)
        if not runs.singles.all():
            runs = runs.chosen(runs.singles == 0)
        found: list[Offer] = []
        while len(runs.starts) and len(found) < offers:
            best = int(np.argmin(runs.costs))
            start = runs.starts[best]
            found.append(self._offer((lane.seats[start : start + wish.seats],), int(runs.singles[best])))
            runs = runs.chosen(np.abs(runs.starts - start) >= wish.seats)
        return tuple(found)

    def _in_two_rows(
        self, wish: Wish, fits: Flags, free: Flags, rule: SingleSeatRule, offers: int
    ) -> tuple[Offer, ...]:
        """Two halves, or as near to halves as can be; of four or more, nobody sits alone."""
        if wish.seats < 2 or wish.wheelchairs:
            return ()
        for small in range(wish.seats // 2, min(2, wish.seats // 2) - 1, -1):
            large = wish.seats - small
            runs = {size: self._runs(self._seats, size, fits, free, rule) for size in (large, small)}
            if not len(runs[large].starts):
                break
            ways = sorted({(large, small), (small, large)})
            found = [self._pairs(runs[front], runs[rear], front, rear, wish.aisle) for front, rear in ways]
            pairs = _Pairs(*(np.concatenate(columns) for columns in zip(*found, strict=True)))
            if len(pairs.costs):
                return self._best_pairs(pairs, offers)
        return ()

    def _standing(self, wish: Wish, fits: Flags, offers: int) -> tuple[Offer, ...]:
        """The best standing places, wherever they are."""
        places = np.flatnonzero(fits & (self._geometry.place == Place.STANDING))
        places = places[np.argsort(self._cost[places], kind="stable")]
        parties = 0 if wish.aisle or wish.wheelchairs else min(len(places) // wish.seats, offers)
        return tuple(
            Offer(tuple(party.tolist()), False, 0, self._reasons((), party, 0))
            for party in places[: parties * wish.seats].reshape(parties, wish.seats)
        )

    def _runs(self, lane: _Lane, size: int, fits: Flags, free: Flags, rule: SingleSeatRule) -> _Runs:
        """All places where this many fitting seats stand side by side."""
        if len(lane.seats) < size:
            none = np.zeros(0, np.int64)
            return _Runs(none, none, none, none.astype(bool))
        together = _sums(fits[lane.seats], size) == size
        together &= _sums(lane.beside[1:-1], size - 1) == size - 1
        starts = np.flatnonzero(together)
        stops = starts + size
        costs = _sums(self._cost[lane.seats], size)[starts]
        singles = np.zeros(len(starts), np.int64)
        if rule is not SingleSeatRule.OFF:
            open_ = self._open(lane, free)
            left, right = lane.open_beside(open_)
            at_aisle = rule is SingleSeatRule.ALLOW_AT_AISLE
            left_single = open_ & ~left & ~(lane.first & at_aisle)
            right_single = np.append(open_ & ~right & ~(lane.last & at_aisle), False)
            # Nobody stands beside the ends of the lane, so what is read beyond them does not count.
            singles += lane.beside[starts] & left_single[starts - 1]
            singles += lane.beside[stops] & right_single[stops]
        return _Runs(starts, costs, singles, lane.first[starts] | lane.last[stops - 1])

    def _pairs(self, fronts: _Runs, rears: _Runs, front: int, rear: int, aisle: bool) -> _Pairs:
        """Every front run with every rear run that has a seat behind its middle, or behind its middle two."""
        one, other = (self._behind[fronts.starts + middle] for middle in ((front - 1) // 2, front // 2))
        low, high = np.where(one < 0, other, one), np.where(other < 0, one, other)
        rear_at = np.full(len(self._behind), -1)
        rear_at[rears.starts] = np.arange(len(rears.starts))
        first = high[:, None] - np.arange(rear + 1)
        match = (first >= 0) & (first > low[:, None] - rear) & (rear_at[np.maximum(first, 0)] >= 0)
        ahead = fronts.chosen(np.repeat(np.arange(len(high)), match.sum(1)))
        back = rears.chosen(rear_at[first[match]])
        sizes = np.ones_like(ahead.starts)
        pairs = _Pairs(
            ahead.starts, sizes * front, back.starts, sizes * rear,
            ahead.costs + back.costs, ahead.singles + back.singles,
        )  # fmt: skip
        return pairs.chosen(ahead.at_aisle | back.at_aisle) if aisle else pairs

    def _best_pairs(self, pairs: _Pairs, offers: int) -> tuple[Offer, ...]:
        if not pairs.singles.all():
            pairs = pairs.chosen(pairs.singles == 0)
        found: list[Offer] = []
        while len(pairs.costs) and len(found) < offers:
            best = int(np.argmin(pairs.costs))
            taken = [
                (start[best], start[best] + size[best])
                for start, size in ((pairs.fronts, pairs.front_sizes), (pairs.rears, pairs.rear_sizes))
            ]
            rows = tuple(self._seats.seats[start:stop] for start, stop in taken)
            found.append(self._offer(rows, int(pairs.singles[best])))
            apart = np.ones(len(pairs.costs), bool)
            for start, stop in taken:
                apart &= (pairs.fronts >= stop) | (pairs.fronts + pairs.front_sizes <= start)
                apart &= (pairs.rears >= stop) | (pairs.rears + pairs.rear_sizes <= start)
            pairs = pairs.chosen(apart)
        return tuple(found)

    @cached_property
    def _wheelchair_places(self) -> _Lane:
        """Wheelchair places alone, side by side even with a companion's place between two."""
        order = self._seats.seats
        wheelchairs = order[self._geometry.place[order] == Place.WHEELCHAIR]
        return _Lane(self._geometry, wheelchairs, self._ends, 2)

    @cached_property
    def _behind(self) -> Numbers:
        """For each seat of the lane, the index of the nearest seat in the next row of its section, or -1."""
        geometry = self._geometry
        new_row = (np.diff(geometry.section) != 0) | (geometry.row[1:] != geometry.row[:-1])
        edges = np.concatenate([[0], np.flatnonzero(new_row) + 1, [len(geometry)]])
        sizes = np.diff(edges)
        low, high = (np.repeat(edge, sizes) for edge in (np.append(edges[1:-1], 0), np.append(edges[2:], 1) - 1))
        ordinal = np.arange(len(geometry))
        # From the seat as far along the row behind, walk along it for as long as the next one is nearer.
        along = (ordinal - np.repeat(edges[:-1], sizes) + 0.5) / np.repeat(sizes, sizes)
        behind = low + (along * (high - low + 1)).astype(np.int64)
        apart = self._apart(ordinal, behind)
        for step in (-1, 1):
            moving = ordinal
            while len(moving):
                tried = np.clip(behind[moving] + step, low[moving], high[moving])
                closer = self._apart(moving, tried) < apart[moving]
                moving, tried = moving[closer], tried[closer]
                behind[moving], apart[moving] = tried, self._apart(moving, tried)
        found = (apart <= _ROW_REACH) & (low > 0) & (geometry.section[behind] == geometry.section)
        index = np.empty(len(geometry), np.int64)
        index[self._seats.seats] = ordinal
        return np.where(found, index[behind], -1)[self._seats.seats]

    def _apart(self, one: Numbers, other: Numbers) -> NDArray[np.float32]:
        """How many metres seats are apart."""
        x, y = self._geometry.x, self._geometry.y
        metres: NDArray[np.float32] = np.hypot(x[one] - x[other], y[one] - y[other])
        return metres

    def _offer(self, rows: tuple[Numbers, ...], singles: int) -> Offer:
        seats = np.concatenate(rows)
        ordinals = tuple(seats.tolist())
        return Offer(ordinals, len(rows) == 1, singles, self._reasons(rows, seats, singles))

    def _reasons(self, rows: tuple[Numbers, ...], seats: Numbers, singles: int) -> tuple[str, ...]:
        geometry = self._geometry
        labels = [str(geometry.row[row[0]]) for row in rows]
        if (geometry.place[seats] == Place.STANDING).all():
            reasons = [tr("standing")]
        elif len(rows) == 2:
            reasons = [tr("rows {front} and {rear}, one behind the other", front=labels[0], rear=labels[1])]
        else:
            reasons = [tr("together in row {row}", row=labels[0]) if len(seats) > 1 else tr("row {row}", row=labels[0])]
        reasons.append(tr("view {quality} of 10", quality=round(float(geometry.quality[seats].mean()))))
        metres = round(float(geometry.distance[seats].mean()))
        is_pitch = any(shape.kind == "pitch" for shape in geometry.shapes)
        far = tr("{metres} m from the centre", metres=metres) if is_pitch else ""
        reasons.append(far or tr("{metres} m from the stage", metres=metres))
        if (self._ends[0] | self._ends[1])[seats].any():
            reasons.append(tr("at the aisle"))
        elif abs(float(geometry.x[seats].mean()) - geometry.focal_point[0]) < 0.1 * np.ptp(geometry.x):
            reasons.append(tr("in the middle"))
        if geometry.restricted[seats].any():
            reasons.append(tr("restricted view"))
        if singles:
            reasons.append(trn("leaves one seat alone: there was no other choice",
                               "leaves {count} seats alone: there was no other choice", singles))  # fmt: skip
        return tuple(reasons)


def seat_costs(geometry: Geometry) -> Numbers:
    """What a seat costs in rank: a missing step of quality first, then centimetres to stage and axis."""
    aside = np.abs(geometry.x - geometry.focal_point[0])
    metres = geometry.distance.astype(np.float64) + aside / 2
    lacking = 10 - geometry.quality.astype(np.int64)
    costs: Numbers = lacking * _QUALITY_STEP + np.rint(metres * 100).astype(np.int64)
    return costs


def _sums(values: NDArray[np.generic], size: int) -> Numbers:
    """The sum of every ``size`` neighbouring values."""
    total = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
    sums: Numbers = total[size:] - total[: len(total) - size]
    return sums


def _check(wish: Wish, limit: int) -> None:
    if wish.seats < 1:
        raise BadInput(tr("Number of seats: ask for at least one."))
    if wish.seats > limit:
        raise BadInput(
            trn("Number of seats: one booking takes {count} seat at most; {asked} were asked for.",
                "Number of seats: one booking takes {count} seats at most; {asked} were asked for.",
                limit, asked=wish.seats)
        )  # fmt: skip
    if not 0 <= wish.wheelchairs <= wish.seats:
        raise BadInput(tr("Wheelchair places: ask for no more of them than seats."))


def _lacking(wish: Wish, fitting: int) -> str:
    if not fitting:
        return tr("No free seat fits; change the zone, the section or the price.")
    if fitting < wish.seats:
        return trn(
            "Only {count} free seat fits; {asked} were asked for.",
            "Only {count} free seats fit; {asked} were asked for.",
            fitting,
            asked=wish.seats,
        )
    return trn(
        "{count} free seat fits, but not as asked; choose on the map.",
        "{count} free seats fit, but not together as asked; choose on the map.",
        fitting,
    )
