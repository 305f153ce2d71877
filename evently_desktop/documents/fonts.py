"""The letters on paper: open fonts that come with the program, embedded as subsets.

Noto Sans carries Latin, Greek and Cyrillic; DejaVu Sans steps in for Hebrew, Arabic and signs, Droid Sans
Fallback for Chinese and Japanese. A character that none of them has is printed as `MISSING`, and never
stops a ticket. Licences lie beside the files.
"""

import unicodedata
from functools import cache

import arabic_reshaper
from bidi import get_display
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from evently_desktop.places import resources

MISSING = "□"
LONGEST = 500

_FALLBACKS = {
    False: ("NotoSans-Regular", "DejaVuSans", "DroidSansFallbackFull"),
    True: ("NotoSans-Bold", "DejaVuSans-Bold", "DroidSansFallbackFull"),
}
_RIGHT_TO_LEFT = {"R", "AL", "AN"}
_JOINERS = "\u200c\u200d"

_RESHAPER = arabic_reshaper.ArabicReshaper({"delete_harakat": False, "support_ligatures": True})


def main_font(bold: bool) -> str:
    """The registered name of the font that most text is set in."""
    return str(_load(_FALLBACKS[bold][0]).fontName)


def clean(text: str) -> str:
    """One line of printable text: no control characters, single spaces, at most `LONGEST` characters."""
    normal = unicodedata.normalize("NFC", text[: 4 * LONGEST])
    spaced = "".join(" " if _is_space(char) else char for char in normal if _is_kept(char))
    return " ".join(spaced.split())[:LONGEST]


def _is_space(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in {"Zs", "Zl", "Zp"}


def _is_kept(char: str) -> bool:
    return char in _JOINERS or char.isspace() or unicodedata.category(char) not in {"Cc", "Cf", "Cs"}


@cache
def _load(name: str) -> TTFont:
    font = TTFont(name, str(resources() / "fonts" / f"{name}.ttf"))
    pdfmetrics.registerFont(font)
    return font


@cache
def _glyph(char: str, bold: bool) -> tuple[str, str, float]:
    """The font that has this character, what to print, and how far it advances at a size of 1."""
    for name in _FALLBACKS[bold]:
        face = _load(name).face
        if ord(char) in face.charToGlyph:
            return name, char, face.charWidths.get(ord(char), face.defaultWidth) / 1000
    return _glyph(MISSING, bold)


def visual(text: str) -> str:
    """Clean text in drawing order: Arabic letters joined, right-to-left runs turned round."""
    if not text.isascii() and any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text):
        text = str(get_display(_RESHAPER.reshape(text)))
    return "".join(char for char in text if char not in _JOINERS)


def runs(text: str, bold: bool) -> tuple[tuple[tuple[str, str], ...], float]:
    """Clean text as runs of (font name, characters) from left to right, and its width at a size of 1."""
    pieces: list[tuple[str, str]] = []
    width = 0.0
    for char in visual(text):
        font, shown, advance = _glyph(char, bold)
        width += advance
        if pieces and pieces[-1][0] == font:
            pieces[-1] = (font, pieces[-1][1] + shown)
        else:
            pieces.append((font, shown))
    return tuple(pieces), width
