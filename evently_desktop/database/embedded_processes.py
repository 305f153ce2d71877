"""The processes of one data folder: which postmaster runs on it, and what a dead one left behind.

The operating system is asked, not ``postmaster.pid``: a process works on a data folder when it is called
postgres and stands in that folder. The file may be stale or empty, or its number that of another program.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

_NAMES = {"postgres", "postgres.exe"}
_PAUSE_SECONDS = 0.02
_ORPHAN_SECONDS = 2.0


@dataclass(frozen=True)
class PidFile:
    """What a postmaster wrote of itself: ``status`` is starting, ready or stopping."""

    pid: int
    port: int
    status: str


def read_pid_file(data: Path) -> PidFile | None:
    """What ``postmaster.pid`` says; None where it is missing or makes no sense."""
    try:
        lines = (data / "postmaster.pid").read_text(errors="replace").splitlines()
        return PidFile(int(lines[0]), int(lines[3]), lines[7].strip() if len(lines) > 7 else "starting")
    except (OSError, ValueError, IndexError):
        return None


def of_data(data: Path) -> list[psutil.Process]:
    """All living processes of PostgreSQL on ``data``: a postmaster, and its or an earlier one's children."""
    return [process for process in psutil.process_iter(["name"]) if _works_on(process, data)]


def find_postmaster(data: Path) -> psutil.Process | None:
    """The living postmaster of ``data``, if there is one."""
    processes = of_data(data)
    ids = {process.pid for process in processes}
    return next((process for process in processes if _is_postmaster(process, ids)), None)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait until the condition holds; False when it did not within the time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE_SECONDS)
    return True


def end_orphans(data: Path) -> bool:
    """See off the children that a killed postmaster left on ``data``; False when some will not go.

    Idle ones leave by themselves; a busy one is asked, and at last killed: with its postmaster gone its
    memory is given up anyway, and the write-ahead log replays what it had committed.
    """
    for last_word in (None, psutil.Process.terminate, psutil.Process.kill):
        if last_word is not None:
            for process in of_data(data):
                with suppress(psutil.NoSuchProcess):
                    last_word(process)
        if wait_until(lambda: not of_data(data), _ORPHAN_SECONDS):
            return True
    return False


def _works_on(process: psutil.Process, data: Path) -> bool:
    # A postmaster runs as the owner of its data, so a process that we may not look at is not ours.
    try:
        return process.name() in _NAMES and Path(process.cwd()).samefile(data)
    except (psutil.Error, OSError):
        return False


def _is_postmaster(process: psutil.Process, ids: set[int]) -> bool:
    # Children have a postmaster for a parent; orphans have still put their work in place of the command.
    try:
        command = " ".join(process.cmdline())
        return process.ppid() not in ids and not command.startswith("postgres: ") and "--fork" not in command
    except psutil.Error:
        return False
