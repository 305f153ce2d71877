"""The command line understands what clerks type and scanners send, and says what it does not."""

import base64
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evently_desktop.domain.commands import (
    BestSeats,
    BookingReference,
    Command,
    NamedSeat,
    NamedSeats,
    NameSearch,
    Party,
    ScannedTicket,
    Words,
    parse,
    written,
)
from evently_desktop.domain.money import Money
from evently_desktop.errors import BadInput

WORDS = Words(
    keys=("A", "C", "S", "T", "X"),
    sections=("Stalls", "Dress Circle", "Balcony", "Boxes left", "Boxes right", "Block 101", "Block 102"),
    zones=("Premium", "First", "Side view"),
)
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"


def seats(line: str) -> list[tuple[str | None, str, str | None]]:
    command = parse(line, WORDS)
    assert isinstance(command, NamedSeats)
    return [(seat.section, seat.row + seat.number, seat.key) for seat in command.seats]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2A 1C best aisle", BestSeats((Party(2, "A"), Party(1, "C")), aisle=True)),
        ("2a 1c", BestSeats((Party(2, "A"), Party(1, "C")))),
        ("4 best <60", BestSeats((Party(4),), max_price=Money(6_000, "EUR"))),
        ("4 BEST < 60.50", BestSeats((Party(4),), max_price=Money(6_050, "EUR"))),
        ("2 best dress circle 1wc", BestSeats((Party(2),), section="Dress Circle", wheelchairs=1)),
        ("2 best dress wheelchair", BestSeats((Party(2),), section="Dress Circle", wheelchairs=1)),
        ("2 best 101 premium", BestSeats((Party(2),), section="Block 101", zone="Premium")),
        ("2A best singles", BestSeats((Party(2, "A"),), singles=True)),
        ("4 BEST Singles <60 aisle", BestSeats((Party(4),), singles=True, aisle=True, max_price=Money(6_000, "EUR"))),
        ("3S best side view", BestSeats((Party(3, "S"),), zone="Side view")),
        ("EVT-7K3M-P2XQ", BookingReference("EVT-7K3M-P2XQ")),
        ("evt7k3mp2xq", BookingReference("EVT-7K3M-P2XQ")),
        ("  Zoë   Müller ", NameSearch("Zoë Müller")),
        ("George Best", NameSearch("George Best")),
        ("best", NameSearch("best")),
        ("anna@example.org", NameSearch("anna@example.org")),
        ("Balcony", NameSearch("Balcony")),
        ("", NameSearch("")),
    ],
)
def test_lines_mean_what_clerks_mean(line: str, expected: Command) -> None:
    assert parse(line, WORDS) == expected


@pytest.mark.parametrize("line", ["4 standing", "4 Standing", "4 best STANDING", "4 stan"])
def test_a_party_with_a_section_or_a_zone_needs_no_best(line: str) -> None:
    concert = Words(keys=("A", "C"), sections=("Standing", "Block 101"), zones=("Gold",))
    assert parse(line, concert) == BestSeats((Party(4),), section="Standing")
    assert parse("2a 1C standing aisle", concert) == BestSeats(
        (Party(2, "A"), Party(1, "C")), section="Standing", aisle=True
    )
    assert parse("4 gold <60", concert) == BestSeats((Party(4),), zone="Gold", max_price=Money(6_000, "EUR"))
    assert parse("4 block 101", concert) == BestSeats((Party(4),), section="Block 101")


@pytest.mark.parametrize("line", ["4 Stallone", "4 Weddings", "2 Stalls Miller", "4 aisle", "4", "007 Bond"])
def test_a_number_before_a_name_is_a_search(line: str) -> None:
    assert parse(line, WORDS) == NameSearch(line)


def test_a_table_is_taken_whole_or_seat_by_seat() -> None:
    dinner = Words(keys=("A",), sections=("Tables",))
    assert parse("T5/1-8", dinner) == NamedSeats(tuple(NamedSeat("T5", str(number)) for number in range(1, 9)))
    assert parse("tables T5/3 T12/1", dinner) == NamedSeats(
        (NamedSeat("T5", "3", "Tables"), NamedSeat("T12", "1", "Tables"))
    )
    assert parse("8 tables", dinner) == BestSeats((Party(8),), section="Tables")


def test_a_range_takes_its_price_type() -> None:
    assert seats("K12-15 A") == [(None, f"K{number}", "A") for number in range(12, 16)]


def test_a_price_type_goes_to_the_seats_before_it_and_the_rest_is_standard() -> None:
    assert seats("k12 k13 a K14 c K15") == [
        (None, "K12", "A"), (None, "K13", "A"), (None, "K14", "C"), (None, "K15", None),
    ]  # fmt: skip


def test_a_section_holds_until_the_next_one() -> None:
    assert seats("Stalls K12 K13 bal A1 boxes left B3 101 AA7") == [
        ("Stalls", "K12", None), ("Stalls", "K13", None), ("Balcony", "A1", None),
        ("Boxes left", "B3", None), ("Block 101", "AA7", None),
    ]  # fmt: skip


