"""PDF pages as the black dots of a printer."""

from threading import Lock

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

# PDFium is not made for several threads at once: whoever calls it in this process holds this lock.
PDFIUM = Lock()

# Lighter than this (of 255) stays white: small grey text and hairlines print black, not as a raster.
_THRESHOLD = 176


def page_count(pdf: bytes) -> int:
    """How many pages a PDF has."""
    with PDFIUM, pdfium.PdfDocument(pdf) as document:
        return len(document)


def dots(pdf: bytes, page: int, dpi: int) -> NDArray[np.bool_]:
    """One page, True where black, rows from the top, at ``dpi`` dots to the inch."""
    with PDFIUM, pdfium.PdfDocument(pdf) as document:
        image = document[page].render(scale=dpi / 72, grayscale=True).to_pil()
    return np.asarray(image) < _THRESHOLD


def page_size(pdf: bytes, page: int) -> tuple[float, float]:
    """Width and height of a page in points."""
    with PDFIUM, pdfium.PdfDocument(pdf) as document:
        width, height = document[page].get_size()
    return float(width), float(height)
