"""Qt objects in cycles die on the GUI thread, whatever other threads allocate."""

import gc
import threading

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from evently_desktop.gui.garbage import Garbage


class Cycle(QObject):
    def __init__(self, died: list[threading.Thread]) -> None:
        super().__init__()
        self.me = self
        self._died = died

    def __del__(self) -> None:
        self._died.append(threading.current_thread())


def _allocate() -> None:
    for _ in range(200):
        [[] for _ in range(2_000)]


def _die_beside_a_busy_thread() -> list[threading.Thread]:
    died: list[threading.Thread] = []
    Cycle(died)
    busy = threading.Thread(target=_allocate)
    busy.start()
    busy.join()
    gc.collect()
    return died


def test_another_thread_destroys_nothing(qtbot: QtBot) -> None:
    owner = QObject()
    try:
        Garbage(owner)
        assert _die_beside_a_busy_thread() == [threading.main_thread()]
    finally:
        gc.unfreeze()


def test_without_it_another_thread_does(qtbot: QtBot) -> None:
    gc.enable()
    try:
        assert _die_beside_a_busy_thread() != [threading.main_thread()]
    finally:
        gc.disable()
