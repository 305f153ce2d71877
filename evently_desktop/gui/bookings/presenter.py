"""Bookings at work: find one, print again, give seats and money back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QObject, QTimer

from evently_desktop.database.transactions import Session
from evently_desktop.devices.terminals import check_reference
from evently_desktop.documents.papers import EventPaper, event_paper
from evently_desktop.domain.bookings import (
    BookingDetail,
    BookingSeat,
    BookingStatus,
    BookingStep,
    BookingSummary,
    Tender,
    TenderMethod,
    Ticket,
    TicketStatus,
)
from evently_desktop.domain.catalogue import EventSummary
from evently_desktop.domain.ids import BookingId, EventId, PaymentId, SeatId, TicketId, new_payment_id
from evently_desktop.domain.money import Money
from evently_desktop.domain.staff import Shift
from evently_desktop.errors import BadInput, EventlyError, OutcomeUnknown
from evently_desktop.gui.bookings.view import BookingsScreen
from evently_desktop.gui.messages import Remedy, Tone
from evently_desktop.gui.sure_write import SureWrite
from evently_desktop.gui.tasks import Task, Tasks
from evently_desktop.gui.ticket_printing import PrintJob, TicketPrinting
from evently_desktop.gui.workplace import Workplace
from evently_desktop.language import tr, trn
from evently_desktop.services import bookings, catalogue, refunds, tickets

_TYPING_MS = 200


@dataclass(frozen=True)
class Read:
    """One booking with all that is shown of it, and what its tickets say about the event."""

    detail: BookingDetail
    steps: tuple[BookingStep, ...]
    event: EventSummary


class BookingsPresenter(QObject):
    """Brings the person's wishes to the services and their answers to the screen."""

    def __init__(self, view: BookingsScreen, tasks: Tasks, workplace: Workplace) -> None:
        super().__init__(view)
        self._view = view
        self._tasks = tasks
        self._workplace = workplace
        self._read: Read | None = None
        self._finding: Task[list[BookingSummary]] | None = None
        self._reading: Task[Read] | None = None
        self._refund: tuple[PaymentId, tuple[BookingSeat, ...] | None] | None = None
        self._connected = True
        self.shift: Shift | None = None
        self._writing = SureWrite(tasks, self)
        self._printing = TicketPrinting(tasks, workplace.ticket_printer, workplace.locale, self)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)

        self._typing.timeout.connect(lambda: self._find(view.results.field.text()))
        view.results.search_typed.connect(lambda _text: self._typing.start())
        view.results.search_entered.connect(self.find)
        view.results.booking_chosen.connect(self._open_summary)
        view.detail.seats_ticked.connect(self._show_possible)
        view.reprint_wanted.connect(self._ask_why_again)
        view.print_rest_wanted.connect(self._print_rest)
        view.refund_wanted.connect(self._ask_refund_seats)
        view.cancel_wanted.connect(self._ask_cancel)
        view.agreed.connect(self._agree)
        view.back_wanted.connect(self._go_back)
        self._writing.answered.connect(self._written)
        self._writing.refused.connect(self._refused)
        self._writing.in_doubt.connect(self._in_doubt)
        self._printing.finished.connect(self._printed)
        self._printing.failed.connect(self._not_printed)
        self._printing.marked.connect(self._read_again)

    def find(self, text: str) -> None:
        """Find what was typed or scanned, and open it if it is one booking."""
        if self._view.results.field.text() != text:
            self._view.results.field.setText(text)
        self._find(text, open_single=True)

    def find_scanned(self, code: str) -> None:
        """Find whose ticket this is. Its code opens a door, so it is not left to be read in the search field."""
        self._view.results.field.clear()
        self._find(code, open_single=True)

    def show_connected(self, *, connected: bool) -> None:
        """Without a server nothing can be printed or given back; once it is there again, read anew what is open."""
        came_back = connected and not self._connected
        self._connected = connected
        self._show_possible()
        if came_back:
            self._read_again()

    # Finding

    def _find(self, text: str, *, open_single: bool = False) -> None:
        self._typing.stop()
        if self._finding:
            self._finding.cancel()
        reading = self._tasks.read(bookings.find, text)
        self._finding = reading.start(partial(self._show_found, open_single), self._not_found)

    def _show_found(self, open_single: bool, found: list[BookingSummary]) -> None:
        self._view.results.show_bookings(found)
        if found and (open_single or len(found) == 1):
            self._open_summary(found[0])

    def _not_found(self, error: EventlyError) -> None:
        self._view.results.show_bookings(())
        self._tell(error)

    def _open_summary(self, summary: BookingSummary) -> None:
        self._open(summary.event_id, summary.booking_id)

    def _open(self, event_id: EventId, booking_id: BookingId) -> None:
        if self._writing.is_under_way:
            return
        if self._reading:
            self._reading.cancel()
        self._reading = self._tasks.read(_read_all, event_id, booking_id).start(self._show, self._tell)

    def _show(self, read: Read) -> None:
        self._read = read
        self._refund = None
        self._view.show_detail(read.detail, read.steps)
        self._view.show_panel(self._view.choices)
        self._show_possible()

    # What can be done

    @property
    def _live_seats(self) -> tuple[BookingSeat, ...]:
        seats = self._read.detail.seats if self._read else ()
        return tuple(seat for seat in seats if not seat.released)

    @property
    def _chosen(self) -> tuple[BookingSeat, ...]:
        """The seats that are ticked; without any, all that are not given back."""
        return self._view.detail.ticked or self._live_seats

    def _show_possible(self) -> None:
        if self._read is None or self._view.is_asking:
            return
        status = self._read.detail.summary.status
        sold = self._connected and status is BookingStatus.CONFIRMED
        printed = [seat for seat in self._chosen if seat.ticket_status is TicketStatus.ISSUED and seat.printed]
        waiting = [s for s in self._live_seats if s.ticket_status is TicketStatus.ISSUED and not s.printed]
        held = self._connected and status is BookingStatus.HELD
        self._view.show_possible(
            reprint=sold and bool(printed),
            print_rest=sold and bool(waiting),
            refund=sold and bool(self._view.detail.ticked),
            cancel=sold or held,
            cancel_text=tr("Release the seats") if status is BookingStatus.HELD else tr("Refund all"),
        )

    def _ask_why_again(self) -> None:
        count = len(self._to_reprint())
        title = trn("Print {count} ticket again; the old one opens no door any more",
                    "Print {count} tickets again; the old ones open no door any more", count)  # fmt: skip
        self._view.show_panel(self._view.reprinting)
        self._view.reprinting.begin(title)

    def _to_reprint(self) -> list[TicketId]:
        return [
            seat.ticket_id
            for seat in self._chosen
            if seat.ticket_id and seat.printed and seat.ticket_status is TicketStatus.ISSUED
        ]

    def _ask_refund_seats(self) -> None:
        self._begin_refund(self._view.detail.ticked)

    def _ask_cancel(self) -> None:
        read = self._read
        if read and read.detail.summary.status is BookingStatus.HELD:
            summary = read.detail.summary
            self._writing.start(
                bookings.cancel, summary.event_id, summary.booking_id, None, self._shift_id, tr("released")
            )
        else:
            self._begin_refund(None)

    def _begin_refund(self, seats: tuple[BookingSeat, ...] | None) -> None:
        """Ask how ``seats`` are given back, None for all. The payment's id is made here, once."""
        if self._read is None:
            return
        self._refund = (new_payment_id(), seats)
        detail = self._read.detail
        paid_by = next(
            (p.method for p in detail.payments if p.kind == "sale" and p.status == "captured"), TenderMethod.CASH
        )
        if seats is None:
            title = tr("Give the whole booking back")
        else:
            title = trn("Give {count} seat back", "Give {count} seats back", len(seats))
        self._view.show_panel(self._view.refunding)
        step = self.shift.cash_step if self.shift else 1
        self._view.refunding.begin_refund(title, self._amount(seats), paid_by, step)

    def _amount(self, seats: tuple[BookingSeat, ...] | None) -> Money:
        """Exactly what these seats were sold for, fees included."""
        assert self._read is not None
        if seats is None:
            return self._read.detail.refundable
        nothing = Money(0, self._read.detail.paid.currency)
        return sum((seat.price + seat.fee for seat in seats), nothing)

    @property
    def _shift_id(self) -> object:
        return self.shift.id if self.shift else None

    def _go_back(self) -> None:
        if not self._writing.is_under_way:
            self._refund = None
            self._view.show_panel(self._view.choices)
            self._show_possible()
            self._view.focus_start()

    def _agree(self) -> None:
        panel = self._view.refunding if self._refund else self._view.reprinting
        if self._writing.is_under_way or self._read is None:
            return
        problem = panel.check()
        if not problem:
            try:
                self._write()
            except BadInput as error:
                problem = str(error)
        panel.show_problem(problem)
        panel.show_busy(busy=self._writing.is_under_way)

    def _write(self) -> None:
        assert self._read is not None
        summary = self._read.detail.summary
        if self._refund is None:
            reason = self._view.reprinting.reason.text().strip()
            self._writing.start(tickets.reprint, summary.event_id, self._to_reprint(), reason)
            return
        payment_id, seats = self._refund
        tender = self._tender(payment_id, self._amount(seats))
        seat_ids: list[SeatId] | None = None if seats is None else [seat.seat_id for seat in seats]
        reason = self._view.refunding.reason.text().strip()
        self._writing.start(
            refunds.seats, summary.event_id, summary.booking_id, seat_ids, tender, self._shift_id, reason
        )

    def _tender(self, payment_id: PaymentId, amount: Money) -> Tender:
        panel = self._view.refunding
        if amount.minor and panel.method is TenderMethod.CASH and self.shift is None:
            raise BadInput(tr("Cash needs an open shift on a till; open one first."))
        reference = ""
        if amount.minor and panel.method is TenderMethod.CARD:
            reference = check_reference(panel.reference.text())
        return Tender(payment_id, panel.method, amount, reference=reference)

    # The answers

    def _written(self, answer: object) -> None:
        if self._read is None:
            return
        self._view.focus_start()
        summary, event = self._read.detail.summary, event_paper(self._read.event)
        if isinstance(answer, tuple):
            self._print(event, answer)
        elif isinstance(answer, Money):
            self._say_refunded(answer)
        else:
            self._say(Tone.GOOD, tr("The seats are free again."))
        self._open(summary.event_id, summary.booking_id)

    def _say_refunded(self, amount: Money) -> None:
        by_cash = self._view.refunding.method is TenderMethod.CASH
        if by_cash and amount.minor:
            given = self._view.refunding.in_coins.shown(self._workplace.locale)
            self._say(Tone.GOOD, tr("Give {amount} in cash; the seats are free again.", amount=given))
            if self._workplace.drawer:
                self._tasks.wait(self._workplace.drawer.open).start(on_refused=self._tell)
        else:
            self._say(Tone.GOOD, tr("Given back; the seats are free again."))

    def _refused(self, error: EventlyError) -> None:
        self._view.reprinting.show_busy(busy=False)
        self._view.refunding.show_busy(busy=False)
        self._tell(error)

    def _in_doubt(self, error: OutcomeUnknown) -> None:
        self._say(Tone.DANGER, tr("{why} Do not give the money twice.", why=error))

    def _print_rest(self) -> None:
        if self._read:
            summary, event = self._read.detail.summary, event_paper(self._read.event)
            issuing = self._tasks.write(tickets.issue, summary.event_id, summary.booking_id)
            issuing.start(partial(self._print, event), self._tell)

    def _print(self, event: EventPaper, issued: Sequence[Ticket]) -> None:
        self._printing.print(issued, event)

    def _printed(self, count: int) -> None:
        printer = self._printing.printer_name
        text = trn("{count} ticket printed on {printer}.", "{count} tickets printed on {printer}.", count,
                   printer=printer)  # fmt: skip
        self._say(Tone.GOOD, text)

    def _read_again(self) -> None:
        if self._read and not self._view.is_asking:
            self._open(self._read.detail.summary.event_id, self._read.detail.summary.booking_id)

    def _not_printed(self, error: EventlyError, job: PrintJob) -> None:
        left = trn("{count} ticket is not printed.", "{count} tickets are not printed.", len(job.tickets))
        again = Remedy(tr("Print the rest"), partial(self._printing.print_job, job))
        self._view.messages.tell(Tone.DANGER, f"{error} {left}", again)

    def _say(self, tone: Tone, text: str) -> None:
        self._view.messages.tell(tone, text)

    def _tell(self, error: EventlyError) -> None:
        self._view.messages.tell(Tone.DANGER, str(error))


def _read_all(session: Session, event_id: EventId, booking_id: BookingId) -> Read:
    detail = bookings.detail(session, event_id, booking_id)
    steps = bookings.history(session, event_id, booking_id)
    return Read(detail, _in_few_lines(steps), catalogue.event(session, event_id))


def _in_few_lines(steps: Sequence[BookingStep]) -> tuple[BookingStep, ...]:
    """A printer takes one ticket after the other, and each is on record: to people that is one step."""

    def is_same(step: BookingStep, before: BookingStep) -> bool:
        return step.action == "printed" and replace(step, at=before.at) == before

    return tuple(step for before, step in pairwise((None, *steps)) if step and not (before and is_same(step, before)))
