"""The one place that leaves the GUI thread: work goes out, its result comes back as a queued call.

Waiting (the database, a printer, a terminal) goes to threads; computing goes to worker processes, because
one busy Python thread beside the GUI turns a pan of 1 ms into 154.
"""

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor, wait
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Protocol, TypeGuard, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from evently_desktop.errors import EventlyError, ServerGone

if TYPE_CHECKING:
    from evently_desktop.gui.worker_pool import WorkerPool

T = TypeVar("T")
P = ParamSpec("P")

_DATABASE_THREADS = 4
_DEVICE_THREADS = 4
_SHUTDOWN_SECONDS = 5.0


class Transactions(Protocol):
    """What the database looks like from here: a service function in, its answer out. Blocks; thread safe."""

    def read(self, service: Callable[..., T], /, *args: Any) -> T:
        """Run ``service(session, *args)`` in one read transaction."""

    def write(self, service: Callable[..., T], /, *args: Any) -> T:
        """Run ``service(session, *args)`` in one write transaction."""


class Task(Generic[T]):
    """One piece of work away from the GUI thread. Nothing runs before `start`."""

    def __init__(self, tasks: "Tasks", submit: Callable[["Task[T]"], Future[T]]) -> None:
        self._tasks = tasks
        self._submit = submit
        self._future: Future[T] | None = None
        self._on_done: Callable[[T], object] | None = None
        self._on_refused: Callable[[EventlyError], object] | None = None
        self._on_progress: Callable[[float], object] | None = None
        self._cancelled = False
        self.number = next(tasks.numbers)

    def start(
        self,
        on_done: Callable[[T], object] | None = None,
        on_refused: Callable[[EventlyError], object] | None = None,
        on_progress: Callable[[float], object] | None = None,
    ) -> "Task[T]":
        """Send the work out. The callbacks run on the GUI thread, as queued calls.

        An `EventlyError` goes to ``on_refused``, or to `Tasks.refused` where there is none; any other
        exception is a bug and goes to the bug door. A callback that is a method of a `QObject` which no
        longer exists is dropped. ``on_progress`` hears of `Tasks.compute_with_progress`, 0 to 1.
        """
        self._on_done, self._on_refused, self._on_progress = on_done, on_refused, on_progress
        if self._tasks.has_ended:
            # A timer of a window that is closing may still want something; nobody waits for the answer.
            return self
        self._future = self._submit(self)
        self._tasks.follow(self, self._future)
        return self

    def cancel(self) -> None:
        """No callback is called any more; work that has not begun never will. A write under way goes on."""
        self._cancelled = True
        if self._future:
            self._future.cancel()

    def deliver(self, future: Future[T]) -> None:
        """Hand the outcome to its receiver. Raises what is a bug, so that the bug door hears of it."""
        if self._cancelled or future.cancelled():
            return
        error = future.exception()
        if error is None:
            if _is_there(self._on_done):
                self._on_done(future.result())
        elif not isinstance(error, EventlyError):
            raise error
        elif self._on_refused is None:
            self._tasks.refused.emit(error)
        elif _is_there(self._on_refused):
            self._on_refused(error)

    def report(self, share: float) -> None:
        """Hand on how far the work has come."""
        if not self._cancelled and _is_there(self._on_progress):
            self._on_progress(share)


