"""Whole counters, built by the program's own composition root, side by side in one process."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from evently_desktop import app
from evently_desktop.database.transactions import Database
from evently_desktop.gui.sign_in import SignedIn
from evently_desktop.gui.tasks import Tasks
from evently_desktop.services import staff
from evently_desktop.settings import Settings

OpenCounter = Callable[[Database, str], app.Counter]


@pytest.fixture
def open_counter(qapp: QApplication, tmp_path: Path) -> Iterator[OpenCounter]:
    """``open_counter(database, station)``: a counter as `entrance.run` opens it; its tickets go into a folder."""
    opened: list[app.Counter] = []

    def open_one(database: Database, station: str) -> app.Counter:
        folder = tmp_path / station
        settings = Settings(station=station, locale="en_GB", data_folder=folder)
        tasks = Tasks()
        state = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        counter = app.open_counter(settings, SignedIn(database, database.read(staff.sign_in)), tasks, state)
        counter.window.resize(1280, 720)
        counter.window.show()
        opened.append(counter)
        return counter

    yield open_one
    for counter in opened:
        counter.close()
