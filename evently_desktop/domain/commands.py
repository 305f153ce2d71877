"""The counter's command line: what a clerk types or a scanner sends, understood as a frozen value.

Words are parted by spaces; capitals and small letters are one. The first form that fits is taken::

    token      a ticket's QR code: 40 or more characters of base32, in one word
    reference  EVT-XXXX-XXXX, with or without its hyphens
    best       party … ["best"] {wish}      2A 1C best aisle     4 best <60     2 balcony 1wc     4 standing
    seats      {[section] seat …} [key] …   K12-15 A     Stalls K12 K13 A K14 C     101 AA7     12/7-9
    name       anything else: a search for a customer or a booking

    party      a number with the letter of a price type, or without one for the standard type
    "best"     may be left out where each party has its letter, and where a section or a zone is named
    wish       "aisle", "<" and the highest price of a seat, wheelchair places ("wc", "2wc"),
               "singles" (a single seat may be left alone, whatever the house's rule says),
               the name of a section or a zone
    seat       a row of letters and a number, or a range of numbers: K12, K12-15; after a row that has
               digits comes a stroke: 12/7
    key        the letter of a price type, for all seats before it that have none yet
    section    the section of the seats after it

Sections and zones are named in full, or by a beginning or a last word that only one of them has.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from evently_desktop.domain.money import Money, parse_money
from evently_desktop.errors import BadInput
from evently_desktop.language import tr

_TOKEN = re.compile(r"[A-Z2-7]{40,}", re.ASCII)
_REFERENCE = re.compile(r"EVT-?([0-9A-Z]{4})-?([0-9A-Z]{4})", re.ASCII | re.IGNORECASE)
_PARTY = re.compile(r"([0-9]{1,3})([A-Z]?)", re.ASCII | re.IGNORECASE)
_SEAT = re.compile(r"(?:([A-Z]{1,3})|([A-Z0-9]{1,5})/)([0-9]{1,4})(?:-([0-9]{1,4}))?", re.ASCII | re.IGNORECASE)
_WHEELCHAIRS = re.compile(r"([0-9]{0,2})(?:wc|wheelchair)", re.ASCII | re.IGNORECASE)
_LONGEST_RANGE = 500
_LONGEST_ROW = 3


@dataclass(frozen=True)
class Words:
    """What may be named in a command: price type letters, sections and zones of the event, and its money."""

    keys: tuple[str, ...]
    sections: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    currency: str = "EUR"
    locale: str = "en"


@dataclass(frozen=True)
class Party:
    """So many guests of one price type; ``key`` is None for the standard type."""

    count: int
    key: str | None = None


@dataclass(frozen=True)
class BestSeats:
    """The best available seats for these parties; ``singles`` overrules the house's single-seat rule."""

    parties: tuple[Party, ...]
    section: str | None = None
    zone: str | None = None
    aisle: bool = False
    wheelchairs: int = 0
    max_price: Money | None = None
    singles: bool = False

    @property
    def seats(self) -> int:
        """How many seats that is in all."""
        return sum(party.count for party in self.parties)


@dataclass(frozen=True)
class NamedSeat:
    """One seat by its name; ``section`` None if none was named, ``key`` None for the standard type."""

    row: str
    number: str
    section: str | None = None
    key: str | None = None


@dataclass(frozen=True)
class NamedSeats:
    """Exactly these seats."""

    seats: tuple[NamedSeat, ...]


@dataclass(frozen=True)
class BookingReference:
    """A booking by its reference, in capitals with hyphens."""

    reference: str


@dataclass(frozen=True)
class ScannedTicket:
    """A ticket by the token in its code."""

    token: bytes


@dataclass(frozen=True)
class NameSearch:
    """A search for whatever was typed, its spaces tidied."""

    text: str


Command = BestSeats | NamedSeats | BookingReference | ScannedTicket | NameSearch


def parse(line: str, words: Words) -> Command:
    """What the line asks for.

    Raises `BadInput` naming the word that is not understood once the line has begun as seats or as a party,
    and for a ticket code that was read in part.
    """
    typed = re.sub(r"<\s+", "<", line).split()
    text = " ".join(typed)
    if _TOKEN.fullmatch(text):
        return ScannedTicket(_decoded(text))
    if match := _REFERENCE.fullmatch(text):
        return BookingReference(f"EVT-{match[1]}-{match[2]}".upper())
    if _is_best(typed, words):
        return _best(typed, words)
    if _is_seats(typed, words):
        return _seats(typed, words)
    return NameSearch(text)


def written(command: Command, words: Words) -> str:
    """A command that `parse` gave, as a clerk would type it: parsed again, it is the same value."""
    match command:
        case BestSeats():
            return " ".join(_written_best(command, words))
        case NamedSeats():
            return " ".join(_written_seats(command))
        case BookingReference():
            return command.reference
        case ScannedTicket():
            return base64.b32encode(command.token).decode("ascii").rstrip("=")
        case NameSearch():
            return command.text


def _decoded(text: str) -> bytes:
    try:
        return base64.b32decode(text + "=" * (-len(text) % 8))
    except binascii.Error as error:
        raise BadInput(tr("The ticket’s code was read in part only; scan it again.")) from error


def _is_best(typed: Sequence[str], words: Words) -> bool:
    """It begins with parties, and then says “best”, or is at its end, or can be read and names a section or a zone."""
    parties = _parties(typed)
    if not parties or "best" in (word.lower() for word in typed):
        return bool(parties)
    if len(parties) == len(typed):
        return all(match[2] for match in parties)
    try:
        wish = _best(typed, words)
    except BadInput:
        return False
    return bool(wish.section or wish.zone)


