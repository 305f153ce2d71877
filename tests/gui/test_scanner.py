"""A burst of keys is a scan and types nothing; everything that a person types arrives."""

from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QMainWindow, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from evently_desktop.gui.scanner import Scanner

CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" * 2
SLOWER_THAN_A_SCANNER_MS = 60


@dataclass
class Bench:
    """A window with a field in it, and what was scanned there."""

    window: QMainWindow
    line: QLineEdit
    other: QLineEdit
    scanned: list[str] = field(default_factory=list)
    entered: list[str] = field(default_factory=list)

    def scan(self, code: str = CODE, into: QWidget | None = None) -> None:
        target = into or self.line
        QTest.keyClicks(target, code)
        QTest.keyClick(target, Qt.Key.Key_Return)


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    window = QMainWindow()
    page = QWidget()
    layout = QVBoxLayout(page)
    made = Bench(window, QLineEdit(), QLineEdit())
    layout.addWidget(made.line)
    layout.addWidget(made.other)
    window.setCentralWidget(page)
    Scanner(window).scanned.connect(made.scanned.append)
    sell = QAction("Sell", window)
    sell.setShortcut("Return")
    sell.triggered.connect(lambda: made.entered.append("sold"))
    window.addAction(sell)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    made.line.setFocus()
    return made


def test_a_burst_is_a_scan_and_neither_types_nor_presses_enter(bench: Bench) -> None:
    bench.line.setText("before")
    bench.scan()
    assert bench.scanned == [CODE]
    assert bench.line.text() == "before"
    assert bench.entered == []


def test_small_letters_are_a_scanner_with_the_caps_lock_on(bench: Bench) -> None:
    bench.scan(CODE.lower())
    assert bench.scanned == [CODE]


def test_a_second_enter_of_the_scanner_is_part_of_the_scan(bench: Bench, qtbot: QtBot) -> None:
    bench.scan()
    bench.other.setFocus()
    QTest.keyClick(bench.other, Qt.Key.Key_Return)
    assert bench.entered == []
    qtbot.wait(200)
    QTest.keyClick(bench.other, Qt.Key.Key_Return)
    assert bench.entered == ["sold"]
    assert bench.scanned == [CODE]


def test_a_scan_without_any_focus_counts(bench: Bench) -> None:
    bench.line.clearFocus()
    bench.scan(into=bench.window)
    assert bench.scanned == [CODE]


def test_a_scan_in_a_dialog_of_the_window_counts(bench: Bench, qtbot: QtBot) -> None:
    dialog = QDialog(bench.window)
    line = QLineEdit(dialog)
    dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    line.setFocus()
    bench.scan(into=line)
    assert bench.scanned == [CODE]
    assert line.text() == ""
    assert dialog.isVisible()
    dialog.reject()


def test_another_window_of_the_program_has_its_own_scanner(bench: Bench, qtbot: QtBot) -> None:
    line = QLineEdit()
    qtbot.addWidget(line)
    line.show()
    line.activateWindow()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    bench.scan(into=line)
    assert bench.scanned == []
    assert line.text() == CODE


def test_what_a_person_types_arrives_in_order(bench: Bench, qtbot: QtBot) -> None:
    QTest.keyClicks(bench.line, "Stalls K12-15 A, 2c")
    qtbot.waitUntil(lambda: bench.line.text() == "Stalls K12-15 A, 2c")
    assert bench.scanned == []


def test_a_single_letter_arrives_by_itself(bench: Bench, qtbot: QtBot) -> None:
    QTest.keyClicks(bench.line, "a")
    qtbot.waitUntil(lambda: bench.line.text() == "a")


def test_enter_comes_after_what_was_typed_before_it(bench: Bench) -> None:
    bench.line.returnPressed.connect(lambda: bench.entered.append(bench.line.text()))
    bench.window.removeAction(bench.window.actions()[0])
    QTest.keyClicks(bench.line, "best")
    QTest.keyClick(bench.line, Qt.Key.Key_Return)
    assert bench.entered == ["best"]


def test_too_short_a_burst_is_typing(bench: Bench) -> None:
    bench.scan(CODE[:19])
    assert bench.scanned == []
    assert bench.line.text() == CODE[:19]
    assert bench.entered == ["sold"]


def test_a_long_word_typed_by_hand_is_typing(bench: Bench) -> None:
    QTest.keyClicks(bench.line, CODE[:20], Qt.KeyboardModifier.NoModifier, SLOWER_THAN_A_SCANNER_MS)
    QTest.keyClick(bench.line, Qt.Key.Key_Return)
    assert bench.scanned == []
    assert bench.line.text() == CODE[:20]


def test_a_burst_without_an_enter_is_typing(bench: Bench, qtbot: QtBot) -> None:
    QTest.keyClicks(bench.line, CODE)
    qtbot.waitUntil(lambda: bench.line.text() == CODE)
    assert bench.scanned == []


def test_what_was_typed_stays_where_it_was_typed(bench: Bench) -> None:
    QTest.keyClicks(bench.line, "ab")
    bench.other.setFocus()
    QTest.keyClicks(bench.other, "cd")
    QTest.keyClick(bench.other, Qt.Key.Key_Escape)
    assert (bench.line.text(), bench.other.text()) == ("ab", "cd")


def test_a_field_that_is_gone_gets_nothing(bench: Bench, qtbot: QtBot) -> None:
    QTest.keyClicks(bench.line, "ab")
    bench.line.hide()
    with qtbot.waitSignal(bench.line.destroyed):
        bench.line.deleteLater()
    QTest.keyClicks(bench.other, "-")
    assert bench.other.text() == "-"
