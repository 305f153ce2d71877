"""From what the command line asks for to seats of the hall. Pure: arrays and values in, values out."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from evently_desktop.domain.best_available import BestAvailable, Offer, SingleSeatRule, Wish
from evently_desktop.domain.catalogue import PriceList, PriceType
from evently_desktop.domain.commands import BestSeats, NamedSeat, NamedSeats, Words
from evently_desktop.domain.ids import PriceTypeId, SeatId
from evently_desktop.domain.seating import Geometry, SeatStates
from evently_desktop.errors import BadInput
from evently_desktop.gui.counter.opening import Opened
from evently_desktop.language import tr, trn

Choices = dict[SeatId, PriceTypeId]


@dataclass(frozen=True, eq=False)
class Proposal:
    """Seats that fit, who sits where, and in words which they are and why they are good."""

    choices: Choices
    ordinals: tuple[int, ...]
    seats: str
    reasons: tuple[str, ...]


def words_of(geometry: Geometry, prices: PriceList, currency: str, locale: str) -> Words:
    """What may be named at this event."""
    return Words(
        keys=tuple(kind.key.upper() for kind in prices.types),
        sections=tuple(section.name for section in geometry.sections),
        zones=tuple(zone.name for zone in geometry.zones),
        currency=currency,
        locale=locale,
    )


def named(command: NamedSeats, geometry: Geometry, prices: PriceList) -> Choices:
    """Exactly the seats that were named; `BadInput` for one that is not there, or there more than once.

    ``T5`` is the whole of a table called so where there is no seat 5 in a row T.
    """
    rows = np.char.upper(geometry.row)
    return {
        geometry.seat_id(int(ordinal)): _type_of(seat.key, prices).id
        for seat in command.seats
        for ordinal in _ordinals(seat, geometry, rows)
    }


def best(
    command: BestSeats, opened: Opened, states: SeatStates, now: float, rule: SingleSeatRule,
    own: Collection[int] = (),
) -> tuple[Proposal, ...]:  # fmt: skip
    """The best free seats for the parties, which sit in the order in which they were typed; up to three proposals.

    ``rule`` is the house's; a command that overrules it says so in the reasons. ``own`` seats of the basket are to be
    had as well. Raises as `BestAvailable.find`. House seats are never offered.
    """
    free = states.free_at(now) & (states.hold_type == 0)
    free[list(own)] = True
    geometry, limit = opened.geometry, opened.event.max_seats
    wish, kept = _wish(command, geometry), SingleSeatRule.OFF if command.singles else rule
    offers = opened.search.find(wish, free, states.zone, states.price, rule=kept, limit=limit)
    kinds = [_type_of(party.key, opened.prices).id for party in command.parties for _ in range(party.count)]
    return tuple(
        Proposal(
            dict(zip(map(geometry.seat_id, offer.ordinals), kinds, strict=True)),
            offer.ordinals,
            seats_said(offer.ordinals, geometry),
            offer.reasons + _overruled(offer, opened.search, free, kept, rule),
        )
        for offer in offers
    )


def _overruled(
    offer: Offer, search: BestAvailable, free: NDArray[np.bool_], kept: SingleSeatRule, rule: SingleSeatRule
) -> tuple[str, ...]:
    """What the clerk's overruling of the house's rule did to an offer."""
    if kept is rule:
        return ()
    left = len(search.singles_left(offer.ordinals, free, rule))
    if not left:
        return (tr("rule overruled: leaves none alone"),)
    return (trn("rule overruled: leaves one alone", "rule overruled: leaves {count} alone", left),)


def left_alone(opened: Opened, held: Sequence[int], free: NDArray[np.bool_], rule: SingleSeatRule) -> list[str]:
    """The names of the seats that these leave alone against the rule; ``free`` are the seats besides them."""
    before = free.copy()
    before[list(held)] = True
    return [opened.geometry.name(seat) for seat in opened.search.singles_left(held, before, rule)]


def seats_said(ordinals: Iterable[int], geometry: Geometry) -> str:
    """Seats in few words: ``Stalls K12–15, L3``; the section where it changes, a range for numbers in a row."""
    words, before = [], ""
    for section, seats in groupby(ordinals, lambda seat: geometry.sections[geometry.section[seat]].name):
        for row, places in groupby(seats, lambda seat: str(geometry.row[seat])):
            numbers = sorted((str(geometry.number[seat]) for seat in places), key=lambda text: (len(text), text))
            first, last = numbers[0], numbers[-1]
            in_a_row = first.isdecimal() and last.isdecimal() and int(last) - int(first) == len(numbers) - 1 > 0
            place = f"{first}–{last}" if in_a_row else "+".join(numbers)
            place = f"{row}/{place}" if row[-1:].isdigit() else f"{row}{place}"
            words.append(f"{section} {place}" if section != before else place)
            before = section
    return ", ".join(words)


def said(command: BestSeats | NamedSeats, geometry: Geometry, prices: PriceList) -> str:
    """What Enter would do with it, in words; raises as `named`."""
    if isinstance(command, NamedSeats):
        count = len(named(command, geometry, prices))
        return trn("Enter: take {count} seat", "Enter: take these {count} seats", count)
    guests = ", ".join(f"{party.count} {_type_of(party.key, prices).name}" for party in command.parties)
    if command.singles:
        guests = tr("{guests}, single seats allowed", guests=guests)
    return trn(
        "Enter: the best seat, {guests}", "Enter: the best {count} seats, {guests}", command.seats, guests=guests
    )


def next_type(current: PriceTypeId, zone_types: Iterable[PriceTypeId], prices: PriceList) -> PriceTypeId:
    """The price type after this one, of those that are sold in the zone."""
    sold = set(zone_types)
    order = [kind.id for kind in prices.types if kind.id in sold] or [current]
    at = order.index(current) if current in order else -1
    return order[(at + 1) % len(order)]


def _wish(command: BestSeats, geometry: Geometry) -> Wish:
    sections = [section.name for section in geometry.sections]
    zones = frozenset(n for n, zone in enumerate(geometry.zones) if zone.name == command.zone)
    return Wish(
        seats=command.seats,
        zones=zones if command.zone else None,
        max_price=command.max_price.minor if command.max_price else None,
        section=sections.index(command.section) if command.section else None,
        aisle=command.aisle,
        wheelchairs=command.wheelchairs,
    )


def _ordinals(seat: NamedSeat, geometry: Geometry, rows: NDArray[np.str_]) -> NDArray[np.intp]:
    """The one seat of this name, or all places of the table of this name."""
    place = f"{seat.row}{seat.number}"
    fits = (rows == seat.row.upper()) & (geometry.number == seat.number)
    is_table = not fits.any()
    found = np.flatnonzero(rows == place.upper() if is_table else fits)
    if seat.section:
        sections = [section.name for section in geometry.sections]
        found = found[geometry.section[found] == sections.index(seat.section)]
    if not len(found):
        raise BadInput(tr("There is no seat {seat} here; look at the map for its name.", seat=place))
    if len(np.unique(geometry.section[found]) if is_table else found) > 1:
        where = tr(" and ").join(geometry.sections[number].name for number in np.unique(geometry.section[found]))
        raise BadInput(tr("{seat} is in {sections}: type the section before it.", seat=place, sections=where))
    return found


def _type_of(key: str | None, prices: PriceList) -> PriceType:
    for kind in prices.types:
        if (kind.key.upper() == key) if key else (kind.id == prices.standard):
            return kind
    raise BadInput(tr("There is no price type “{letter}” at this event.", letter=key or ""))