def _parties(typed: Sequence[str]) -> list[re.Match[str]]:
    return [match for match in takewhile(bool, (_PARTY.fullmatch(word) for word in typed)) if match]


def _best(typed: Sequence[str], words: Words) -> BestSeats:
    parties = _parties(typed)
    wish = BestSeats(tuple(Party(int(match[1]), _key(match[2], words) if match[2] else None) for match in parties))
    at = len(parties)
    if at < len(typed) and typed[at].lower() == "best":
        at += 1
    while at < len(typed):
        wish, read = _wished(wish, typed[at:], words)
        at += read
    return wish


def _wished(wish: BestSeats, typed: Sequence[str], words: Words) -> tuple[BestSeats, int]:
    """The wish with the next one added, and how many words that took."""
    word = typed[0]
    if word.lower() == "aisle":
        return replace(wish, aisle=True), 1
    if word.lower() == "singles":
        return replace(wish, singles=True), 1
    if match := _WHEELCHAIRS.fullmatch(word):
        return replace(wish, wheelchairs=int(match[1] or 1)), 1
    if word.startswith("<"):
        return replace(wish, max_price=parse_money(word[1:], words.currency, words.locale)), 1
    section, read = _named(typed, words.sections)
    if section:
        return replace(wish, section=section), read
    zone, read = _named(typed, words.zones)
    if zone:
        return replace(wish, zone=zone), read
    raise _not_understood(word)


def _is_seats(typed: Sequence[str], words: Words) -> bool:
    """It begins with a seat, or with a section and has a seat."""
    if not any(_SEAT.fullmatch(word) for word in typed):
        return False
    return bool(_SEAT.fullmatch(typed[0]) or _named(typed, words.sections)[0])


def _seats(typed: Sequence[str], words: Words) -> NamedSeats:
    seats: list[NamedSeat] = []
    section: str | None = None
    at = untyped = 0
    while at < len(typed):
        word, read = typed[at], 1
        if match := _SEAT.fullmatch(word):
            seats += _range(match, section)
        elif word.upper() in words.keys and untyped < len(seats):
            seats[untyped:] = [replace(seat, key=word.upper()) for seat in seats[untyped:]]
            untyped = len(seats)
        else:
            section, read = _named(typed[at:], words.sections)
            if section is None:
                raise _not_understood(word)
        at += read
    twice = [seat for seat in seats if sum(_place(seat) == _place(other) for other in seats) > 1]
    if twice:
        raise BadInput(tr("Seat {seat} is named twice.", seat=twice[0].row + twice[0].number))
    return NamedSeats(tuple(seats))


def _place(seat: NamedSeat) -> tuple[str | None, str, str]:
    return seat.section, seat.row, seat.number


def _range(match: re.Match[str], section: str | None) -> Iterable[NamedSeat]:
    row, first, last = (match[1] or match[2]).upper(), int(match[3]), int(match[4] or match[3])
    if not first <= last < first + _LONGEST_RANGE:
        raise BadInput(tr("“{word}”: a range goes from the lower number to the higher.", word=match[0]))
    return [NamedSeat(row, str(number), section) for number in range(first, last + 1)]


def _key(letter: str, words: Words) -> str:
    if letter.upper() not in words.keys:
        raise BadInput(
            tr("There is no price type “{letter}”; use one of {letters}.",
               letter=letter, letters=", ".join(words.keys))
        )  # fmt: skip
    return letter.upper()


def _named(typed: Sequence[str], names: Sequence[str]) -> tuple[str | None, int]:
    """The one name that the next words mean, longest first, and how many words that took."""
    for read in range(len(typed), 0, -1):
        said = " ".join(typed[:read]).casefold()
        exact = [name for name in names if name.casefold() == said]
        begun = [name for name in names if name.casefold().startswith(said)] if len(said) > 1 else []
        ended = [name for name in names if name.casefold().endswith(" " + said)] if len(said) > 1 else []
        for meant in (exact, begun, ended):
            if len(meant) == 1:
                return meant[0], read
    return None, 0


def _not_understood(word: str) -> BadInput:
    return BadInput(tr("“{word}” is not understood here; F1 shows what can be typed.", word=word))


def _written_best(command: BestSeats, words: Words) -> Iterable[str]:
    yield from (f"{party.count}{party.key or ''}" for party in command.parties)
    yield "best"
    if command.aisle:
        yield "aisle"
    if command.singles:
        yield "singles"
    if command.wheelchairs:
        yield f"{command.wheelchairs}wc"
    if command.max_price is not None:
        yield "<" + "".join(command.max_price.plain(words.locale).split())
    if command.section:
        yield command.section
    if command.zone:
        yield command.zone


def _written_seats(command: NamedSeats) -> Iterable[str]:
    """Each seat by itself, a section where it changes, a price type after the last seat of each."""
    section: str | None = None
    following = [*command.seats[1:], None]
    for seat, after in zip(command.seats, following, strict=True):
        if seat.section and seat.section != section:
            yield seat.section
            section = seat.section
        short = seat.row.isalpha() and len(seat.row) <= _LONGEST_ROW
        yield f"{seat.row}{'' if short else '/'}{seat.number}"
        if seat.key and (after is None or after.key != seat.key):
            yield seat.key