class Tasks(QObject):
    """Sends work out and brings results home. One for the program; lives on the GUI thread."""

    refused = Signal(object)  # an EventlyError that nobody asked for by itself
    pending_changed = Signal(int)
    _ended = Signal(object, object)
    _advanced = Signal(int, float)

    def __init__(self, database: Transactions | None = None, parent: QObject | None = None) -> None:
        """``database`` may be set later, once someone has signed in."""
        super().__init__(parent)
        self.database = database
        self.numbers = count(1)
        self.has_ended = False
        self._under_way: dict[int, tuple[Task[Any], Future[Any]]] = {}
        self._database_threads = ThreadPoolExecutor(_DATABASE_THREADS, "database")
        self._device_threads = ThreadPoolExecutor(_DEVICE_THREADS, "device")
        self._pool: WorkerPool | None = None
        self._ended.connect(self._take_home, Qt.ConnectionType.QueuedConnection)
        self._advanced.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)

    @property
    def pending(self) -> int:
        """How many tasks are under way."""
        return len(self._under_way)

    def read(self, service: Callable[..., T], *args: Any) -> Task[T]:
        """``service(session, *args)`` in one read transaction."""
        return Task(self, lambda _: self._database_threads.submit(self._in_database, "read", service, args))

    def write(self, service: Callable[..., T], *args: Any) -> Task[T]:
        """``service(session, *args)`` in one write transaction."""
        return Task(self, lambda _: self._database_threads.submit(self._in_database, "write", service, args))

    def wait(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Task[T]:
        """``function(*args)`` in a thread, for what waits outside the database: a printer, a terminal."""
        return Task(self, lambda _: self._device_threads.submit(function, *args, **kwargs))

    def compute(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Task[T]:
        """``function(*args)`` in a worker process. The function and its values must be picklable."""
        return Task(self, lambda _: self._workers().submit(function, *args, **kwargs))

    def compute_with_progress(self, function: Callable[..., T], *args: Any) -> Task[T]:
        """As `compute`, for a function that calls its argument ``progress`` with 0 to 1 as it goes."""
        return Task(
            self,
            lambda task: self._workers().submit_with_progress(task.number, function, *args),
        )

    def follow(self, task: Task[Any], future: Future[Any]) -> None:
        """Bring this task's outcome home when it ends."""
        self._under_way[task.number] = task, future
        self.pending_changed.emit(self.pending)
        future.add_done_callback(partial(self._send_home, task))

    def shutdown(self) -> None:
        """Cancel everything, let what is being written end, and leave no thread or process behind."""
        self.has_ended = True
        for task, _ in self._under_way.values():
            task.cancel()
        wait([future for _, future in self._under_way.values()], timeout=_SHUTDOWN_SECONDS)
        self._under_way.clear()
        self._database_threads.shutdown(wait=False, cancel_futures=True)
        self._device_threads.shutdown(wait=False, cancel_futures=True)
        if self._pool:
            self._pool.shutdown(wait=True)

    def _in_database(self, access: str, service: Callable[..., T], args: tuple[Any, ...]) -> T:
        if self.database is None:
            raise ServerGone
        run: Callable[..., T] = getattr(self.database, access)
        return run(service, *args)

    def _workers(self) -> "WorkerPool":
        if self._pool is None:
            from evently_desktop.gui.worker_pool import WorkerPool  # noqa: PLC0415 - slows the start of the program

            self._pool = WorkerPool(self._advanced.emit)
        return self._pool

    def _send_home(self, task: Task[Any], future: Future[Any]) -> None:
        if isValid(self):
            self._ended.emit(task, future)

    def _take_home(self, task: Task[Any], future: Future[Any]) -> None:
        if self._under_way.pop(task.number, None) is None:
            return
        self.pending_changed.emit(self.pending)
        if not future.cancelled() and isinstance(future.exception(), BrokenExecutor):
            self._replace_workers()
        task.deliver(future)

    def _replace_workers(self) -> None:
        """A worker process died; the next computation gets new ones."""
        if self._pool:
            self._pool.shutdown(wait=False)
            self._pool = None

    def _pass_on(self, number: int, share: float) -> None:
        if number in self._under_way:
            self._under_way[number][0].report(share)


def _is_there(callback: Callable[P, object] | None) -> TypeGuard[Callable[P, object]]:
    bare = callback.func if isinstance(callback, partial) else callback
    owner = getattr(bare, "__self__", None)
    return callback is not None and (not isinstance(owner, QObject) or isValid(owner))
