"""Tickets as pages and as a picture of the first one. Runs in a worker process, so it imports no Qt."""

from collections.abc import Sequence
from io import BytesIO

import pypdfium2 as pdfium

from evently_desktop.documents.papers import TicketPaper
from evently_desktop.documents.tickets import render


def prepare(papers: Sequence[TicketPaper], locale: str, preview_width: int) -> tuple[bytes, bytes]:
    """The PDF to print, and its first page as a PNG of this width in pixels."""
    pdf = render(papers, locale)
    with pdfium.PdfDocument(pdf) as document:
        page = document[0]
        picture = page.render(scale=preview_width / page.get_width()).to_pil()
    png = BytesIO()
    picture.save(png, "PNG")
    return pdf, png.getvalue()
