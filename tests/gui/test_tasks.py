"""Work leaves the GUI thread and comes home: done, refused, a bug, cancelled, or to nobody any more."""

import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from evently_desktop.errors import BadInput, EventlyError, ServerGone
from evently_desktop.gui.tasks import Tasks

T = TypeVar("T")


class OneNumber:
    """A database of one number, each service in one locked piece: enough to see what Tasks asks of it."""

    def __init__(self) -> None:
        self.number = 0
        self._lock = threading.Lock()

    def read(self, service: Callable[..., T], /, *args: Any) -> T:
        with self._lock:
            return service(self, *args)

    def write(self, service: Callable[..., T], /, *args: Any) -> T:
        return self.read(service, *args)


class Receiver(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.got: list[object] = []
        self.threads: set[QThread] = set()

    def take(self, value: object) -> None:
        self.got.append(value)
        self.threads.add(QThread.currentThread())


def add(session: OneNumber, amount: int) -> int:
    session.number += amount
    return session.number


def refuse(_session: OneNumber) -> None:
    raise BadInput("The amount is missing; type one.")


def halve(number: int) -> tuple[int, int]:
    return number // 2, os.getpid()


def count_to(goal: int, progress: Callable[[float], None]) -> int:
    for step in range(1, goal + 1):
        progress(step / goal)
    return goal


def die() -> None:
    os._exit(1)


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    made = Tasks(OneNumber())
    yield made
    made.shutdown()


def test_a_result_comes_home_on_the_gui_thread(tasks: Tasks, qtbot: QtBot) -> None:
    receiver = Receiver()
    here = QThread.currentThread()
    tasks.write(add, 2).start(receiver.take)
    tasks.write(add, 3).start(receiver.take)
    assert receiver.got == []
    assert tasks.pending == 2
    qtbot.waitUntil(lambda: len(receiver.got) == 2)
    assert sorted(receiver.got, key=str) in ([2, 5], [3, 5])
    assert receiver.threads == {here}
    assert tasks.pending == 0


def test_a_service_runs_on_another_thread(tasks: Tasks, qtbot: QtBot) -> None:
    receiver = Receiver()
    tasks.read(lambda _: threading.current_thread().name).start(receiver.take)
    tasks.wait(lambda: threading.current_thread().name).start(receiver.take)
    qtbot.waitUntil(lambda: len(receiver.got) == 2)
    assert threading.current_thread().name not in receiver.got


def test_a_refusal_goes_to_its_receiver_and_only_there(tasks: Tasks, qtbot: QtBot) -> None:
    done, refused, anyone = Receiver(), Receiver(), Receiver()
    tasks.refused.connect(anyone.take)
    tasks.read(refuse).start(done.take, refused.take)
    qtbot.waitUntil(lambda: len(refused.got) == 1)
    assert str(refused.got[0]) == "The amount is missing; type one."
    assert (done.got, anyone.got) == ([], [])


def test_a_refusal_nobody_takes_is_told_to_all(tasks: Tasks, qtbot: QtBot) -> None:
    with qtbot.waitSignal(tasks.refused) as told:
        tasks.read(refuse).start()
    assert isinstance(told.args[0], BadInput)


def test_before_sign_in_there_is_no_server(qtbot: QtBot) -> None:
    tasks = Tasks()
    refused = Receiver()
    tasks.read(add, 1).start(on_refused=refused.take)
    qtbot.waitUntil(lambda: len(refused.got) == 1)
    assert isinstance(refused.got[0], ServerGone)
    tasks.shutdown()


def test_any_other_exception_is_a_bug(tasks: Tasks, qtbot: QtBot) -> None:
    receiver = Receiver()
    with qtbot.captureExceptions() as bugs:
        tasks.read(lambda session: session.nothing).start(receiver.take, receiver.take)
        qtbot.waitUntil(lambda: len(bugs) == 1)
    assert bugs[0][0] is AttributeError
    assert receiver.got == []


@pytest.mark.parametrize("wrap", [lambda method: method, partial], ids=["method", "partial"])
def test_what_comes_home_to_a_closed_screen_is_dropped(
    tasks: Tasks, qtbot: QtBot, wrap: Callable[[Callable[..., None]], Callable[..., None]]
) -> None:
    gone, here = Receiver(), Receiver()
    released = threading.Event()
    tasks.wait(released.wait, 10).start(wrap(gone.take))
    delete(gone)
    released.set()
    tasks.wait(lambda: 1).start(here.take)
    qtbot.waitUntil(lambda: tasks.pending == 0 and here.got == [1])
    assert gone.got == []


def test_a_cancelled_task_tells_nobody(tasks: Tasks, qtbot: QtBot) -> None:
    receiver = Receiver()
    released, begun = threading.Event(), threading.Event()

    def work() -> bool:
        begun.set()
        return released.wait(10)

    task = tasks.wait(work).start(receiver.take, receiver.take)
    assert begun.wait(10)
    task.cancel()
    released.set()
    qtbot.waitUntil(lambda: tasks.pending == 0)
    assert receiver.got == []


def test_waiting_work_that_is_cancelled_never_begins(tasks: Tasks, qtbot: QtBot) -> None:
    released = threading.Event()
    begun: list[int] = []
    fillers = [tasks.wait(released.wait, 10).start() for _ in range(4)]
    last = tasks.wait(begun.append, 1).start()
    last.cancel()
    released.set()
    qtbot.waitUntil(lambda: tasks.pending == 0)
    assert len(fillers) == 4
    assert begun == []


def test_computing_happens_in_another_process(tasks: Tasks, qtbot: QtBot) -> None:
    receiver = Receiver()
    tasks.compute(halve, 84).start(receiver.take)
    qtbot.waitUntil(lambda: len(receiver.got) == 1, timeout=20_000)
    assert isinstance(receiver.got[0], tuple)
    assert receiver.got[0][0] == 42
    assert receiver.got[0][1] != os.getpid()


def test_a_worker_process_loads_no_qt(tasks: Tasks, qtbot: QtBot) -> None:
    receiver = Receiver()
    tasks.compute(eval, "'PySide6' in __import__('sys').modules").start(receiver.take)
    qtbot.waitUntil(lambda: receiver.got == [False], timeout=20_000)


def test_progress_is_heard_in_order(tasks: Tasks, qtbot: QtBot) -> None:
    shares: list[float] = []
    receiver = Receiver()
    tasks.compute_with_progress(count_to, 4).start(receiver.take, on_progress=shares.append)
    qtbot.waitUntil(lambda: receiver.got == [4], timeout=20_000)
    assert shares == sorted(shares)
    assert set(shares) <= {0.25, 0.5, 0.75, 1.0}


def test_a_killed_worker_is_a_bug_and_the_next_computation_goes_on(tasks: Tasks, qtbot: QtBot) -> None:
    receiver = Receiver()
    with qtbot.captureExceptions() as bugs:
        tasks.compute(die).start()
        qtbot.waitUntil(lambda: len(bugs) == 1, timeout=20_000)
    tasks.compute(halve, 6).start(receiver.take)
    qtbot.waitUntil(lambda: len(receiver.got) == 1, timeout=20_000)


def test_shutdown_drops_what_comes_later(qtbot: QtBot) -> None:
    tasks = Tasks(OneNumber())
    receiver = Receiver()
    tasks.write(add, 1).start(receiver.take)
    tasks.shutdown()
    here = Receiver()
    other = Tasks(OneNumber())
    other.write(add, 1).start(here.take)
    qtbot.waitUntil(lambda: here.got == [1])
    other.shutdown()
    assert receiver.got == []
    assert tasks.pending == 0


def test_an_error_of_a_worker_keeps_its_sentence(tasks: Tasks, qtbot: QtBot) -> None:
    refused: list[EventlyError] = []
    tasks.compute(refuse, None).start(on_refused=refused.append)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: len(refused) == 1, timeout=20_000)
    assert str(refused[0]) == "The amount is missing; type one."
