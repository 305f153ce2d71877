"""The bookings screen: it shows what it is given and tells what the person does."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal

from evently_desktop.domain.bookings import BookingDetail, BookingStep
from evently_desktop.gui.actions import Action, Actions
from evently_desktop.gui.bookings.detail_pane import DetailPane
from evently_desktop.gui.bookings.money_pane import MoneyPane, ReasonPanel, RefundPanel
from evently_desktop.gui.bookings.results_pane import ResultsPane, status_words
from evently_desktop.gui.dates import day_and_clock
from evently_desktop.gui.screen import Screen
from evently_desktop.gui.theme import SPACE
from evently_desktop.gui.widgets.labels import ElidedLabel, label, set_tone
from evently_desktop.gui.widgets.panel import Panel
from evently_desktop.language import tr

SCREEN = "bookings"


class BookingsScreen(Screen):
    """Search and results at the left, one booking in the middle, its money at the right."""

    reprint_wanted = Signal()
    print_rest_wanted = Signal()
    refund_wanted = Signal()
    cancel_wanted = Signal()
    agreed = Signal()
    back_wanted = Signal()

    def __init__(self, actions: Actions, locale: str) -> None:
        """Times are those of each venue, amounts as ``locale`` writes them."""
        results, money = ResultsPane(locale), MoneyPane(locale)
        super().__init__(SCREEN, tr("Bookings"), "book", actions, results, money, messages_over_work=False)
        self._locale = locale
        self._actions = actions
        self.results, self.money = results, money
        self.detail = DetailPane(locale)
        self._reference = label(tr("Find a booking"), scale="header")
        self._reference.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._status = label()
        self._event = ElidedLabel(tone="muted")
        self._customer = ElidedLabel(tone="muted")
        self._customer.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._start = label(
            tr("Type a reference, a name, an e-mail or a seat, or scan a ticket."), tone="muted", wrap=True
        )
        self._start.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._make_actions()
        self._make_panels()

        self.middle.header.addWidget(self._reference)
        self.middle.header.addWidget(self._status)
        self.middle.header.addSpacing(SPACE[1])
        self.middle.header.addWidget(self._event)
        self.middle.header.addWidget(self._customer, 1)
        self.middle.body.addWidget(self._start, 1)
        self.middle.body.addWidget(self.detail, 1)
        self.detail.hide()
        self.show_possible(reprint=False, print_rest=False, refund=False, cancel=False, cancel_text=tr("Refund all"))
        self.results.field.show_key_of(self.search)
        self.show_panel(None)

    def focus_start(self) -> None:
        self.results.field.setFocus()
        self.results.field.selectAll()

    def show_detail(self, detail: BookingDetail, steps: Sequence[BookingStep]) -> None:
        """Show this booking."""
        summary = detail.summary
        words, tone = status_words(summary.status)
        when = day_and_clock(summary.starts_at, summary.time_zone, self._locale)
        self._reference.setText(summary.reference)
        self._status.setText(words)
        set_tone(self._status, tone)
        self._event.setText(f"{summary.event_name}   {when}")
        self._customer.setText("  ·  ".join(filter(None, (summary.customer, detail.email))))
        self._start.hide()
        self.detail.show()
        self.detail.show_detail(detail, steps)
        self.money.show_detail(detail)
        self.results.mark(summary)

    @property
    def is_asking(self) -> bool:
        """Whether a reason or a refund is being asked for."""
        return self.back.isEnabled()

    def show_panel(self, panel: Panel | None) -> None:
        """Show this panel; the keys of the others do not work meanwhile."""
        self.money.show_panel(panel)
        asking = isinstance(panel, ReasonPanel)
        self.detail.table.setEnabled(not asking)
        self.done.setText(tr("Print") if panel is self.reprinting else tr("Give back"))
        self.done.setEnabled(asking)
        self.back.setEnabled(asking)
        if asking:
            for action in (self.reprint, self.print_rest, self.refund, self.cancel):
                action.setEnabled(False)

    def show_possible(self, *, reprint: bool, print_rest: bool, refund: bool, cancel: bool, cancel_text: str) -> None:
        """What can be done with the booking and the seats that are ticked."""
        self.reprint.setEnabled(reprint)
        self.print_rest.setEnabled(print_rest)
        self.refund.setEnabled(refund)
        self.cancel.setEnabled(cancel)
        self.cancel.setText(cancel_text)

    def _make_actions(self) -> None:
        self.search = self._add("search", tr("Find a booking"), "F4", self.focus_start, "search")
        self.print_rest = self._add("print_rest", tr("Print the rest"), "F7", self.print_rest_wanted.emit, "print")
        self.reprint = self._add("reprint", tr("Print again"), "F8", self.reprint_wanted.emit, "print")
        self.refund = self._add("refund", tr("Refund seats"), "F9", self.refund_wanted.emit, "refund")
        self.cancel = self._add("cancel", tr("Refund all"), "F10", self.cancel_wanted.emit, "cancel")
        self.done = self._add("done", tr("Give back"), "Return", self.agreed.emit, "check")
        self.back = self._add("back", tr("Back"), "Esc", self.back_wanted.emit, "release")

    def _add(self, name: str, text: str, key: str, slot: Callable[[], object], icon: str) -> Action:
        return self._actions.add(f"{SCREEN}.{name}", text, key, slot, self, SCREEN, icon)

    def _make_panels(self) -> None:
        self.choices = Panel()
        self.choices.add_actions(self.reprint, self.print_rest, self.refund, self.cancel, columns=1)
        self.reprinting = ReasonPanel("", self.done, self.back)
        self.refunding = RefundPanel(self._locale, self.done, self.back)
        for panel in (self.choices, self.reprinting, self.refunding):
            self.money.add_panel(panel)
