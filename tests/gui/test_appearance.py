"""How a palette reaches the widgets, and how the system's wish is followed."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from evently_desktop.gui.appearance import Appearance, show
from evently_desktop.gui.theme import DARK, HIGH_CONTRAST, LIGHT, PALETTES, Palette, in_use
from evently_desktop.settings import Theme


@pytest.fixture
def appearance(qapp: QApplication) -> Iterator[Appearance]:
    made = Appearance(qapp)
    yield made
    made.deleteLater()
    show(qapp, LIGHT)


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_the_palette_in_use_is_the_one_shown(qapp: QApplication, palette: Palette) -> None:
    show(qapp, palette)
    assert in_use() is palette
    assert QLabel("x").palette().color(QPalette.ColorRole.Window).name().upper() == palette.window
    show(qapp, LIGHT)


def test_the_system_scheme_is_followed_until_one_is_chosen(
    qtbot: QtBot, appearance: Appearance, qapp: QApplication
) -> None:
    hints = qapp.styleHints()
    with qtbot.waitSignal(appearance.changed):
        hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert in_use() is DARK
    appearance.choose(Theme.LIGHT)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert in_use() is LIGHT
    appearance.choose(Theme.SYSTEM)
    assert in_use() is DARK
    hints.accessibility().contrastPreferenceChanged.emit(Qt.ContrastPreference.HighContrast)
    assert in_use() is HIGH_CONTRAST


def test_large_figures_are_tabular_too(appearance: Appearance, qtbot: QtBot) -> None:
    label = QLabel("1,234.00")
    qtbot.addWidget(label)
    label.setProperty("scale", "large")
    label.ensurePolished()
    assert label.font().pixelSize() == 32
    assert label.font().featureValue(QFont.Tag("tnum")) == 1
