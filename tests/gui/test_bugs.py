"""A bug anywhere is logged with its traceback, told once, and the program goes on."""

import gc
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer, qWarning
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from evently_desktop.gui.bugs import BugDialog, BugDoor, log_to


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    before = list(root.handlers)
    yield log_to(tmp_path)
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()


@pytest.fixture
def door(qapp: QApplication, log_file: Path) -> Iterator[BugDoor]:
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    made = BugDoor(log_file)
    made.open()
    yield made
    made.close()
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks


def dialogs() -> list[BugDialog]:
    windows = QApplication.topLevelWidgets()
    return [each for each in windows if isinstance(each, BugDialog) and each.isVisible()]


def fail() -> None:
    raise LookupError("no such drawer")


class BadPainter(QWidget):
    def paintEvent(self, event: QPaintEvent) -> None:
        fail()


def told(qtbot: QtBot, log_file: Path) -> str:
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    dialogs()[0].accept()
    qtbot.waitUntil(lambda: dialogs() == [])
    return log_file.read_text()


def test_a_failing_slot_is_told_and_the_program_goes_on(door: BugDoor, qtbot: QtBot, log_file: Path) -> None:
    button = QPushButton("x")
    qtbot.addWidget(button)
    button.clicked.connect(fail)
    button.click()
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    assert "no such drawer" in dialogs()[0].details.text()
    assert str(log_file) in dialogs()[0].where.text()
    text = told(qtbot, log_file)
    assert "LookupError: no such drawer" in text
    assert "in fail" in text
    clicked = []
    button.clicked.connect(lambda: clicked.append(1))
    QTimer.singleShot(0, button.click)
    qtbot.waitUntil(lambda: clicked == [1])
    told(qtbot, log_file)


def test_a_failing_paint_event_is_told(door: BugDoor, qtbot: QtBot, log_file: Path) -> None:
    painter = BadPainter()
    qtbot.addWidget(painter)
    painter.show()
    assert "no such drawer" in told(qtbot, log_file)


def test_a_failing_thread_is_told_on_the_gui_thread(door: BugDoor, qtbot: QtBot, log_file: Path) -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert "no such drawer" in told(qtbot, log_file)


def test_a_failing_destructor_is_told(door: BugDoor, qtbot: QtBot, log_file: Path) -> None:
    class Bad:
        def __del__(self) -> None:
            fail()

    Bad()
    gc.collect()
    assert "no such drawer" in told(qtbot, log_file)


def test_many_bugs_open_one_window(door: BugDoor, qtbot: QtBot, log_file: Path) -> None:
    for _ in range(3):
        door.take(LookupError, LookupError("no such drawer"), None)
    qtbot.waitUntil(lambda: len(dialogs()) == 1 and "2 more" in dialogs()[0].windowTitle())
    assert told(qtbot, log_file).count("no such drawer") == 3


def test_a_dialog_that_went_with_its_window_does_not_keep_the_next_bug_from_being_told(
    door: BugDoor, qtbot: QtBot, log_file: Path
) -> None:
    window = QWidget()
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    door.take(LookupError, LookupError("the first"), None)
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    with qtbot.waitSignal(window.destroyed):
        window.deleteLater()
    door.take(LookupError, LookupError("the second"), None)
    assert "the second" in told(qtbot, log_file)


def test_what_qt_says_is_logged(door: BugDoor, log_file: Path, qapp: QApplication) -> None:

    qWarning("a timer without a thread")
    assert "WARNING qt: a timer without a thread" in log_file.read_text()


def test_the_log_stays_small(log_file: Path) -> None:
    log = logging.getLogger("evently_desktop.test")
    for _ in range(7_000):
        log.info("x" * 1_000)
    files = list(log_file.parent.glob("evently.log*"))
    assert len(files) == 5
    assert sum(path.stat().st_size for path in files) < 5_000_000
