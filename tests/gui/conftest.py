"""What every test of the screens needs: a platform without a display, the look, and the actions."""

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from evently_desktop.gui.actions import Actions
from evently_desktop.gui.appearance import show
from evently_desktop.gui.theme import LIGHT


@pytest.fixture
def actions(qapp: QApplication, tmp_path: Path) -> Actions:
    show(qapp, LIGHT)
    return Actions(tmp_path / "keys.json")
