"""The message bar: information leaves, trouble stays, and one key does what helps."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from evently_desktop.gui.actions import Actions
from evently_desktop.gui.messages import MessageBar, Remedy, Tone


@pytest.fixture
def screen(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(600, 200)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


@pytest.fixture
def bar(actions: Actions, screen: QWidget) -> MessageBar:
    made = MessageBar(actions, "sell", screen)
    made.setGeometry(20, 100, 560, 48)
    return made


@pytest.mark.parametrize(
    ("tone", "leaves"),
    [(Tone.INFORMATION, True), (Tone.GOOD, True), (Tone.ATTENTION, False), (Tone.DANGER, False)],
)
def test_only_information_leaves_by_itself(bar: MessageBar, tone: Tone, leaves: bool) -> None:
    bar.tell(tone, "Printed 2 tickets.")
    assert bar.isVisible()
    assert bar._timer.isActive() is leaves
    bar._timer.timeout.emit()
    assert not bar.isVisible()


def test_the_remedy_has_a_key_and_ends_the_message(bar: MessageBar, screen: QWidget, qtbot: QtBot) -> None:
    done: list[str] = []
    bar.tell(Tone.DANGER, "The printer is out of paper.", Remedy("Try again", lambda: done.append("again")))
    assert bar.remedy_button.text() == "Try again"
    assert bar.remedy_button.key == "F5"
    QTest.keyClick(screen, Qt.Key.Key_F5)
    assert done == ["again"]
    assert not bar.isVisible()
    QTest.keyClick(screen, Qt.Key.Key_F5)
    assert done == ["again"]


def test_a_message_without_a_remedy_shows_no_button(bar: MessageBar) -> None:
    bar.tell(Tone.DANGER, "First.", Remedy("Try again", lambda: None))
    bar.tell(Tone.DANGER, "Second.")
    assert not bar.remedy_button.isVisible()
    assert bar.text.text() == "Second."


def test_information_with_a_remedy_stays(bar: MessageBar) -> None:
    bar.tell(Tone.INFORMATION, "Sold.", Remedy("Undo", lambda: None))
    assert not bar._timer.isActive()


def test_markup_in_a_message_is_shown_as_it_was_typed(bar: MessageBar) -> None:
    bar.tell(Tone.INFORMATION, "<b>Anna</b>")
    assert bar.text.textFormat() == Qt.TextFormat.PlainText
