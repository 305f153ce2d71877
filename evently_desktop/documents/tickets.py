"""Tickets: A6 landscape, one page each, with a stub at the right that the usher may keep.

What the tickets of one event share is drawn once, as a form that every page shows.
"""

from collections.abc import Sequence
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from evently_desktop.documents import codes, fonts
from evently_desktop.documents.papers import EventPaper, TicketPaper
from evently_desktop.documents.text import (
    CAPTION,
    HAIRLINE,
    HEADER,
    LINE,
    MM,
    MUTED,
    SMALL,
    STRONG,
    TEXT,
    TOTAL,
    draw,
    fit,
    when,
)
from evently_desktop.language import tr

PAGE = (148 * MM, 105 * MM)

_LEFT, _RIGHT = 8 * MM, 104 * MM
_PERFORATION = 110 * MM
_STUB_BASE = 140 * MM
_STUB_START, _STUB_END = 8 * MM, 97 * MM
_SEAT_COLUMNS = ((8 * MM, 54 * MM), (57 * MM, 79 * MM), (82 * MM, 104 * MM))
_PRICE_COLUMNS = ((8 * MM, 30 * MM), (32 * MM, 53 * MM), (55 * MM, 76 * MM))
_QR = 33 * MM
_STAR = 1.25 * TOTAL
# An event's name: how many lines, and between which sizes; the first setting that holds it well is taken.
_NAME_SETTINGS = ((1, 1.8 * TOTAL, 1.1 * TOTAL), (2, 1.1 * TOTAL, 0.8 * TOTAL), (3, 0.7 * TOTAL, CAPTION))


def render(tickets: Sequence[TicketPaper], locale: str) -> bytes:
    """A PDF with one page a ticket, in this order; dates and prices as people of ``locale`` write them.

    Raises ValueError when there is no ticket. Text of any length and script stays within its page.
    """
    if not tickets:
        raise ValueError("there is no ticket to print")
    target = BytesIO()
    font = fonts.main_font(bold=False)
    canvas = Canvas(target, PAGE, pageCompression=0, invariant=1, lang=locale, initialFontName=font)
    canvas.setTitle(fonts.clean(tr("Tickets {reference}", reference=tickets[0].reference)))
    forms: dict[tuple[EventPaper, bool], str] = {}
    for ticket in tickets:
        kind = (ticket.event, _is_standing(ticket))
        if kind not in forms:
            forms[kind] = f"event{len(forms)}"
            _draw_form(canvas, forms[kind], *kind, locale)
        canvas.doForm(forms[kind])
        _draw_seat(canvas, ticket)
        _draw_price(canvas, ticket, locale)
        _draw_qr(canvas, ticket)
        _draw_stub(canvas, ticket, locale)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _is_standing(ticket: TicketPaper) -> bool:
    return not (ticket.row or ticket.seat)


def _draw_form(canvas: Canvas, name: str, event: EventPaper, standing: bool, locale: str) -> None:
    canvas.beginForm(name, 0, 0, *PAGE)
    _draw_header(canvas, event)
    _draw_title(canvas, event, locale)
    _draw_captions(canvas, standing)
    _draw_small_print(canvas, event)
    _draw_rules(canvas)
    canvas.saveState()
    _turn_to_stub(canvas)
    width = _STUB_END - _STUB_START
    starts = when(event.starts_at, event.time_zone, locale)
    draw(canvas, _STUB_START, 20.8 * MM, fit(event.name, width, STRONG, bold=True))
    draw(canvas, _STUB_START, 16 * MM, fit(starts, width, TEXT), grey=MUTED)
    draw(canvas, _STUB_END, 6.2 * MM, fit(tr("Booking"), 30 * MM, CAPTION), align=1, grey=MUTED)
    canvas.restoreState()
    canvas.endForm()


def _draw_header(canvas: Canvas, event: EventPaper) -> None:
    width = _RIGHT - _LEFT
    venue = fit(event.venue, 0.62 * width if event.address else width, TEXT, bold=True)
    address = fit(event.address, width - venue.width - 4 * MM, CAPTION)
    draw(canvas, _LEFT, 93.6 * MM, venue)
    draw(canvas, _RIGHT, 93.6 * MM, address, align=1, grey=MUTED)


def _draw_title(canvas: Canvas, event: EventPaper, locale: str) -> None:
    width = _RIGHT - _LEFT
    top = 86.4 * MM
    if event.series:
        draw(canvas, _LEFT, 85.4 * MM, fit(event.series, width, CAPTION), grey=MUTED)
        top = 82.6 * MM
    for lines, largest, smallest in _NAME_SETTINGS:
        name = fit(event.name, width, largest, smallest, bold=True, lines=lines)
        if not name.is_strained:
            break
    draw(canvas, _LEFT, top - 0.72 * name.size, name)
    starts = when(event.starts_at, event.time_zone, locale)
    draw(canvas, _LEFT, 58.6 * MM, fit(starts, width, HEADER, bold=True))


