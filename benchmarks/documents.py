"""Tickets a second, beside pages of nothing but the same words.

Both are measured in turn, in one process; the best of several rounds counts, as noise only ever slows down.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from time import perf_counter

from reportlab.pdfgen.canvas import Canvas

from benchmarks.bars import Bar
from evently_desktop.documents import fonts, tickets
from evently_desktop.documents.papers import EventPaper, TicketPaper
from evently_desktop.domain.money import Money

COUNT = 400
ROUNDS = 7
BAR = 0.5


def sample(count: int) -> list[TicketPaper]:
    event = EventPaper(
        name="Hamlet",
        starts_at=datetime(2026, 11, 27, 19, 30, tzinfo=UTC),
        time_zone="Europe/London",
        venue="The Playhouse",
        address="12 Mill Lane, Bristol BS1 4QA",
        series="Winter season",
    )
    return [
        TicketPaper(
            event=event,
            section="Stalls",
            row=chr(ord("A") + number // 40),
            seat=str(number % 40 + 1),
            zone="Premium",
            price_type="Adult",
            price=Money(4200, "GBP"),
            reference=f"EVT-7K3M{number:04}",
            token=number.to_bytes(4, "big") * 12,
        )
        for number in range(count)
    ]


def text_only(papers: list[TicketPaper], words: list[str]) -> bytes:
    """As many pages with as many words, set without measuring, codes, rules or forms."""
    target = BytesIO()
    font = fonts.main_font(bold=False)
    canvas = Canvas(target, tickets.PAGE, pageCompression=0, invariant=1, initialFontName=font)
    for paper in papers:
        canvas.setFont(font, 9)
        for line, word in enumerate([*words, paper.section, paper.row, paper.seat, paper.reference]):
            canvas.drawString(20, 280 - 12 * line, word)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def words_of(paper: TicketPaper) -> list[str]:
    """What else stands on one ticket."""
    event = paper.event
    labels = ["Section", "Row", "Seat", "Price zone", "Ticket", "Price", "Booking", "Booking"]
    when = "Friday, 27 November 2026, 19:30"
    small = "Admits one. Void if reprinted: only the newest print is valid."
    place = [paper.zone, paper.price_type, "£42.00", "Adult · £42.00", "Stalls · Row A · Seat 1"]
    shared = [event.venue, event.address, event.series, event.name, event.name, when, when, small]
    return [*shared, *labels, *place, paper.reference]


def best(work: list[float]) -> float:
    return COUNT / min(work)


def bars() -> Iterator[Bar]:
    papers = sample(COUNT)
    words = words_of(papers[0])
    ours: list[float] = []
    floor: list[float] = []
    for _ in range(ROUNDS):
        start = perf_counter()
        text_only(papers, words)
        middle = perf_counter()
        tickets.render(papers, "en_GB")
        floor.append(middle - start)
        ours.append(perf_counter() - middle)
    yield Bar("tickets a second / pages of words", best(ours), best(floor), best(ours) / best(floor), BAR, least=True)
