import time
from collections.abc import Callable
from uuid import UUID

import numpy as np
import psutil
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from evently_desktop.demo.plans import Plan, arena, playhouse, stadium
from evently_desktop.domain.seating import SeatStatus
from evently_desktop.gui.appearance import show
from evently_desktop.gui.seat_map import SeatMapView
from evently_desktop.gui.seat_map.camera import centred
from evently_desktop.gui.seat_map.looks import Kind
from evently_desktop.gui.seat_map.navigation import neighbour
from evently_desktop.gui.seat_map.sprites import SHARE
from evently_desktop.gui.theme import DARK, LIGHT
from tests.gui.seat_map.conftest import Shown
from tests.gui.seat_map.halls import NOW, PITCH, busy, drawn, free, news, placed, rectangle, turned

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier


def middle(view: SeatMapView, seat: int) -> QPoint:
    view.draw_frame()
    return view.seat_rect(seat).center()


def wheel(view: SeatMapView, at: QPoint, notches: int) -> None:
    event = QWheelEvent(
        QPointF(at), QPointF(view.mapToGlobal(at)), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
        PLAIN, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)
    view.draw_frame()


def drag(view: SeatMapView, start: QPoint, end: QPoint, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.mousePress(view, LEFT, modifiers, start)
    QTest.mouseMove(view, (start + end) / 2)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, LEFT, modifiers, end)
    view.draw_frame()


class Paints(QObject):
    """Counts the paint events of a widget."""

    def __init__(self, view: SeatMapView) -> None:
        super().__init__(view)
        self.count = 0
        view.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_a_click_chooses_a_free_seat_and_tells(shown: Shown) -> None:
    view = shown(rectangle(3, 10))
    clicked, chosen = QSignalSpy(view.seat_clicked), QSignalSpy(view.selection_changed)
    QTest.mouseClick(view, LEFT, PLAIN, middle(view, 13))
    assert view.model.selection.tolist() == [13]
    assert (clicked.at(0)[0], chosen.count()) == (13, 1)
    QTest.mouseClick(view, LEFT, PLAIN, middle(view, 13))
    assert not len(view.model.selection)


def test_a_click_on_a_sold_seat_tells_and_chooses_nothing(shown: Shown) -> None:
    plan = rectangle(3, 10)
    view = shown(plan)
    view.model.apply(news(plan, 5, SeatStatus.BOOKED))
    clicked = QSignalSpy(view.seat_clicked)
    QTest.mouseClick(view, LEFT, PLAIN, middle(view, 5))
    assert clicked.at(0)[0] == 5
    assert not len(view.model.selection)


def test_a_drag_pans_by_as_much_as_the_mouse_moved_and_clicks_nothing(shown: Shown) -> None:
    view = shown(rectangle(20, 30))
    clicked, before = QSignalSpy(view.seat_clicked), middle(view, 100)
    drag(view, before, before + QPoint(60, -35))
    assert middle(view, 100) == before + QPoint(60, -35)
    assert clicked.count() == 0


def test_the_wheel_zooms_about_the_cursor(shown: Shown) -> None:
    view = shown(rectangle(20, 30))
    at = middle(view, 217)
    size = view.seat_rect(217).width()
    wheel(view, at, 3)
    assert view.seat_rect(217).width() > size
    assert (middle(view, 217) - at).manhattanLength() <= 2
    assert view.seat_at(QPointF(at)) == 217


def test_zoom_has_ends_and_home_shows_everything_again(shown: Shown) -> None:
    view = shown(rectangle(20, 30))
    fitted = view.camera
    wheel(view, QPoint(300, 300), 60)
    assert view.seat_rect(0).width() <= 50
    assert not view.shows_everything()
    wheel(view, QPoint(300, 300), -90)
    assert view.shows_everything()
    assert view.camera.scale > fitted.scale / 2
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert view.camera == fitted


def test_the_hall_cannot_be_dragged_out_of_sight(shown: Shown) -> None:
    view = shown(rectangle(20, 30))
    for _ in range(30):
        drag(view, QPoint(50, 50), QPoint(750, 550))
    assert any(view.rect().intersects(view.seat_rect(seat)) for seat in range(600))


def test_shift_and_drag_chooses_the_free_seats_in_the_rectangle(shown: Shown) -> None:
    plan = rectangle(3, 10)
    view = shown(plan)
    view.model.apply(news(plan, 12, SeatStatus.BOOKED))
    drag(view, middle(view, 1) - QPoint(6, 6), middle(view, 13) + QPoint(6, 6), SHIFT)
    assert view.model.selection.tolist() == [1, 2, 3, 11, 13]


