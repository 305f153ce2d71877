"""Boca printers: what they print, what they acknowledge, and what the clerk reads when they do not."""

import base64
import socket
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from evently_desktop.devices.boca import BocaPrinter, fgl
from evently_desktop.devices.network import Line
from evently_desktop.documents import tickets
from evently_desktop.documents.papers import EventPaper, TicketPaper
from evently_desktop.domain.money import Money
from evently_desktop.errors import DeviceError
from tests.devices.stubs import Boca, listening

EVENT = EventPaper("Hamlet", datetime(2026, 11, 27, 18, 30, tzinfo=UTC), "Europe/Berlin", "Playhouse", "Mill Lane")
TICKET = TicketPaper(EVENT, "Stalls", "K", "12", "Premium", "Adult", Money(4250, "EUR"), "EVT-7K3M9Q", bytes(range(48)))


def pdf(count: int) -> bytes:
    return tickets.render([replace(TICKET, token=bytes([number]) * 48) for number in range(count)], "en_GB")


def take(printer: BocaPrinter, count: int) -> tuple[list[int], str]:
    """The pages that were taken, and what the clerk read at the end."""
    taken = []
    try:
        for page in printer.print(pdf(count)):
            taken.append(page)  # noqa: PERF402 an error must not lose what came before it
    except DeviceError as error:
        return taken, str(error)
    return taken, ""


def test_each_ticket_comes_out_with_its_own_code() -> None:
    for dpi in (203, 300):
        boca = Boca()
        with listening(boca.serve) as port:
            assert take(BocaPrinter("Boca-1", "127.0.0.1", port, dpi=dpi), 3) == ([0, 1, 2], "")
        assert len(boca.tickets) == 3
        for number, ticket in enumerate(boca.tickets):
            image = np.where(ticket, 0, 255).astype(np.uint8)
            (code,) = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
            assert base64.b32decode(code.text + "=" * (-len(code.text) % 8)) == bytes([number]) * 48


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"\x13\x10", "out of paper"),
        (b"\x18", "paper jam"),
        (b"\x1d", "cutter"),
        (b"\x12\x11", "switched off and on"),
        (b"\x1a", "power problem"),
        (b"\x19", "did not understand"),
        (None, "broke the connection"),
    ],
)
def test_tickets_before_a_fault_count_and_the_clerk_reads_what_to_do(answer: bytes | None, words: str) -> None:
    boca = Boca([b"\x06", b"\x0f\x06", answer])
    with listening(boca.serve) as port:
        taken, told = take(BocaPrinter("Boca-1", "127.0.0.1", port), 5)
    assert taken == [0, 1]
    assert len(boca.tickets) == 2
    assert "Boca-1" in told
    assert words in told
    assert "2 of 5 tickets are printed" in told


def test_a_ticket_that_is_not_acknowledged_in_time_is_not_taken() -> None:
    boca = Boca([b"\x06", b"\x13"])
    with listening(boca.serve) as port:
        taken, told = take(BocaPrinter("Boca-1", "127.0.0.1", port, patience=0.3), 3)
    assert taken == [0]
    assert "did not confirm" in told


def test_acknowledgements_of_an_earlier_job_are_not_taken_for_ours() -> None:
    boca = Boca([b"\x18"], greeting=b"\x06\x06")
    with listening(boca.serve) as port:
        taken, told = take(BocaPrinter("Boca-1", "127.0.0.1", port), 2)
    assert taken == []
    assert "paper jam" in told


def test_without_asking_first_they_would_be() -> None:
    class Careless(BocaPrinter):
        def _await_ready(self, line: Line) -> None:
            """Take whatever comes."""

    with listening(Boca([b"\x18"], greeting=b"\x06\x06").serve) as port:
        assert take(Careless("Boca-1", "127.0.0.1", port), 2)[0] == [0, 1]


@pytest.mark.parametrize(("greeting", "words"), [(b"\x10", "out of paper"), (b"", "ready button")])
def test_nothing_is_sent_to_a_printer_that_is_not_ready(greeting: bytes, words: str) -> None:
    boca = Boca(greeting=greeting, ready=False)
    with listening(boca.serve) as port:
        taken, told = take(BocaPrinter("Boca-1", "127.0.0.1", port, patience=0.3), 1)
    assert taken == []
    assert boca.tickets == []
    assert words in told


def test_a_printer_that_is_off_cannot_be_reached() -> None:
    with listening(Boca().serve) as port:
        pass
    assert "cannot be reached" in take(BocaPrinter("Boca-1", "127.0.0.1", port), 1)[1]


@given(st.integers(1, 40), st.integers(1, 90), st.integers(0, 2**32 - 1))
def test_fgl_holds_every_dot_at_its_place(rows: int, columns: int, seed: int) -> None:
    dots = np.random.default_rng(seed).random((rows, columns)) < 0.2
    boca = Boca()
    with listening(boca.serve) as port, socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(fgl(dots))
        assert line.recv(3)
    (ticket,) = boca.tickets
    assert np.array_equal(ticket[:rows, :columns], dots)
    assert ticket.sum() == dots.sum()
