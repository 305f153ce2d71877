"""Painting through Qt, here onto a printer that writes PDF."""

from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
import zxingcpp
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication

from evently_desktop.devices import qt_printer
from evently_desktop.errors import DeviceError
from tests.devices.test_boca import pdf


def test_every_page_is_painted_at_its_own_size(qapp: QApplication, tmp_path: Path) -> None:
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setResolution(300)
    printer.setOutputFileName(str(tmp_path / "out.pdf"))
    assert list(qt_printer.paint(pdf(2), printer, "Laser")) == [0, 1]
    with pdfium.PdfDocument(tmp_path / "out.pdf") as painted:
        assert len(painted) == 2
        for page in painted:
            assert page.get_size() == pytest.approx((148 / 25.4 * 72, 105 / 25.4 * 72), abs=1)
            image = np.asarray(page.render(scale=300 / 72, grayscale=True).to_pil())
            codes = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
            assert len(codes) == 1


def test_a_printer_that_qt_does_not_know_is_told(qapp: QApplication) -> None:
    assert "No such printer" not in qt_printer.names()
    with pytest.raises(DeviceError, match="no printer No such printer"):
        list(qt_printer.QtPrinter("No such printer").print(pdf(1)))


@pytest.mark.qt_log_ignore(r"QPainter::begin\(\): Returned false")
def test_a_job_that_cannot_begin_is_told(qapp: QApplication, tmp_path: Path) -> None:
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "missing" / "out.pdf"))
    with pytest.raises(DeviceError, match="Laser did not take the job"):
        list(qt_printer.paint(pdf(1), printer, "Laser"))