def test_a_double_click_or_shift_r_chooses_the_row(shown: Shown) -> None:
    view = shown(rectangle(3, 6))
    QTest.mouseDClick(view, LEFT, PLAIN, middle(view, 8))
    assert view.model.selection.tolist() == [6, 7, 8, 9, 10, 11]
    view.model.clear_selection()
    view.set_current_seat(14)
    QTest.keyClick(view, Qt.Key.Key_R, SHIFT)
    assert view.model.selection.tolist() == [12, 13, 14, 15, 16, 17]


def test_arrows_walk_to_the_neighbour_and_space_chooses_it(shown: Shown) -> None:
    view = shown(rectangle(3, 10))
    view.set_current_seat(14)
    walked = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up):
        QTest.keyClick(view, key)
        walked.append(view.current_seat)
    assert walked == [15, 25, 24, 14, 4, 4]
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert view.model.selection.tolist() == [4]


def test_shift_and_arrows_choose_a_rectangle_when_shift_is_released(shown: Shown) -> None:
    plan = rectangle(3, 10)
    view = shown(plan)
    view.setFocus()
    view.model.apply(news(plan, 12, SeatStatus.BOOKED))
    view.set_current_seat(1)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyPress(view, key, SHIFT)
    assert not len(view.model.selection)
    QTest.keyRelease(view, Qt.Key.Key_Shift)
    assert view.model.selection.tolist() == [1, 2, 3, 11, 13]
    assert view.current_seat == 13
    # Another one begins where the last one ended.
    QTest.keyPress(view, Qt.Key.Key_Right, SHIFT)
    QTest.keyRelease(view, Qt.Key.Key_Shift)
    assert view.model.selection.tolist() == [1, 2, 3, 11, 13, 14]


def test_walking_shows_the_tip_of_the_seat_and_escape_leaves(shown: Shown) -> None:
    view = shown(rectangle(3, 10))
    left = QSignalSpy(view.left)
    view.begin()
    first = view.current_seat
    assert first is not None
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.current_seat == first + 1
    assert f"Stalls {'ABC'[(first + 1) // 10]}" in QToolTip.text()
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert left.count() == 1


@pytest.mark.parametrize("sample", [playhouse, arena], ids=["playhouse", "arena"])
def test_arrows_reach_every_part_of_a_hall(shown: Shown, sample: Callable[[], Plan]) -> None:
    """From any seat, some walk of arrows leads to any other: no seat is out of the keyboard's reach."""
    view = shown(drawn(sample()))
    hall = view.model.hall
    assert hall is not None
    start = len(hall) // 2
    seen, open_ = {start}, [start]
    while open_:
        seat = open_.pop()
        for across, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            other = neighbour(hall, seat, across, down)
            if other is not None and other not in seen:
                seen.add(other)
                open_.append(other)
    assert len(seen) > 0.99 * len(hall)


def test_walking_brings_the_seat_into_sight(shown: Shown) -> None:
    view = shown(rectangle(20, 60))
    wheel(view, QPoint(400, 300), 12)
    view.set_current_seat(59)
    assert view.rect().contains(view.seat_rect(59))


def test_a_section_is_found_by_the_start_of_its_name(shown: Shown) -> None:
    view = shown(drawn(stadium()), None, 1280, 800)
    assert view.show_section("block 21")
    view.draw_frame()
    hall = view.model.hall
    assert hall is not None
    number = [section.name for section in hall.geometry.sections].index("Block 210")
    seats = np.flatnonzero(hall.geometry.section == number)
    assert all(view.rect().contains(view.seat_rect(int(seat))) for seat in seats)
    assert not view.show_section("Nowhere")
    assert not view.show_section(" ")


