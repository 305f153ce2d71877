"""Receipts: on the 80 mm roll of a receipt printer, as long as needed, or on A6 pages."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from evently_desktop.documents import codes, fonts
from evently_desktop.documents.papers import ReceiptKind, ReceiptPaper
from evently_desktop.documents.text import (
    BLACK,
    CAPTION,
    HAIRLINE,
    HEADER,
    LINE,
    MM,
    MUTED,
    STRONG,
    TEXT,
    TOTAL,
    draw,
    fit,
    when,
)
from evently_desktop.domain.money import Money
from evently_desktop.language import tr


@dataclass(frozen=True)
class _Form:
    """A kind of paper in points. A page of a roll is as long as its text, up to ``height``."""

    width: float
    height: float
    margin: float
    is_roll: bool


class Stock(Enum):
    """The paper a receipt goes on. The roll is cut every two metres at the latest."""

    ROLL = _Form(80 * MM, 2000 * MM, 4 * MM, is_roll=True)
    A6 = _Form(105 * MM, 148 * MM, 8 * MM, is_roll=False)


_Paint = Callable[[Canvas, float], None]
_FOOT = 5 * MM


@dataclass
class _Column:
    """Rows from top to bottom, each with its height and how to paint it below a given y."""

    left: float
    right: float
    rows: list[tuple[float, _Paint]] = field(default_factory=list)

    @property
    def width(self) -> float:
        return self.right - self.left

    def add(self, height: float, paint: _Paint) -> None:
        self.rows.append((height, paint))

    def gap(self, height: float) -> None:
        self.add(height, lambda _canvas, _top: None)

    def rule(self, grey: float = LINE, width: float = HAIRLINE) -> None:
        def paint(canvas: Canvas, top: float) -> None:
            canvas.setStrokeGray(grey)
            canvas.setLineWidth(width)
            canvas.line(self.left, top - 2 * MM, self.right, top - 2 * MM)

        self.add(4 * MM, paint)

    def words(
        self,
        text: str,
        size: float,
        *,
        bold: bool = False,
        grey: float = BLACK,
        align: float = 0,
        lines: int = 2,
    ) -> None:
        """A paragraph of its own; nothing where there is no text."""
        if fonts.clean(text):
            block = fit(text, self.width, size, 0.8 * size, bold=bold, lines=lines)
            x = self.left + align * self.width
            self.add(
                block.height + 0.55 * size,
                lambda canvas, top: draw(canvas, x, top - 0.72 * block.size, block, align=align, grey=grey),
            )

    def pair(self, text: str, value: str, size: float, *, bold: bool = False, detail: str = "") -> None:
        """Words at the left, their amount at the right, a smaller detail below: never parted by a page."""
        amount = fit(value, 0.6 * self.width, size, bold=bold)
        words = fit(text, self.width - amount.width - 3 * MM, size, min(size, CAPTION), bold=bold, lines=2)
        small = fit(detail, self.width, CAPTION)
        first = 0.72 * size
        last = first + max(0, len(words.lines) - 1) * words.leading
        end = last + (1.4 * CAPTION if small.lines else 0)

        def paint(canvas: Canvas, top: float) -> None:
            draw(canvas, self.left, top - first, words)
            draw(canvas, self.right, top - first, amount, align=1)
            draw(canvas, self.left, top - end, small, grey=MUTED)

        self.add(end + 0.6 * size, paint)


def render(paper: ReceiptPaper, stock: Stock, locale: str) -> bytes:
    """The receipt as a PDF; amounts and times as ``locale`` writes them. Long ones take more pages."""
    form = stock.value
    column = _Column(form.margin, form.width - form.margin)
    _head(column, paper, locale)
    _body(column, paper, locale)
    _money(column, paper, locale)
    _foot(column, paper)
    return _pages(column, form, paper, locale)


def _head(column: _Column, paper: ReceiptPaper, locale: str) -> None:
    desk, event = paper.desk, paper.event
    column.words(desk.seller, STRONG, bold=True, align=0.5)
    column.words(desk.address, CAPTION, grey=MUTED, align=0.5)
    if desk.tax_number:
        column.words(tr("Tax number {number}", number=desk.tax_number), CAPTION, grey=MUTED, align=0.5)
    column.gap(3 * MM)
    column.pair(_title(paper), paper.reference, HEADER, bold=True)
    if paper.is_copy:
        column.words(tr("Copy"), STRONG, bold=True)
    column.words(when(paper.issued_at, event.time_zone, locale, "medium"), CAPTION, grey=MUTED)
    column.rule(BLACK, 1)
    column.words(event.name, STRONG, bold=True)
    column.words(when(event.starts_at, event.time_zone, locale), CAPTION, grey=MUTED)
    column.words(event.venue, CAPTION, grey=MUTED)


def _title(paper: ReceiptPaper) -> str:
    match paper.kind:
        case ReceiptKind.SALE:
            return tr("Receipt")
        case ReceiptKind.REFUND:
            return tr("Refund")
        case ReceiptKind.EXCHANGE:
            return tr("Exchange")


def _body(column: _Column, paper: ReceiptPaper, locale: str) -> None:
    column.rule()
    for line in paper.lines:
        column.pair(line.text, line.amount.plain(locale), TEXT, detail=line.detail)
        column.gap(0.6 * MM)
    if paper.fees.minor:
        column.pair(tr("Fees"), paper.fees.plain(locale), TEXT)


def _money(column: _Column, paper: ReceiptPaper, locale: str) -> None:
    column.rule(BLACK, 1)
    column.gap(1 * MM)
    column.pair(tr("Total"), paper.total.shown(locale), TOTAL, bold=True)
    if paper.rounding.minor:
        column.pair(tr("Rounding"), _signed(paper.rounding, locale), TEXT)
    for tender in paper.tenders:
        column.pair(tender.label, tender.amount.plain(locale), TEXT, detail=tender.reference)
        if tender.given is not None:
            column.pair(tr("Given"), tender.given.plain(locale), TEXT)
    if any(tender.given is not None for tender in paper.tenders):
        column.gap(1 * MM)
        column.pair(tr("Change"), paper.change.shown(locale), HEADER, bold=True)


def _signed(amount: Money, locale: str) -> str:
    return amount.plain(locale) if amount.minor < 0 else f"+{amount.plain(locale)}"


def _foot(column: _Column, paper: ReceiptPaper) -> None:
    desk = paper.desk
    column.rule()
    names = {"station": desk.station, "till": desk.till, "clerk": desk.clerk}
    served = tr("{station}, till {till}, served by {clerk}", **names)
    column.words(served, CAPTION, grey=MUTED)
    code = codes.code128(paper.reference)
    if code is None:
        return
    width = code.columns * codes.module_within(code, 58 * MM, quiet=0)
    left = column.left + (column.width - width) / 2
    column.gap(2 * MM)
    column.add(10 * MM, lambda canvas, top: codes.draw(canvas, left, top - 9 * MM, code, width, 9 * MM))
    column.words(paper.reference, CAPTION, align=0.5)


def _pages(column: _Column, form: _Form, paper: ReceiptPaper, locale: str) -> bytes:
    pages = _broken(column, form.height - 2 * form.margin - _FOOT)
    target = BytesIO()
    font = fonts.main_font(bold=False)
    canvas = Canvas(target, pageCompression=0, invariant=1, lang=locale, initialFontName=font)
    canvas.setTitle(fonts.clean(f"{_title(paper)} {paper.reference}"))
    for number, rows in enumerate(pages, 1):
        used = sum(height for height, _ in rows) + 2 * form.margin + (_FOOT if len(pages) > 1 else 0)
        height = used if form.is_roll else form.height
        canvas.setPageSize((form.width, height))
        top = height - form.margin
        for row_height, paint in rows:
            paint(canvas, top)
            top -= row_height
        if len(pages) > 1:
            words = tr("Page {number} of {count}", number=number, count=len(pages))
            draw(canvas, column.right, form.margin, fit(words, column.width, CAPTION), align=1, grey=MUTED)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _broken(column: _Column, room: float) -> list[list[tuple[float, _Paint]]]:
    pages: list[list[tuple[float, _Paint]]] = [[]]
    left = room
    for row in column.rows:
        if row[0] > left:
            pages.append([])
            left = room
        pages[-1].append(row)
        left -= row[0]
    return pages
