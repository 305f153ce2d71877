"""From the start of the program to the counter: its first window asks who signs in, and loads no more than that needs.

The libraries of databases, documents and devices come once that window is painted, while the person types.
"""

import os
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from evently_desktop.gui.appearance import Appearance
from evently_desktop.gui.bugs import BugDoor, log_to
from evently_desktop.gui.garbage import Garbage
from evently_desktop.gui.sign_in import SignedIn, SignIn, SignInDialog
from evently_desktop.gui.tasks import Tasks
from evently_desktop.language import tr
from evently_desktop.settings import Settings, config_file, remember_server

if TYPE_CHECKING:
    from evently_desktop.app import Counter
    from evently_desktop.database.addresses import Address

# The first window has been painted by then, and nobody has typed a password yet.
_LOAD_AFTER_MS = 100


def run(settings: Settings, login: str = "", password: str = "") -> int:
    """Sign in, with this login and password suggested, and open the counter; the exit code."""
    is_first_start = _is_first_start(settings)
    qt = application(settings)
    if is_first_start:
        settings = _ask_for_server(settings)
    state = QSettings(str(settings.data_folder / "window.ini"), QSettings.Format.IniFormat)
    tasks = Tasks(parent=qt)
    opened: list[Counter] = []

    def sign_in(settings: Settings) -> None:
        dialog = SignInDialog(settings.server or tr("this PC"), settings.station)
        signing = SignIn(dialog, tasks, settings, partial(_address, settings), state)
        signing.signed_in.connect(partial(welcome, settings))
        dialog.server_wanted.connect(lambda: sign_in(_change_server(settings, dialog)))
        dialog.rejected.connect(qt.quit)
        if not settings.server and not (settings.data_folder / "server").exists():
            dialog.show_note(tr("Nobody works here yet: the login and the password that you choose now are the "
                                "first admin's."))  # fmt: skip
        if login:
            dialog.show_login(login)
            dialog.password.setText(password)
        dialog.open()

    def welcome(settings: Settings, signed_in: SignedIn) -> None:
        from evently_desktop.app import open_counter  # noqa: PLC0415 - loaded by now, in the background

        opened.append(open_counter(settings, signed_in, tasks, state))
        window = opened[-1].window
        window.show() if state.contains("window") else window.showMaximized()

    sign_in(settings)
    QTimer.singleShot(_LOAD_AFTER_MS, lambda: tasks.wait(import_module, "evently_desktop.app").start())
    code = qt.exec()
    for counter in opened:
        counter.close()
    tasks.shutdown()
    return code


def application(settings: Settings) -> QApplication:
    """The Qt application in the chosen palette, with its log and the door for bugs open."""
    qt = QApplication.instance() or QApplication([])
    assert isinstance(qt, QApplication)
    qt.setApplicationName("Evently")
    Appearance(qt, settings.theme)
    BugDoor(log_to(settings.data_folder / "log"), qt).open()
    Garbage(qt)
    return qt


def _address(settings: Settings, login: str, password: str) -> "Address":
    from evently_desktop import server  # noqa: PLC0415 - asked for in a thread

    return server.address_for(settings, login, password)


def _is_first_start(settings: Settings) -> bool:
    return not settings.server and not config_file(os.environ).exists() and not settings.data_folder.exists()


def _ask_for_server(settings: Settings, parent: QWidget | None = None) -> Settings:
    from evently_desktop.gui.first_start import FirstStart  # noqa: PLC0415 - once in the life of a PC

    chosen = [settings.server]
    dialog = FirstStart(settings.server, parent)
    dialog.chosen.connect(chosen.append)
    if dialog.exec() == FirstStart.DialogCode.Accepted:
        remember_server(chosen[-1])
    return replace(settings, server=chosen[-1])


def _change_server(settings: Settings, dialog: SignInDialog) -> Settings:
    changed = _ask_for_server(settings, dialog)
    dialog.rejected.disconnect()
    dialog.close()
    return changed
