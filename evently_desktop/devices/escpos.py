"""Receipt printers and the drawer on their cable, driven over the network in ESC/POS.

Rules from Epson's public ESC/POS command reference: ``ESC @`` initialises, ``GS v 0`` prints raster dots,
``GS V`` cuts, ``ESC p`` opens the drawer, ``GS r 1`` is answered when everything before it is printed, and
``DLE EOT 2`` is answered at once, even by a printer in trouble.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evently_desktop.devices import bitmaps
from evently_desktop.devices.network import Line, NoAnswer
from evently_desktop.errors import DeviceError
from evently_desktop.language import tr

INITIALISE = b"\x1b@"
CUT = b"\x1dVB\x00"
OPEN_DRAWER = b"\x1bp\x00\x19\xfa"
ASK_WHEN_PRINTED = b"\x1dr\x01"
ASK_TROUBLE = b"\x10\x04\x02"

# Bits of the answer to ``DLE EOT 2``, which is told from other status bytes by its fixed bits 0, 1, 4 and 7.
COVER_OPEN, PAPER_END, FAULT = 0x04, 0x20, 0x40

_BAND = 256


def raster(dots: NDArray[np.bool_]) -> bytes:
    """Black dots as ``GS v 0`` bands, the leftmost dot in the highest bit."""
    packed = np.packbits(dots, axis=1)
    pieces = []
    for top in range(0, len(packed), _BAND):
        band = packed[top : top + _BAND]
        size = band.shape[1].to_bytes(2, "little") + band.shape[0].to_bytes(2, "little")
        pieces.append(b"\x1dv0\x00" + size + band.tobytes())
    return b"".join(pieces)


@dataclass(frozen=True)
class EscPosPrinter:
    """A receipt printer whose head has ``width`` dots: 576 at 203 dpi on 80 mm paper."""

    name: str
    host: str
    port: int = 9100
    dpi: int = 203
    width: int = 576
    patience: float = 15.0

    def print(self, pdf: bytes) -> Iterator[int]:
        """As `Printer.print`: a page counts as taken when the printer says that it has printed all before."""
        with Line.to(self.name, self.host, self.port, self.patience) as line:
            self._check(line)
            for page in range(bitmaps.page_count(pdf)):
                self._run(line, raster(self._on_head(bitmaps.dots(pdf, page, self.dpi))) + CUT)
                yield page

    def open(self) -> None:
        """Open the drawer on this printer's cable, as `CashDrawer.open`."""
        with Line.to(self.name, self.host, self.port, self.patience) as line:
            self._check(line)
            self._run(line, OPEN_DRAWER)

    def _run(self, line: Line, commands: bytes) -> None:
        try:
            line.send(INITIALISE + commands + ASK_WHEN_PRINTED)
            next(status for status in line.answers() if status & 0x90 == 0)
        except NoAnswer as silence:
            self._check(line)
            raise DeviceError(self._silent()) from silence

    def _check(self, line: Line) -> None:
        """Raise what is wrong with the printer, if anything is."""
        line.pending()
        try:
            line.send(ASK_TROUBLE)
            status = next(status for status in line.answers() if status & 0x93 == 0x12)
        except NoAnswer as silence:
            raise DeviceError(self._silent()) from silence
        if status & PAPER_END:
            raise DeviceError(tr("{name} is out of paper: put a new roll in.", name=self.name))
        if status & COVER_OPEN:
            raise DeviceError(tr("The cover of {name} is open: close it.", name=self.name))
        if status & FAULT:
            raise DeviceError(tr("{name} reports a fault: switch it off and on.", name=self.name))

    def _silent(self) -> str:
        return tr("{name} does not answer: switch it off and on, then print again.", name=self.name)

    def _on_head(self, dots: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Centred on the print head: what is wider loses its margins, what is narrower gains some."""
        fitted = np.zeros((dots.shape[0], self.width), dtype=np.bool_)
        common = min(self.width, dots.shape[1])
        start, offset = (dots.shape[1] - common) // 2, (self.width - common) // 2
        fitted[:, offset : offset + common] = dots[:, start : start + common]
        return fitted
