"""The overview follows what changes, seat by seat, seen or not."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evently_desktop.domain.seating import SeatStatus
from evently_desktop.gui.seat_map import SeatMapView
from tests.gui.seat_map.halls import news, rectangle

Shown = Callable[..., SeatMapView]


def zoom(view: SeatMapView, notches: int) -> None:
    at = QPointF(400, 300)
    event = QWheelEvent(
        at, view.mapToGlobal(at), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)
    view.draw_frame()


def picture(view: SeatMapView) -> QImage:
    return view.minimap.grab().toImage()


def sold(view: SeatMapView, *ordinals: int) -> None:
    assert view.model.hall is not None
    for ordinal in ordinals:
        view.model.apply(news(view.model.hall.geometry, ordinal, SeatStatus.BOOKED))


@pytest.mark.parametrize("seen", [True, False])
def test_the_overview_shows_what_changed(shown: Shown, qtbot: QtBot, seen: bool) -> None:
    view = shown(rectangle(40, 60))
    zoom(view, 8)
    before = picture(view)
    kept = view.minimap._picture
    if not seen:
        view.minimap.hide()
    sold(view, *range(600))
    qtbot.waitUntil(lambda: not view.minimap._refresh.isActive(), timeout=10_000)
    view.minimap.show()
    after = picture(view)
    assert after != before
    assert view.minimap._picture is kept, "it was painted anew, which costs the map a frame"
    view.minimap._draw_anew()
    assert after == picture(view)
