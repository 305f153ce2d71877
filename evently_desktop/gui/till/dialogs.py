"""The two questions of a shift: which till with how much in it, and how much is in it now."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QVBoxLayout, QWidget

from evently_desktop.domain.money import Money
from evently_desktop.domain.staff import Shift, Till
from evently_desktop.gui.theme import SPACE
from evently_desktop.gui.widgets.buttons import KeyButton
from evently_desktop.gui.widgets.dialogs import fit
from evently_desktop.gui.widgets.fields import MoneyEdit
from evently_desktop.gui.widgets.labels import MoneyLabel, label, set_tone
from evently_desktop.language import tr

_WIDTH = 400


class _Question(QDialog):
    """A short form with one button that Enter presses."""

    def __init__(self, title: str, button: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setFixedWidth(_WIDTH)
        self.problem = label(tone="danger", wrap=True)
        self.problem.hide()
        self.go = KeyButton(button, tr("Enter"))
        self.go.setProperty("kind", "primary")
        self.go.setProperty("selling", True)
        self.go.setDefault(True)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(SPACE[4], SPACE[4], SPACE[4], SPACE[4])
        self.rows.setSpacing(SPACE[2])
        self.rows.addWidget(label(title, scale="header"))

    def finish(self) -> None:
        """Put the problem and the button below what was added."""
        self.rows.addWidget(self.problem)
        self.rows.addSpacing(SPACE[1])
        self.rows.addWidget(self.go)

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong; "" for nothing."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        self.go.setEnabled(True)
        fit(self)


class OpenShiftDialog(_Question):
    """Which till, and the float in it."""

    agreed = Signal(object, object)  # Till, Money

    def __init__(self, tills: list[Till], locale: str, parent: QWidget) -> None:
        super().__init__(tr("Open a shift"), tr("Open the shift"), parent)
        self._tills = tills
        self.till = QComboBox()
        self.till.addItems([till.name for till in tills])
        self.float_amount = MoneyEdit(tills[0].currency, locale)
        self.rows.addWidget(label(tr("Till"), tone="muted"))
        self.rows.addWidget(self.till)
        self.rows.addWidget(label(tr("Cash in the drawer now"), tone="muted"))
        self.rows.addWidget(self.float_amount)
        self.finish()
        self.float_amount.setFocus()

        self.float_amount.amount_changed.connect(lambda _amount: self.show_problem(""))
        self.till.currentIndexChanged.connect(lambda row: self.float_amount.set_currency(tills[row].currency))
        self.go.clicked.connect(self._agree)

    def _agree(self) -> None:
        amount = self.float_amount.amount
        if amount is None:
            self.show_problem(tr("Type how much cash is in the drawer, 0 for none."))
            self.float_amount.setFocus()
            return
        self.go.setEnabled(False)
        self.agreed.emit(self._tills[self.till.currentIndex()], amount)


class _Outcome(QWidget):
    """What was counted, what should have been there, and the difference, very large."""

    def __init__(self, locale: str) -> None:
        super().__init__()
        self._word = label(scale="strong")
        self.counted, self.expected = MoneyLabel(locale), MoneyLabel(locale)
        self.difference = MoneyLabel(locale, "large")
        rows = QGridLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setColumnStretch(1, 1)
        for row, (words, amount) in enumerate(
            (
                (label(tr("Counted"), tone="muted"), self.counted),
                (label(tr("Expected"), tone="muted"), self.expected),
                (self._word, self.difference),
            )
        ):
            rows.addWidget(words, row, 0)
            rows.addWidget(amount, row, 1)

    def show_count(self, counted: Money, expected: Money) -> None:
        """Compare these two."""
        rest = counted - expected
        self._word.setText(tr("It adds up") if not rest.minor else tr("Over") if rest.minor > 0 else tr("Short"))
        self.counted.show_money(counted)
        self.expected.show_money(expected)
        self.difference.show_money(Money(abs(rest.minor), rest.currency))
        set_tone(self.difference, "attention" if rest.minor else "good")


class CloseShiftDialog(_Question):
    """A blind count: what is in the drawer, before the program says what should be."""

    agreed = Signal(object)  # Money

    def __init__(self, shift: Shift, locale: str, parent: QWidget) -> None:
        super().__init__(tr("Close the shift"), tr("Close the shift"), parent)
        self.counted = MoneyEdit(shift.float_amount.currency, locale)
        self.outcome = _Outcome(locale)
        self.outcome.hide()
        self._ask = label(tr("Count the cash on {till} and type it in.", till=shift.till), wrap=True)
        self.rows.addWidget(self._ask)
        self.rows.addWidget(self.counted)
        self.rows.addWidget(self.outcome)
        self.finish()
        self.counted.setFocus()

        self.counted.amount_changed.connect(lambda _amount: self.show_problem(""))
        self.go.clicked.connect(self._agree)

    def show_outcome(self, counted: Money, expected: Money) -> None:
        """What should have been there, and what is over or short."""
        self.outcome.show_count(counted, expected)
        self.outcome.show()
        self.counted.hide()
        self._ask.hide()
        self.go.setText(tr("Done"))
        self.go.setEnabled(True)
        self.go.clicked.disconnect()
        self.go.clicked.connect(self.accept)
        self.go.setFocus()
        fit(self)

    def _agree(self) -> None:
        if self.counted.amount is None:
            self.show_problem(tr("Type the amount that you counted."))
            self.counted.setFocus()
            return
        self.go.setEnabled(False)
        self.agreed.emit(self.counted.amount)
