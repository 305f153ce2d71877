"""From the start of the program to its first painted window, beside a bare QMainWindow with numpy.

Both are processes of their own with compiled bytecode, timed from before they are started to after the first
paint event of a window; they take turns, and the medians count. Our first window asks who signs in.
"""

import compileall
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import evently_desktop
from benchmarks.bars import Bar

ROUNDS = 25
BAR = 1.3

# Says when the first window was painted, by the clock that all processes share, and ends the process.
WATCH = """
import os, time
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

class Watching(QApplication):
    def notify(self, receiver, event):
        done = super().notify(receiver, event)
        if event.type() == QEvent.Type.Paint:
            os.write(1, str(time.monotonic()).encode())
            os._exit(0)
        return done

app = Watching([])
"""
BARE = """
import numpy
from PySide6.QtWidgets import QMainWindow
window = QMainWindow()
window.resize(480, 360)
window.show()
app.exec()
"""
OURS = """
import sys
from evently_desktop.cli import main
sys.argv = ["evently"]
main()
"""


def started(program: str, folder: Path) -> float:
    """Milliseconds to the first painted window of this program."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("EVENTLY_", "XDG_", "PYTHON"))
    }
    environment |= {"QT_QPA_PLATFORM": "offscreen", "HOME": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)}
    begin = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", WATCH + program], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    return (float(ended.stdout) - begin) * 1000


def bars() -> Iterator[Bar]:
    compileall.compile_dir(Path(evently_desktop.__file__).parent, quiet=1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # A PC that has started the program before: the first start asks for the server first.
        (folder / ".config" / "evently").mkdir(parents=True)
        took, bare = [], []
        for _ in range(ROUNDS + 2):
            took.append(started(OURS, folder))
            bare.append(started(BARE, folder))
    ours, floor = statistics.median(took[2:]), statistics.median(bare[2:])
    yield Bar("start to the first window / bare window, ms", ours, floor, ours / floor, BAR)
