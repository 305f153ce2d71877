"""Printers of the operating system: the commands of CUPS, here as small programs on the path."""

from pathlib import Path

import pytest

from evently_desktop.devices.system import CupsPrinter, system_printers
from evently_desktop.errors import DeviceError
from tests.devices.test_boca import pdf


def command(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def test_lp_gets_the_pdf_and_the_queue_by_name(commands: Path) -> None:
    command(commands, "lp", f'printf "%s\\n" "$@" > {commands}/arguments; cat > {commands}/job')
    assert list(CupsPrinter("Box Office; rm -rf").print(pdf(2))) == [0, 1]
    assert (commands / "job").read_bytes() == pdf(2)
    assert (commands / "arguments").read_text().splitlines()[:2] == ["-d", "Box Office; rm -rf"]


def test_a_job_that_lp_refuses_is_told_with_its_reason(commands: Path) -> None:
    command(commands, "lp", "cat > /dev/null; echo 'lp: no such destination' >&2; exit 1")
    with pytest.raises(DeviceError, match=r"Laser did not take the job.*no such destination"):
        list(CupsPrinter("Laser").print(pdf(1)))


def test_printers_are_listed(commands: Path) -> None:
    command(commands, "lpstat", "echo Laser; echo Boca-1")
    assert system_printers() == ["Laser", "Boca-1"]


def test_no_print_system_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert system_printers() == []
    with pytest.raises(DeviceError, match="no print system"):
        list(CupsPrinter("Laser").print(pdf(1)))
