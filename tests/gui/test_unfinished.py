"""The start after a crash: each sale that was under way is found out about, and the clerk is told once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from evently_desktop.database.transactions import Database
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.domain.staff import Shift
from evently_desktop.gui.actions import Actions
from evently_desktop.gui.messages import MessageBar, Tone
from evently_desktop.gui.tasks import Tasks
from evently_desktop.gui.unfinished import UnfinishedSales
from evently_desktop.journal import Intent, Journal
from evently_desktop.services import holds
from tests.house import Hall, cash

STATION = "Counter 1"


@pytest.fixture
def screen(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


@pytest.fixture
def bar(screen: QWidget, actions: Actions) -> MessageBar:
    return MessageBar(actions, "counter", screen)


@pytest.fixture
def tasks(anna: Database) -> Iterator[Tasks]:
    made = Tasks(anna)
    yield made
    made.shutdown()


def crash_while_selling(folder: Path, anna: Database, shift: Shift, hall: Hall, seat: str) -> Intent:
    """The seat is held and the intent written; then the program is gone."""
    booking = new_booking_id()
    hold = anna.write(holds.place, hall.event_id, booking, hall.choose(seat))
    login = anna.url.username or ""
    tenders = (cash(hold.total),)
    names = tuple(each.name for each in hold.seats)
    intent = Intent(hall.event_id, booking, tenders, shift.id, hold.total, "", names, login)
    with Journal(folder, STATION) as journal:
        journal.begin(intent)
    return intent


def test_a_sale_that_can_still_be_made_is_made_and_told(
    tmp_path: Path, anna: Database, annas_shift: Shift, hall: Hall, tasks: Tasks, bar: MessageBar, screen: QWidget,
    qtbot: QtBot,
) -> None:  # fmt: skip
    crash_while_selling(tmp_path, anna, annas_shift, hall, "A1")
    with Journal(tmp_path, STATION) as journal:
        unfinished = UnfinishedSales(tasks, anna, journal, bar, screen)
        with qtbot.waitSignal(unfinished.told, timeout=15_000):
            unfinished.start()
        assert bar.text.text().startswith("Stalls A1: sold as EVT-")
        assert bar.tone is Tone.ATTENTION
        assert journal.unfinished() == ()
        with qtbot.waitSignal(unfinished.booking_wanted) as wanted:
            QTest.keyClick(screen, Qt.Key.Key_F5)
    assert wanted.args[0] in bar.text.text()


def test_several_are_told_in_one_message_and_the_worst_sets_its_tone(
    tmp_path: Path, anna: Database, annas_shift: Shift, hall: Hall, tasks: Tasks, bar: MessageBar, screen: QWidget,
    qtbot: QtBot,
) -> None:  # fmt: skip
    crash_while_selling(tmp_path, anna, annas_shift, hall, "B1")
    given_up = crash_while_selling(tmp_path, anna, annas_shift, hall, "B2")
    anna.write(holds.release, hall.event_id, given_up.booking_id)
    with Journal(tmp_path, STATION) as journal:
        unfinished = UnfinishedSales(tasks, anna, journal, bar, screen)
        with qtbot.waitSignal(unfinished.told, timeout=15_000):
            unfinished.start()
    first, second = bar.text.text().split("\n")
    assert first.startswith("Stalls B1: sold")
    assert second.startswith("Stalls B2: not sold.")
    assert f"{given_up.expected_total.plain('en')} EUR, give it back." in second
    assert bar.tone is Tone.DANGER


def test_what_only_another_login_can_find_out_stays_open(
    tmp_path: Path, anna: Database, ben: Database, annas_shift: Shift, hall: Hall, bar: MessageBar, screen: QWidget,
    qtbot: QtBot,
) -> None:  # fmt: skip
    intent = crash_while_selling(tmp_path, anna, annas_shift, hall, "C1")
    tasks = Tasks(ben)
    with Journal(tmp_path, STATION) as journal:
        unfinished = UnfinishedSales(tasks, ben, journal, bar, screen)
        with qtbot.waitSignal(unfinished.told, timeout=15_000):
            unfinished.start()
        assert f"sign in as {intent.login}" in bar.text.text()
        assert [entry.intent for entry in journal.unfinished()] == [intent]
        assert bar.remedy_button.text() == "Ask again"
    tasks.shutdown()


def test_with_nothing_left_open_nothing_is_said(
    tmp_path: Path, anna: Database, tasks: Tasks, bar: MessageBar, screen: QWidget, qtbot: QtBot
) -> None:
    with Journal(tmp_path, STATION) as journal:
        unfinished = UnfinishedSales(tasks, anna, journal, bar, screen)
        with qtbot.waitSignal(unfinished.told):
            unfinished.start()
    assert not bar.isVisible()
