"""Text that keeps to its box: it shrinks, then wraps, then ends in an ellipsis, but never runs over.

Lengths are points; sizes on paper are three quarters of the sizes on screen.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_datetime_format
from reportlab.pdfgen.canvas import Canvas

from evently_desktop.documents import fonts

MM = 72 / 25.4

SMALL = 6.0
CAPTION, TEXT, STRONG, HEADER, TOTAL = (0.75 * pixels for pixels in (11, 13, 15, 20, 32))

BLACK = 0.0
MUTED = 0.36
LINE = 0.55
# Two dots of a ticket printer: a thinner line could fall between two rows of dots and vanish.
HAIRLINE = 0.72

_ELLIPSIS = "…"
_IDEOGRAPHS = "\u2e80"


@dataclass(frozen=True)
class Line:
    """One line as it is drawn: runs of (font, characters) and its width at a size of 1."""

    runs: tuple[tuple[str, str], ...]
    width: float


@dataclass(frozen=True)
class Block:
    """Lines that fit the box they were made for, at ``size``; strained ones miss text or tear a word."""

    lines: tuple[Line, ...]
    size: float
    is_strained: bool = False

    @property
    def leading(self) -> float:
        """From one baseline to the next."""
        return 1.2 * self.size

    @property
    def width(self) -> float:
        """Of its longest line."""
        return max((line.width for line in self.lines), default=0.0) * self.size

    @property
    def height(self) -> float:
        """From the top of the first line's capitals to the last baseline."""
        return max(0, len(self.lines) - 1) * self.leading + 0.72 * self.size


@lru_cache(maxsize=8192)
def fit(
    text: str, width: float, largest: float, smallest: float = SMALL, *, bold: bool = False, lines: int = 1
) -> Block:
    """The largest setting of ``text`` within ``width`` and ``lines``; at ``smallest`` the rest is cut."""
    cleaned = fonts.clean(text)
    size = largest
    while size > smallest:
        wrapped = _wrap(cleaned, width / size, bold, lines)
        if wrapped is not None and _unbroken(cleaned, wrapped):
            return Block(tuple(_line(line, bold) for line in wrapped), size)
        size = max(smallest, 0.94 * size)
    whole = _wrap(cleaned, width / size, bold, lines)
    kept = _cut(cleaned, width / size, bold, lines) if whole is None else whole
    return Block(tuple(_line(line, bold) for line in kept), size, whole is None or not _unbroken(cleaned, whole))


def draw(canvas: Canvas, x: float, y: float, block: Block, *, align: float = 0, grey: float = BLACK) -> None:
    """Draw, the first baseline at ``y``. ``align``: 0 starts at ``x``, 0.5 centres on it, 1 ends there."""
    canvas.setFillGray(grey)
    for number, line in enumerate(block.lines):
        left = x - align * line.width * block.size
        text = canvas.beginText(left, y - number * block.leading)
        for font, characters in line.runs:
            text.setFont(font, block.size)
            text.textOut(characters)
        canvas.drawText(text)


@lru_cache(maxsize=256)
def when(moment: datetime, time_zone: str, locale: str, length: Literal["full", "medium"] = "full") -> str:
    """A moment by the clock of ``time_zone``, as people of ``locale`` write day and time."""
    local = moment.astimezone(ZoneInfo(time_zone))
    together = str(get_datetime_format("medium", locale=locale))
    time = format_time(local, "short", locale=locale)
    return together.replace("{0}", time).replace("{1}", format_date(local, length, locale=locale))


@lru_cache(maxsize=8192)
def _line(text: str, bold: bool) -> Line:
    return Line(*fonts.runs(text, bold))


def _unbroken(text: str, wrapped: list[str]) -> bool:
    """Whether only spaces were broken at: a smaller size is better than a word torn apart."""
    return len(wrapped) == 1 or " ".join(wrapped) == text or any(char >= _IDEOGRAPHS for char in text)


def _wrap(text: str, width: float, bold: bool, limit: int) -> list[str] | None:
    """Lines no wider than ``width`` at a size of 1, or None where more than ``limit`` would be needed."""
    lines: list[str] = []
    rest = text
    while rest:
        if len(lines) == limit:
            return None
        line, rest = _first_line(rest, width, bold)
        lines.append(line)
    return lines


def _first_line(text: str, width: float, bold: bool) -> tuple[str, str]:
    fits = _fitting(text, width, bold)
    if fits == len(text):
        return text, ""
    space = text.rfind(" ", 1, fits + 1)
    if space > 0 and text[fits - 1] < _IDEOGRAPHS:
        return text[:space], text[space + 1 :]
    return text[:fits], text[fits:].lstrip()


def _fitting(text: str, width: float, bold: bool) -> int:
    """How many of the first characters fit, at least one, so that every text comes to an end."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if fonts.runs(text[:middle], bold)[1] <= width:
            low = middle
        else:
            high = middle - 1
    return low


def _cut(text: str, width: float, bold: bool, limit: int) -> list[str]:
    lines: list[str] = []
    rest = text
    for _ in range(limit - 1):
        line, rest = _first_line(rest, width, bold)
        lines.append(line)
    room = width - fonts.runs(_ELLIPSIS, bold)[1]
    last = rest[: _fitting(rest, room, bold)].rstrip()
    return [*lines, last + _ELLIPSIS]
