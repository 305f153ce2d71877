"""Icons: each file draws, takes its colour from the palette in use, and follows when that changes."""

import gc

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtWidgets import QApplication

from evently_desktop.gui.appearance import show
from evently_desktop.gui.icons import NORMAL, icon, pixmap
from evently_desktop.gui.theme import DARK, LIGHT
from evently_desktop.places import resources

_NAMES = sorted(path.stem for path in (resources() / "icons").glob("*.svg"))


def _solid_colours(image: QImage) -> set[str]:
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {colour.name().upper() for colour in pixels if colour.alpha() == 255}


@pytest.mark.parametrize("name", _NAMES)
def test_every_icon_draws_in_the_colour_of_its_role(qapp: QApplication, name: str) -> None:
    show(qapp, LIGHT)
    assert _solid_colours(pixmap(name, "danger", 64).toImage()) == {LIGHT.danger}


def test_an_icon_follows_the_palette(qapp: QApplication) -> None:
    show(qapp, LIGHT)
    kept = icon("cash")
    copied = QIcon(kept)
    gc.collect()
    show(qapp, DARK)
    for one in (kept, copied):
        assert _solid_colours(one.pixmap(QSize(48, 48)).toImage()) == {DARK.text}
    disabled = kept.pixmap(QSize(48, 48), QIcon.Mode.Disabled).toImage()
    assert _solid_colours(disabled) == {QColor(DARK.muted).name().upper()}
    show(qapp, LIGHT)


def test_a_pixmap_is_sharp_on_a_dense_screen(qapp: QApplication) -> None:
    dense = pixmap("search", "text", NORMAL, 1.5)
    assert dense.width() == 30
    assert dense.deviceIndependentSize().width() == NORMAL
