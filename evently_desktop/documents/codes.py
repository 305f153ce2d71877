"""QR and Code128 as 1-bit image masks in a PDF's page: the quickest form that scanners read well."""

import base64
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import zxingcpp
from reportlab.pdfgen.canvas import Canvas

from evently_desktop.documents.text import MM

# Ticket printers have 8 dots to the millimetre (203 dpi): modules of whole dots stay equally wide.
_DOT = MM / 8


@dataclass(frozen=True)
class Code:
    """A code's modules, one a pixel, as the bytes of a PDF image mask (0 paints), quiet zone not included."""

    columns: int
    rows: int
    mask: str


def token_text(token: bytes) -> str:
    """What the QR code says: base32 in capitals without padding, as QR's denser alphanumeric mode wants."""
    return base64.b32encode(token).decode("ascii").rstrip("=")


def qr(token: bytes) -> Code:
    """A ticket's secret as a QR code that still reads with 15 % of it damaged."""
    return _code(zxingcpp.create_barcode(token_text(token), zxingcpp.BarcodeFormat.QRCode, ec_level="M"))


@lru_cache(maxsize=256)
def code128(text: str) -> Code | None:
    """A reference as Code128; None where it is not ASCII or too long to print well."""
    if not text.isascii() or not text.isprintable() or not 0 < len(text) <= 16:
        return None
    barcode = _code(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128))
    return Code(barcode.columns, 1, barcode.mask[: 2 * ((barcode.columns + 7) // 8)])


def _code(barcode: zxingcpp.Barcode) -> Code:
    pixels = np.asarray(barcode.to_image(scale=1, add_quiet_zones=False))
    return Code(pixels.shape[1], pixels.shape[0], np.packbits(pixels > 127, axis=1).tobytes().hex())


def module_within(code: Code, size: float, quiet: int) -> float:
    """The widest module of whole printer dots at which code and quiet zones keep to ``size`` points."""
    dots = max(1, int(size / (code.columns + 2 * quiet) / _DOT))
    return dots * _DOT


def draw(canvas: Canvas, x: float, y: float, code: Code, width: float, height: float) -> None:
    """Paint the modules in black from the lower left corner; the caller leaves the quiet zone white."""
    canvas.saveState()
    canvas.setFillGray(0)
    canvas.transform(width, 0, 0, height, x, y)
    canvas.addLiteral(f"BI /IM true /W {code.columns} /H {code.rows} /BPC 1 /F /AHx ID {code.mask}> EI")
    canvas.restoreState()
