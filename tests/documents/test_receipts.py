"""Receipts, read back by pdfium and zxing."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pypdfium2 as pdfium
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from evently_desktop.documents import receipts
from evently_desktop.documents.papers import (
    Desk,
    EventPaper,
    ReceiptKind,
    ReceiptLine,
    ReceiptPaper,
    ReceiptTender,
)
from evently_desktop.documents.receipts import Stock
from evently_desktop.domain.money import Money
from tests.documents.reading import embedded_fonts, outside, page_text

DESK = Desk("Playhouse Trust", "Mill Lane 12", "GB 123", "Counter 2", "A", "Anna B.")
EVENT = EventPaper("Hamlet", datetime(2026, 11, 27, 18, 30, tzinfo=UTC), "Europe/Zurich", "Playhouse", "")


def chf(minor: int) -> Money:
    return Money(minor, "CHF")


SALE = ReceiptPaper(
    kind=ReceiptKind.SALE,
    desk=DESK,
    event=EVENT,
    reference="EVT-7K3M9Q",
    issued_at=datetime(2026, 11, 20, 13, 2, tzinfo=UTC),
    lines=(ReceiptLine("Stalls K12", chf(4200), "Adult"), ReceiptLine("Stalls K13", chf(2103), "Child")),
    fees=chf(300),
    tenders=(
        ReceiptTender("Card", chf(3000), reference="AUTH 00342"),
        ReceiptTender("Cash", chf(3605), given=chf(5000)),
    ),
)


def text_of(paper: ReceiptPaper, stock: Stock = Stock.ROLL, locale: str = "en_GB") -> str:
    return " ".join(page_text(page) for page in pdfium.PdfDocument(receipts.render(paper, stock, locale)))


def test_it_adds_up_and_says_what_was_paid_given_and_returned() -> None:
    text = text_of(SALE)
    for words in (
        "Receipt", "EVT-7K3M9Q", "20 Nov 2026, 14:02", "Hamlet", "Stalls K12", "42.00", "21.03", "Fees",
        "3.00", "Total", "CHF66.03", "Rounding", "+0.02", "Card", "30.00", "AUTH 00342", "Cash", "36.05",
        "Given", "50.00", "Change", "CHF13.95", "Counter 2, till A, served by Anna B.", "Playhouse Trust",
        "Tax number GB 123",
    ):  # fmt: skip
        assert words in text


def test_an_exact_payment_shows_neither_rounding_nor_change() -> None:
    text = text_of(replace(SALE, tenders=(ReceiptTender("Card", chf(6603)),)))
    assert "Rounding" not in text
    assert "Change" not in text


def test_a_refund_says_so_and_gives_negative_amounts() -> None:
    lines = (ReceiptLine("Stalls K12", chf(-4200)),)
    tenders = (ReceiptTender("Card", chf(-4200)),)
    paper = replace(SALE, kind=ReceiptKind.REFUND, lines=lines, fees=chf(0), tenders=tenders, is_copy=True)
    text = text_of(paper)
    assert "Refund EVT" in text
    assert "Copy" in text
    assert "-CHF42.00" in text
    assert "Fees" not in text


def test_the_roll_is_80_mm_wide_and_as_long_as_needed() -> None:
    short = pdfium.PdfDocument(receipts.render(SALE, Stock.ROLL, "en_GB"))
    longer = pdfium.PdfDocument(receipts.render(replace(SALE, lines=SALE.lines * 20), Stock.ROLL, "en_GB"))
    assert len(short) == len(longer) == 1
    assert short[0].get_width() == pytest.approx(80 / 25.4 * 72, abs=0.01)
    assert longer[0].get_height() > 2 * short[0].get_height()


def test_a_long_receipt_takes_numbered_a6_pages_and_loses_no_line() -> None:
    lines = tuple(ReceiptLine(f"Stalls K{number}", chf(100), "Adult") for number in range(100, 160))
    document = pdfium.PdfDocument(receipts.render(replace(SALE, lines=lines), Stock.A6, "en_GB"))
    texts = [page_text(page) for page in document]
    assert len(texts) > 2
    for number, (page, text) in enumerate(zip(document, texts, strict=True), 1):
        assert f"Page {number} of {len(texts)}" in text
        assert page.get_size() == pytest.approx((105 / 25.4 * 72, 148 / 25.4 * 72), abs=0.01)
    assert all(sum(line.text in text for text in texts) == 1 for line in lines)


def test_every_font_is_embedded() -> None:
    fonts = embedded_fonts(pdfium.PdfDocument(receipts.render(SALE, Stock.ROLL, "en_GB"))[0])
    assert fonts
    assert all(fonts.values()), fonts


def test_the_reference_reads_from_the_black_and_white_of_a_receipt_printer() -> None:
    page = pdfium.PdfDocument(receipts.render(SALE, Stock.ROLL, "en_GB"))[0]
    image = np.asarray(page.render(scale=203 / 72, grayscale=True).to_pil())
    black_and_white = np.where(image < 176, 0, 255).astype(np.uint8)
    codes = zxingcpp.read_barcodes(black_and_white, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.Code128))
    assert [code.text for code in codes] == ["EVT-7K3M9Q"]


HOSTILE = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["", "\x00", "W" * 500, "Ж " * 250, "漢" * 500, "שלום عالم 😀" * 20]),
)


@settings(deadline=None, max_examples=80)
@given(
    words=HOSTILE, detail=HOSTILE, reference=HOSTILE, name=HOSTILE,
    amounts=st.lists(st.integers(-10**14, 10**14), max_size=30), stock=st.sampled_from(Stock),
)  # fmt: skip
def test_no_text_stops_a_receipt_or_leaves_its_page(
    words: str, detail: str, reference: str, name: str, amounts: list[int], stock: Stock
) -> None:
    paper = replace(
        SALE,
        desk=Desk(name, words, reference, detail, name, words),
        event=replace(EVENT, name=name, venue=words),
        reference=reference,
        lines=tuple(ReceiptLine(words, chf(amount), detail) for amount in amounts),
        tenders=(ReceiptTender(words, chf(sum(amounts)), chf(sum(amounts)), reference),),
    )
    for page in pdfium.PdfDocument(receipts.render(paper, stock, "en_GB")):
        assert outside(page) == []


@given(
    amounts=st.lists(st.integers(-(10**6), 10**6), min_size=1),
    fees=st.integers(0, 10**4),
    given_=st.integers(0, 10**7),
)
def test_total_rounding_and_change_follow_from_the_lines(amounts: list[int], fees: int, given_: int) -> None:
    total = chf(sum(amounts) + fees)
    cash = total.rounded_for_cash(5)
    lines = tuple(ReceiptLine("Seat", chf(amount)) for amount in amounts)
    tenders = (ReceiptTender("Cash", cash, cash + chf(given_)),)
    paper = replace(SALE, lines=lines, fees=chf(fees), tenders=tenders)
    assert paper.total == total
    assert paper.total + paper.rounding == cash
    assert paper.change == chf(given_)
