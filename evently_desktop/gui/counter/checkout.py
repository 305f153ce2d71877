"""The money and the tickets: from a basket that is held to tickets in the customer's hand."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPixmap

from evently_desktop.devices.terminals import check_reference
from evently_desktop.documents.papers import event_paper
from evently_desktop.domain.bookings import Hold, Sale, Tender, TenderMethod
from evently_desktop.domain.catalogue import EventSummary
from evently_desktop.domain.ids import ShiftId, new_payment_id
from evently_desktop.domain.money import Money
from evently_desktop.domain.staff import Shift
from evently_desktop.errors import BadInput, EventlyError, HoldExpired, PriceChanged
from evently_desktop.gui.counter.basket import Basket
from evently_desktop.gui.counter.payment_panels import Payment
from evently_desktop.gui.counter.selling import Attempt, Selling
from evently_desktop.gui.counter.view import CounterScreen
from evently_desktop.gui.messages import Remedy, Tone
from evently_desktop.gui.tasks import Tasks
from evently_desktop.gui.ticket_printing import PrintJob, TicketPrinting
from evently_desktop.gui.widgets.panel import Panel, Question
from evently_desktop.gui.workplace import Workplace
from evently_desktop.language import tr, trn


class Checkout(QObject):
    """Which panel is shown, what is paid with, and what happens after the sale."""

    sold = Signal()
    asked_otherwise = Signal()  # another panel is shown, so Enter does something else

    def __init__(
        self, view: CounterScreen, basket: Basket, tasks: Tasks, workplace: Workplace, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._basket = basket
        self._tasks = tasks
        self._workplace = workplace
        self._panel: Panel | None = None
        self._connected = True
        self._card: Tender | None = None
        self.performance: EventSummary | None = None
        self.shift: Shift | None = None
        self._selling = Selling(tasks, workplace, self)
        self._printing = TicketPrinting(tasks, workplace.ticket_printer, workplace.locale, self)

        view.cash_wanted.connect(self._take_cash)
        view.card_wanted.connect(self._take_card)
        view.split_wanted.connect(self._take_both)
        view.free_wanted.connect(partial(self._open, view.for_free))
        view.agreed.connect(self._agree)
        view.back_wanted.connect(self._go_back)
        view.next_wanted.connect(self.go_on)
        self._selling.begun.connect(self._terminal_may_be_asked)
        self._selling.sold.connect(self._show_sale)
        self._selling.refused.connect(self._not_sold)
        self._selling.in_doubt.connect(self._in_doubt)
        self._printing.previewed.connect(self._preview)
        self._printing.progressed.connect(self._show_progress)
        self._printing.finished.connect(self._show_printed)
        self._printing.failed.connect(self._not_printed)

    @property
    def is_asking(self) -> bool:
        """Whether a question is open, of money or of the customer, so that the basket stays as it is."""
        return isinstance(self._panel, Question)

    def is_open(self, question: Question) -> bool:
        """Whether this is what the clerk is asked."""
        return self._panel is question

    def ask(self, question: Question) -> bool:
        """Open a question about the basket, once nothing of it is being written; says whether it is open."""
        hold = None if self.is_asking else self._settled_hold()
        if hold:
            self._view.messages.dismiss()
            self._show(question)
        return hold is not None

    def show_connected(self, *, connected: bool) -> None:
        """Without a server nothing can be sold."""
        self._connected = connected
        if self.is_asking:
            self._show(self._panel)
        else:
            self.show_tenders()

    def show_tenders(self) -> None:
        """After each change of the basket: what it can be paid with."""
        hold = self._basket.hold
        if hold and hold.seats:
            if not self.is_asking:
                self._show(self._view.tenders if hold.total.minor else self._view.no_tenders)
        elif self._panel is not self._view.sold:
            self._show(None)

    def leave(self) -> None:
        """Leave a question that was begun."""
        self._show(None)
        self.show_tenders()

    def what_enter_does(self) -> str:
        """What Enter on the empty command line does now."""
        hold = self._basket.hold
        if self._panel is self._view.tenders and hold:
            return tr("Enter: cash {amount}", amount=hold.total.plain(self._workplace.locale))
        if self._panel is self._view.no_tenders:
            return tr("Enter: free tickets")
        return tr("Enter: next customer") if self._panel is self._view.sold else ""

    def go_on(self) -> None:
        """Enter on the empty command line: the next obvious thing."""
        if self._panel is self._view.tenders:
            self._take_cash()
        elif self._panel is self._view.no_tenders:
            self._open(self._view.for_free)
        elif self._panel is self._view.sold:
            self._show(None)
            self._view.focus_start()

    def _show(self, panel: Panel | None) -> None:
        self._panel = panel
        self._view.show_panel(panel, connected=self._connected)
        self.asked_otherwise.emit()

    # Taking the money

    def _take_cash(self) -> None:
        if self.shift is None:
            self._warn(tr("Cash needs an open shift on a till; open one first."))
        else:
            self._open(self._view.by_cash)

    def _take_card(self) -> None:
        hold = self._settled_hold()
        if hold:
            self._card = Tender(new_payment_id(), TenderMethod.CARD, hold.total)
            self._view.by_card.show_busy(busy=True)
            self._selling.begin(hold, self._card, self._shift_id)

    def _terminal_may_be_asked(self, hold: Hold) -> None:
        self._basket.take_over(hold)
        self._open(self._view.by_card)

    def _take_both(self) -> None:
        if self.shift is None:
            self._warn(tr("Cash needs an open shift on a till; open one first."))
        else:
            self._open(self._view.by_both)

    def _open(self, panel: Payment) -> None:
        hold = self._settled_hold()
        if hold:
            self._view.messages.dismiss()
            self._show(panel)
            step = self.shift.cash_step if self.shift else 1
            panel.begin(hold.total, needs_reason=self._has_free_seats(hold), cash_step=step)

    def _settled_hold(self) -> Hold | None:
        """What is held, once nothing is being written: only then does the total stand."""
        if self._basket.hold and not self._basket.is_settled:
            self._warn(tr("The seats are being held; once more in a moment."))
            return None
        return self._basket.hold

    def _has_free_seats(self, hold: Hold) -> bool:
        return any(seat.price.minor == 0 for seat in hold.seats)

    @property
    def _shift_id(self) -> ShiftId | None:
        return self.shift.id if self.shift else None

    def _agree(self) -> None:
        panel, hold = self._panel, self._basket.hold
        if not isinstance(panel, Payment) or hold is None or self._selling.is_under_way:
            return
        problem = panel.check()
        if not problem:
            try:
                tenders = self._tenders(hold)
            except BadInput as error:
                problem = str(error)
        panel.show_problem(problem)
        if not problem:
            panel.show_busy(busy=True)
            self._selling.complete(hold, tenders, self._shift_id, panel.reason.text().strip())

    def _tenders(self, hold: Hold) -> list[Tender]:
        view = self._view
        if self._panel is view.by_cash:
            return [_cash(hold.total, view.by_cash.handed_over)]
        if self._panel is view.by_card and self._card:
            return [replace(self._card, reference=check_reference(view.by_card.reference.text()))]
        if self._panel is view.by_both and view.by_both.by_card.amount and view.by_both.rest:
            reference = check_reference(view.by_both.reference.text())
            part = view.by_both.by_card.amount
            card = Tender(new_payment_id(), TenderMethod.CARD, part, reference=reference)
            return [card, _cash(view.by_both.rest, view.by_both.handed_over)]
        return []

    def _go_back(self) -> None:
        if isinstance(self._panel, Question):
            if not self._selling.is_under_way and not self._panel.step_back():
                self.leave()
                self._view.focus_start()
        else:
            self._view.release_wanted.emit()

    # The answer

    def _show_sale(self, sale: Sale, attempt: Attempt) -> None:
        self._view.sold.show_sale(sale)
        self._show(self._view.sold)
        self._view.messages.dismiss()
        if self._workplace.drawer and any(tender.method is TenderMethod.CASH for tender in attempt.tenders):
            self._tasks.wait(self._workplace.drawer.open).start(on_refused=self._tell)
        if self.performance:
            self._printing.print(sale.tickets, event_paper(self.performance))
        self.sold.emit()

    def _not_sold(self, error: EventlyError, attempt: Attempt | None) -> None:
        sentence = str(error)
        paid = [tender for tender in attempt.tenders if tender.reference] if attempt else []
        if paid:
            sentence = tr(
                "{why} Give {amount} back on the terminal: {reference}.",
                why=sentence, amount=paid[0].amount.shown(self._workplace.locale), reference=paid[0].reference,
            )  # fmt: skip
        if isinstance(self._panel, Payment):
            self._panel.show_busy(busy=False)
        if isinstance(error, HoldExpired):
            self._basket.run_out()
        elif isinstance(error, PriceChanged):
            self.leave()
            self._basket.read_again()
        self._view.messages.tell(Tone.DANGER, sentence)

    def _in_doubt(self, error: EventlyError) -> None:
        self._view.messages.tell(Tone.DANGER, tr("{why} Do not take the money again.", why=error))

    # The tickets

    def _preview(self, png: bytes) -> None:
        picture = QPixmap()
        picture.loadFromData(png)
        ratio = self._view.devicePixelRatioF()
        self._view.sold.show_preview(picture, ratio)

    def _show_progress(self, printed: int, count: int) -> None:
        self._view.sold.printing.setText(tr("Printing ticket {printed} of {count} …", printed=printed, count=count))

    def _show_printed(self, count: int) -> None:
        self._view.sold.printing.setText(
            trn("{count} ticket printed on {printer}.", "{count} tickets printed on {printer}.", count,
                printer=self._printing.printer_name)
        )  # fmt: skip

    def _not_printed(self, error: EventlyError, job: PrintJob) -> None:
        left = trn("{count} ticket is not printed.", "{count} tickets are not printed.", len(job.tickets))
        self._view.sold.printing.setText(left)
        again = Remedy(tr("Print the rest"), partial(self._printing.print_job, job))
        self._view.messages.tell(Tone.DANGER, f"{error} {left}", again)

    def _warn(self, text: str) -> None:
        self._view.messages.tell(Tone.ATTENTION, text)

    def _tell(self, error: EventlyError) -> None:
        self._view.messages.tell(Tone.DANGER, str(error))


def _cash(amount: Money, given: Money | None) -> Tender:
    return Tender(new_payment_id(), TenderMethod.CASH, amount, given)
