"""A picture in device pixels that numpy writes and Qt shows, with no copy in between."""

import ctypes
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

# Up to this many pixels a side, one store per pixel beats one store per row of the sprite.
_SMALL = 4
# The slack above and below, as a part of the height.
_SLACK_SHARE = 8


@dataclass(frozen=True, eq=False)
class Sheet:
    """Opaque sprites of one size. ``pixels`` is (height, count, width) uint32, as Format_RGB32 has them.

    ``flat`` says that every sprite is one colour all over, which small ones are stamped faster for.
    """

    pixels: NDArray[np.uint32]
    flat: bool = False

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.pixels.shape[2])


class Framebuffer:
    """``width`` by ``height`` device pixels with room for a sprite of ``margin`` pixels beyond every edge.

    The room lets a sprite that crosses an edge be stamped whole: what falls into it is never shown, and
    never scrolled into sight, since `scroll` says which parts must be painted anew.
    """

    def __init__(self, width: int, height: int, margin: int) -> None:
        self.width, self.height, self.margin = width, height, margin
        # One margin between two lines serves as the right one of the first and the left one of the second.
        self.stride = width + margin
        # Scrolling moves the window over the pixels, not the pixels, as long as there is slack.
        self._slack = (height // _SLACK_SHARE) * self.stride
        count = (height + 2 * margin) * self.stride + 2 * margin + 2 * self._slack
        self._pixels = np.zeros(count, np.uint32)
        self._first = self._slack + margin * self.stride + margin
        self._show_from(self._first)

    def _show_from(self, origin: int) -> None:
        self.origin = origin
        shown = self._pixels[origin : origin + self.height * self.stride]
        self._lines = as_strided(shown, (self.height, self.width), (4 * self.stride, 4))
        self.image = QImage(shown.data, self.width, self.height, 4 * self.stride, QImage.Format.Format_RGB32)

    @property
    def everything(self) -> QRect:
        """The rectangle of the whole picture."""
        return QRect(0, 0, self.width, self.height)

    def fill(self, area: QRect, colour: int) -> None:
        """Make ``area`` (inside the picture) one colour."""
        self._lines[area.top() : area.top() + area.height(), area.left() : area.left() + area.width()] = colour

    def scroll(self, dx: int, dy: int) -> list[QRect]:
        """Move the picture by whole pixels; what the rectangles returned hold is of no use."""
        width, height = self.width, self.height
        if abs(dx) >= width or abs(dy) >= height:
            return [self.everything]
        origin = self.origin - dy * self.stride - dx
        if abs(origin - self._first) > self._slack:
            # Back to the middle, with as much of the new window as there is.
            start, end = max(origin, 0), min(origin + height * self.stride, len(self._pixels))
            base = self._pixels.ctypes.data
            ctypes.memmove(base + 4 * (self._first + start - origin), base + 4 * start, 4 * (end - start))
            origin = self._first
        self._show_from(origin)
        exposed = []
        if dy:
            exposed.append(QRect(0, 0 if dy > 0 else height + dy, width, abs(dy)))
        if dx:
            exposed.append(QRect(0 if dx > 0 else width + dx, max(dy, 0), abs(dx), height - abs(dy)))
        return exposed

    def stamp(self, sheet: Sheet, keys: NDArray[np.intp], at: NDArray[np.intp]) -> None:
        """Put sprite ``keys[i]`` with its top left corner at ``origin + y * stride + x`` equal to ``at[i]``.

        Corners may lie up to ``margin`` outside the left and upper edges, sprites be at most that large.
        """
        if sheet.flat and sheet.width <= _SMALL:
            colours = sheet.pixels[0, :, 0].take(keys)
            for line in range(sheet.height):
                for column in range(sheet.width):
                    self._pixels[line * self.stride + column :][at] = colours
            return
        whole_row = np.dtype((np.void, 4 * sheet.width))
        rows = sheet.pixels.view(whole_row)[:, :, 0]
        target = as_strided(self._pixels[: sheet.width].view(whole_row), (len(self._pixels) - sheet.width,), (4,))
        for line in range(sheet.height):
            target[line * self.stride :][at] = rows[line].take(keys)
