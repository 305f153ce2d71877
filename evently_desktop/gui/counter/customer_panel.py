"""Whom the basket is for: somebody who is known, somebody new, or nobody in particular."""

from collections.abc import Sequence
from enum import Enum

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
from PySide6.QtWidgets import QLineEdit, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from evently_desktop.domain.customers import Customer
from evently_desktop.gui import theme
from evently_desktop.gui.actions import Action
from evently_desktop.gui.widgets.fields import SearchField
from evently_desktop.gui.widgets.labels import label
from evently_desktop.gui.widgets.painting import write
from evently_desktop.gui.widgets.panel import Question
from evently_desktop.language import tr

_ROLE = Qt.ItemDataRole.UserRole
_ROWS_SHOWN = 4


class Someone(Enum):
    """The rows that are no customer."""

    NEW = "new"
    NOBODY = "nobody"


Row = Customer | Someone
Index = QModelIndex | QPersistentModelIndex


class CustomerRows(QAbstractListModel):
    """Who was found, and below them the way to add somebody."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: tuple[Row, ...] = ()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """List these."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == _ROLE:
            return row
        return ", ".join(filter(None, _words(row))) if role == Qt.ItemDataRole.DisplayRole else None


class CustomerDelegate(QStyledItemDelegate):
    """Draws a row in two lines: the name, and how to reach them."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, theme.TARGET)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        palette = theme.in_use()
        rect = QRect(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(palette.choice))
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), QColor(palette.accent))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(palette.hover))
        area = rect.adjusted(theme.SPACE[2], theme.SPACE[0], -theme.SPACE[1], -theme.SPACE[0])
        name, about = _words(index.data(_ROLE))
        if about:
            half = area.height() // 2
            write(painter, area.adjusted(0, 0, 0, -half), name, palette.text, bold=True)
            write(painter, area.adjusted(0, half, 0, 0), about, palette.muted, size=theme.CAPTION)
        else:
            write(painter, area, name, palette.text, bold=True)
        painter.restore()


class CustomerPanel(Question):
    """Typing finds, up and down walk, Enter takes; the last row opens the form for somebody new."""

    typed = Signal(str)
    picked = Signal()

    def __init__(self, done: Action, back: Action) -> None:
        super().__init__()
        self.field = SearchField(tr("Name or e-mail"))
        self._rows = CustomerRows(self)
        self.list = QListView()
        self.list.setModel(self._rows)
        self.list.setItemDelegate(CustomerDelegate(self))
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(tr("Customers found"))
        self.list.setFixedHeight(_ROWS_SHOWN * theme.TARGET)
        self.name, self.email, self.phone = _field(tr("Name")), _field(tr("E-mail")), _field(tr("Phone"))
        self._title = label(scale="strong")
        self._has_customer = False
        self.rows.addWidget(self._title)
        for part in (self.field, self.list, *self._form):
            self.rows.addWidget(part)
        self.finish(done, back)

        self.field.installEventFilter(self)
        self.field.textEdited.connect(self.typed)
        self.list.clicked.connect(lambda _index: self.picked.emit())

    @property
    def _form(self) -> tuple[QLineEdit, ...]:
        return self.name, self.email, self.phone

    @property
    def is_form(self) -> bool:
        """Whether somebody new is being typed in."""
        return self.field.isHidden()

    @property
    def chosen(self) -> Row | None:
        """The row that is marked."""
        row = self.list.currentIndex().row()
        return self._rows.rows[row] if 0 <= row < len(self._rows.rows) else None

    def begin(self, customer: str) -> None:
        """Start empty; ``customer`` is the name that the basket has, "" for none."""
        self._has_customer = bool(customer)
        self._title.setText(tr("Customer"))
        self.field.clear()
        self.show_busy(busy=False)
        self.show_found(())
        self._show_form(shown=False)
        self.field.setFocus()

    def show_found(self, found: Sequence[Customer]) -> None:
        """List who was found; the first is marked."""
        nobody = (Someone.NOBODY,) if self._has_customer and not self.field.text().strip() else ()
        self._rows.show_rows((*found, *nobody, Someone.NEW))
        self.list.setCurrentIndex(self._rows.index(0))
        self.show_problem("")

    def ask_for_new(self) -> None:
        """Open the form; what was searched for is somebody's name or e-mail."""
        text = self.field.text().strip()
        for part in self._form:
            part.clear()
        (self.email if "@" in text else self.name).setText(text)
        self._title.setText(tr("New customer"))
        self._show_form(shown=True)
        (self.name if not self.name.text() else self.email).setFocus()

    def step_back(self) -> bool:
        if not self.is_form:
            return False
        self._title.setText(tr("Customer"))
        self._show_form(shown=False)
        self.field.setFocus()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            row = self.list.currentIndex().row() + step
            if step and 0 <= row < len(self._rows.rows):
                self.list.setCurrentIndex(self._rows.index(row))
                return True
        return super().eventFilter(watched, event)

    def _show_form(self, *, shown: bool) -> None:
        self.show_problem("")
        self.field.setHidden(shown)
        self.list.setHidden(shown)
        for part in self._form:
            part.setHidden(not shown)


def _field(words: str) -> QLineEdit:
    made = QLineEdit()
    made.setPlaceholderText(words)
    made.setAccessibleName(words)
    return made


def _words(row: Row) -> tuple[str, str]:
    if isinstance(row, Customer):
        return row.name, "  ·  ".join(filter(None, (row.email, row.phone)))
    return (tr("Nobody in particular") if row is Someone.NOBODY else tr("Somebody new …")), ""
