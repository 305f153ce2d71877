"""Receipt printers and drawers over ESC/POS."""

import numpy as np
import pytest
import zxingcpp

from evently_desktop.devices.escpos import EscPosPrinter
from evently_desktop.documents import receipts
from evently_desktop.documents.receipts import Stock
from evently_desktop.errors import DeviceError
from tests.devices.stubs import EscPos, listening, mute
from tests.documents.test_receipts import SALE


def test_a_receipt_comes_out_readable_and_is_acknowledged() -> None:
    stub = EscPos()
    with listening(stub.serve) as port:
        printer = EscPosPrinter("Epson", "127.0.0.1", port)
        assert list(printer.print(receipts.render(SALE, Stock.ROLL, "en_GB"))) == [0]
    (page,) = stub.pages
    assert page.shape[1] == 576
    image = np.where(page, 0, 255).astype(np.uint8)
    codes = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.Code128))
    assert [code.text for code in codes] == ["EVT-7K3M9Q"]


def test_the_drawer_opens() -> None:
    stub = EscPos()
    with listening(stub.serve) as port:
        EscPosPrinter("Epson", "127.0.0.1", port).open()
    assert stub.drawer_opened == 1


@pytest.mark.parametrize(
    ("bit", "words"), [(0x20, "out of paper"), (0x04, "cover of Epson is open"), (0x40, "reports a fault")]
)
def test_a_printer_in_trouble_says_what_to_do_and_prints_nothing(bit: int, words: str) -> None:
    stub = EscPos(trouble=0x12 | bit)
    with listening(stub.serve) as port:
        printer = EscPosPrinter("Epson", "127.0.0.1", port)
        with pytest.raises(DeviceError, match=words):
            list(printer.print(receipts.render(SALE, Stock.ROLL, "en_GB")))
        with pytest.raises(DeviceError, match=words):
            printer.open()
    assert stub.pages == []
    assert stub.drawer_opened == 0


def test_paper_that_ends_on_the_second_page_leaves_the_first_taken() -> None:
    stub = EscPos(jams_at=1)
    taken = []
    with listening(stub.serve) as port:
        printer = EscPosPrinter("Epson", "127.0.0.1", port, patience=0.5)
        pages = printer.print(receipts.render(SALE, Stock.A6, "en_GB"))
        taken.append(next(pages))
        with pytest.raises(DeviceError, match="out of paper"):
            taken.extend(pages)
    assert taken == [0]


def test_silence_is_told() -> None:
    with listening(mute) as port:
        printer = EscPosPrinter("Epson", "127.0.0.1", port, patience=0.2)
        with pytest.raises(DeviceError, match="does not answer"):
            printer.open()
