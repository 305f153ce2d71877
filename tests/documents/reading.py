"""Reading PDFs back with pdfium."""

import ctypes

import pypdfium2 as pdfium
from pypdfium2 import raw

Box = tuple[float, float, float, float]


def page_text(page: pdfium.PdfPage) -> str:
    """All text of a page with spaces of one kind."""
    return " ".join(str(page.get_textpage().get_text_range()).replace("\xa0", " ").split(" "))


def text_boxes(page: pdfium.PdfPage) -> list[tuple[str, Box]]:
    """Each visible character and its box (left, bottom, right, top) in points."""
    reader = page.get_textpage()
    found = []
    for index in range(reader.count_chars()):
        char = chr(raw.FPDFText_GetUnicode(reader, index))
        box = reader.get_charbox(index)
        if not char.isspace() and box[2] > box[0]:
            found.append((char, box))
    return found


def outside(page: pdfium.PdfPage) -> list[str]:
    """The characters whose ink does not lie wholly on the page."""
    width, height = page.get_size()
    return [
        char
        for char, (left, bottom, right, top) in text_boxes(page)
        if left < 0 or bottom < 0 or right > width or top > height
    ]


def embedded_fonts(page: pdfium.PdfPage) -> dict[str, bool]:
    """The fonts of a page's text, forms included, and whether their outlines lie in the file."""
    found = {}
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=5):
        font = raw.FPDFTextObj_GetFont(item)
        size = raw.FPDFFont_GetBaseFontName(font, None, 0)
        name = ctypes.create_string_buffer(size)
        raw.FPDFFont_GetBaseFontName(font, name, size)
        found[bytes(name.value).decode()] = bool(raw.FPDFFont_GetIsEmbedded(font))
    return found