def _draw_captions(canvas: Canvas, standing: bool) -> None:
    places = (tr("Section"),) if standing else (tr("Section"), tr("Row"), tr("Seat"))
    for (left, right), label in zip(_SEAT_COLUMNS, places, strict=False):
        draw(canvas, left, 49.4 * MM, fit(label, right - left, CAPTION), grey=MUTED)
    labels = (tr("Price zone"), tr("Ticket"), tr("Price"))
    for (left, right), label in zip(_PRICE_COLUMNS, labels, strict=True):
        draw(canvas, left, 31 * MM, fit(label, right - left, CAPTION), grey=MUTED)
    draw(canvas, _LEFT, 20.6 * MM, fit(tr("Booking"), 22 * MM, CAPTION), grey=MUTED)


def _draw_small_print(canvas: Canvas, event: EventPaper) -> None:
    print_rule = tr("Admits one. Void if reprinted: only the newest print is valid.")
    words = fit(f"{print_rule} {event.terms}", 68 * MM, SMALL, 0.8 * SMALL, lines=3)
    draw(canvas, _LEFT, 8 * MM + (len(words.lines) - 1) * words.leading, words, grey=MUTED)


def _draw_rules(canvas: Canvas) -> None:
    canvas.setStrokeGray(LINE)
    canvas.setLineWidth(HAIRLINE)
    canvas.line(_LEFT, 90.8 * MM, _RIGHT, 90.8 * MM)
    canvas.line(_LEFT, 36 * MM, _RIGHT, 36 * MM)
    canvas.setDash(2, 2)
    canvas.line(_PERFORATION, 3 * MM, _PERFORATION, PAGE[1] - 3 * MM)
    canvas.setDash()
    canvas.setStrokeGray(0)
    canvas.setLineWidth(1.2)
    canvas.line(_LEFT, 54.6 * MM, _RIGHT, 54.6 * MM)


def _draw_seat(canvas: Canvas, ticket: TicketPaper) -> None:
    if _is_standing(ticket):
        _draw_large(canvas, (_LEFT, _RIGHT), ticket.section)
        return
    for column, value in zip(_SEAT_COLUMNS, (ticket.section, ticket.row, ticket.seat), strict=True):
        _draw_large(canvas, column, value)


def _draw_large(canvas: Canvas, column: tuple[float, float], value: str) -> None:
    left, right = column
    block = fit(value, right - left, _STAR, 1.15 * STRONG, bold=True)
    if block.is_strained:
        block = fit(value, right - left, STRONG, bold=True, lines=2)
    draw(canvas, left, 39.5 * MM + (len(block.lines) - 1) * block.leading, block)


def _draw_price(canvas: Canvas, ticket: TicketPaper, locale: str) -> None:
    values = (ticket.zone, ticket.price_type, ticket.price.shown(locale))
    for (left, right), value in zip(_PRICE_COLUMNS, values, strict=True):
        draw(canvas, left, 26.2 * MM, fit(value, right - left, STRONG, bold=True))
    draw(canvas, _LEFT, 15.9 * MM, fit(ticket.reference, 35 * MM, STRONG, bold=True))
    left, right = _PRICE_COLUMNS[2]
    if ticket.note:
        note = fit(ticket.note, right - left, TEXT, lines=2)
        draw(canvas, left, 15.9 * MM + (len(note.lines) - 1) * note.leading, note)


def _draw_qr(canvas: Canvas, ticket: TicketPaper) -> None:
    code = codes.qr(ticket.token)
    size = code.columns * codes.module_within(code, _QR, quiet=4)
    codes.draw(canvas, _RIGHT - size, 8 * MM, code, size, size)


def _turn_to_stub(canvas: Canvas) -> None:
    """Write upwards from the stub's lower right corner, the tops of the letters towards the seat."""
    canvas.translate(_STUB_BASE, 0)
    canvas.rotate(90)


def _draw_stub(canvas: Canvas, ticket: TicketPaper, locale: str) -> None:
    canvas.saveState()
    _turn_to_stub(canvas)
    place = ticket.section
    if not _is_standing(ticket):
        place = tr("{section} · Row {row} · Seat {seat}", section=place, row=ticket.row, seat=ticket.seat)
    draw(canvas, _STUB_START, 10.8 * MM, fit(place, 62 * MM, STRONG, bold=True))
    price = f"{ticket.price_type} · {ticket.price.shown(locale)}"
    draw(canvas, _STUB_END, 10.8 * MM, fit(price, 25 * MM, TEXT), align=1)
    draw(canvas, _STUB_END, 1.4 * MM, fit(ticket.reference, 30 * MM, TEXT, bold=True), align=1)
    code = codes.code128(ticket.reference)
    if code:
        width = code.columns * codes.module_within(code, 58 * MM, quiet=0)
        codes.draw(canvas, _STUB_START, 0, code, width, 8 * MM)
    canvas.restoreState()
