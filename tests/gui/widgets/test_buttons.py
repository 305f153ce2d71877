"""Buttons that show their key, and follow their action."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from evently_desktop.gui.actions import Actions
from evently_desktop.gui.theme import TARGET
from evently_desktop.gui.widgets.buttons import ActionButton


def test_a_button_follows_its_action(actions: Actions, qtbot: QtBot) -> None:
    done: list[str] = []
    home = QWidget()
    qtbot.addWidget(home)
    action = actions.add("cash", "Cash", "F8", lambda: done.append("cash"), home, icon="cash")
    button = ActionButton(action, selling=True, parent=home)
    home.show()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == ["cash"]
    assert (button.text(), button.key, button.toolTip()) == ("Cash", "F8", "Cash  F8")
    actions.change_key("cash", "F7")
    action.setEnabled(False)
    assert button.key == "F7"
    assert not button.isEnabled()
    assert button.toolTip() == "Cash  F7"


def test_its_words_and_key_fit_and_selling_targets_are_high(actions: Actions, qtbot: QtBot) -> None:
    home = QWidget()
    qtbot.addWidget(home)
    action = actions.add("release", "Release all", "Esc", lambda: None, home, icon="release")
    button = ActionButton(action, selling=True, parent=home)
    button.ensurePolished()
    words = button.fontMetrics().horizontalAdvance(button.text() + button.key)
    assert button.sizeHint().width() > words + 16
    assert button.sizeHint().height() >= TARGET
