"""The side of `Tasks.compute` that runs in a worker process. Imports no Qt: a worker starts in no time."""

from collections.abc import Callable
from functools import partial
from multiprocessing.queues import SimpleQueue
from typing import TypeVar

T = TypeVar("T")

_Reports = SimpleQueue[tuple[int, float] | None]

# A queue can only be inherited by a process, never sent to it, so it waits here from the process' start.
_reports: list[_Reports] = []


def begin(reports: _Reports) -> None:
    """Run once in each worker process: remembers where progress is reported to."""
    _reports.append(reports)


def call_with_progress(function: Callable[..., T], arguments: tuple[object, ...], number: int) -> T:
    """``function(*arguments, progress=...)``; the shares it reports, 0 to 1, are those of task ``number``."""
    return function(*arguments, progress=partial(_report, number))


def _report(number: int, share: float) -> None:
    for reports in _reports:
        reports.put((number, share))
