"""The panels below the basket: the tenders, taking the money, and what was sold."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit

from evently_desktop.domain.bookings import Sale
from evently_desktop.domain.money import Money
from evently_desktop.gui.actions import Action
from evently_desktop.gui.counter.cash import quick_amounts
from evently_desktop.gui.theme import SPACE
from evently_desktop.gui.widgets.buttons import KeyButton
from evently_desktop.gui.widgets.fields import MoneyEdit
from evently_desktop.gui.widgets.labels import MoneyLabel, label, set_tone
from evently_desktop.gui.widgets.panel import Panel, Question
from evently_desktop.language import tr


class Payment(Question):
    """Takes the money: nothing is sold before the person says that it is there."""

    def __init__(self, title: str, locale: str) -> None:
        super().__init__()
        self.due: Money | None = None
        self._cash_step = 1
        self.to_pay = MoneyLabel(locale, "header")
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(tr("Reason for the free tickets"))
        head = QHBoxLayout()
        head.addWidget(label(title, scale="strong"))
        head.addWidget(self.to_pay, 1)
        self.rows.addLayout(head)
        self.rows.addWidget(self.reason)

    def begin(self, due: Money, *, needs_reason: bool, cash_step: int = 1) -> None:
        """Start with an empty panel for this amount; ``cash_step`` is the till's smallest coin in minor units."""
        self.due = due
        self._cash_step = cash_step
        self.to_pay.show_money(due)
        self.reason.clear()
        self.reason.setVisible(needs_reason)
        self.show_problem("")
        self.show_busy(busy=False)

    def check(self) -> str:
        """What is missing before this can be sold, "" for nothing."""
        if not self.reason.isHidden() and not self.reason.text().strip():
            return tr("Free tickets need a reason; type one.")
        return ""


