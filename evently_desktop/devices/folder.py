"""A folder in the place of a printer: for tests of a counter, and for tickets that go out by other ways."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evently_desktop.devices import bitmaps
from evently_desktop.errors import DeviceError
from evently_desktop.language import tr


@dataclass(frozen=True)
class FolderPrinter:
    """Writes each job as ``000001.pdf``, ``000002.pdf`` …; a file appears whole or not at all."""

    folder: Path

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.folder.name

    def print(self, pdf: bytes) -> Iterator[int]:
        """As `Printer.print`: all pages count as taken once the file is safely on the disk."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part, target = self._reserve()
            with part.open("wb") as file:
                file.write(pdf)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except OSError as error:
            raise DeviceError(
                tr(
                    "Cannot write to the folder {folder}: check that it exists and is not full.",
                    folder=self.folder,
                )
            ) from error
        yield from range(bitmaps.page_count(pdf))

    def _reserve(self) -> tuple[Path, Path]:
        """A file to write and the next free name; two programs on one folder never get the same."""
        number = max((int(path.stem) for path in self.folder.glob("[0-9]*.pdf") if path.stem.isdigit()), default=0)
        while True:
            number += 1
            part, target = self.folder / f"{number:06}.part", self.folder / f"{number:06}.pdf"
            try:
                part.touch(exist_ok=False)
            except FileExistsError:
                continue
            if not target.exists():
                return part, target
            part.unlink()
