"""From a basket to a sale: nothing says "sold" before the commit has returned."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from evently_desktop.domain.bookings import Hold, Sale, Tender
from evently_desktop.domain.ids import ShiftId
from evently_desktop.errors import EventlyError
from evently_desktop.gui.sure_write import SureWrite
from evently_desktop.gui.tasks import Tasks
from evently_desktop.services import sales


@dataclass(frozen=True)
class Attempt:
    """A sale that is being written: everything that is needed to write the very same again."""

    hold: Hold
    tenders: tuple[Tender, ...]
    shift_id: ShiftId | None
    note: str


class Selling(QObject):
    """Writes one sale at a time. After a lost connection it asks with the same ids until it is answered."""

    begun = Signal(object)  # Hold
    sold = Signal(object, object)  # Sale, Attempt
    refused = Signal(object, object)  # EventlyError, Attempt or None
    in_doubt = Signal(object)  # OutcomeUnknown

    def __init__(self, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._attempt: Attempt | None = None
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
            self._writing.start(
                sales.complete, hold.event_id, hold.booking_id, tuple(tenders), shift_id, hold.total, note
            )

    def _begun(self, hold: Hold) -> None:
        self.begun.emit(hold)

    def _not_begun(self, error: EventlyError) -> None:
        self.refused.emit(error, None)

    def _done(self, sale: Sale) -> None:
        attempt, self._attempt = self._attempt, None
        self.sold.emit(sale, attempt)

    def _not_done(self, error: EventlyError) -> None:
        attempt, self._attempt = self._attempt, None
        self.refused.emit(error, attempt)