def test_a_row_with_digits_is_parted_by_a_stroke() -> None:
    command = parse("12/7-9", WORDS)
    assert command == NamedSeats(tuple(NamedSeat("12", str(number)) for number in (7, 8, 9)))


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("2A best aisel", "aisel"),
        ("2A plus best", "plus"),
        ("2Z best", "Z"),
        ("K12 K13 nonsense", "nonsense"),
        ("K12 Boxes", "Boxes"),
        ("K12 A A", "A"),
        ("K12 block", "block"),
        ("K15-12", "K15-12"),
        ("K1-9999", "K1-9999"),
        ("K12 K11-13", "K12"),
        ("2 best <sixty", "sixty"),
    ],
)
def test_nonsense_in_a_command_is_named(line: str, word: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse(line, WORDS)
    assert word in str(refused.value)


def test_a_price_is_read_as_the_locale_writes_it() -> None:
    german = Words(keys=("A",), locale="de")
    command = parse("2 best <1.200,50", german)
    assert command == BestSeats((Party(2),), max_price=Money(120_050, "EUR"))
    with pytest.raises(BadInput):
        parse("2 best <12.34", german)


def test_a_code_read_in_part_is_told_and_not_searched_for() -> None:
    with pytest.raises(BadInput, match="scan it again"):
        parse("A" * 41, WORDS)


parties = st.builds(Party, st.integers(0, 999), st.sampled_from([None, *WORDS.keys]))
best_seats = st.builds(
    BestSeats,
    st.lists(parties, min_size=1, max_size=4).map(tuple),
    section=st.sampled_from([None, *WORDS.sections]),
    zone=st.sampled_from([None, *WORDS.zones]),
    aisle=st.booleans(),
    wheelchairs=st.integers(0, 99),
    singles=st.booleans(),
    max_price=st.none() | st.integers(0, 10**9).map(lambda minor: Money(minor, "EUR")),
)
rows = st.text(LETTERS, min_size=1, max_size=3) | st.from_regex("[A-Z0-9]{1,5}", fullmatch=True)


@st.composite
def named_seats(draw: st.DrawFn) -> NamedSeats:
    """Seats as they can be typed: what has no section comes first, what has no price type last."""
    places = st.tuples(st.sampled_from(["", *WORDS.sections]), rows, st.integers(0, 9_999).map(str))
    drawn = sorted(draw(st.sets(places, min_size=1, max_size=8)), key=lambda place: place[0] != "")
    keys = draw(st.lists(st.sampled_from(WORDS.keys), min_size=len(drawn), max_size=len(drawn)))
    typed = draw(st.integers(0, len(drawn)))
    return NamedSeats(
        tuple(
            NamedSeat(row, number, section or None, key if index < typed else None)
            for index, ((section, row, number), key) in enumerate(zip(drawn, keys, strict=True))
        )
    )


references = st.text("23456789" + LETTERS, min_size=8, max_size=8).map(
    lambda word: BookingReference(f"EVT-{word[:4]}-{word[4:]}")
)
tickets = st.binary(min_size=25, max_size=100).map(ScannedTicket)


@given(best_seats | named_seats() | references | tickets, st.sampled_from(["en", "de", "fr", "de_CH"]))
def test_a_written_command_parses_back(command: Command, locale: str) -> None:
    words = Words(WORDS.keys, WORDS.sections, WORDS.zones, locale=locale)
    assert parse(written(command, words), words) == command


vocabulary = st.sampled_from(
    [
        "2A",
        "1c",
        "4",
        "0",
        "7Z",
        "best",
        "aisle",
        "singles",
        "wc",
        "2wc",
        "<60",
        "<",
        "60",
        "K12",
        "k12-15",
        "AA7",
        "12/7-9",
        "A",
        "c",
        "Z",
        "Stalls",
        "dress",
        "Circle",
        "Boxes",
        "left",
        "101",
        "block",
        "Premium",
        "EVT-7K3M-P2XQ",
    ]
)


@given(st.lists(vocabulary, max_size=8).map(" ".join) | st.text(max_size=60))
def test_any_line_is_refused_or_reads_back(line: str) -> None:
    try:
        command = parse(line, WORDS)
    except BadInput:
        return
    assert parse(written(command, WORDS), WORDS) == command


@given(named_seats())
def test_sections_stay_with_their_seats(command: NamedSeats) -> None:
    again = parse(written(command, WORDS), WORDS)
    assert isinstance(again, NamedSeats)
    assert [name for name, _ in groupby(seat.section for seat in again.seats)] == [
        name for name, _ in groupby(seat.section for seat in command.seats)
    ]


def test_the_token_is_the_codes_own_bytes() -> None:
    token = bytes(range(40))
    command = parse(base64.b32encode(token).decode().rstrip("="), WORDS)
    assert command == ScannedTicket(token)
