"""The registry of actions: keys work where they should, can be changed, and are remembered."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

from evently_desktop.errors import BadInput
from evently_desktop.gui.actions import EVERYWHERE, Actions


def page(stack: QStackedWidget, index: int) -> QWidget:
    found = stack.widget(index)
    assert found is not None
    return found


@pytest.fixture
def stack(qtbot: QtBot) -> QStackedWidget:
    made = QStackedWidget()
    for _ in range(2):
        made.addWidget(QWidget())
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_the_same_key_means_what_the_screen_shown_says(actions: Actions, stack: QStackedWidget, qtbot: QtBot) -> None:
    done: list[str] = []
    actions.add("sell.cash", "Cash", "F8", lambda: done.append("cash"), page(stack, 0), "sell")
    actions.add("find.print", "Print", "F8", lambda: done.append("print"), page(stack, 1), "find")
    QTest.keyClick(stack, Qt.Key.Key_F8)
    stack.setCurrentIndex(1)
    QTest.keyClick(stack, Qt.Key.Key_F8)
    assert done == ["cash", "print"]


def test_a_changed_key_works_at_once_and_after_a_restart(
    actions: Actions, stack: QStackedWidget, qtbot: QtBot, tmp_path: Path
) -> None:
    done: list[str] = []
    actions.add("sell.cash", "Cash", "F8", lambda: done.append("first"), page(stack, 0), "sell")
    actions.change_key("sell.cash", "F7")
    QTest.keyClick(stack, Qt.Key.Key_F8)
    assert done == []
    QTest.keyClick(stack, Qt.Key.Key_F7)
    assert done == ["first"]
    again = Actions(tmp_path / "keys.json")
    assert again.add("sell.cash", "Cash", "F8", lambda: None, QWidget(stack), "sell").key == "F7"


@pytest.mark.parametrize(("screen", "other", "clash"), [
    ("sell", "sell", True), ("sell", EVERYWHERE, True), (EVERYWHERE, "sell", True), ("sell", "find", False),
])  # fmt: skip
def test_two_actions_that_are_shown_together_never_share_a_key(
    actions: Actions, stack: QStackedWidget, screen: str, other: str, clash: bool
) -> None:
    actions.add("one", "Cash", "F8", lambda: None, stack, screen)
    two = actions.add("two", "Print", "F9", lambda: None, stack, other)
    if clash:
        with pytest.raises(BadInput, match="F8 already means “Cash”"):
            actions.change_key("two", "F8")
        assert two.key == "F9"
    else:
        actions.change_key("two", "F8")
        assert two.key == "F8"


def test_a_bare_letter_is_for_typing(actions: Actions, stack: QStackedWidget) -> None:
    action = actions.add("one", "Cash", "F8", lambda: None, stack)
    for key in ("A", "7"):
        with pytest.raises(BadInput, match=f"“{key}” alone is for typing"):
            actions.change_key("one", key)
    assert action.key == "F8"


def test_the_usual_key_is_not_kept_as_a_change(actions: Actions, stack: QStackedWidget, tmp_path: Path) -> None:
    actions.add("one", "Cash", "F8", lambda: None, stack)
    actions.change_key("one", "F7")
    actions.change_key("one", "F8")
    assert (tmp_path / "keys.json").read_text() == "{}"


@pytest.mark.parametrize("content", ["", "[1]", '{"one": ', '"F7"'])
def test_a_damaged_file_of_keys_counts_as_none(stack: QStackedWidget, tmp_path: Path, content: str) -> None:
    (tmp_path / "damaged.json").write_text(content)
    actions = Actions(tmp_path / "damaged.json")
    assert actions.add("one", "Cash", "F8", lambda: None, stack).key == "F8"


def test_search_finds_by_words_and_puts_this_screen_first(actions: Actions, stack: QStackedWidget) -> None:
    for screen in ("find", "sell"):
        actions.add(f"{screen}.again", "Print tickets again", "F8", lambda: None, page(stack, 0), screen)
    actions.add("other", "Cash", "F9", lambda: None, page(stack, 0), "sell")
    assert [action.screen for action in actions.find("AGAIN tick", "sell")] == ["sell", "find"]
