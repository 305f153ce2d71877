"""Tickets, read back from their PDF by other programs: pdfium for text and pages, zxing for codes."""

import base64
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import numpy as np
import pypdfium2 as pdfium
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from reportlab.pdfgen.canvas import Canvas

from evently_desktop.documents import tickets
from evently_desktop.documents.papers import EventPaper, TicketPaper
from evently_desktop.documents.text import MM
from evently_desktop.domain.money import Money
from tests.documents.reading import embedded_fonts, outside, page_text, text_boxes

EVENT = EventPaper(
    name="Hamlet",
    starts_at=datetime(2026, 11, 27, 18, 30, tzinfo=UTC),
    time_zone="Europe/Berlin",
    venue="Playhouse",
    address="Mill Lane 12",
)
TICKET = TicketPaper(
    event=EVENT,
    section="Stalls",
    row="K",
    seat="12",
    zone="Premium",
    price_type="Adult",
    price=Money(4250, "EUR"),
    reference="EVT-7K3M9Q",
    token=bytes(range(48)),
)


def pixels(pdf: bytes, dpi: int, page: int = 0) -> NDArray[np.uint8]:
    image = pdfium.PdfDocument(pdf)[page].render(scale=dpi / 72, grayscale=True)
    return np.asarray(image.to_pil())


def found(image: NDArray[np.uint8], kind: zxingcpp.BarcodeFormat) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(kind))]


def test_one_page_of_a6_landscape_for_each_ticket_in_order() -> None:
    papers = [replace(TICKET, seat=str(number)) for number in (7, 8, 9)]
    document = pdfium.PdfDocument(tickets.render(papers, "en_GB"))
    assert len(document) == 3
    for page, paper in zip(document, papers, strict=True):
        assert page.get_size() == pytest.approx((148 / 25.4 * 72, 105 / 25.4 * 72), abs=0.01)
        assert f"Seat {paper.seat}" in page_text(page)


def test_it_says_everything_a_guest_and_an_usher_need() -> None:
    ticket = replace(TICKET, event=replace(EVENT, series="Winter", terms="No bags."), note="Restricted view")
    text = page_text(pdfium.PdfDocument(tickets.render([ticket], "en_GB"))[0])
    for words in (
        "Hamlet", "Friday, 27 November 2026, 19:30", "Playhouse", "Mill Lane 12", "Stalls", "Row", "K",
        "Seat", "12", "Premium", "Adult", "€42.50", "EVT-7K3M9Q", "Restricted", "Winter", "No bags.",
        "Void if reprinted",
    ):  # fmt: skip
        assert words in text


def test_time_and_price_follow_the_venue_and_the_locale() -> None:
    text = page_text(pdfium.PdfDocument(tickets.render([TICKET], "de_DE"))[0])
    assert "Freitag, 27. November 2026, 19:30" in text
    assert "42,50 €" in text


def test_tickets_of_two_events_keep_their_own_names() -> None:
    other = replace(TICKET, event=replace(EVENT, name="Cabaret"))
    document = pdfium.PdfDocument(tickets.render([TICKET, other, TICKET], "en_GB"))
    names = [("Hamlet" in page_text(page), "Cabaret" in page_text(page)) for page in document]
    assert names == [(True, False), (False, True), (True, False)]


def test_standing_room_shows_no_row_and_no_seat() -> None:
    ticket = replace(TICKET, section="Standing", row="", seat="")
    text = page_text(pdfium.PdfDocument(tickets.render([ticket], "en_GB"))[0])
    assert "Standing" in text
    assert "Row" not in text
    assert "Seat" not in text


def test_every_font_is_embedded() -> None:
    ticket = replace(TICKET, section="一階席 שורה Ω")
    fonts = embedded_fonts(pdfium.PdfDocument(tickets.render([ticket], "en_GB"))[0])
    assert fonts
    assert all(fonts.values()), fonts


@pytest.mark.parametrize("dpi", [150, 203, 300])
def test_the_qr_code_reads_as_the_token(dpi: int) -> None:
    for token in (bytes(range(48)), bytes(16), b"\xff" * 100):
        image = pixels(tickets.render([replace(TICKET, token=token)], "en_GB"), dpi)
        (text,) = found(image, zxingcpp.BarcodeFormat.QRCode)
        padded = text + "=" * (-len(text) % 8)
        assert base64.b32decode(padded) == token


