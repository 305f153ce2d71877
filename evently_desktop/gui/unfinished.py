"""At the start: what became of the sales that were under way when the program ended."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from evently_desktop.database.transactions import Database
from evently_desktop.gui.messages import MessageBar, Remedy, Tone
from evently_desktop.gui.tasks import Tasks
from evently_desktop.journal import Entry, Journal
from evently_desktop.language import tr
from evently_desktop.services.unfinished import Finding, Resolution, finish


class UnfinishedSales(QObject):
    """Finishes what the journal has left open, and tells all of it in one message that stays.

    Asks one sale after the other; with nothing left open it says nothing.
    """

    told = Signal()
    booking_wanted = Signal(str)  # the reference of a sale whose tickets may not be printed

    def __init__(
        self, tasks: Tasks, database: Database, journal: Journal, messages: MessageBar, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._database = database
        self._journal = journal
        self._messages = messages
        self._waiting: list[Entry] = []
        self._found: list[Resolution] = []

    def start(self) -> None:
        """Look what is open and find out about each."""
        self._waiting = list(self._journal.unfinished())
        self._found = []
        self._ask_next()

    def _ask_next(self) -> None:
        if self._waiting:
            self._tasks.wait(finish, self._database, self._waiting.pop(0)).start(self._take)
        else:
            self._tell()

    def _take(self, resolution: Resolution) -> None:
        self._found.append(resolution)
        self._ask_next()

    def _tell(self) -> None:
        if self._found:
            findings = {resolution.finding for resolution in self._found}
            tone = Tone.ATTENTION if findings == {Finding.SOLD} else Tone.DANGER
            text = "\n".join(resolution.sentence for resolution in self._found)
            self._messages.tell(tone, text, self._remedy(findings))
        self.told.emit()

    def _remedy(self, findings: set[Finding]) -> Remedy | None:
        if Finding.UNKNOWN in findings:
            return Remedy(tr("Ask again"), self.start)
        sold = [resolution.sale.reference for resolution in self._found if resolution.sale]
        return Remedy(tr("Open the booking"), partial(self.booking_wanted.emit, sold[0])) if sold else None
