"""From a basket to a sale: nothing says "sold" before the commit has returned."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from evently_desktop.domain.bookings import Hold, Sale, Tender
from evently_desktop.domain.ids import ShiftId
from evently_desktop.errors import EventlyError, IdReused, Refusal
from evently_desktop.gui.sure_write import SureWrite
from evently_desktop.gui.tasks import Tasks
from evently_desktop.gui.workplace import Workplace
from evently_desktop.journal import Entry, Intent, Outcome
from evently_desktop.services import sales


@dataclass(frozen=True)
class Attempt:
    """A sale that is being written: everything that is needed to write the very same again."""

    hold: Hold
    tenders: tuple[Tender, ...]
    shift_id: ShiftId | None
    note: str

    def intent(self, login: str) -> Intent:
        """The same as the journal keeps it."""
        return Intent(
            event_id=self.hold.event_id,
            booking_id=self.hold.booking_id,
            tenders=self.tenders,
            shift_id=self.shift_id,
            expected_total=self.hold.total,
            note=self.note,
            seats=tuple(seat.name for seat in self.hold.seats),
            login=login,
        )


class Selling(QObject):
    """Writes one sale at a time. After a lost connection it asks with the same ids until it is answered.

    The sale is in the journal before it is written, so that a crash at any moment leaves no guessing.
    """

    begun = Signal(object)  # Hold
    sold = Signal(object, object)  # Sale, Attempt
    refused = Signal(object, object)  # EventlyError, Attempt or None
    in_doubt = Signal(object)  # OutcomeUnknown

    def __init__(self, tasks: Tasks, workplace: Workplace, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._workplace = workplace
        self._attempt: Attempt | None = None
        self._entry: Entry | None = None
        self._writing = SureWrite(tasks, self)
        self._writing.answered.connect(self._done)
        self._writing.refused.connect(self._not_done)
        self._writing.in_doubt.connect(self.in_doubt)

    @property
    def is_under_way(self) -> bool:
        """Whether a sale is being written, so that no other may begin."""
        return self._attempt is not None

    def begin(self, hold: Hold, tender: Tender, shift_id: ShiftId | None) -> None:
        """Write down what the terminal is about to be asked for, and keep the seats meanwhile."""
        writing = self._tasks.write(sales.begin, hold.event_id, hold.booking_id, tender, shift_id)
        writing.start(self._begun, self._not_begun)

    def complete(self, hold: Hold, tenders: Sequence[Tender], shift_id: ShiftId | None, note: str) -> None:
        """Sell the basket for these tenders."""
        if self._attempt is None:
            self._attempt = Attempt(hold, tuple(tenders), shift_id, note)
            journal = self._workplace.journal
            if journal is None:
                self._write()
            else:
                noting = self._tasks.wait(journal.begin, self._attempt.intent(self._workplace.login))
                noting.start(self._noted, self._refuse)

    def _begun(self, hold: Hold) -> None:
        self.begun.emit(hold)

    def _not_begun(self, error: EventlyError) -> None:
        self.refused.emit(error, None)

    def _noted(self, entry: Entry) -> None:
        self._entry = entry
        self._write()

    def _write(self) -> None:
        attempt = self._attempt
        if attempt:
            self._writing.start(
                sales.complete, attempt.hold.event_id, attempt.hold.booking_id, attempt.tenders,
                attempt.shift_id, attempt.hold.total, attempt.note,
            )  # fmt: skip

    def _done(self, sale: Sale) -> None:
        attempt, self._attempt = self._attempt, None
        self.sold.emit(sale, attempt)
        self._note(Outcome.SOLD)

    def _not_done(self, error: EventlyError) -> None:
        self._refuse(error)
        # These two do not say that this very sale was not made: it stays open in the journal.
        if isinstance(error, IdReused) or (isinstance(error, Refusal) and error.code == "not_yours"):
            self._entry = None
        self._note(Outcome.NOT_SOLD)

    def _refuse(self, error: EventlyError) -> None:
        attempt, self._attempt = self._attempt, None
        self.refused.emit(error, attempt)

    def _note(self, outcome: Outcome) -> None:
        """Once the clerk has been told: should this be lost, he is only told once more."""
        entry, self._entry = self._entry, None
        if entry:
            self._tasks.wait(entry.done, outcome).start()
