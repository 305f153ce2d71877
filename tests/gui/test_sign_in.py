"""Signing in against a real server: welcome, refused in the dialog, and a server that is not there."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from evently_desktop.database.addresses import Address
from evently_desktop.gui.sign_in import SignedIn, SignIn, SignInDialog
from evently_desktop.gui.tasks import Tasks
from evently_desktop.settings import Settings
from tests import house
from tests.conftest import TestServer

Open = Callable[[Address], SignInDialog]


@pytest.fixture
def welcomed() -> Iterator[list[SignedIn]]:
    found: list[SignedIn] = []
    yield found
    for each in found:
        each.database.close()


@pytest.fixture
def state(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "state.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def open_dialog(qtbot: QtBot, state: QSettings, welcomed: list[SignedIn]) -> Iterator[Open]:
    tasks = Tasks()

    def opened(address: Address) -> SignInDialog:
        dialog = SignInDialog("the house", "Counter 7")
        qtbot.addWidget(dialog)
        presenter = SignIn(dialog, tasks, Settings(station="Counter 7"), lambda _login, _password: address, state)
        presenter.signed_in.connect(welcomed.append)
        dialog.show()
        return dialog

    yield opened
    tasks.shutdown()


@pytest.fixture
def address(house_server: TestServer) -> Address:
    url = house_server.admin_url
    assert url.host
    assert url.port
    assert url.database
    return Address(url.host, url.port, url.database)


def sign_in(dialog: SignInDialog, login: str, password: str) -> None:
    dialog.login.setText(login)
    dialog.password.setText(password)
    QTest.keyClick(dialog.password, Qt.Key.Key_Return)


def test_the_right_password_opens_the_house(
    open_dialog: Open, address: Address, house_server: TestServer, welcomed: list[SignedIn], state: QSettings,
    qtbot: QtBot,
) -> None:  # fmt: skip
    dialog = open_dialog(address)
    sign_in(dialog, house_server.login("anna"), house.PASSWORD)
    assert not dialog.enter.isEnabled()
    qtbot.waitUntil(lambda: len(welcomed) == 1)
    assert welcomed[0].staff.name == "Anna"
    assert dialog.result() == QDialog.DialogCode.Accepted
    again = open_dialog(address)
    assert again.login.text() == house_server.login("anna")
    assert state.allKeys() == ["login"]


def test_a_wrong_password_is_said_in_the_dialog(
    open_dialog: Open, address: Address, house_server: TestServer, welcomed: list[SignedIn], qtbot: QtBot
) -> None:
    dialog = open_dialog(address)
    sign_in(dialog, house_server.login("anna"), "wrong")
    qtbot.waitUntil(dialog.problem.isVisible)
    assert dialog.problem.text() == "The name or the password is wrong, or this login is switched off."
    assert dialog.isVisible()
    assert dialog.enter.isEnabled()
    sign_in(dialog, house_server.login("anna"), house.PASSWORD)
    qtbot.waitUntil(lambda: len(welcomed) == 1)


def test_a_server_that_is_not_there_is_said_in_the_dialog(open_dialog: Open, qtbot: QtBot) -> None:
    dialog = open_dialog(Address("127.0.0.1", 9, "evently"))
    sign_in(dialog, "anna", "secret")
    qtbot.waitUntil(dialog.problem.isVisible, timeout=15_000)
    assert "connection" in dialog.problem.text().lower()
    assert "secret" not in dialog.problem.text()


def test_a_missing_login_asks_nobody(open_dialog: Open, address: Address) -> None:
    dialog = open_dialog(address)
    sign_in(dialog, "  ", "secret")
    assert dialog.problem.text() == "The login is missing; type yours."
    assert dialog.enter.isEnabled()
