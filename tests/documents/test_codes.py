"""QR and Code128: what they carry and how wide their modules are."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evently_desktop.documents import codes


@given(st.binary(min_size=1, max_size=100))
def test_a_token_is_written_in_the_letters_of_qr(token: bytes) -> None:
    words = codes.token_text(token)
    assert set(words) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    assert base64.b32decode(words + "=" * (-len(words) % 8)) == token


def test_a_token_of_48_bytes_takes_33_modules() -> None:
    code = codes.qr(bytes(range(48)))
    assert (code.columns, code.rows) == (33, 33)


@pytest.mark.parametrize("words", ["", "Ä", "A" * 17, "a\n"])
def test_what_code128_cannot_hold_gives_none(words: str) -> None:
    assert codes.code128(words) is None


@given(st.integers(1, 300), st.floats(20, 300))
def test_modules_are_whole_dots_of_a_ticket_printer(columns: int, size: float) -> None:
    code = codes.Code(columns, 1, "")
    dots = codes.module_within(code, size, quiet=4) / (72 / 25.4 / 8)
    assert dots == pytest.approx(round(dots))
    assert dots >= 1
    assert dots == pytest.approx(1) or dots * (columns + 8) * 72 / 25.4 / 8 <= size + 1e-6
