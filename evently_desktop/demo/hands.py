"""Hands and eyes for a counter that plays itself: keys in, pictures out. Nothing here knows a service."""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from evently_desktop.errors import EventlyError
from evently_desktop.language import tr

_PATIENCE_SECONDS = 30.0
_BREATH_MS = 20
_REST_MS = 100


def until(condition: Callable[[], object], what: str) -> None:
    """Let the program work until this holds. Raises `EventlyError` naming ``what`` after half a minute."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise EventlyError(tr("The demo waited in vain for this: {what}.", what=what))
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, _BREATH_MS)


def type_text(widget: QWidget, text: str) -> None:
    """Type without pressing Enter, and wait until it cannot be a scanner's any more."""
    QTest.keyClicks(widget, text)
    QTest.qWait(_REST_MS)


def type_into(widget: QWidget, text: str) -> None:
    """Type a line and press Enter."""
    QTest.keyClicks(widget, text)
    QTest.keyClick(widget, Qt.Key.Key_Return)


def press(window: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press one key where the focus is."""
    QTest.keyClick(window, key, modifier)


def bring_forward(window: QWidget) -> None:
    """Make this the window that keys go to."""
    window.raise_()
    window.activateWindow()
    until(window.isActiveWindow, tr("the window"))


def dialog() -> QWidget:
    """The dialog that is open."""
    until(QApplication.activeModalWidget, tr("a dialog"))
    found = QApplication.activeModalWidget()
    assert found is not None
    return found


def picture(widget: QWidget, file: Path) -> None:
    """Write what the window shows now."""
    QCoreApplication.processEvents()
    file.parent.mkdir(parents=True, exist_ok=True)
    widget.grab().save(str(file))
