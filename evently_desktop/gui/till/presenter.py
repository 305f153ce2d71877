"""The shift of who is signed in: found at the start, opened and closed by one key."""

from functools import partial

from PySide6.QtCore import QObject, Signal
from uuid_utils.compat import uuid7

from evently_desktop.domain.ids import ShiftId
from evently_desktop.domain.money import Money
from evently_desktop.domain.staff import Shift, Till
from evently_desktop.errors import EventlyError
from evently_desktop.gui.actions import Actions
from evently_desktop.gui.main_window import MainWindow
from evently_desktop.gui.messages import Tone
from evently_desktop.gui.tasks import Tasks
from evently_desktop.gui.till.dialogs import CloseShiftDialog, OpenShiftDialog
from evently_desktop.language import tr
from evently_desktop.services import tills


class ShiftPresenter(QObject):
    """Knows the open shift and asks the two questions. ``changed`` tells everybody who takes cash."""

    changed = Signal(object)  # Shift or None

    def __init__(self, window: MainWindow, actions: Actions, tasks: Tasks, locale: str) -> None:
        super().__init__(window)
        self._window = window
        self._tasks = tasks
        self._locale = locale
        self.shift: Shift | None = None
        self.is_known = False
        self.action = actions.add("shift", tr("Open or close a shift"), "Ctrl+T", self._ask, window, icon="cash")

    def start(self) -> None:
        """Look whether a shift is open."""
        self._tasks.read(tills.current_shift).start(self._take, self._tell)

    def _take(self, shift: Shift | None) -> None:
        self.shift, self.is_known = shift, True
        self.changed.emit(shift)

    def _ask(self) -> None:
        if self.shift is None:
            self._tasks.read(tills.tills).start(self._ask_for_till, self._tell)
            return
        dialog = CloseShiftDialog(self.shift, self._locale, self._window)
        dialog.agreed.connect(partial(self._close, dialog, self.shift))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask_for_till(self, found: list[Till]) -> None:
        if not found:
            self._say(tr("There is no till yet; a manager adds one."))
            return
        dialog = OpenShiftDialog(found, self._locale, self._window)
        # The id is made once: pressing Enter twice opens one shift.
        dialog.agreed.connect(partial(self._open, dialog, ShiftId(uuid7())))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _open(self, dialog: OpenShiftDialog, shift_id: ShiftId, till: Till, amount: Money) -> None:
        opening = self._tasks.write(tills.open_shift, shift_id, till.id, amount)
        opening.start(partial(self._opened, dialog), lambda error: dialog.show_problem(str(error)))

    def _opened(self, dialog: OpenShiftDialog, shift: Shift) -> None:
        dialog.accept()
        self._take(shift)

    def _close(self, dialog: CloseShiftDialog, shift: Shift, counted: Money) -> None:
        closing = self._tasks.write(tills.close_shift, shift.id, counted)
        closing.start(partial(self._closed, dialog), lambda error: dialog.show_problem(str(error)))

    def _closed(self, dialog: CloseShiftDialog, amounts: tuple[Money, Money]) -> None:
        dialog.show_outcome(*amounts)
        self._take(None)

    def _tell(self, error: EventlyError) -> None:
        self._say(str(error))

    def _say(self, sentence: str) -> None:
        self._window.screen_shown.messages.tell(Tone.DANGER, sentence)
