"""A printer of the operating system, painted through Qt: the way on Windows, where there is no ``lp``."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QMarginsF, QPoint, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from evently_desktop.devices import bitmaps
from evently_desktop.errors import DeviceError
from evently_desktop.language import tr


def names() -> list[str]:
    """The printers that Qt knows."""
    return list(QPrinterInfo.availablePrinterNames())


@dataclass(frozen=True)
class QtPrinter:
    """A printer of the operating system, by name. Needs a running QGuiApplication."""

    name: str

    def print(self, pdf: bytes) -> Iterator[int]:
        """As `Printer.print`: all pages count as taken once the spooler has the job, before it prints."""
        info = QPrinterInfo.printerInfo(self.name)
        if info.isNull():
            raise DeviceError(
                tr("There is no printer {name}: choose another in the settings, or add it.", name=self.name)
            )
        yield from paint(pdf, QPrinter(info, QPrinter.PrinterMode.HighResolution), self.name)


def paint(pdf: bytes, printer: QPrinter, name: str) -> Iterator[int]:
    """Paint every page at its own size in the printer's dots; yields when the job is handed over."""
    count = bitmaps.page_count(pdf)
    painter = QPainter()
    try:
        for page in range(count):
            _set_page(printer, pdf, page)
            started = painter.begin(printer) if page == 0 else printer.newPage()
            if not started:
                raise DeviceError(tr("{name} did not take the job: check its cable and paper.", name=name))
            painter.drawImage(QPoint(0, 0), _image(pdf, page, printer.resolution()))
    finally:
        if painter.isActive() and not painter.end():
            raise DeviceError(tr("{name} broke off the job: look into its queue.", name=name))
    yield from range(count)


def _set_page(printer: QPrinter, pdf: bytes, page: int) -> None:
    size = QPageSize(QSizeF(*bitmaps.page_size(pdf, page)), QPageSize.Unit.Point)
    layout = QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF())
    layout.setMode(QPageLayout.Mode.FullPageMode)
    printer.setPageLayout(layout)
    printer.setFullPage(True)


def _image(pdf: bytes, page: int, dpi: int) -> QImage:
    dots = bitmaps.dots(pdf, page, dpi)
    shades = np.ascontiguousarray(np.where(dots, 0, 255).astype(np.uint8))
    height, width = shades.shape
    return QImage(shades.data, width, height, width, QImage.Format.Format_Grayscale8).copy()
