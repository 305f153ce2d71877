"""Fields to type into: money as people of a place write it, and search."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from evently_desktop.domain.money import Money, parse_money
from evently_desktop.errors import BadInput
from evently_desktop.gui import theme
from evently_desktop.gui.actions import Action
from evently_desktop.gui.icons import icon
from evently_desktop.gui.widgets.labels import label, set_tone
from evently_desktop.language import tr


class MoneyEdit(QWidget):
    """An amount typed by hand, with what was understood, or why not, below it as it is typed."""

    amount_changed = Signal(object)  # Money, or None while it is no amount

    def __init__(self, currency: str, locale: str, *, large: bool = False) -> None:
        super().__init__()
        self._currency = currency
        self._locale = locale
        self.amount: Money | None = None
        self.field = QLineEdit()
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.setProperty("scale", "header" if large else "")
        self.understood: QLabel = label(scale="caption", tone="muted", wrap=True)
        self.understood.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.understood.setMinimumHeight(theme.SPACE[3])

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE[0])
        layout.addWidget(self.field)
        layout.addWidget(self.understood)

        self.setFocusProxy(self.field)
        self.field.textEdited.connect(self._read)

    def set_currency(self, currency: str) -> None:
        """Read amounts of another currency from now on; what was typed is cleared."""
        self._currency = currency
        self.show_money(None)

    def show_money(self, amount: Money | None) -> None:
        """Put an amount into the field as if it had been typed."""
        self.field.setText(amount.plain(self._locale) if amount else "")
        self._read(self.field.text())

    def _read(self, text: str) -> None:
        problem = ""
        self.amount = None
        if text.strip():
            try:
                self.amount = parse_money(text, self._currency, self._locale)
            except BadInput as error:
                problem = str(error)
        read_as = tr("= {amount}", amount=self.amount.shown(self._locale)) if self.amount else ""
        self.understood.setText(problem or read_as)
        set_tone(self.understood, "danger" if problem else "muted")
        self.field.setProperty("wrong", bool(problem))
        self.field.style().polish(self.field)
        self.amount_changed.emit(self.amount)


class SearchField(QLineEdit):
    """A line to search with; the key that leads here stands in it while it is empty."""

    def __init__(self, placeholder: str) -> None:
        super().__init__()
        self._action: Action | None = None
        self.setPlaceholderText(placeholder)
        self.setClearButtonEnabled(True)
        self.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)

    def show_key_of(self, action: Action) -> None:
        """Show this action's key, whatever it becomes."""
        self._action = action
        action.changed.connect(self.update)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._action and not self.text():
            painter = QPainter(self)
            font = painter.font()
            font.setPixelSize(theme.CAPTION)
            painter.setFont(font)
            painter.setPen(QColor(theme.in_use().muted))
            area = QRect(self.rect()).adjusted(0, 0, -theme.SPACE[2], 0)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._action.key)
