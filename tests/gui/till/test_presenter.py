"""A shift through its two dialogs: opened with a float, closed with a blind count."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot
from uuid_utils.compat import uuid7

from evently_desktop.database.transactions import Database
from evently_desktop.domain.ids import TillId
from evently_desktop.gui.actions import Actions
from evently_desktop.gui.main_window import MainWindow
from evently_desktop.gui.screen import Screen
from evently_desktop.gui.tasks import Tasks
from evently_desktop.gui.till.dialogs import CloseShiftDialog, OpenShiftDialog
from evently_desktop.gui.till.presenter import ShiftPresenter
from evently_desktop.services import tills
from tests.conftest import TestServer
from tests.house import euros

PATIENCE_MS = 15_000
D = TypeVar("D", bound=QDialog)


@pytest.fixture
def ada(sign_in: Callable[..., Database]) -> Database:
    return sign_in("ada", station="Counter 4")


@pytest.fixture
def till(house_server: TestServer) -> str:
    """A till that nobody else uses."""
    name = f"A till {uuid7()}"
    with house_server.admin() as admin:
        admin.execute("INSERT INTO evently.tills (id, name, currency) VALUES (%s, %s, 'EUR')", [TillId(uuid7()), name])
    return name


@pytest.fixture
def shifts(qtbot: QtBot, tmp_path: Path, actions: Actions, ada: Database) -> Iterator[ShiftPresenter]:
    owner = QObject()
    tasks = Tasks(ada, owner)
    window = MainWindow(actions, QSettings(str(tmp_path / "w.ini"), QSettings.Format.IniFormat))
    window.add_screen(Screen("sell", "Counter", "ticket", actions))
    presenter = ShiftPresenter(window, actions, tasks, "en_GB")
    qtbot.addWidget(window)
    window.show()
    presenter.start()
    qtbot.waitUntil(lambda: presenter.is_known, timeout=PATIENCE_MS)
    yield presenter
    tasks.shutdown()
    left_open = ada.read(tills.current_shift)
    if left_open:
        ada.write(tills.close_shift, left_open.id, left_open.float_amount)


def opened(kind: type[D], qtbot: QtBot) -> D:
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), kind), timeout=PATIENCE_MS)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, kind)
    return dialog


def fits(dialog: QDialog) -> bool:
    layout = dialog.layout()
    assert layout
    return dialog.height() >= layout.totalHeightForWidth(dialog.width())


def open_shift(shifts: ShiftPresenter, till: str, qtbot: QtBot) -> None:
    shifts.action.trigger()
    dialog = opened(OpenShiftDialog, qtbot)
    dialog.till.setCurrentText(till)
    dialog.go.click()
    assert dialog.problem.text() == "Type how much cash is in the drawer, 0 for none."
    assert fits(dialog)
    QTest.keyClicks(dialog.float_amount.field, "100")
    assert not dialog.problem.isVisible()
    dialog.go.click()
    qtbot.waitUntil(lambda: shifts.shift is not None, timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("count", "difference", "tone"),
    [("100", "0.00", "good"), ("97.30", "2.70", "attention"), ("120", "20.00", "attention")],
)
def test_a_count_is_blind_and_says_what_is_over_or_short(
    shifts: ShiftPresenter, till: str, qtbot: QtBot, count: str, difference: str, tone: str
) -> None:
    open_shift(shifts, till, qtbot)
    assert shifts.shift
    assert (shifts.shift.till, shifts.shift.float_amount) == (till, euros(100))
    shifts.action.trigger()
    dialog = opened(CloseShiftDialog, qtbot)
    assert not dialog.outcome.isVisible()
    QTest.keyClicks(dialog.counted.field, count)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(dialog.outcome.isVisible, timeout=PATIENCE_MS)
    assert dialog.outcome.expected.text() == "100.00"
    assert dialog.outcome.difference.text() == difference
    assert dialog.outcome.difference.property("tone") == tone
    assert fits(dialog)
    dialog.go.click()
    assert not dialog.isVisible()
    assert shifts.shift is None


def test_the_till_of_somebody_else_is_refused_in_the_dialog(
    shifts: ShiftPresenter, annas_shift: object, qtbot: QtBot
) -> None:
    shifts.action.trigger()
    dialog = opened(OpenShiftDialog, qtbot)
    dialog.till.setCurrentText("Till 0")
    QTest.keyClicks(dialog.float_amount.field, "0")
    dialog.go.click()
    qtbot.waitUntil(dialog.problem.isVisible, timeout=PATIENCE_MS)
    assert dialog.problem.text() == "Somebody else has a shift on this till; choose another till."
    assert fits(dialog)
    dialog.reject()
