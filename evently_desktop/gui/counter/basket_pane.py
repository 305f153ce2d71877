"""The basket: its seats with their price types, the fees and the total, and how long it is held."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLayout,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from evently_desktop.domain.bookings import HeldSeat, Hold
from evently_desktop.domain.ids import SeatId
from evently_desktop.gui.actions import Action
from evently_desktop.gui.screen import Pane
from evently_desktop.gui.theme import BASKET_ROW, SPACE
from evently_desktop.gui.widgets.buttons import ActionButton
from evently_desktop.gui.widgets.countdown import Countdown
from evently_desktop.gui.widgets.labels import ElidedLabel, MoneyLabel, label, line
from evently_desktop.language import tr, trn

_SEAT, _TYPE, _PRICE = range(3)


class SeatTable(QTableWidget):
    """One row a seat: its name, its price type (a click chooses the next), its price."""

    type_clicked = Signal(object)  # SeatId

    def __init__(self, locale: str) -> None:
        super().__init__(0, 3)
        self._locale = locale
        self._seats: tuple[HeldSeat, ...] = ()
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(BASKET_ROW)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setSectionResizeMode(_SEAT, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_TYPE, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_PRICE, QHeaderView.ResizeMode.ResizeToContents)
        self.setAccessibleName(tr("Seats in the basket"))
        self.clicked.connect(self._click)

    @property
    def current(self) -> HeldSeat | None:
        """The seat whose row is marked."""
        row = self.currentRow()
        return self._seats[row] if 0 <= row < len(self._seats) else None

    def show_seats(self, seats: Sequence[HeldSeat]) -> None:
        """Show these seats; the marked one stays marked, or the last one becomes it."""
        kept = self.current
        self._seats = tuple(seats)
        self.setRowCount(len(self._seats))
        for row, seat in enumerate(self._seats):
            cells = (seat.name, seat.price_type, seat.price.plain(self._locale))
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(f"{seat.name} · {seat.zone}")
                if column == _PRICE:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(row, column, item)
        places = [seat.seat_id for seat in self._seats]
        row = places.index(kept.seat_id) if kept and kept.seat_id in places else len(places) - 1
        self.selectRow(row)

    def walk(self, step: int) -> None:
        """Mark the row above or below."""
        if self._seats:
            self.selectRow(max(0, min(len(self._seats) - 1, self.currentRow() + step)))

    def _click(self, index: QModelIndex) -> None:
        if index.column() == _TYPE:
            self.type_clicked.emit(self._seats[index.row()].seat_id)


class BasketPane(Pane):
    """The right pane. Below the seats and the sums stands one panel: the tenders, a payment, the result."""

    type_clicked = Signal(object)  # SeatId
    hold_ran_out = Signal()

    def __init__(self, locale: str, hold_warning_seconds: int) -> None:
        super().__init__()
        self._locale = locale
        self._title = label(tr("Basket"), scale="strong")
        self.countdown = Countdown(hold_warning_seconds)
        self.table = SeatTable(locale)
        self._customer = ElidedLabel()
        self._customer.setContentsMargins(SPACE[2], SPACE[1], SPACE[2], SPACE[0])
        self._nothing = label(tr("Choose seats on the map, or type what is wanted."), tone="muted", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setContentsMargins(SPACE[4], 0, SPACE[4], 0)
        self._fees_label = label(tr("Fees"), tone="muted")
        self._fees = MoneyLabel(locale)
        self._total_label = label(tr("Total"), scale="strong")
        self.total = MoneyLabel(locale, "large")
        self._panels: list[QWidget] = []

        self.header.addWidget(self._title)
        self.header.addStretch(1)
        self.header.addWidget(self.countdown)
        sums = QGridLayout()
        sums.setContentsMargins(SPACE[2], SPACE[1], SPACE[2], SPACE[1])
        sums.setVerticalSpacing(0)
        sums.addWidget(self._fees_label, 0, 0)
        sums.addWidget(self._fees, 0, 1)
        sums.addWidget(self._total_label, 1, 0)
        sums.addWidget(self.total, 1, 1)
        sums.setColumnStretch(1, 1)
        self._row_actions = _button_row()
        self._sums = _stacked(self._row_actions, sums)
        self._idle = QWidget()
        self._idle_actions = _button_row()
        self._idle.setLayout(self._idle_actions)
        parts = ((self._customer, 0), (self._nothing, 1), (self._idle, 0), (self.table, 1), (self._sums, 0))
        for part, stretch in parts:
            self.body.addWidget(part, stretch)
        self.show_hold(None)

        self.table.type_clicked.connect(self.type_clicked)
        self.countdown.ran_out.connect(self.hold_ran_out)

    def show_hold(self, hold: Hold | None) -> None:
        """Show this basket, or that there is none."""
        seats = hold.seats if hold else ()
        self.table.show_seats(seats)
        self.table.setVisible(bool(seats))
        self._nothing.setVisible(not seats)
        self._idle.setVisible(not seats)
        self.customer = hold.customer if hold else ""
        self._customer.setText(tr("For {name}", name=self.customer))
        self._customer.setVisible(bool(self.customer))
        self._sums.setVisible(bool(seats))
        self._title.setText(trn("Basket, {count} seat", "Basket, {count} seats", len(seats)) if seats else tr("Basket"))
        if hold:
            self._fees.show_money(hold.fees)
            self._fees.setVisible(hold.fees.minor != 0)
            self._fees_label.setVisible(hold.fees.minor != 0)
            self.total.show_money(hold.total)
            self.countdown.count_to(hold.expires_at, hold.server_now)
        else:
            self.countdown.stop()

    def add_row_actions(self, *actions: Action) -> None:
        """Add the small buttons for the marked seat, above the sums."""
        for action in actions:
            self._row_actions.addWidget(ActionButton(action, "quiet"), 1)

    def add_idle_actions(self, *actions: Action) -> None:
        """Add the small buttons of what can be done while there is no basket."""
        for action in actions:
            self._idle_actions.addWidget(ActionButton(action, "quiet"), 1)

    def add_panel(self, panel: QWidget) -> None:
        """Make room for a panel below the sums; it is hidden until it is shown."""
        panel.hide()
        self._panels.append(panel)
        self.body.addWidget(panel)

    def show_panel(self, panel: QWidget | None) -> None:
        """Show this panel below the sums and no other; None for none."""
        for each in self._panels:
            each.setVisible(each is panel)

    @property
    def current_seat(self) -> SeatId | None:
        """The seat whose row is marked."""
        return self.table.current.seat_id if self.table.current else None


def _button_row() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(SPACE[0], SPACE[0], SPACE[0], SPACE[0])
    row.setSpacing(SPACE[0])
    return row


def _stacked(above: QLayout, below: QLayout) -> QWidget:
    """Two layouts with a line between them."""
    made = QWidget()
    whole = QVBoxLayout(made)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.setSpacing(0)
    whole.addLayout(above)
    whole.addWidget(line())
    whole.addLayout(below)
    return made
