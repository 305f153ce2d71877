"""Maps that are kept true."""

import os
from collections.abc import Callable, Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from tests.live.maps import PATIENCE_MS, Map, open_map

Show = Callable[..., Map]


@pytest.fixture
def show(qtbot: QtBot) -> Iterator[Show]:
    """``show(database, hall, clock=…, poll_seconds=…)``: a map that has been read and listens."""
    opened: list[Map] = []
    owner = QObject()

    def shown(*args: object, **options: object) -> Map:
        opened.append(open_map(owner, *args, **options))  # type: ignore[arg-type]
        qtbot.waitUntil(lambda: opened[-1].model.states is not None, timeout=PATIENCE_MS)
        opened[-1].settle(qtbot)
        return opened[-1]

    yield shown
    for each in opened:
        each.close()
