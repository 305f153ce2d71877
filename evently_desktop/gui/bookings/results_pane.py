"""The search, and the bookings it found."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from evently_desktop.domain.bookings import BookingStatus, BookingSummary
from evently_desktop.gui import theme
from evently_desktop.gui.dates import day_and_clock, short_day_and_clock
from evently_desktop.gui.screen import Pane
from evently_desktop.gui.widgets.fields import SearchField
from evently_desktop.gui.widgets.labels import label
from evently_desktop.gui.widgets.painting import write
from evently_desktop.language import tr, trn

_ROLE = Qt.ItemDataRole.UserRole
_HEIGHT = 68

Index = QModelIndex | QPersistentModelIndex


def status_words(status: BookingStatus) -> tuple[str, str]:
    """A booking's status in words, and the tone to say it in."""
    match status:
        case BookingStatus.HELD:
            return tr("held"), "attention"
        case BookingStatus.CONFIRMED:
            return tr("sold"), "good"
        case BookingStatus.EXPIRED:
            return tr("ran out"), "muted"
        case BookingStatus.CANCELLED:
            return tr("cancelled"), "muted"


class BookingRows(QAbstractListModel):
    """The bookings of one search."""

    def __init__(self, locale: str, parent: QObject) -> None:
        super().__init__(parent)
        self._locale = locale
        self.rows: tuple[BookingSummary, ...] = ()

    def show_bookings(self, bookings: Sequence[BookingSummary]) -> None:
        """List these."""
        self.beginResetModel()
        self.rows = tuple(bookings)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        booking = self.rows[index.row()]
        if role == _ROLE:
            return booking
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            when = day_and_clock(booking.starts_at, booking.time_zone, self._locale)
            return f"{booking.reference}, {status_words(booking.status)[0]}, {booking.event_name}, {when}"
        return None


class BookingDelegate(QStyledItemDelegate):
    """Draws a booking in three lines: reference, event, customer."""

    def __init__(self, locale: str, parent: QObject) -> None:
        super().__init__(parent)
        self._locale = locale

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        booking = index.data(_ROLE)
        palette = theme.in_use()
        rect = QRect(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(palette.choice))
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), QColor(palette.accent))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(palette.hover))
        area = rect.adjusted(theme.SPACE[2], theme.SPACE[1] - 2, -theme.SPACE[2], -theme.SPACE[1] + 2)
        height = area.height() // 3
        first, second, third = (QRect(area).adjusted(0, n * height, 0, (n - 2) * height) for n in range(3))
        status, tone = status_words(booking.status)
        when = short_day_and_clock(booking.starts_at, booking.time_zone, self._locale)
        seats = trn("{count} seat", "{count} seats", booking.quantity)
        write(painter, first, status, getattr(palette, tone), right=True, size=theme.CAPTION)
        write(painter, first, booking.reference, palette.text, bold=True)
        write(painter, second, when, palette.text, right=True, size=theme.CAPTION)
        room = second.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(when) - theme.SPACE[1], 0)
        write(painter, room, booking.event_name, palette.text, size=theme.CAPTION)
        write(painter, third, seats, palette.muted, right=True, size=theme.CAPTION)
        room = third.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(seats) - theme.SPACE[1], 0)
        write(painter, room, booking.customer or tr("walk-up"), palette.muted, size=theme.CAPTION)
        painter.restore()


class ResultsPane(Pane):
    """Typing searches; Enter or a click opens a booking."""

    search_typed = Signal(str)
    search_entered = Signal(str)
    booking_chosen = Signal(object)  # BookingSummary

    def __init__(self, locale: str) -> None:
        super().__init__()
        self.field = SearchField(tr("Reference, name, seat"))
        self._rows = BookingRows(locale, self)
        self.list = QListView()
        self.list.setModel(self._rows)
        self.list.setItemDelegate(BookingDelegate(locale, self))
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(tr("Bookings found"))
        self.nothing = label(tr("No booking fits."), tone="muted", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.hide()
        self.header.addWidget(self.field)
        self.body.addWidget(self.nothing, 1)
        self.body.addWidget(self.list, 1)

        self.field.installEventFilter(self)
        self.field.textEdited.connect(self.search_typed)
        self.field.returnPressed.connect(self._enter)
        self.list.clicked.connect(lambda index: self.booking_chosen.emit(index.data(_ROLE)))

    @property
    def bookings(self) -> tuple[BookingSummary, ...]:
        """The bookings listed."""
        return self._rows.rows

    def show_bookings(self, bookings: Sequence[BookingSummary]) -> None:
        """List these, and say so when there are none."""
        self._rows.show_bookings(bookings)
        self.nothing.setVisible(not bookings)
        self.list.setVisible(bool(bookings))

    def mark(self, booking: BookingSummary) -> None:
        """Mark the booking that is open."""
        for number, row in enumerate(self._rows.rows):
            if row.booking_id == booking.booking_id:
                self.list.setCurrentIndex(self._rows.index(number))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            row = self.list.currentIndex().row() + step
            if step and 0 <= row < len(self._rows.rows):
                self.list.setCurrentIndex(self._rows.index(row))
                self.booking_chosen.emit(self._rows.rows[row])
                return True
        return super().eventFilter(watched, event)

    def _enter(self) -> None:
        self.search_entered.emit(self.field.text())
