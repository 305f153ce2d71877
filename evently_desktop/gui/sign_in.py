"""Signing in: the person is a login of the database, so signing in is connecting."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from evently_desktop.errors import EventlyError
from evently_desktop.gui.icons import NORMAL, pixmap
from evently_desktop.gui.tasks import Tasks
from evently_desktop.gui.theme import ROW, SPACE
from evently_desktop.gui.widgets.buttons import KeyButton
from evently_desktop.gui.widgets.dialogs import fit
from evently_desktop.gui.widgets.labels import label
from evently_desktop.language import tr
from evently_desktop.settings import Settings

if TYPE_CHECKING:
    # This is the first window of the program: what only its threads need is loaded there.
    from evently_desktop.database.addresses import Address
    from evently_desktop.database.transactions import Database
    from evently_desktop.domain.staff import Staff

_WIDTH = 400


@dataclass(frozen=True)
class SignedIn:
    """Who signed in, and the connections of that login."""

    database: "Database"
    staff: "Staff"


class SignInDialog(QDialog):
    """Asks for login and password, and says in one sentence what is wrong with them."""

    submitted = Signal(str, str, bool)  # login, password, remember
    login_left = Signal(str)
    server_wanted = Signal()  # the person wants to name another server

    def __init__(self, server: str, station: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Sign in"))
        self.login = QLineEdit()
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.remember = QCheckBox(tr("Remember the password on this PC"))
        self.note = label(tone="muted", wrap=True)
        self.note.hide()
        self.problem = label(tone="danger", wrap=True)
        self._sign = QLabel()
        self._sign.setPixmap(pixmap("danger", "danger", NORMAL, self.devicePixelRatioF()))
        self.enter = KeyButton(tr("Sign in"), tr("Enter"))
        self.enter.setProperty("kind", "primary")
        self.enter.setProperty("selling", True)
        self.enter.setAutoDefault(True)
        self.enter.setDefault(True)
        trouble = QHBoxLayout()
        trouble.setSpacing(SPACE[1])
        trouble.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        trouble.addWidget(self.problem, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE[4], SPACE[4], SPACE[4], SPACE[4])
        layout.setSpacing(SPACE[3])
        layout.addWidget(label("Evently", scale="header"))
        layout.addWidget(self.note)
        layout.addLayout(self._form(server, station))
        layout.addLayout(trouble)
        layout.addWidget(self.enter)
        self.setFixedWidth(_WIDTH)
        self.show_problem("")

        self.enter.clicked.connect(self._submit)
        self.login.editingFinished.connect(lambda: self.login_left.emit(self.login.text().strip()))

    def _form(self, server: str, station: str) -> QFormLayout:
        change = KeyButton(tr("Another server"))
        change.setProperty("kind", "quiet")
        change.setAutoDefault(False)

        place = QHBoxLayout()
        place.addWidget(label(server), 1)
        place.addWidget(change)
        form = QFormLayout()
        form.setVerticalSpacing(SPACE[1])
        form.setHorizontalSpacing(SPACE[3])
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for name, field in (
            (tr("Server"), place),
            (tr("Station"), label(station)),
            (tr("Login"), self.login),
            (tr("Password"), self.password),
            ("", self.remember),
        ):
            caption = label(name, tone="muted")
            caption.setMinimumHeight(ROW)
            form.addRow(caption, field)
        change.clicked.connect(self.server_wanted)
        return form

    def show_login(self, login: str) -> None:
        """Suggest this login, and wait for the password."""
        self.login.setText(login)
        (self.password if login else self.login).setFocus()

    def show_remembered(self, password: str) -> None:
        """Fill in what the keyring knows."""
        self.password.setText(password)
        self.remember.setChecked(True)

    def show_note(self, sentence: str) -> None:
        """Say what signing in means this time."""
        self.note.setText(sentence)
        self.note.show()

    def show_problem(self, sentence: str) -> None:
        """Say what went wrong; "" for nothing."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        self._sign.setVisible(bool(sentence))
        fit(self)

    def show_busy(self, *, busy: bool) -> None:
        """Say that the server is being asked."""
        self.enter.setEnabled(not busy)
        self.enter.setText(tr("Signing in …") if busy else tr("Sign in"))

    def _submit(self) -> None:
        login = self.login.text().strip()
        if not login:
            self.show_problem(tr("The login is missing; type yours."))
            self.login.setFocus()
            return
        self.submitted.emit(login, self.password.text(), self.remember.isChecked())


class SignIn(QObject):
    """Connects as the person who signs in, and has the keyring remember if that is wanted."""

    signed_in = Signal(object)  # SignedIn

    def __init__(
        self,
        view: SignInDialog,
        tasks: Tasks,
        settings: Settings,
        address: "Callable[[str, str], Address]",
        state: QSettings,
    ) -> None:
        """``address`` says where the server is for a login and its password, and may take its time.

        ``state`` keeps the last login.
        """
        super().__init__(view)
        self._view = view
        self._tasks = tasks
        self._settings = settings
        self._address = address
        self._state = state
        view.submitted.connect(self._sign_in)
        view.login_left.connect(self._recall)
        last = str(state.value("login", ""))
        view.show_login(last)
        self._recall(last)

    def _recall(self, login: str) -> None:
        if login and not self._view.password.text():
            self._tasks.wait(recall, self._settings.server, login).start(self._fill_in)

    def _fill_in(self, password: str | None) -> None:
        if password and not self._view.password.text():
            self._view.show_remembered(password)

    def _sign_in(self, login: str, password: str, remember: bool) -> None:
        self._view.show_problem("")
        self._view.show_busy(busy=True)
        task = self._tasks.wait(enter, self._address, login, password, self._settings, remember)
        task.start(self._welcome, self._refuse)

    def _welcome(self, found: SignedIn) -> None:
        self._state.setValue("login", found.staff.login)
        self._view.show_busy(busy=False)
        self.signed_in.emit(found)
        self._view.accept()

    def _refuse(self, error: EventlyError) -> None:
        self._view.show_busy(busy=False)
        self._view.show_problem(str(error))
        self._view.password.selectAll()
        self._view.password.setFocus()


def recall(server: str, login: str) -> str | None:
    """The password that the keyring of this PC knows. Blocks."""
    from evently_desktop import credentials  # noqa: PLC0415

    return credentials.recall(server, login)


def enter(
    address: "Callable[[str, str], Address]", login: str, password: str, settings: Settings, remember: bool
) -> SignedIn:
    """Connect as ``login``; a password that was right is remembered, or forgotten. Blocks.

    Raises `SignInRefused`, `NotAllowed` for a login that is nobody's, and whatever keeps a server away.
    """
    from evently_desktop import credentials  # noqa: PLC0415
    from evently_desktop.database.transactions import Database  # noqa: PLC0415
    from evently_desktop.services import staff  # noqa: PLC0415

    database = Database(address(login, password).url(login, password), station=settings.station)
    try:
        who = database.read(staff.sign_in)
    except EventlyError:
        database.close()
        raise
    if remember:
        credentials.remember(settings.server, login, password)
    else:
        credentials.forget(settings.server, login)
    return SignedIn(database, who)