class CashPanel(Payment):
    """What was given, and the change, very large."""

    def __init__(self, currency: str, locale: str, done: Action, back: Action) -> None:
        super().__init__(tr("Cash"), locale)
        self._locale = locale
        self.rounded = label(scale="caption", tone="muted")
        self.rounded.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.given = MoneyEdit(currency, locale, large=True)
        self.given.field.setPlaceholderText(tr("Amount given"))
        self._quick = QHBoxLayout()
        self._quick.setSpacing(SPACE[0])
        self._change_label = label(tr("Change"), scale="strong")
        self.change = MoneyLabel(locale, "large", "good")
        change = QHBoxLayout()
        change.addWidget(self._change_label)
        change.addWidget(self.change, 1)
        self.rows.addWidget(self.rounded)
        self.rows.addWidget(self.given)
        self.rows.addLayout(self._quick)
        self.rows.addLayout(change)
        self.finish(done, back)

        self.given.amount_changed.connect(self._show_change)

    @property
    def handed_over(self) -> Money | None:
        """The cash in hand: what was typed, or exactly what is due where nothing was."""
        return self.given.amount if self.given.field.text().strip() else self.in_coins

    @property
    def in_coins(self) -> Money | None:
        """What coins can pay of what is due."""
        return self.due.rounded_for_cash(self._cash_step) if self.due else None

    def begin(self, due: Money, *, needs_reason: bool, cash_step: int = 1) -> None:
        super().begin(due, needs_reason=needs_reason, cash_step=cash_step)
        in_coins = due.rounded_for_cash(self._cash_step)
        self.given.set_currency(due.currency)
        self.to_pay.show_money(in_coins)
        self.rounded.setText(tr("{amount} rounded to coins", amount=due.plain(self._locale)))
        self.rounded.setVisible(in_coins != due)
        self._show_quick(in_coins)
        self._show_change(None)
        self.given.setFocus()

    def check(self) -> str:
        if self.given.field.text().strip() and self.given.amount is None:
            return self.given.understood.text()
        given, due = self.handed_over, self.in_coins
        if given is not None and due is not None and given < due:
            return tr("That is {amount} too little.", amount=(due - given).shown(self._locale))
        return super().check()

    def _show_quick(self, due: Money) -> None:
        while (item := self._quick.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        for amount in quick_amounts(due):
            text = amount.plain(self._locale)
            button = KeyButton(text)
            button.setProperty("selling", True)
            button.setAccessibleName(tr("{amount} given", amount=text))
            button.clicked.connect(lambda _checked, amount=amount: self._take(amount))
            self._quick.addWidget(button, 1)

    def _take(self, amount: Money) -> None:
        self.given.show_money(amount)
        self.given.setFocus()

    def _show_change(self, _amount: Money | None) -> None:
        given, due = self.handed_over, self.in_coins
        short = given is not None and due is not None and given < due
        self._change_label.setText(tr("Still due") if short else tr("Change"))
        set_tone(self.change, "danger" if short else "good")
        difference = None
        if given is not None and due is not None:
            difference = due - given if short else given - due
        self.change.show_money(difference)
        self.show_problem("")


class CardPanel(Payment):
    """The terminal stands beside the counter; its reference is typed once it has approved."""

    def __init__(self, locale: str, done: Action, back: Action) -> None:
        super().__init__(tr("Card"), locale)
        self.reference = QLineEdit()
        self.reference.setPlaceholderText(tr("Reference on the terminal's slip"))
        self.rows.addWidget(
            label(tr("Take this amount on the terminal, then type its reference."), tone="muted", wrap=True)
        )
        self.rows.addWidget(self.reference)
        self.finish(done, back)

    def begin(self, due: Money, *, needs_reason: bool, cash_step: int = 1) -> None:
        super().begin(due, needs_reason=needs_reason, cash_step=cash_step)
        self.reference.clear()
        self.reference.setFocus()

    def check(self) -> str:
        if not self.reference.text().strip():
            return tr("Type the terminal's reference once it has approved.")
        return super().check()


class SplitPanel(Payment):
    """Part by card, the rest in cash."""

    def __init__(self, currency: str, locale: str, done: Action, back: Action) -> None:
        super().__init__(tr("Card and cash"), locale)
        self._locale = locale
        self.by_card = MoneyEdit(currency, locale)
        self.by_card.field.setPlaceholderText(tr("By card"))
        self.reference = QLineEdit()
        self.reference.setPlaceholderText(tr("Reference on the terminal's slip"))
        self.given = MoneyEdit(currency, locale)
        self.given.field.setPlaceholderText(tr("Cash given"))
        self._rest = label(tone="muted")
        self.change = MoneyLabel(locale, "large", "good")
        change = QHBoxLayout()
        change.addWidget(label(tr("Change"), scale="strong"))
        change.addWidget(self.change, 1)
        for part in (self.by_card, self.reference, self._rest, self.given):
            self.rows.addWidget(part)
        self.rows.addLayout(change)
        self.finish(done, back)

        self.by_card.amount_changed.connect(self._show_rest)
        self.given.amount_changed.connect(self._show_rest)

    @property
    def rest(self) -> Money | None:
        """What is left to pay in cash."""
        return self.due - self.by_card.amount if self.due and self.by_card.amount else None

    @property
    def handed_over(self) -> Money | None:
        """The cash in hand: what was typed, or exactly the rest where nothing was."""
        if self.given.field.text().strip():
            return self.given.amount
        return self.rest.rounded_for_cash(self._cash_step) if self.rest else None

    def begin(self, due: Money, *, needs_reason: bool, cash_step: int = 1) -> None:
        super().begin(due, needs_reason=needs_reason, cash_step=cash_step)
        self.by_card.set_currency(due.currency)
        self.given.set_currency(due.currency)
        self.reference.clear()
        self._show_rest(None)
        self.by_card.setFocus()

    def check(self) -> str:
        rest, given = self.rest, self.handed_over
        if rest is None or rest.minor <= 0:
            self.by_card.setFocus()
            return tr("Type the part that goes on the card: more than nothing, less than the whole.")
        if not self.reference.text().strip():
            self.reference.setFocus()
            return tr("Type the terminal's reference once it has approved.")
        if given is None:
            return self.given.understood.text()
        in_coins = rest.rounded_for_cash(self._cash_step)
        if given < in_coins:
            return tr("That is {amount} too little.", amount=(in_coins - given).shown(self._locale))
        return super().check()

    def _show_rest(self, _amount: Money | None) -> None:
        rest, given = self.rest, self.handed_over
        positive = rest is not None and rest.minor > 0
        in_coins = rest.rounded_for_cash(self._cash_step) if rest and positive else None
        self._rest.setText(tr("In cash {amount}", amount=in_coins.plain(self._locale)) if in_coins else "")
        enough = in_coins is not None and given is not None and given >= in_coins
        self.change.show_money(given - in_coins if enough and given and in_coins else None)
        self.show_problem("")


class FreePanel(Payment):
    """Nothing to pay: only the reason is asked."""

    def __init__(self, locale: str, done: Action, back: Action) -> None:
        super().__init__(tr("Free tickets"), locale)
        self.finish(done, back)

    def begin(self, due: Money, *, needs_reason: bool, cash_step: int = 1) -> None:
        super().begin(due, needs_reason=needs_reason, cash_step=cash_step)
        self.reason.setFocus()


class DonePanel(Panel):
    """What was sold: the change to give, the reference, and how the printing goes."""

    def __init__(self, locale: str, again: Action) -> None:
        super().__init__()
        self._change_label = label(tr("Change"), scale="strong")
        self.change = MoneyLabel(locale, "large", "good")
        self.sold = label(scale="strong")
        self.sold.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.total = MoneyLabel(locale, "strong")
        self.printing = label(tone="muted", wrap=True)
        self.preview = QLabel()
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setAccessibleName(tr("The first ticket"))
        change = QHBoxLayout()
        change.addWidget(self._change_label)
        change.addWidget(self.change, 1)
        sold = QHBoxLayout()
        sold.addWidget(self.sold)
        sold.addWidget(self.total, 1)
        self.rows.addWidget(self.preview)
        self.rows.addLayout(sold)
        self.rows.addWidget(self.printing)
        self.rows.addLayout(change)
        self.add_actions(again, columns=1, primary=again)

    def show_sale(self, sale: Sale) -> None:
        """Show what was sold."""
        self.sold.setText(tr("Sold {reference}", reference=sale.reference))
        self.total.show_money(sale.total)
        self.change.show_money(sale.change)
        self._change_label.setVisible(sale.change.minor != 0)
        self.change.setVisible(sale.change.minor != 0)
        self.printing.setText("")
        self.preview.hide()

    def show_preview(self, picture: QPixmap, ratio: float) -> None:
        """Show the first ticket as it is printed, as wide as the panel, on a screen of this pixel ratio."""
        width = round((self.width() - 2 * SPACE[2]) * ratio)
        fitting = picture.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
        fitting.setDevicePixelRatio(ratio)
        self.preview.setPixmap(fitting)
        self.preview.show()
