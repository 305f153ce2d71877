"""The list of what is on, by day, with how full each event is."""

from collections.abc import Sequence
from datetime import UTC, datetime

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

from evently_desktop.domain.catalogue import EventSummary
from evently_desktop.domain.ids import EventId
from evently_desktop.gui import theme
from evently_desktop.gui.dates import clock, day_and_clock, day_heading, local_day
from evently_desktop.gui.screen import Pane
from evently_desktop.gui.widgets.fields import SearchField
from evently_desktop.gui.widgets.painting import write
from evently_desktop.language import tr

_EVENT_ROLE = Qt.ItemDataRole.UserRole
_HEADING_HEIGHT = 32
_EVENT_HEIGHT = 52
_BAR = QSize(56, 6)

Index = QModelIndex | QPersistentModelIndex


class EventRows(QAbstractListModel):
    """Events under the headings of their days."""

    def __init__(self, locale: str, parent: QObject) -> None:
        super().__init__(parent)
        self._locale = locale
        self.rows: list[str | EventSummary] = []

    def show_events(self, events: Sequence[EventSummary], now: datetime) -> None:
        """List these events, which come soonest first."""
        self.beginResetModel()
        self.rows = []
        heading = ""
        for event in events:
            today = local_day(now, event.time_zone)
            day = day_heading(local_day(event.starts_at, event.time_zone), today, self._locale)
            if day != heading:
                self.rows.append(day)
                heading = day
            self.rows.append(event)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == _EVENT_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row if isinstance(row, str) else row.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row if isinstance(row, str) else _spoken(row, self._locale)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(row, EventSummary):
            return _spoken(row, self._locale)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if isinstance(self.rows[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class EventDelegate(QStyledItemDelegate):
    """Draws a heading, or an event in two lines with its bar."""

    def __init__(self, locale: str, parent: QObject) -> None:
        super().__init__(parent)
        self._locale = locale

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        is_heading = isinstance(index.data(_EVENT_ROLE), str)
        return QSize(0, _HEADING_HEIGHT if is_heading else _EVENT_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(_EVENT_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRect(option.rect)
        if isinstance(row, str):
            _draw_heading(painter, rect, row)
        else:
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            under = bool(option.state & QStyle.StateFlag.State_MouseOver)
            self._draw_event(painter, rect, row, chosen=chosen, under=under)
        painter.restore()

    def _draw_event(self, painter: QPainter, rect: QRect, event: EventSummary, *, chosen: bool, under: bool) -> None:
        palette = theme.in_use()
        if chosen or under:
            painter.fillRect(rect, QColor(palette.choice if chosen else palette.hover))
        if chosen:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), QColor(palette.accent))
        area = rect.adjusted(theme.SPACE[2], theme.SPACE[1], -theme.SPACE[2], -theme.SPACE[1])
        top, bottom = QRect(area), QRect(area)
        top.setHeight(area.height() // 2)
        bottom.setTop(top.bottom() + 1)

        time = clock(event.starts_at, event.time_zone, self._locale)
        write(painter, top, time, palette.text, right=True)
        room = top.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(time) - theme.SPACE[1], 0)
        write(painter, room, event.name, palette.text, bold=True)

        sold_out = event.free == 0
        words = tr("sold out") if sold_out else tr("{count} free", count=event.free)
        if event.waiting:
            words += "  ·  " + tr("{count} waiting", count=event.waiting)
        write(painter, bottom, words, palette.attention if sold_out else palette.muted, size=theme.CAPTION)
        bar = QRect(0, 0, _BAR.width(), _BAR.height())
        bar.moveRight(bottom.right())
        bar.moveTop(bottom.center().y() - _BAR.height() // 2 + 1)
        _draw_bar(painter, bar, 1 - event.free / event.total if event.total else 1)


class EventsPane(Pane):
    """Search and list. Typing searches, arrows walk the list, Enter opens."""

    search_typed = Signal(str)
    event_chosen = Signal(object)  # EventSummary

    def __init__(self, locale: str) -> None:
        super().__init__()
        self.field = SearchField(tr("Search events"))
        self._rows = EventRows(locale, self)
        self.list = QListView()
        self.list.setModel(self._rows)
        self.list.setItemDelegate(EventDelegate(locale, self))
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setAccessibleName(tr("Events"))
        self._chosen: EventId | None = None

        self.header.addWidget(self.field)
        self.body.addWidget(self.list)

        self.field.installEventFilter(self)
        self.field.textEdited.connect(self.search_typed)
        self.field.returnPressed.connect(lambda: self._open(self.list.currentIndex()))
        self.list.clicked.connect(self._open)

    @property
    def events(self) -> list[EventSummary]:
        """The events listed, in their order."""
        return [row for row in self._rows.rows if isinstance(row, EventSummary)]

    def show_events(self, events: Sequence[EventSummary], now: datetime | None = None) -> None:
        """List these events; the one that was chosen stays marked if it is among them."""
        self._rows.show_events(events, now or datetime.now(UTC))
        self.mark(self._chosen)

    def mark(self, event_id: EventId | None) -> None:
        """Mark this event as the chosen one; without one, the first that Enter would open."""
        self._chosen = event_id
        for number, row in enumerate(self._rows.rows):
            if isinstance(row, EventSummary) and row.id == event_id:
                self.list.setCurrentIndex(self._rows.index(number))
                return
        self.list.clearSelection()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step:
                self._walk(step)
                return True
        return super().eventFilter(watched, event)

    def _walk(self, step: int) -> None:
        row = self.list.currentIndex().row() + step
        while 0 <= row < len(self._rows.rows) and isinstance(self._rows.rows[row], str):
            row += step
        if 0 <= row < len(self._rows.rows):
            self.list.setCurrentIndex(self._rows.index(row))

    def _open(self, index: QModelIndex) -> None:
        if not index.isValid() and self.events:
            self._walk(1)
            index = self.list.currentIndex()
        event = index.data(_EVENT_ROLE) if index.isValid() else None
        if isinstance(event, EventSummary):
            self.event_chosen.emit(event)


def _spoken(event: EventSummary, locale: str) -> str:
    return tr(
        "{name}, {when}, {venue}: {free} of {total} free",
        name=event.name, when=day_and_clock(event.starts_at, event.time_zone, locale), venue=event.venue,
        free=event.free, total=event.total,
    )  # fmt: skip


def _draw_heading(painter: QPainter, rect: QRect, text: str) -> None:
    area = rect.adjusted(theme.SPACE[2], 0, -theme.SPACE[2], -theme.SPACE[0])
    palette = theme.in_use()
    bottom = Qt.AlignmentFlag.AlignBottom
    write(painter, area, text.upper(), palette.muted, size=theme.CAPTION, bold=True, vertical=bottom)


def _draw_bar(painter: QPainter, bar: QRect, share: float) -> None:
    palette = theme.in_use()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QColor(palette.edge))
    painter.drawRoundedRect(bar.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 2.5, 2.5)
    full = QRect(bar)
    full.setWidth(round(bar.width() * share))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(palette.muted))
    painter.drawRoundedRect(full, 3, 3)
