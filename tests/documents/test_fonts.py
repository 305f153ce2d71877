"""Letters: what is printed of what people type."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evently_desktop.documents import fonts


@given(st.text(max_size=700), st.booleans())
def test_any_text_becomes_printable_and_stays_so(words: str, bold: bool) -> None:
    cleaned = fonts.clean(words)
    assert fonts.clean(cleaned) == cleaned
    assert len(cleaned) <= fonts.LONGEST
    assert all(unicodedata.category(char) not in {"Cc", "Cs"} for char in cleaned)
    pieces, width = fonts.runs(cleaned, bold)
    assert width >= 0
    assert all(characters for _, characters in pieces)


@pytest.mark.parametrize(
    ("words", "font"),
    [("Hamlet", "NotoSans-Regular"), ("Ωμέγα", "NotoSans-Regular"), ("Чайка", "NotoSans-Regular"),
     ("שלום", "DejaVuSans"), ("مرحبا", "DejaVuSans"), ("東京", "DroidSansFallbackFull")],
)  # fmt: skip
def test_each_script_has_a_font(words: str, font: str) -> None:
    pieces, _ = fonts.runs(words, bold=False)
    assert [name for name, _ in pieces] == [font]
    assert fonts.MISSING not in pieces[0][1]


def test_a_character_without_a_glyph_is_printed_as_a_box() -> None:
    pieces, _ = fonts.runs("a𒀱", bold=False)
    assert "".join(characters for _, characters in pieces) == "a" + fonts.MISSING


def test_hebrew_is_turned_round_and_arabic_letters_are_joined() -> None:
    assert fonts.visual("שלום 12") == "12 םולש"
    assert all("\ufe70" <= char <= "\ufeff" for char in fonts.visual("سلام"))


def test_words_are_kept_apart_by_single_spaces() -> None:
    assert fonts.clean("  Row\tK\n\u00a0 12\x00\u202e ") == "Row K 12"