@pytest.mark.parametrize("size", [6, 8, 9, 10, 14, 28])
def test_rings_and_marks_leave_the_seats_beside_them_whole(shown: Shown, size: int) -> None:
    """Three neighbours in the basket, one beside them chosen, one hovered over: all are recognised."""
    view = shown(rectangle(3, 12))
    view.look(centred(view.model.hall.bounds, 800, 600, (size + 0.2) / SHARE / PITCH))  # type: ignore[union-attr]
    view.draw_frame()
    plain = view.grab().toImage()
    view.model.set_mine(UUID(int=9), [15, 16, 17], NOW + 200)  # type: ignore[arg-type]
    view.model.toggle(18)
    QTest.mouseMove(view, middle(view, 20))
    view.draw_frame()
    ringed = view.grab().toImage()
    reach = int(0.3 * size)

    def patch(image: QImage, seat: int) -> QImage:
        at = middle(view, seat)
        return image.copy(at.x() - reach, at.y() - reach, 2 * reach + 1, 2 * reach + 1)

    for seat in (15, 16, 17):
        assert patch(ringed, seat) not in (patch(plain, seat), patch(ringed, 18)), seat
    for seat in (2, 3, 4, 5, 6, 7, 8, 14, 19, 21, 27, 28, 29, 30, 31, 32, 33):
        assert patch(ringed, seat) == patch(plain, seat), seat


def test_typing_on_the_map_jumps_to_a_section(shown: Shown) -> None:
    view = shown(drawn(stadium()), None, 1280, 800)
    QTest.keyClicks(view, "block 105")
    view.draw_frame()
    seats = np.flatnonzero(view.model.hall.geometry.section == _section(view, "Block 105"))  # type: ignore[union-attr]
    assert all(view.rect().contains(view.seat_rect(int(seat))) for seat in seats)
    assert not len(view.model.selection)


def _section(view: SeatMapView, name: str) -> int:
    assert view.model.hall is not None
    return [section.name for section in view.model.hall.geometry.sections].index(name)


def test_hovering_tells_the_seat_and_leaving_tells_none(shown: Shown) -> None:
    view = shown(rectangle(3, 10))
    hovered = QSignalSpy(view.seat_hovered)
    QTest.mouseMove(view, middle(view, 7))
    QTest.mouseMove(view, QPoint(2, 2))
    assert [hovered.at(number)[0] for number in range(hovered.count())][-2:] == [7, -1]


