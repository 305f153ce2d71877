"""Python's garbage is collected on the GUI thread only.

A collection runs in whichever thread happens to allocate, and a Qt object that is part of a cycle would be destroyed
there: its timers could not be stopped, its children would belong to another thread.
"""

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 10_000


class Garbage(QObject):
    """Collects now and then while the program lives; nothing is collected behind the GUI's back."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        # What start-up made stays; a collection need not walk it every time.
        gc.freeze()
        gc.disable()
        timer = QTimer(self, interval=_EVERY_MS)
        timer.timeout.connect(lambda: gc.collect(1))
        timer.start()
        self._rounds = QTimer(self, interval=6 * _EVERY_MS)
        self._rounds.timeout.connect(gc.collect)
        self._rounds.start()
