"""The window: screens by key, the strip, the sheet of keys and the search of actions."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from evently_desktop.gui.actions import Actions
from evently_desktop.gui.keys import ActionSearch, KeySheet
from evently_desktop.gui.main_window import MainWindow
from evently_desktop.gui.messages import Tone
from evently_desktop.gui.screen import Screen


@pytest.fixture
def state(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def window(qtbot: QtBot, actions: Actions, state: QSettings) -> MainWindow:
    made = MainWindow(actions, state)
    for identifier, title, icon in (("sell", "Counter", "ticket"), ("find", "Bookings", "book")):
        made.add_screen(Screen(identifier, title, icon, actions))
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def text_at(sheet: KeySheet, row: int, column: int) -> str:
    item = sheet.table.item(row, column)
    return item.text() if item else ""


def test_screens_open_by_key(window: MainWindow, qtbot: QtBot) -> None:
    assert window.screen_shown.id == "sell"
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.screen_shown.id == "find"


def test_it_fits_the_smallest_screen_at_150_percent(window: MainWindow) -> None:
    assert window.minimumSizeHint().width() <= 1920 / 1.5
    assert window.minimumSizeHint().height() <= 1080 / 1.5
    window.show_connected(connected=False)
    assert window.minimumSizeHint().height() <= 720


def test_the_strip_is_there_while_there_is_no_connection(window: MainWindow) -> None:
    window.show_connected(connected=False)
    assert window.strip.isVisible()
    assert window.strip.width() == window.width()
    window.show_connected(connected=True)
    assert not window.strip.isVisible()


def test_the_search_opens_the_screen_of_what_it_does(window: MainWindow, actions: Actions, qtbot: QtBot) -> None:
    done: list[str] = []
    screen = window.findChildren(Screen)[1]
    actions.add("find.again", "Print again", "F8", lambda: done.append(window.screen_shown.id), screen, "find")
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    search = window.findChild(ActionSearch)
    assert isinstance(search, ActionSearch)
    QTest.keyClicks(search.field, "again print")
    QTest.keyClick(search.field, Qt.Key.Key_Return)
    assert done == ["find"]


def test_f1_lists_the_keys_of_this_screen_and_changes_one(window: MainWindow, actions: Actions, qtbot: QtBot) -> None:
    screen = window.findChildren(Screen)[0]
    action = actions.add("sell.cash", "Cash", "F8", lambda: None, screen, "sell")
    QTest.keyClick(window, Qt.Key.Key_F1)
    sheet = window.findChild(KeySheet)
    assert isinstance(sheet, KeySheet)
    listed = [text_at(sheet, row, 0) for row in range(sheet.table.rowCount())]
    assert "Cash" in listed
    sheet.table.selectRow(listed.index("Cash"))
    sheet.new_key.setFocus()
    QTest.keyClick(sheet.new_key, Qt.Key.Key_F1)
    sheet.change.click()
    assert "F1 already means “Keys”" in sheet.problem.text()
    QTest.keyClick(sheet.new_key, Qt.Key.Key_F7)
    sheet.change.click()
    assert action.key == "F7"
    assert text_at(sheet, listed.index("Cash"), 1) == "F7"


def test_its_place_is_remembered(window: MainWindow, actions: Actions, state: QSettings, qtbot: QtBot) -> None:
    window.resize(1024, 700)
    window.close()
    again = MainWindow(Actions(Path("none")), state)
    qtbot.addWidget(again)
    assert again.height() == 700


def test_a_message_lies_over_the_work_and_moves_nothing(window: MainWindow, qtbot: QtBot) -> None:
    screen = window.screen_shown
    before = screen.middle.geometry()
    screen.messages.tell(Tone.DANGER, "Stalls K12 was just sold at Counter 2. " * 6)
    assert screen.middle.geometry() == before
    bar = screen.messages.geometry()
    assert screen.middle.geometry().contains(bar)
    assert screen.messages.text.height() >= screen.messages.text.heightForWidth(screen.messages.text.width())
