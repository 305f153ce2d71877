from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from evently_desktop.demo.plans import stadium
from evently_desktop.domain.seating import SeatStatus
from tests.gui.seat_map.conftest import Shown
from tests.gui.seat_map.halls import drawn, news, rectangle

NAME, DESCRIPTION = QAccessible.Text.Name, QAccessible.Text.Description


def test_every_seat_of_a_stadium_can_be_asked_for_its_name_state_and_price(shown: Shown) -> None:
    view = shown(drawn(stadium()))
    found = QAccessible.queryAccessibleInterface(view)
    assert found.childCount() == 80_000
    assert found.role() == QAccessible.Role.List
    seat = found.child(70_000)
    assert seat.text(NAME) == view.words(70_000).name
    assert seat.text(DESCRIPTION).startswith("Available, ")
    assert seat.text(DESCRIPTION).endswith("€42.00")
    assert found.indexOfChild(seat) == 70_000
    assert found.child(80_000) is None


def test_a_seat_tells_whether_it_is_chosen_focused_or_gone(shown: Shown) -> None:
    plan = rectangle(3, 10)
    view = shown(plan)
    view.activateWindow()
    view.setFocus(Qt.FocusReason.OtherFocusReason)
    view.set_current_seat(12)
    found = QAccessible.queryAccessibleInterface(view)
    QTest.keyClick(view, Qt.Key.Key_Space)
    state = found.child(12).state()
    assert (state.selected, state.selectable, state.disabled) == (True, True, False)
    assert found.child(12).text(DESCRIPTION).startswith("Chosen")
    view.model.apply(news(plan, 12, SeatStatus.BOOKED))
    state = found.child(12).state()
    assert (state.selected, state.selectable, state.disabled) == (False, False, True)
    assert found.child(12).text(DESCRIPTION).startswith("Sold")


def test_the_seat_under_a_point_of_the_screen_is_found_where_it_says_it_is(shown: Shown) -> None:
    view = shown(rectangle(3, 10))
    found = QAccessible.queryAccessibleInterface(view)
    middle = found.child(17).rect().center()
    assert found.indexOfChild(found.childAt(middle.x(), middle.y())) == 17
    corner = view.mapToGlobal(QPoint(1, 1))
    assert found.childAt(corner.x(), corner.y()) is None


def test_walking_with_a_reader_at_work_is_told(shown: Shown) -> None:
    was_active = QAccessible.isActive()
    QAccessible.setActive(True)
    try:
        view = shown(rectangle(3, 10))
        view.set_current_seat(4)
        QTest.keyClick(view, Qt.Key.Key_Right)
        QTest.keyClick(view, Qt.Key.Key_Space)
        assert view.current_seat == 5
    finally:
        QAccessible.setActive(was_active)
