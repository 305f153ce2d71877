"""What `evently doctor` looks at: whether this PC and its server have what the program needs, one line each."""

import ctypes
import os
import platform
import shutil
import sys
from pathlib import Path

from evently_desktop import __version__, credentials, places
from evently_desktop.database import health
from evently_desktop.database.addresses import parse
from evently_desktop.database.embedded import EmbeddedServer
from evently_desktop.database.health import Finding
from evently_desktop.errors import EventlyError
from evently_desktop.language import tr
from evently_desktop.server import embedded
from evently_desktop.settings import Settings, config_file

# With less the next busy evening may fill the disk: WAL alone takes a gigabyte between two checkpoints.
_ROOM = 1024**3

# The shared libraries that Qt needs of a Debian, and the packages that have them.
_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0", "libGL.so.1": "libgl1", "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1", "libdbus-1.so.3": "libdbus-1-3", "libxkbcommon.so.0": "libxkbcommon0",
}  # fmt: skip


def examine(settings: Settings, login: str = "", password: str = "") -> list[Finding]:
    """Look at everything in the order a person would, changing nothing.

    The venue's server is looked at as ``login``; the embedded one, if it runs, as its administrator.
    """
    return [
        _program(), _libraries(), _settings_file(), _data_folder(settings), disk(settings.data_folder), _shipped(),
        _keyring(),
        *_server(settings, login, password),
    ]  # fmt: skip


def _libraries() -> Finding:
    missing = [package for library, package in _LIBRARIES.items() if not _loads(library)] if _on_linux() else []
    if missing:
        return Finding(
            good=False,
            sentence=tr(
                "The window needs libraries that are not here: install {packages}.", packages=", ".join(missing)
            ),
        )
    return Finding(good=True, sentence=tr("The libraries of the window are here."))


def _on_linux() -> bool:
    return sys.platform == "linux"


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _server(settings: Settings, login: str, password: str) -> list[Finding]:
    try:
        if not settings.server:
            return _embedded(embedded(settings))
        address = parse(settings.server)
        if not login:
            sentence = tr("The database is at {server}; add --login NAME to look at it.", server=settings.server)
            return [Finding(good=True, sentence=sentence)]
        return health.examine(address.url(login, password))
    except EventlyError as error:
        return health.told(error)


def _embedded(server: EmbeddedServer) -> list[Finding]:
    status = server.status()
    if status.address is None:
        return [Finding(good=True, sentence=tr("The server of this PC is stopped; it starts with the counter."))]
    running = Finding(
        good=True, sentence=tr("The server of this PC runs; its files are in {folder}.", folder=status.data)
    )
    return [running, disk(status.data), *health.examine(server.admin_url)]


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


def disk(folder: Path, room: int = _ROOM) -> Finding:
    """Whether the disk under ``folder``, which need not exist yet, has ``room`` bytes left for the sales to come."""
    nearest = next(path for path in (folder, *folder.parents) if path.is_dir())
    free = shutil.disk_usage(nearest).free
    megabytes = f"{free // 1024**2:,}"
    if free >= room:
        sentence = tr("The disk of {folder} has {free} MB left.", folder=folder, free=megabytes)
        return Finding(good=True, sentence=sentence)
    return Finding(
        good=False,
        sentence=tr("The disk of {folder} has only {free} MB left: make room, as nothing can be sold once it is full.",
                    folder=folder, free=megabytes),
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
