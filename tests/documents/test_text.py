"""Text in boxes: whatever comes, it keeps to its width and lines."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evently_desktop.documents.text import Block, fit, when


def shown(block: Block) -> str:
    return " ".join("".join(characters for _, characters in line.runs) for line in block.lines)


@settings(deadline=None)
@given(st.text(max_size=200), st.floats(30, 300), st.integers(1, 3), st.booleans())
def test_a_block_keeps_to_its_width_and_lines(words: str, width: float, lines: int, bold: bool) -> None:
    block = fit(words, width, 24, bold=bold, lines=lines)
    assert len(block.lines) <= lines
    assert block.width <= width + 1e-6
    assert 6 <= block.size <= 24


@given(st.lists(st.text(alphabet="abcdefgh", min_size=1, max_size=8), min_size=1, max_size=12))
def test_nothing_is_lost_where_there_is_room(words: list[str]) -> None:
    block = fit(" ".join(words), 200, 24, lines=12)
    assert shown(block) == " ".join(words)
    assert not block.is_strained


def test_it_shrinks_before_it_tears_a_word_and_says_when_it_must_cut() -> None:
    assert fit("Hamlet", 200, 24).size == 24
    smaller = fit("Donaudampfschifffahrt", 120, 24, lines=2)
    assert smaller.size < 24
    assert len(smaller.lines) == 1
    cut = fit("word " * 90, 100, 24, lines=2)
    assert shown(cut).endswith("…")
    assert cut.is_strained


def test_empty_text_takes_no_lines() -> None:
    assert fit(" \x00\n", 100, 10).lines == ()


@pytest.mark.parametrize(
    ("locale", "written"),
    [("en_GB", "Sunday, 25 October 2026, 01:30"), ("de_DE", "Sonntag, 25. Oktober 2026, 01:30")],
)
def test_moments_are_written_by_the_clock_of_the_venue(locale: str, written: str) -> None:
    assert when(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/London", locale).startswith(written[:10])
    assert when(datetime(2026, 10, 24, 23, 30, tzinfo=UTC), "Europe/Berlin", locale) == written