def test_a_thousand_changes_are_a_few_paintings(shown: Shown, qtbot: QtBot) -> None:
    plan = rectangle(20, 50)
    view = shown(plan)
    paints = Paints(view)
    start = time.monotonic()
    for seat in range(1000):
        view.model.apply(news(plan, seat, SeatStatus.BOOKED))
        if seat % 50 == 0:
            QApplication.processEvents()
    qtbot.waitUntil(lambda: paints.count > 0)
    frames = (time.monotonic() - start) / 0.016 + 2
    assert paints.count <= frames
    assert (view.model.face // 8 == Kind.BOOKED).all()


def test_a_minute_of_a_thousand_changes_a_second_leaves_the_memory_level(shown: Shown) -> None:
    """All changes of the minute, frame by frame, as fast as can be; the seconds of a real one are in the benchmarks."""
    plan = rectangle(40, 100)
    view = shown(plan)
    source = np.random.default_rng(5)

    def second() -> None:
        for _ in range(60):
            seats = source.integers(0, len(plan), 17)
            view.model.apply(news(plan, seats, source.integers(0, 4, 17), NOW + 250))
            view.draw_frame()
            QApplication.processEvents()

    for _ in range(8):
        second()
    before = psutil.Process().memory_info().rss
    for _ in range(52):
        second()
    assert psutil.Process().memory_info().rss - before < 4 * 2**20


def test_a_freed_seat_flashes_once_and_then_looks_free(shown: Shown, qtbot: QtBot) -> None:
    plan = rectangle(1, 1)
    view = shown(plan)

    def colour() -> str:
        return view.grab().toImage().pixelColor(middle(view, 0) - QPoint(0, 7)).name()

    usual = colour()
    view.model.apply(news(plan, 0, SeatStatus.BOOKED))
    view.draw_frame()
    assert colour() != usual
    view.model.apply(news(plan, 0, SeatStatus.AVAILABLE))
    view.draw_frame()
    assert colour() == LIGHT.text.lower()
    qtbot.waitUntil(lambda: colour() == usual, timeout=3000)


def test_the_tip_says_everything_and_takes_no_markup_from_names(shown: Shown) -> None:
    plan = placed([0.0, 0.55], [0.0, 0.0], section=[1, 1])
    view = shown(plan)
    view.model.apply(news(plan, 0, SeatStatus.HELD, NOW + 65))
    view.model.states.holder[0] = 1  # type: ignore[union-attr]
    words = view.words(0)
    assert (words.name, words.zone, words.price) == ("<b>Circle</b> A1", "Zone 1", "€42.00")
    assert words.state == "Held by JK at Counter 2, 1:05 left"
    tip = view.tip(0)
    assert "&lt;b&gt;Circle&lt;/b&gt; A1" in tip
    assert "<b>Circle" not in tip


def test_the_map_follows_the_palette(shown: Shown, qapp: QApplication) -> None:
    view = shown(rectangle(3, 10))
    assert view.grab().toImage().pixelColor(2, 2).name() == LIGHT.surface.lower()
    show(qapp, DARK)
    assert view.grab().toImage().pixelColor(2, 2).name() == DARK.surface.lower()


def test_the_overview_appears_when_the_hall_is_larger_than_the_window_and_moves_it(shown: Shown) -> None:
    view = shown(rectangle(40, 60))
    assert not view.minimap.isVisible()
    wheel(view, QPoint(400, 300), 8)
    assert view.minimap.isVisible()
    view.minimap.grab()
    QTest.mouseClick(view.minimap, LEFT, PLAIN, QPoint(view.minimap.width() // 2 + 40, 30))
    view.draw_frame()
    before = view.in_sight()
    QTest.mouseClick(view.minimap, LEFT, PLAIN, QPoint(view.minimap.width() // 2 - 40, 30))
    view.draw_frame()
    assert view.in_sight().left < before.left


def test_the_legend_names_prices_of_the_zones(shown: Shown) -> None:
    plan = drawn(playhouse())
    view = shown(plan, busy(plan))
    words = view.legend.accessibleDescription()
    assert words.startswith("€95.00, ")
    assert words.endswith("held, sold, mine")
    view.show_money_in("JPY", "en_GB")
    assert "JP¥9,500" in view.legend.accessibleDescription()


ODD = {
    "empty": placed([], []),
    "one seat": placed(3.0, 4.0),
    "two at one point": placed([1.0, 1.0], [2.0, 2.0]),
    "far apart": placed([0.0, 90_000.0], [0.0, -90_000.0]),
    "a line": placed(np.zeros(40), np.arange(40) * 0.5),
    "a hundred thousand": rectangle(200, 500),
    "rotated": turned(rectangle(12, 20), 37),
    "upside down": turned(rectangle(12, 20), 180),
    "mirrored": turned(rectangle(12, 20), 20, mirrored=True),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_halls_are_drawn_zoomed_and_panned(shown: Shown, name: str) -> None:
    plan = ODD[name]
    view = shown(plan, free(plan), 200, 160)
    for notches in (1, 12, 25, -40):
        wheel(view, QPoint(100, 80), notches)
        drag(view, QPoint(20, 20), QPoint(180, 140))
        view.finish()
        assert not view.grab().isNull()
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert len(view.model.selection) == min(len(plan), 1)
    view.model.set_mine(UUID(int=5), [0] if len(plan) else [])  # type: ignore[arg-type]
    view.draw_frame()


def test_without_an_event_nothing_is_shown_and_nothing_can_be_done(shown: Shown) -> None:
    view = shown(rectangle(3, 10))
    view.model.unload()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Plus, Qt.Key.Key_Home, Qt.Key.Key_S):
        QTest.keyClick(view, key)
    QTest.mouseClick(view, LEFT, PLAIN, QPoint(400, 300))
    wheel(view, QPoint(100, 80), 2)
    picture = view.grab().toImage()
    assert picture.copy(0, 0, 400, 300) == picture.copy(400, 0, 400, 300)
    assert not view.minimap.isVisible()


def test_of_two_seats_at_one_point_a_click_means_the_one_on_top(shown: Shown) -> None:
    view = shown(ODD["two at one point"])
    QTest.mouseClick(view, LEFT, PLAIN, middle(view, 0))
    assert view.model.selection.tolist() == [1]


def test_the_names_of_few_sections_cover_no_seat_once_seats_can_be_told_apart(shown: Shown) -> None:
    view = shown(drawn(playhouse()), None, 1400, 950)
    picture, names = view._picture, view._overlay._placed
    assert picture is not None
    assert picture.logical_size >= 6
    assert len(names.pictures) == len(view.model.hall.geometry.sections)  # type: ignore[union-attr]
    x, y = picture.places(np.arange(len(view.model)))
    for left, top, right, bottom in names.edges + np.tile((picture.camera.left, picture.camera.top), 2):
        assert not ((x > left) & (x < right) & (y > top) & (y < bottom)).any()
