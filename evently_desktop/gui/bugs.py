"""The one door for bugs: logged with their traceback, told calmly, and the program goes on."""

import logging
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from evently_desktop.gui.icons import icon, pixmap
from evently_desktop.gui.theme import SPACE
from evently_desktop.language import tr, trn

_log = logging.getLogger(__name__)
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def log_to(folder: Path) -> Path:
    """Send the program's log to a file in ``folder``, kept under 5 MB in all; the file's path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "evently.log"
    handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=4, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger("evently_desktop").setLevel(logging.INFO)
    return path


class BugDoor(QObject):
    """Takes what no code expected: from slots, paint events, threads, destructors, and Qt itself."""

    found = Signal(str)  # the one line that names the bug

    def __init__(self, log_file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log_file = log_file
        self._dialog: BugDialog | None = None
        # Queued: the bug may come from another thread, or from the middle of a paint event.
        self.found.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def open(self) -> None:
        """From now on every bug comes through here."""
        sys.excepthook = self.take
        sys.unraisablehook = lambda found: self.take(found.exc_type, found.exc_value, found.exc_traceback)
        threading.excepthook = lambda found: self.take(found.exc_type, found.exc_value, found.exc_traceback)
        qInstallMessageHandler(_log_qt_message)

    def close(self) -> None:
        """Give the doors back to Python and Qt."""
        sys.excepthook = sys.__excepthook__
        sys.unraisablehook = sys.__unraisablehook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)

    def take(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        """Log one bug and have it told."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        error = error or kind()
        _log.error("Unexpected %s", kind.__name__, exc_info=(kind, error, trace))
        self.found.emit(f"{kind.__name__}: {error}")

    def _tell(self, line: str) -> None:
        # The window that it belonged to may have taken it along.
        if self._dialog and isValid(self._dialog):
            self._dialog.count_one_more()
            return
        self._dialog = BugDialog(line, self._log_file, QApplication.activeWindow())
        self._dialog.finished.connect(self._forget)
        self._dialog.open()

    def _forget(self) -> None:
        if self._dialog and isValid(self._dialog):
            self._dialog.deleteLater()
        self._dialog = None


class BugDialog(QDialog):
    """Says that something failed, what that means for the work at hand, and where the details are."""

    def __init__(self, line: str, log_file: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Something unexpected happened"))
        self._more = 0

        sign = QLabel()
        sign.setPixmap(pixmap("attention", "attention", 32, self.devicePixelRatioF()))
        title = QLabel(tr("The program made a mistake, and goes on."))
        title.setProperty("scale", "strong")
        advice = QLabel(
            tr("What you did last may not have happened: look at it again before you repeat it. "
               "What was sold before stays sold.")
        )  # fmt: skip
        self.details = QLabel(line)
        self.where = QLabel(tr("Details for support: {file}", file=log_file))
        for label in (advice, self.details, self.where):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.details.setMaximumHeight(64)
        for label in (self.details, self.where):
            label.setProperty("tone", "muted")
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        go_on = QPushButton(icon("check", "on_accent"), tr("Go on"))
        go_on.setProperty("kind", "primary")

        words = QVBoxLayout()
        words.setSpacing(SPACE[1])
        for label in (title, advice, self.details, self.where):
            words.addWidget(label)
        top = QHBoxLayout()
        top.setSpacing(SPACE[3])
        top.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE[4], SPACE[4], SPACE[4], SPACE[3])
        layout.setSpacing(SPACE[3])
        layout.addLayout(top)
        layout.addWidget(go_on, 0, Qt.AlignmentFlag.AlignRight)
        self.setMinimumWidth(480)

        go_on.clicked.connect(self.accept)

    def count_one_more(self) -> None:
        """Another bug came while this one is shown: say so, without a second window."""
        self._more += 1
        self.setWindowTitle(
            trn("Something unexpected happened, and once more",
                "Something unexpected happened, and {count} more times", self._more)
        )  # fmt: skip


def _log_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    logging.getLogger("qt").log(_LEVELS[kind], "%s (%s)", message, context.category)
