"""The worker processes of `Tasks`. Loaded with the first computation: multiprocessing starts a process by itself."""

import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from typing import ParamSpec, TypeVar

from evently_desktop.gui import workers

T = TypeVar("T")
P = ParamSpec("P")

_PROCESSES = 2


class WorkerPool:
    """A few processes that compute. ``on_report`` hears of progress, in a thread: the task's number and a share."""

    def __init__(self, on_report: Callable[[int, float], object]) -> None:
        context = multiprocessing.get_context("spawn")
        self._on_report = on_report
        self._reports = context.SimpleQueue()
        self._processes = ProcessPoolExecutor(_PROCESSES, context, initializer=workers.begin, initargs=(self._reports,))
        threading.Thread(target=self._hear_reports, name="progress", daemon=True).start()

    def submit(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Compute ``function(*args)``."""
        return self._processes.submit(function, *args, **kwargs)

    def submit_with_progress(self, number: int, function: Callable[..., T], *args: object) -> Future[T]:
        """Compute ``function(*args, progress=...)``, whose reports are those of task ``number``."""
        return self._processes.submit(workers.call_with_progress, function, args, number)

    def shutdown(self, *, wait: bool) -> None:
        """End the processes; what has not begun is not computed any more."""
        self._processes.shutdown(wait=wait, cancel_futures=True)
        self._reports.put(None)

    def _hear_reports(self) -> None:
        while report := self._reports.get():
            self._on_report(*report)
