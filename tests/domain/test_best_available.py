"""The search for the best seats, against rules and against brute force on small halls."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evently_desktop.demo import plans
from evently_desktop.domain.best_available import (
    BestAvailable,
    Offer,
    SingleSeatRule,
    Wish,
    seat_costs,
)
from evently_desktop.domain.ids import PlanId, ZoneId
from evently_desktop.domain.seating import Geometry, Place, Section, Zone
from evently_desktop.errors import BadInput, NotFound

OFF, AISLE, NEVER = SingleSeatRule.OFF, SingleSeatRule.ALLOW_AT_AISLE, SingleSeatRule.NEVER


@dataclass(frozen=True, eq=False)
class Hall:
    """A small hall with what is free in it."""

    geometry: Geometry
    free: np.ndarray

    def find(self, wish: Wish, rule: SingleSeatRule = OFF, **options: int) -> tuple[Offer, ...]:
        price = np.full(len(self.geometry), 1_000, np.int64)
        return BestAvailable(self.geometry).find(wish, self.free, self.geometry.zone, price, rule=rule, **options)


def hall(*rows: str, quality: Sequence[int] = (), sections: Sequence[int] = ()) -> Hall:
    """Rows from the stage backwards, a character a seat: o free, x taken, space a gap; W, C, S places."""
    seats = [(y, x, mark) for y, row in enumerate(rows) for x, mark in enumerate(row) if mark != " "]
    marks = np.array([mark for _, _, mark in seats])
    x = np.array([x * 0.55 for _, x, _ in seats], np.float32)
    y = np.array([y * 0.9 for y, _, _ in seats], np.float32)
    blocks = [
        (block, position)
        for block, run in enumerate(run for row in rows for run in row.split())
        for position in range(len(run))
    ]
    middle = float(x.mean())
    kinds = {"W": Place.WHEELCHAIR, "C": Place.COMPANION, "S": Place.STANDING}
    count, names = len(seats), sorted(set(sections) or {0})
    geometry = Geometry(
        plan_id=PlanId(uuid4()), ids=np.zeros((count, 16), np.uint8), x=x, y=y,
        section=np.array([sections[y] if sections else 0 for y, _, _ in seats], np.int16),
        row=np.array(["ABCDEFGH"[y] for y, _, _ in seats]), number=np.arange(count).astype(str),
        block=np.array([block for block, _ in blocks], np.int32),
        position=np.array([position for _, position in blocks], np.int16),
        place=np.array([kinds.get(mark, Place.SEAT) for mark in marks], np.uint8),
        restricted=np.zeros(count, bool), zone=np.array([y % 2 for y, _, _ in seats], np.uint8),
        quality=np.array(quality if len(quality) else [5] * count, np.uint8),
        distance=np.hypot(x - middle, y + 3).astype(np.float32),
        sections=tuple(Section(f"S{name}", (), (0, 0)) for name in names),
        zones=(Zone(ZoneId(uuid4()), "One", 0), Zone(ZoneId(uuid4()), "Two", 1)), shapes=(),
        focal_point=(middle, -3.0),
    )  # fmt: skip
    return Hall(geometry, marks != "x")


@st.composite
def halls(draw: st.DrawFn) -> Hall:
    rows = draw(st.lists(st.text("oox ", min_size=1, max_size=14).filter(str.strip), min_size=1, max_size=4))
    seats = sum(mark != " " for row in rows for mark in row)
    return hall(*rows, quality=draw(st.lists(st.integers(1, 10), min_size=seats, max_size=seats)))


def runs_of(given_hall: Hall, size: int) -> list[tuple[int, ...]]:
    """Every way to sit side by side, one seat at a time."""
    geometry, free = given_hall.geometry, given_hall.free
    found = []
    for start in np.flatnonzero(free).tolist():
        seats = [start]
        while len(seats) < size:
            beside = (geometry.block == geometry.block[start]) & (geometry.position == geometry.position[seats[-1]] + 1)
            following = np.flatnonzero(beside & free).tolist()
            if not following:
                break
            seats += following
        if len(seats) == size:
            found.append(tuple(seats))
    return found


def lone_seats(given_hall: Hall, chosen: Sequence[int], rule: SingleSeatRule) -> set[int]:
    """The seats that become lonely, each looked at with its own two neighbours."""
    geometry = given_hall.geometry
    free = set(np.flatnonzero(given_hall.free).tolist())
    at = {(int(b), int(p)): i for i, (b, p) in enumerate(zip(geometry.block, geometry.position, strict=True))}
    lone = set()
    for seat in free - set(chosen):
        block, position = int(geometry.block[seat]), int(geometry.position[seat])
        beside = [at.get((block, position - 1)), at.get((block, position + 1))]
        lonely = not any(other in free and other not in chosen for other in beside)
        pardoned = rule is OFF or (rule is AISLE and None in beside)
        if lonely and any(other in chosen for other in beside) and not pardoned:
            lone.add(seat)
    return lone


@given(halls(), st.integers(1, 6), st.sampled_from(SingleSeatRule))
def test_offers_are_free_seats_as_many_as_asked_and_never_the_same(
    given_hall: Hall, size: int, rule: SingleSeatRule
) -> None:
    try:
        offers = given_hall.find(Wish(size), rule)
    except NotFound:
        assert not runs_of(given_hall, size)
        return
    seats = [ordinal for offer in offers for ordinal in offer.ordinals]
    assert len(set(seats)) == len(seats) == size * len(offers)
    assert given_hall.free[seats].all()
    assert 1 <= len(offers) <= 3
    assert all(offer.reasons for offer in offers)


@given(halls(), st.integers(1, 6), st.sampled_from(SingleSeatRule))
def test_the_first_offer_is_the_best_by_brute_force(given_hall: Hall, size: int, rule: SingleSeatRule) -> None:
    every = runs_of(given_hall, size)
    costs = seat_costs(given_hall.geometry)
    clean = [run for run in every if not lone_seats(given_hall, run, rule)]
    if every:
        (best, *_) = given_hall.find(Wish(size), rule)
        assert best.together
        assert costs[list(best.ordinals)].sum() == min(costs[list(run)].sum() for run in clean or every)


@given(halls(), st.integers(1, 6), st.sampled_from([AISLE, NEVER]))
def test_a_single_seat_is_left_only_without_another_choice(given_hall: Hall, size: int, rule: SingleSeatRule) -> None:
    try:
        offers = given_hall.find(Wish(size), rule)
    except NotFound:
        return
    for offer in offers:
        left = lone_seats(given_hall, offer.ordinals, rule)
        assert offer.singles == len(left)
        if left and offer.together:
            assert all(lone_seats(given_hall, run, rule) for run in runs_of(given_hall, size))


@given(halls(), st.sets(st.integers(0, 55)), st.sampled_from(SingleSeatRule))
def test_singles_left_by_any_choice_are_found(given_hall: Hall, picked: set[int], rule: SingleSeatRule) -> None:
    chosen = [seat for seat in sorted(picked) if seat < len(given_hall.free) and given_hall.free[seat]]
    found = BestAvailable(given_hall.geometry).singles_left(chosen, given_hall.free, rule)
    assert set(found) == lone_seats(given_hall, chosen, rule)


@given(halls(), st.integers(2, 8))
def test_two_rows_are_next_to_each_other_and_nobody_of_four_sits_alone(given_hall: Hall, size: int) -> None:
    try:
        offers = given_hall.find(Wish(size))
    except NotFound:
        return
    geometry = given_hall.geometry
    for offer in offers:
        rows = np.array([ord(row) for row in geometry.row[list(offer.ordinals)]])
        if offer.together:
            assert len(set(rows)) == 1
        else:
            assert not runs_of(given_hall, size)
            assert sorted(set(rows)) == [rows.min(), rows.min() + 1]
            assert min((rows == rows.min()).sum(), (rows == rows.max()).sum()) >= (2 if size > 3 else 1)


def test_four_split_into_twos_although_three_and_one_were_better() -> None:
    two_rows = hall("oooxoo", "xooxox", quality=[9, 9, 9, 1, 2, 2, 1, 2, 2, 1, 2, 1])
    (offer,) = two_rows.find(Wish(4))
    assert offer.ordinals in {(0, 1, 7, 8), (1, 2, 7, 8)}
    assert not offer.together


def test_nobody_of_four_is_sent_to_another_row_alone() -> None:
    with pytest.raises(NotFound):
        hall("ooox", "xoxx").find(Wish(4))
    assert not hall("oox", "oxx").find(Wish(3))[0].together


def test_rows_of_another_section_are_not_behind() -> None:
    with pytest.raises(NotFound):
        hall("xoox", "xoox", sections=[0, 1]).find(Wish(4))


def test_the_three_modes_of_the_single_seat_rule() -> None:
    row = hall("ooooox", quality=[1, 9, 9, 9, 1, 1])
    assert row.find(Wish(3), OFF)[0].ordinals == (1, 2, 3)
    assert row.find(Wish(3), AISLE)[0].ordinals in {(0, 1, 2), (2, 3, 4)}
    assert row.find(Wish(3), NEVER)[0].ordinals in {(0, 1, 2), (2, 3, 4)}
    edge = hall("xxoooox", quality=[1, 1, 1, 9, 9, 9, 1])
    assert edge.find(Wish(3), NEVER)[0].singles == 1


def test_a_single_at_the_aisle_is_pardoned_in_the_middle_mode_only() -> None:
    row = hall("oooooo", quality=[1, 9, 9, 1, 1, 1])
    assert row.find(Wish(2), AISLE)[0].ordinals == (1, 2)
    assert row.find(Wish(2), NEVER)[0].ordinals == (2, 3)


def test_zone_section_price_and_aisle_narrow_the_choice() -> None:
    rows = hall("oooooo", "oooooo", sections=[0, 1])
    assert rows.find(Wish(2, zones=frozenset({1})))[0].ordinals[0] >= 6
    assert rows.find(Wish(2, section=1))[0].ordinals[0] >= 6
    assert set(rows.find(Wish(2, aisle=True))[0].ordinals) & {0, 5, 6, 11}
    assert rows.find(Wish(2))[0].ordinals == (2, 3)
    price = np.where(np.arange(12) < 8, 5_000, 2_000)
    offers = BestAvailable(rows.geometry).find(Wish(2, max_price=2_000), rows.free, rows.geometry.zone, price)
    assert min(offers[0].ordinals) >= 8
    with pytest.raises(NotFound):
        rows.find(Wish(2, max_price=999))


def test_wheelchairs_come_with_companions_and_only_when_asked_for() -> None:
    row = hall("oWCWCoo")
    assert row.find(Wish(2))[0].ordinals == (5, 6)
    assert row.find(Wish(1, wheelchairs=1))[0].ordinals[0] in {1, 3}
    pair = row.find(Wish(2, wheelchairs=1))[0].ordinals
    assert sorted(row.geometry.place[list(pair)]) == [Place.WHEELCHAIR, Place.COMPANION]
    assert row.find(Wish(2, wheelchairs=2))[0].ordinals == (1, 3)
    assert row.find(Wish(4, wheelchairs=2))[0].ordinals in {(0, 1, 2, 3), (1, 2, 3, 4)}
    with pytest.raises(NotFound):
        hall("oooo").find(Wish(2, wheelchairs=1))


def test_standing_places_only_where_they_are_named() -> None:
    rows = hall("SSSS", "oooo")
    assert rows.find(Wish(2))[0].ordinals[0] >= 4
    assert rows.find(Wish(2, zones=frozenset({0})))[0].ordinals[0] < 4


def test_standing_places_need_not_be_side_by_side() -> None:
    floor = hall("SxSxS", "xSxSx", "ooooo", sections=[0, 0, 1], quality=[5, 5, 9, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5])
    (offer,) = floor.find(Wish(4, section=0), NEVER)
    assert len(set(offer.ordinals)) == 4
    assert set(offer.ordinals) < {0, 2, 4, 6, 8}
    assert 2 in offer.ordinals
    assert (offer.together, offer.singles, offer.reasons[0]) == (False, 0, "standing")
    first, second = floor.find(Wish(2, section=0))
    assert not set(first.ordinals) & set(second.ordinals)
    with pytest.raises(NotFound, match="Only 5 free seats fit; 6 were asked for"):
        floor.find(Wish(6, section=0))
    with pytest.raises(NotFound):
        hall("oxoxo").find(Wish(3, section=0))


def test_a_party_sits_at_one_table_and_fills_it_where_it_can() -> None:
    tables = hall("oooo oooo oooooo", quality=[9, 9, 9, 9, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5])
    assert tables.find(Wish(4))[0].ordinals == (0, 1, 2, 3)
    assert tables.find(Wish(6))[0].ordinals == (8, 9, 10, 11, 12, 13)
    taken = hall("oooo xooo oooooo")
    assert taken.find(Wish(3), NEVER)[0].ordinals == (5, 6, 7)
    with pytest.raises(NotFound):
        tables.find(Wish(7))


@pytest.mark.parametrize(("asked", "limit"), [(0, 10), (-1, 10), (11, 10), (500, 10)])
def test_a_number_out_of_range_is_told(asked: int, limit: int) -> None:
    with pytest.raises(BadInput, match="Number of seats") as refused:
        hall("oooo").find(Wish(asked), limit=limit)
    assert asked < 1 or str(asked) in str(refused.value)


def test_five_hundred_are_told_what_is_lacking() -> None:
    with pytest.raises(NotFound, match="Only 4 free seats fit; 500 were asked for"):
        hall("oooo").find(Wish(500), limit=500)
    with pytest.raises(NotFound, match="4 free seats fit, but not together"):
        hall("o o o o").find(Wish(3))
    with pytest.raises(NotFound, match="No free seat fits"):
        hall("xxxx").find(Wish(1))
    with pytest.raises(BadInput, match="Wheelchair"):
        hall("oooo").find(Wish(1, wheelchairs=2))


def test_the_reasons_tell_what_the_clerk_says() -> None:
    (offer, *_) = hall("oooooooo").find(Wish(2))
    assert offer.reasons[:2] == ("together in row A", "view 5 of 10")
    assert "in the middle" in offer.reasons
    (lonely, *_) = hall("xooox").find(Wish(2), NEVER)
    assert "leaves one seat alone: there was no other choice" in lonely.reasons


def test_four_of_eighty_thousand_are_found_within_a_frame() -> None:
    stadium = plans.stadium()
    geometry = stadium.geometry(PlanId(uuid4()), [ZoneId(uuid4()) for _ in stadium.zones])
    price = np.full(len(geometry), 5_000, np.int64)
    search = BestAvailable(geometry)
    free = np.random.default_rng(3).random(len(geometry)) < 0.6
    times = []
    for _ in range(9):
        start = perf_counter()
        offers = search.find(Wish(4), free, geometry.zone, price)
        times.append(perf_counter() - start)
        assert len(offers) == 3
    assert sorted(times)[4] <= 0.016