@pytest.mark.parametrize("dpi", [203, 300])
def test_codes_read_from_the_black_and_white_of_a_ticket_printer(dpi: int) -> None:
    image = pixels(tickets.render([TICKET], "en_GB"), dpi)
    black_and_white = np.where(image < 176, 0, 255).astype(np.uint8)
    assert found(black_and_white, zxingcpp.BarcodeFormat.Code128) == ["EVT-7K3M9Q"]
    assert len(found(black_and_white, zxingcpp.BarcodeFormat.QRCode)) == 1


@pytest.mark.parametrize("dpi", [203, 300])
def test_every_rule_survives_the_black_and_white_of_a_ticket_printer(dpi: int) -> None:
    ink = pixels(tickets.render([TICKET], "en_GB"), dpi) < 176
    column = ink[:, round(70 / 25.4 * dpi)]
    for millimetres in (90.8, 54.6, 36):
        middle = round((105 - millimetres) / 25.4 * dpi)
        assert column[middle - 2 : middle + 3].any(), millimetres


def test_a_reference_that_code128_cannot_hold_is_printed_as_text_only() -> None:
    image = pixels(tickets.render([replace(TICKET, reference="Ä-1")], "en_GB"), 203)
    assert found(image, zxingcpp.BarcodeFormat.Code128) == []


def test_scripts_of_the_world_come_out_as_themselves() -> None:
    for name in ("Ελλάδα", "Лебединое озеро", "東京公演", "Đêm nhạc", "Łódź"):
        ticket = replace(TICKET, event=replace(EVENT, name=name))
        assert name in page_text(pdfium.PdfDocument(tickets.render([ticket], "en_GB"))[0])


def test_hebrew_is_drawn_from_right_to_left() -> None:
    ticket = replace(TICKET, event=replace(EVENT, name="שלום"))
    boxes = text_boxes(pdfium.PdfDocument(tickets.render([ticket], "en_GB"))[0])
    first, last = (next(box for char, box in boxes if char == wanted) for wanted in "שם")
    assert first[0] > last[0]


def test_no_ticket_and_no_token_are_refused() -> None:
    with pytest.raises(ValueError, match="no ticket"):
        tickets.render([], "en_GB")
    with pytest.raises(ValueError, match="token"):
        replace(TICKET, token=b"")


HOSTILE = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="W", min_size=500, max_size=500),
    st.text(alphabet="\x00\n\t\u202e\u200d\ud800😀👩‍🚀ﷺעربي漢ก\u0301", max_size=80),
    st.sampled_from(["", " ", "\x00", "Ж " * 250, "ﷺ" * 500, "\u0301" * 500, "漢" * 500, "{x} %s"]),
)


@settings(deadline=None, max_examples=120)
@given(
    name=HOSTILE, venue=HOSTILE, address=HOSTILE, series=HOSTILE, terms=HOSTILE, section=HOSTILE, row=HOSTILE,
    seat=HOSTILE, zone=HOSTILE, price_type=HOSTILE, reference=HOSTILE, note=HOSTILE,
)  # fmt: skip
def test_no_text_stops_a_ticket_or_leaves_its_page(
    name: str, venue: str, address: str, series: str, terms: str, section: str, row: str,
    seat: str, zone: str, price_type: str, reference: str, note: str,
) -> None:  # fmt: skip
    event = replace(EVENT, name=name, venue=venue, address=address, series=series, terms=terms)
    ticket = TicketPaper(event, section, row, seat, zone, price_type, Money(10**14, "EUR"), reference, bytes(48), note)
    page = pdfium.PdfDocument(tickets.render([ticket], "en_GB"))[0]
    assert outside(page) == []
    quiet_left, quiet_right, quiet_top = (104 - 27.75) * MM, 107 * MM, (8 + 27.75) * MM
    for char, (left, bottom, right, top) in text_boxes(page):
        beside = right <= quiet_left or left >= quiet_right or bottom >= quiet_top
        assert beside, (char, left, bottom, right, top)


def test_a_word_that_runs_off_the_page_would_be_noticed() -> None:
    target = BytesIO()
    canvas = Canvas(target, tickets.PAGE)
    canvas.drawString(20, 20, "W" * 200)
    canvas.save()
    assert outside(pdfium.PdfDocument(target.getvalue())[0])
