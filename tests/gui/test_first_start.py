"""The first start: an address is checked before it is taken."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from evently_desktop.gui.first_start import FirstStart


def test_this_pc_only_needs_no_address(qtbot: QtBot) -> None:
    dialog = FirstStart()
    qtbot.addWidget(dialog)
    dialog.show()
    with qtbot.waitSignal(dialog.chosen) as chosen:
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert chosen.args == [""]
    assert dialog.result() == QDialog.DialogCode.Accepted


def test_an_address_that_would_be_unsafe_is_not_taken(qtbot: QtBot) -> None:
    dialog = FirstStart()
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.shared.setChecked(True)
    dialog.address.setText("postgresql://db.example.org/evently?sslmode=disable")
    with qtbot.assertNotEmitted(dialog.chosen):
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert "sslmode=verify-full" in dialog.problem.text()
    dialog.address.setText("postgresql://db.example.org/evently")
    with qtbot.waitSignal(dialog.chosen) as chosen:
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert chosen.args == ["postgresql://db.example.org/evently"]
