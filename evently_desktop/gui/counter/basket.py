"""The seats that the clerk wants, brought into line with what the database holds, one write at a time."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from evently_desktop.domain.bookings import Hold, SeatChoice
from evently_desktop.domain.ids import BookingId, EventId, PriceTypeId, SeatId, UserId, new_booking_id
from evently_desktop.errors import EventlyError, HoldExpired, Refusal
from evently_desktop.gui.sure_write import SureWrite
from evently_desktop.gui.tasks import Tasks
from evently_desktop.services import holds, sales

Choices = dict[SeatId, PriceTypeId]

# The basket is no longer what it was thought to be: what is held now must be read.
_STALE = "changed_elsewhere"
# There is nothing left of it.
_GONE = {"released", "not_yours", "booking_unknown", "already_sold", "id_reused"}


class Basket(QObject):
    """One hold of one event. `want` says what it should hold; `hold` is what the database said last."""

    changed = Signal()
    given_back = Signal()  # nothing is held under `booking_id` any more, which is another one afterwards
    refused = Signal(object, object)  # EventlyError, the Choices that were wanted
    ran_out = Signal(object)  # the Choices that were held

    def __init__(self, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._event: EventId | None = None
        self._booking = new_booking_id()
        self._wanted: Choices = {}
        self._adopting = False
        self._writing = SureWrite(tasks, self)
        self.hold: Hold | None = None
        self._writing.answered.connect(self._answered)
        self._writing.refused.connect(self._was_refused)
        self._writing.in_doubt.connect(lambda error: self.refused.emit(error, self.wanted))

    @property
    def booking_id(self) -> BookingId:
        """Under which it is, or will be, held: another one for each customer, made here."""
        return self._booking

    @property
    def wanted(self) -> Choices:
        """What the basket holds once all is written, in the order in which it was chosen."""
        return dict(self._wanted)

    @property
    def held(self) -> Choices:
        """What the database holds."""
        return {seat.seat_id: seat.price_type_id for seat in self.hold.seats} if self.hold else {}

    @property
    def is_settled(self) -> bool:
        """Whether nothing is being written and what is held is what is wanted."""
        return not self._writing.is_under_way and self._wanted == self.held

    def want(self, choices: Mapping[SeatId, PriceTypeId]) -> None:
        """Hold exactly these seats for these people; none gives all back."""
        self._wanted = dict(choices)
        self._write()

    def extend(self) -> None:
        """Start the minutes again."""
        if self.hold and not self._writing.is_under_way:
            self._writing.start(holds.extend, self.hold.event_id, self.hold.booking_id)

    def name_customer(self, customer_id: UserId | None) -> None:
        """Say whom it is for, None for nobody."""
        if self.hold and not self._writing.is_under_way:
            self._writing.start(sales.set_customer, self.hold.event_id, self.hold.booking_id, customer_id)

    def read_again(self) -> None:
        """It was changed elsewhere: from now on what the database holds is what is wanted."""
        if self.hold and not self._writing.is_under_way:
            self._adopting = True
            self._writing.start(holds.extend, self.hold.event_id, self.hold.booking_id)

    def take_over(self, hold: Hold) -> None:
        """Another verb answered with what is held now."""
        if hold.booking_id == self._booking:
            self.hold = hold
            self._wanted = self.held
            self.changed.emit()

    def adopt(self, hold: Hold) -> None:
        """Go on with a basket that was held elsewhere; the own one must be empty."""
        self._event, self._booking = hold.event_id, hold.booking_id
        self.take_over(hold)

    def begin(self, event_id: EventId) -> None:
        """Start empty, for this event, after a sale or before the first choice. Gives nothing back."""
        self._event = event_id
        self._forget()
        self.changed.emit()

    def run_out(self) -> None:
        """The time is over: the seats are anyone's."""
        held = self.held
        if held:
            self._forget()
            self.changed.emit()
            self.ran_out.emit(held)

    def _forget(self) -> None:
        self.hold = None
        self._wanted = {}
        self._booking = new_booking_id()

    def _write(self) -> None:
        if self._event is None or self._writing.is_under_way or self._wanted == self.held:
            return
        choices = [SeatChoice(seat, kind) for seat, kind in self._wanted.items()]
        if self.hold is None:
            self._writing.start(holds.place, self._event, self._booking, choices)
        elif choices:
            self._writing.start(holds.change, self._event, self._booking, self.hold.version, choices)
        else:
            self._writing.start(holds.release, self._event, self._booking)

    def _answered(self, hold: Hold | None) -> None:
        if hold is None:
            self.given_back.emit()
            wanted = self._wanted
            self._forget()
            self._wanted = wanted
        elif hold.booking_id == self._booking:
            self.hold = hold
            self._wanted = self.held if self._adopting else self._wanted
        self._adopting = False
        self.changed.emit()
        self._write()

    def _was_refused(self, error: EventlyError) -> None:
        self._adopting = False
        if isinstance(error, HoldExpired):
            self._wanted = self._wanted or self.held
            held = self.held or self._wanted
            self._forget()
            self.changed.emit()
            self.ran_out.emit(held)
            return
        wanted, self._wanted = self._wanted, self.held
        code = error.code if isinstance(error, Refusal) else ""
        if code in _GONE:
            self._forget()
        self.changed.emit()
        self.refused.emit(error, wanted)
        if code == _STALE:
            self.read_again()
