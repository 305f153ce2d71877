"""Boca ticket printers, driven over the network in FGL.

Rules from Boca's public papers: the FGL46 programming guide (clear buffer ``<CB>``, row and column
``<RCr,c>``, dot graphics ``<G#>`` of # bytes, each eight dots downwards with the highest bit on top, print
``<p>``) and the support article “Printer status & operation modes” (the status bytes below, and ``<S1>``,
which a ready printer answers with X-ON and a printer in trouble does not answer at all).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from evently_desktop.devices import bitmaps
from evently_desktop.devices.network import HungUp, Line, NoAnswer
from evently_desktop.errors import DeviceError
from evently_desktop.language import tr


class Status(IntEnum):
    """The status bytes that decide something; others (busy, low paper, ticket taken away) only inform."""

    TICKET_PRINTED = 0x06
    OUT_OF_PAPER = 0x10
    READY = 0x11
    SWITCHED_ON = 0x12
    PAPER_JAM = 0x18
    ILLEGAL_DATA = 0x19
    POWER_PROBLEM = 0x1A
    CUTTER_JAM = 0x1D


_FAULTS = set(Status) - {Status.TICKET_PRINTED, Status.READY}


def fgl(dots: NDArray[np.bool_]) -> bytes:
    """One ticket as FGL: bands of eight rows of dots without blank ends, then the order to print and cut."""
    rows, columns = dots.shape
    padded = np.zeros((-(-rows // 8) * 8, columns), dtype=np.bool_)
    padded[:rows] = dots
    bands = np.packbits(padded.reshape(-1, 8, columns), axis=1)[:, 0, :]
    pieces = [b"<CB>"]
    for number, band in enumerate(bands):
        inked = np.flatnonzero(band)
        if inked.size:
            first, end = int(inked[0]), int(inked[-1]) + 1
            pieces += [b"<RC%d,%d><G%d>" % (8 * number, first, end - first), band[first:end].tobytes()]
    pieces.append(b"<p>")
    return b"".join(pieces)


@dataclass(frozen=True)
class BocaPrinter:
    """A ticket printer that confirms every ticket. ``dpi`` is its print head's: 203 or 300.

    Status answers must be switched on in the printer (Boca's setting “status enabled”).
    """

    name: str
    host: str
    port: int = 9100
    dpi: int = 203
    patience: float = 15.0

    def print(self, pdf: bytes) -> Iterator[int]:
        """As `Printer.print`: a page counts as taken when the printer has acknowledged that ticket."""
        count = bitmaps.page_count(pdf)
        with Line.to(self.name, self.host, self.port, self.patience) as line:
            self._await_ready(line)
            for page in range(count):
                self._print_page(line, fgl(bitmaps.dots(pdf, page, self.dpi)), page, count)
                yield page

    def _await_ready(self, line: Line) -> None:
        """Forget what earlier jobs left unread, so that their acknowledgements are not taken for ours."""
        earlier = line.pending()
        try:
            line.send(b"<S1>")
            for status in line.answers():
                if status == Status.READY:
                    return
                if status in _FAULTS:
                    raise DeviceError(self._fault(status))
        except NoAnswer as silence:
            raise DeviceError(self._last_fault(earlier) or self._silent()) from silence

    def _print_page(self, line: Line, data: bytes, page: int, count: int) -> None:
        try:
            line.send(data)
            for status in line.answers():
                if status == Status.TICKET_PRINTED:
                    return
                if status in _FAULTS:
                    raise DeviceError(f"{self._fault(status)} {_progress(page, count)}")
        except NoAnswer as silence:
            told = self._last_fault(line.pending()) or self._unconfirmed(silence)
            raise DeviceError(f"{told} {_progress(page, count)}") from silence

    def _last_fault(self, said: bytes) -> str:
        faults = [status for status in said if status in _FAULTS]
        return self._fault(faults[-1]) if faults else ""

    def _silent(self) -> str:
        return tr(
            "{name} does not answer: press its ready button, and check that its status answers are on.",
            name=self.name,
        )

    def _unconfirmed(self, silence: NoAnswer) -> str:
        if isinstance(silence, HungUp):
            return tr("{name} broke the connection: check its power and its cable.", name=self.name)
        return tr("{name} did not confirm the last ticket: see whether it came out.", name=self.name)

    def _fault(self, status: int) -> str:
        match status:
            case Status.OUT_OF_PAPER:
                return tr("{name} is out of paper: load tickets.", name=self.name)
            case Status.PAPER_JAM:
                return tr("{name} has a paper jam: open it and take the torn ticket out.", name=self.name)
            case Status.CUTTER_JAM:
                return tr(
                    "The cutter of {name} is stuck: switch it off, free the knife, switch it on.",
                    name=self.name,
                )
            case Status.SWITCHED_ON:
                return tr("{name} was switched off and on while printing.", name=self.name)
            case Status.POWER_PROBLEM:
                return tr("{name} reports a power problem: switch it off and on.", name=self.name)
            case _:
                return tr("{name} did not understand the ticket: check that it speaks FGL.", name=self.name)


def _progress(done: int, count: int) -> str:
    return tr("{done} of {count} tickets are printed; print the others again.", done=done, count=count)
