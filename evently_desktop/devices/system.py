"""The printers of the operating system: CUPS by its ``lp``, Windows by Qt."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from shutil import which

from evently_desktop.devices import bitmaps
from evently_desktop.devices.ports import Printer
from evently_desktop.errors import DeviceError
from evently_desktop.language import tr

_PATIENCE = 30.0


def system_printers() -> list[str]:
    """The names of the printers this computer knows; none where it has no print system."""
    if sys.platform == "win32":
        from evently_desktop.devices import qt_printer  # noqa: PLC0415 Qt only where there is no lp

        return qt_printer.names()
    lpstat = which("lpstat")
    if lpstat is None:
        return []
    try:
        listed = subprocess.run(  # noqa: S603 a fixed command
            [lpstat, "-e"], capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DeviceError(tr("The print system does not answer; restart it.")) from error
    return listed.stdout.splitlines()


def system_printer(name: str) -> Printer:
    """The printer of this name in the operating system."""
    if sys.platform == "win32":
        from evently_desktop.devices import qt_printer  # noqa: PLC0415 Qt only where there is no lp

        return qt_printer.QtPrinter(name)
    return CupsPrinter(name)


@dataclass(frozen=True)
class CupsPrinter:
    """A queue of CUPS, on Linux and macOS."""

    name: str

    def print(self, pdf: bytes) -> Iterator[int]:
        """As `Printer.print`: all pages count as taken once CUPS has accepted the job, before it prints."""
        lp = which("lp")
        if lp is None:
            raise DeviceError(tr("This computer has no print system: install CUPS (the command lp)."))
        try:
            done = subprocess.run(  # noqa: S603 the name is one argument, whatever is in it
                [lp, "-d", self.name, "-o", "print-scaling=none", "-"],
                input=pdf,
                capture_output=True,
                timeout=_PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise DeviceError(
                tr("The print system does not answer; restart it and print on {name} again.", name=self.name)
            ) from error
        if done.returncode != 0:
            why = done.stderr.decode(errors="replace").strip()
            raise DeviceError(
                tr("{name} did not take the job: check the printer in the system's settings ({why}).",
                   name=self.name, why=why)
            )  # fmt: skip
        yield from range(bitmaps.page_count(pdf))
