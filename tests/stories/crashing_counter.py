"""A program of its own: signs in as a clerk does, meets two bugs, and goes on working. Says what it saw.

``python -m tests.stories.crashing_counter SERVER LOGIN FOLDER``
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from evently_desktop import entrance
from evently_desktop.gui.bugs import BugDialog
from evently_desktop.gui.counter.view import CounterScreen
from evently_desktop.gui.main_window import MainWindow
from evently_desktop.gui.sign_in import SignInDialog
from evently_desktop.settings import Settings
from tests import house

W = TypeVar("W", bound=QWidget)
Step = Callable[[], object]


def visible(kind: type[W]) -> W | None:
    """The window of this kind that is shown."""
    windows = [window for window in QApplication.topLevelWidgets() if isinstance(window, kind) and window.isVisible()]
    return windows[0] if windows else None


def say(line: str) -> None:
    """Tell whoever started this program."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def fail() -> None:
    raise LookupError("no such drawer")


class BadPainter(QWidget):
    """A widget that cannot be painted, once."""

    failed = False

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.failed:
            self.failed = True
            fail()


def story() -> Iterator[Step]:
    """What the clerk does; each step waits until it holds."""
    yield lambda: visible(SignInDialog)
    dialog = visible(SignInDialog)
    assert dialog
    dialog.enter.click()
    yield lambda: visible(MainWindow)
    window = visible(MainWindow)
    assert window
    screen = window.findChild(CounterScreen)
    assert isinstance(screen, CounterScreen)
    yield lambda: screen.events.events and screen.map.model.states is not None
    button = QPushButton(window)
    button.clicked.connect(fail)
    for bug in (button.click, BadPainter(window).show):
        bug()
        yield lambda: visible(BugDialog)
        bugs = visible(BugDialog)
        assert bugs
        say(f"told: {bugs.details.text()}")
        bugs.findChildren(QPushButton)[-1].click()
        yield lambda: visible(BugDialog) is None
    screen.events.field.setFocus()
    QTest.keyClicks(screen.events.field, "zzz-zzz-")
    yield lambda: not screen.events.events
    say("found nothing")
    screen.events.field.clear()
    QTest.keyClicks(screen.events.field, "-")
    QTest.keyClick(screen.events.field, Qt.Key.Key_Backspace)
    yield lambda: screen.events.events
    say("goes on")
    window.close()


def play(steps: Iterator[Step]) -> None:
    """Take the next step as soon as the one before holds."""
    timer = QTimer(QApplication.instance(), interval=20)
    waiting: list[Step] = [next(steps)]

    def look() -> None:
        if waiting[-1]():
            following = next(steps, None)
            if following is None:
                timer.stop()
            else:
                waiting.append(following)

    timer.timeout.connect(look)
    timer.start()


def main(server: str, login: str, folder: str) -> int:
    qt = QApplication([])
    QTimer.singleShot(0, qt, lambda: play(story()))
    settings = Settings(server=server, station="Counter 1", locale="en_GB", data_folder=Path(folder))
    return entrance.run(settings, login, house.PASSWORD)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
