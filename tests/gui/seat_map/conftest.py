"""A map on the screen."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evently_desktop.domain.seating import Geometry, SeatStates
from evently_desktop.gui.appearance import show
from evently_desktop.gui.seat_map import SeatMapModel, SeatMapView
from evently_desktop.gui.theme import LIGHT
from tests.gui.seat_map.halls import NOW, free

Shown = Callable[..., SeatMapView]


@pytest.fixture
def shown(qapp: QApplication, qtbot: QtBot) -> Shown:
    """Makes a view of a hall, on the screen and painted, at a clock that stands still."""

    def make(plan: Geometry, states: SeatStates | None = None, width: int = 800, height: int = 600) -> SeatMapView:
        show(qapp, LIGHT)
        model = SeatMapModel(clock=lambda: NOW)
        model.load(plan, states or free(plan))
        view = SeatMapView(model, "EUR", "en_GB")
        qtbot.addWidget(view)
        view.resize(width, height)
        with qtbot.waitExposed(view):
            view.show()
        view.draw_frame()
        return view

    return make
