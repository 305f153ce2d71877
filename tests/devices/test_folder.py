"""A folder as a printer."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from evently_desktop.devices.folder import FolderPrinter
from evently_desktop.errors import DeviceError
from tests.devices.test_boca import pdf


def test_jobs_are_numbered_and_whole(tmp_path: Path) -> None:
    printer = FolderPrinter(tmp_path / "out")
    assert list(printer.print(pdf(3))) == [0, 1, 2]
    assert list(printer.print(pdf(1))) == [0]
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == {
        "000001.pdf": pdf(3),
        "000002.pdf": pdf(1),
    }


def test_two_counters_on_one_folder_lose_no_job(tmp_path: Path) -> None:
    job = pdf(1)
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(lambda: list(FolderPrinter(tmp_path).print(job))) for _ in range(40)]:
            assert done.result() == [0]
    assert len(list(tmp_path.glob("*.pdf"))) == 40
    assert all(path.read_bytes() == job for path in tmp_path.glob("*.pdf"))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(DeviceError, match="Cannot write"):
        list(FolderPrinter(tmp_path / "file").print(pdf(1)))
