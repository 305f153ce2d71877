"""The money of a booking, and what can be done about it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from evently_desktop.domain.bookings import BookingDetail, Payment, TenderMethod
from evently_desktop.domain.money import Money
from evently_desktop.gui.actions import Action
from evently_desktop.gui.dates import day_and_clock
from evently_desktop.gui.screen import Pane
from evently_desktop.gui.theme import SPACE
from evently_desktop.gui.widgets.labels import MoneyLabel, label, line
from evently_desktop.gui.widgets.panel import Question
from evently_desktop.language import tr


def method_words(method: TenderMethod) -> str:
    """A tender in words."""
    match method:
        case TenderMethod.CASH:
            return tr("Cash")
        case TenderMethod.CARD:
            return tr("Card")
        case TenderMethod.VOUCHER:
            return tr("Voucher")


class MoneyPane(Pane):
    """Payments and sums, and below them one panel."""

    def __init__(self, locale: str) -> None:
        super().__init__()
        self._locale = locale
        self._payments = QGridLayout()
        self._payments.setContentsMargins(SPACE[2], SPACE[2], SPACE[2], SPACE[2])
        self._payments.setVerticalSpacing(SPACE[0])
        self._payments.setColumnStretch(1, 1)
        self.paid = MoneyLabel(locale, "large")
        self._panels: list[QWidget] = []
        paid = QHBoxLayout()
        paid.setContentsMargins(SPACE[2], SPACE[1], SPACE[2], SPACE[1])
        paid.addWidget(label(tr("Paid"), scale="strong"))
        paid.addWidget(self.paid, 1)
        self._sums = QWidget()
        sums = QVBoxLayout(self._sums)
        sums.setContentsMargins(0, 0, 0, 0)
        sums.setSpacing(0)
        sums.addWidget(line())
        sums.addLayout(paid)
        self.header.addWidget(label(tr("Money"), scale="strong"))
        self.body.addLayout(self._payments)
        self.body.addStretch(1)
        self.body.addWidget(self._sums)
        self._sums.hide()

    def add_panel(self, panel: QWidget) -> None:
        """Make room for a panel below the sums; it is hidden until it is shown."""
        panel.hide()
        self._panels.append(panel)
        self.body.addWidget(panel)

    def show_panel(self, panel: QWidget | None) -> None:
        """Show this panel and no other; None for none."""
        for each in self._panels:
            each.setVisible(each is panel)

    def show_detail(self, detail: BookingDetail) -> None:
        """Show what was paid and given back."""
        while (item := self._payments.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        for row, payment in enumerate(detail.payments):
            self._add_payment(row, payment, detail.summary.time_zone)
        self.paid.show_money(detail.paid)
        self._sums.show()

    def _add_payment(self, row: int, payment: Payment, time_zone: str) -> None:
        amount = MoneyLabel(self._locale)
        amount.show_money(-payment.amount if payment.kind == "refund" else payment.amount)
        what = method_words(payment.method)
        if payment.status == "pending":
            what = tr("{method}, not finished", method=what)
        when = day_and_clock(payment.at, time_zone, self._locale)
        about = "  ·  ".join(filter(None, (when, payment.reference)))
        self._payments.addWidget(label(what), 2 * row, 0)
        self._payments.addWidget(amount, 2 * row, 1)
        self._payments.addWidget(label(about, tone="muted", scale="caption"), 2 * row + 1, 0, 1, 2)


class ReasonPanel(Question):
    """Something that goes into the record with a reason."""

    def __init__(self, title: str, done: Action, back: Action) -> None:
        super().__init__()
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(tr("Reason"))
        self.title = label(title, scale="strong", wrap=True)
        self.rows.addWidget(self.title)
        self._add_rows()
        self.rows.addWidget(self.reason)
        self.finish(done, back)

    def _add_rows(self) -> None:
        """What stands between the title and the reason."""

    def begin(self, title: str) -> None:
        """Start empty."""
        self.title.setText(title)
        self.reason.clear()
        self.show_problem("")
        self.show_busy(busy=False)
        self.reason.setFocus()

    def check(self) -> str:
        """What is missing, "" for nothing."""
        return "" if self.reason.text().strip() else tr("Type a reason; it goes into the record.")


class RefundPanel(ReasonPanel):
    """How much goes back, and how."""

    def __init__(self, locale: str, done: Action, back: Action) -> None:
        self._locale = locale
        super().__init__("", done, back)

    def _add_rows(self) -> None:
        self.amount = MoneyLabel(self._locale, "large", "danger")
        self.cash = QRadioButton(method_words(TenderMethod.CASH))
        self.card = QRadioButton(method_words(TenderMethod.CARD))
        self._methods = QButtonGroup(self)
        self.reference = QLineEdit()
        self.reference.setPlaceholderText(tr("Reference on the terminal's slip"))
        self._coins = label(scale="caption", tone="muted")
        self._coins.setAlignment(Qt.AlignmentFlag.AlignRight)
        how = QHBoxLayout()
        for button in (self.cash, self.card):
            self._methods.addButton(button)
            how.addWidget(button)
        how.addStretch(1)
        self.rows.addWidget(self.amount)
        self.rows.addWidget(self._coins)
        self.rows.addLayout(how)
        self.rows.addWidget(self.reference)
        self.card.toggled.connect(self._show_method)

    @property
    def method(self) -> TenderMethod:
        """How the money goes back."""
        return TenderMethod.CARD if self.card.isChecked() else TenderMethod.CASH

    @property
    def in_coins(self) -> Money:
        """What coins can give back of the amount."""
        return self._amount.rounded_for_cash(self._cash_step)

    def begin_refund(self, title: str, amount: Money, method: TenderMethod, cash_step: int) -> None:
        """Start with this amount, and the way the booking was paid; cash is rounded to ``cash_step`` minor units."""
        self._amount, self._cash_step = amount, cash_step
        self.reference.clear()
        (self.card if method is TenderMethod.CARD else self.cash).setChecked(True)
        self._show_method()
        for part in (self.amount, self.cash, self.card):
            part.setVisible(amount.minor != 0)
        self.begin(title)

    def check(self) -> str:
        if self._amount.minor and self.method is TenderMethod.CARD and not self.reference.text().strip():
            return tr("Give the money back on the terminal, then type its reference.")
        return super().check()

    def _show_method(self) -> None:
        by_cash = self.method is TenderMethod.CASH
        self.amount.show_money(self.in_coins if by_cash else self._amount)
        self._coins.setText(tr("{amount} rounded to coins", amount=self._amount.plain(self._locale)))
        self._coins.setVisible(by_cash and self.in_coins != self._amount)
        self.reference.setVisible(not by_cash and self._amount.minor != 0)
