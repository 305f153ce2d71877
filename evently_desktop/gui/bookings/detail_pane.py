"""One booking: its seats, to be chosen from, and its history."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from evently_desktop.domain.bookings import BookingDetail, BookingSeat, BookingStep, TicketStatus
from evently_desktop.domain.ids import SeatId
from evently_desktop.gui.dates import day_and_clock
from evently_desktop.gui.theme import ROW, SPACE
from evently_desktop.gui.widgets.labels import line, section_header
from evently_desktop.language import tr

_AMOUNTS = (4, 5)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def ticket_words(seat: BookingSeat) -> str:
    """How the seat's ticket stands."""
    if seat.released:
        return tr("given back")
    match seat.ticket_status:
        case TicketStatus.ADMITTED:
            return tr("let in")
        case TicketStatus.VOID:
            return tr("void")
        case TicketStatus.ISSUED:
            return tr("printed") if seat.printed else tr("not printed")
        case None:
            return tr("no ticket")


class DetailPane(QWidget):
    """The middle of the screen. Rows that are ticked are the seats that printing and refunding mean."""

    seats_ticked = Signal()

    def __init__(self, locale: str) -> None:
        super().__init__()
        self._locale = locale
        self._seats: tuple[BookingSeat, ...] = ()
        self.table = _table((tr("Seat"), tr("Zone"), tr("Price type"), tr("Ticket"), tr("Price"), tr("Fee")))
        self.table.setAccessibleName(tr("Seats"))
        for column in range(_AMOUNTS[0]):
            self.table.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        for column in _AMOUNTS:
            title = self.table.horizontalHeaderItem(column)
            if title:
                title.setTextAlignment(_RIGHT)
        self.history = _table((tr("Time"), tr("What happened"), tr("By"), tr("At")))
        self.history.setAccessibleName(tr("History"))
        self.history.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.history.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.history.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.history.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        heading = section_header(tr("HISTORY"))
        heading.setContentsMargins(SPACE[2], SPACE[2], SPACE[2], 0)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.table, 3)
        layout.addWidget(line())
        layout.addWidget(heading)
        layout.addWidget(self.history, 2)

        self.table.itemChanged.connect(lambda _item: self.seats_ticked.emit())

    @property
    def ticked(self) -> tuple[BookingSeat, ...]:
        """The seats that are ticked."""
        rows = range(self.table.rowCount())
        return tuple(self._seats[row] for row in rows if self._state(row) == Qt.CheckState.Checked)

    def show_detail(self, detail: BookingDetail, steps: Sequence[BookingStep]) -> None:
        """Show this booking; what was ticked before is ticked no longer."""
        self._show_seats(detail.seats)
        self.history.setRowCount(len(steps))
        zone = detail.summary.time_zone
        for row, step in enumerate(steps):
            when = day_and_clock(step.at, zone, self._locale)
            for column, text in enumerate((when, step.sentence, step.by, step.station)):
                self.history.setItem(row, column, QTableWidgetItem(text))
        self.history.scrollToBottom()

    def tick(self, seat_ids: Sequence[SeatId]) -> None:
        """Tick these seats and no others."""
        for row, seat in enumerate(self._seats):
            item = self.table.item(row, 0)
            if item and not seat.released:
                wanted = seat.seat_id in seat_ids
                item.setCheckState(Qt.CheckState.Checked if wanted else Qt.CheckState.Unchecked)

    def _show_seats(self, seats: tuple[BookingSeat, ...]) -> None:
        self.table.blockSignals(True)
        self._seats = seats
        self.table.setRowCount(len(seats))
        for row, seat in enumerate(seats):
            texts = (
                seat.name, seat.zone, seat.price_type, ticket_words(seat),
                seat.price.plain(self._locale), seat.fee.plain(self._locale),
            )  # fmt: skip
            for column, text in enumerate(texts):
                self.table.setItem(row, column, _seat_item(seat, column, text))
        self.table.blockSignals(False)
        self.seats_ticked.emit()

    def _state(self, row: int) -> Qt.CheckState | None:
        item = self.table.item(row, 0)
        return item.checkState() if item else None


def _seat_item(seat: BookingSeat, column: int, text: str) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    if seat.released:
        item.setFlags(Qt.ItemFlag.NoItemFlags)
    elif column == 0:
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Unchecked)
    if column in _AMOUNTS:
        item.setTextAlignment(_RIGHT)
    return item


def _table(titles: tuple[str, ...]) -> QTableWidget:
    table = QTableWidget(0, len(titles))
    table.setHorizontalHeaderLabels(list(titles))
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(ROW)
    table.setShowGrid(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    return table
