"""What `evently doctor` looks at: whether this PC has what the program needs, one line each."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path

from evently_desktop import __version__, credentials, places
from evently_desktop.language import tr
from evently_desktop.settings import Settings, config_file


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. ``good`` is False where the sentence asks for something to be done."""

    good: bool
    sentence: str


def examine(settings: Settings) -> list[Finding]:
    """Look at everything in the order a person would, changing nothing."""
    return [_program(), _settings_file(), _server(settings), _data_folder(settings), _shipped(), _keyring()]


def _program() -> Finding:
    return Finding(
        good=True,
        sentence=tr("Evently {version}, Python {python}, {system}.", version=__version__,
                    python=platform.python_version(), system=platform.platform(terse=True)),
    )  # fmt: skip


def _settings_file() -> Finding:
    path = config_file(os.environ)
    if path.exists():
        return Finding(good=True, sentence=tr("Settings are read from {file}.", file=path))
    return Finding(good=True, sentence=tr("No settings file; one would be read from {file}.", file=path))


def _server(settings: Settings) -> Finding:
    if settings.server:
        return Finding(good=True, sentence=tr("The database is at {server}.", server=settings.server))
    return Finding(good=True, sentence=tr("The database is the server embedded on this PC."))


def _data_folder(settings: Settings) -> Finding:
    folder = settings.data_folder
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return Finding(good=True, sentence=tr("Data is kept in {folder}.", folder=folder))
    return Finding(
        good=False,
        sentence=tr("Data cannot be kept in {folder}: let this user write to {nearest}, or set data_folder.",
                    folder=folder, nearest=nearest),
    )  # fmt: skip


def _shipped() -> Finding:
    missing = [str(folder) for folder in (places.migrations(), places.resources()) if not _filled(folder)]
    if missing:
        return Finding(
            good=False,
            sentence=tr("Parts of the program are missing ({folders}): install it again.",
                        folders=", ".join(missing)),
        )  # fmt: skip
    return Finding(good=True, sentence=tr("The program is complete."))


def _filled(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _keyring() -> Finding:
    if credentials.available():
        return Finding(good=True, sentence=tr("Passwords can be remembered in this PC's keyring."))
    return Finding(good=True, sentence=tr("This PC has no keyring: passwords are typed at each sign-in."))
