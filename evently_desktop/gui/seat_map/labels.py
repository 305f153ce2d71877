"""Text as sprites: seat numbers, clerks' initials and the names of rows, each drawn once a size."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from evently_desktop.gui.seat_map.framebuffer import Sheet
from evently_desktop.gui.theme import mix


@dataclass(frozen=True, eq=False)
class TextSheet:
    """Texts in several colours. ``slot`` is where a text stands, -1 where it was not drawn; the sprite of
    text ``t`` in colour pair ``c`` has the key ``c * count + slot[t]``."""

    sheet: Sheet
    slot: NDArray[np.intp]
    count: int


def text_sheet(
    texts: tuple[str, ...], wanted: NDArray[np.integer], pairs: list[tuple[str, str]],
    width: int, height: int, font: QFont,
) -> TextSheet:  # fmt: skip
    """The ``wanted`` of the texts, in boxes of device pixels, once for each pair of ground and ink.

    A text too wide for its box is set smaller; one that would be too small to read is left out.
    """
    slot = np.full(len(texts), -1, np.intp)
    slot[wanted] = np.arange(len(wanted))
    cover = _coverage([texts[number] for number in wanted], width, height, font)
    sheets = [_coloured(cover, ground, ink) for ground, ink in pairs]
    pixels = np.concatenate(sheets, axis=1) if sheets else np.zeros((height, 0, width), np.uint32)
    return TextSheet(Sheet(pixels), slot, len(wanted))


def _coverage(texts: list[str], width: int, height: int, font: QFont) -> NDArray[np.uint8]:
    """How much of each pixel the text covers, (height, count, width), drawn once in white on black."""
    image = QImage(max(width * len(texts), 1), height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    painter.setPen(QColor(Qt.GlobalColor.white))
    metrics = QFontMetricsF(font)
    baseline = round((height + metrics.capHeight()) / 2)
    for number, text in enumerate(texts):
        wide = metrics.horizontalAdvance(text)
        shrink = min(1.0, width / wide) if wide else 1.0
        if shrink < 0.6:
            continue
        small = QFont(font)
        small.setPixelSize(max(int(font.pixelSize() * shrink), 1))
        painter.setFont(small if shrink < 1 else font)
        wide *= small.pixelSize() / font.pixelSize()
        painter.setClipRect(number * width, 0, width, height)
        painter.drawText(QPointF(number * width + (width - wide) / 2, baseline), text)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(height, -1)
    return (pixels[:, : width * len(texts)].reshape(height, len(texts), width) & 0xFF).astype(np.uint8)


def _coloured(cover: NDArray[np.uint8], ground: str, ink: str) -> NDArray[np.uint32]:
    ramp = [QColor(mix(ground, ink, part / 255)).rgb() for part in range(256)]
    return np.array(ramp, np.uint32).take(cover)
