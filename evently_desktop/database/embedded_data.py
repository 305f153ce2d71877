"""The data folder of the server of this PC: made whole or not at all, and checked before each start."""

import os
import secrets
import shutil
import tempfile
from pathlib import Path

from evently_desktop.database.embedded_place import Place
from evently_desktop.database.embedded_settings import SETTINGS_FILE, replace_file
from evently_desktop.errors import EmbeddedServerError
from evently_desktop.language import tr

OWNER = "postgres"
MAJOR_VERSION = "18"
_HALF_MADE = "new-"
_FATAL = ("FATAL:", "PANIC:", "error:")


def prepare(place: Place) -> None:
    """Make the data folder at first use, else check it; raises `EmbeddedServerError`, changing nothing."""
    for left_over in place.home.glob(f"{_HALF_MADE}*"):
        shutil.rmtree(left_over, ignore_errors=True)
    if place.data.is_dir() and any(place.data.iterdir()):
        _check(place)
    else:
        _make(place)


def owner_password(place: Place) -> str:
    """The password of the superuser `OWNER`, known to nobody but this file."""
    try:
        return place.password.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise EmbeddedServerError(
            tr(
                "The password of the database's owner cannot be read from {file}; restore that file.",
                file=place.password,
            )
        ) from error


def fatal_lines(log: str) -> list[str]:
    """Why a server ended. A session that was ended, by the stop before this start perhaps, says nothing about that."""
    lines = (line.strip() for line in log.splitlines() if "terminating connection" not in line)
    return [line for line in lines if any(mark in line for mark in _FATAL)]


def last_words(*logs: str) -> str:
    """The line that says why: the last fatal one of the first log that has one, else the last of all."""
    for log in logs:
        fatal = fatal_lines(log)
        if fatal:
            return fatal[-1]
    lines = [line.strip() for log in logs for line in log.splitlines() if line.strip()]
    return lines[-1] if lines else tr("it gave no reason")


def _check(place: Place) -> None:
    try:
        version = (place.data / "PG_VERSION").read_text(encoding="utf-8").strip()
        whole = (place.data / "global" / "pg_control").stat().st_size > 0
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        version, whole = "", False
    if not whole:
        raise EmbeddedServerError(
            tr(
                "The folder {folder} holds files but no whole database, and was left as it is;"
                " restore it from a backup, or move it away to begin anew.",
                folder=place.data,
            )
        )
    if version != MAJOR_VERSION:
        raise EmbeddedServerError(
            tr(
                "The database in {folder} was made by PostgreSQL {found}, and this program runs {needed};"
                " use the version of the program that made it, or restore a backup into a new folder.",
                folder=place.data,
                found=version,
                needed=MAJOR_VERSION,
            )
        )
    owner_password(place)


def _make(place: Place) -> None:
    """Make the data beside its place and move it there at the end, so that no failure leaves a half of it."""
    half_made = Path(tempfile.mkdtemp(dir=place.home, prefix=_HALF_MADE))
    try:
        password = half_made / "password"
        replace_file(password, secrets.token_urlsafe(32), 0o600)
        place.give_to_server(password)
        place.give_to_server(half_made)
        _run_initdb(place, half_made)
        _include_settings(half_made / "data")
        replace_file(place.password, password.read_text(encoding="utf-8"), 0o600)
        if place.data.exists():
            place.data.rmdir()
        (half_made / "data").rename(place.data)
    except OSError as error:
        raise _not_made(place, error.strerror or str(error)) from error
    finally:
        shutil.rmtree(half_made, ignore_errors=True)


def _run_initdb(place: Place, half_made: Path) -> None:
    done = place.run(
        "initdb",
        f"--pgdata={half_made.name}/data",
        f"--username={OWNER}",
        f"--pwfile={half_made.name}/password",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--data-checksums",
    )
    if done.returncode != 0:
        raise _not_made(place, last_words(done.stdout))


def _not_made(place: Place, reason: str) -> EmbeddedServerError:
    return EmbeddedServerError(
        tr("The database could not be made in {folder}: {reason}", folder=place.home, reason=reason)
    )


def _include_settings(data: Path) -> None:
    """Let PostgreSQL's own file end with ours, so that the server runs alike whoever starts it."""
    # The folder belongs to the server's account already, which must not lead us to another file.
    flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(data / "postgresql.conf", flags), "w") as file:
        file.write(f"\ninclude_if_exists = '../{SETTINGS_FILE}'\n")
