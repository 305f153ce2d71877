"""Buttons that show their key."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QStylePainter, QWidget

from evently_desktop.gui import theme
from evently_desktop.gui.actions import Action
from evently_desktop.gui.icons import NORMAL, icon

_GAP = theme.SPACE[1]
_SIDE = theme.SPACE[2]


class KeyButton(QPushButton):
    """A button with its icon and words at the left and its key at the right."""

    def __init__(self, text: str, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._key = key
        self.setIconSize(QSize(NORMAL, NORMAL))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @property
    def key(self) -> str:
        """The key as it is shown."""
        return self._key

    def set_key(self, key: str) -> None:
        """Show another key."""
        self._key = key
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self.text())
        key = QFontMetrics(self._key_font()).horizontalAdvance(self._key)
        sign = NORMAL + _GAP if not self.icon().isNull() else 0
        width = _SIDE * 2 + sign + words + (key + 2 * _GAP if key else 0)
        return QSize(width + 2, max(super().sizeHint().height(), theme.ROW))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        option.icon = QIcon()
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)

        ink, quiet = self._inks()
        area = self.rect().adjusted(_SIDE, 0, -_SIDE, 0)
        if not self.icon().isNull():
            place = QRect(area.left(), area.center().y() - NORMAL // 2 + 1, NORMAL, NORMAL)
            mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
            self.icon().paint(painter, place, mode=mode)
            area.setLeft(place.right() + _GAP)
        centre = Qt.AlignmentFlag.AlignVCenter
        if self._key:
            painter.setFont(self._key_font())
            painter.setPen(QColor(quiet))
            painter.drawText(area, centre | Qt.AlignmentFlag.AlignRight, self._key)
            area.setRight(area.right() - painter.fontMetrics().horizontalAdvance(self._key) - _GAP)
        painter.setFont(self.font())
        painter.setPen(QColor(ink))
        words = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        across = Qt.AlignmentFlag.AlignLeft if self._key or not self.icon().isNull() else Qt.AlignmentFlag.AlignHCenter
        painter.drawText(area, centre | across | Qt.TextFlag.TextHideMnemonic, words)

    def _inks(self) -> tuple[str, str]:
        palette = theme.in_use()
        if not self.isEnabled():
            return palette.muted, palette.muted
        if self.property("kind") == "primary":
            return palette.on_accent, palette.on_accent
        return palette.text, palette.muted

    def _key_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(theme.CAPTION)
        font.setWeight(QFont.Weight.Medium)
        return font


class ActionButton(KeyButton):
    """The button of an action: same words, same key, same icon, enabled together with it."""

    def __init__(self, action: Action, kind: str = "", *, selling: bool = False, parent: QWidget | None = None) -> None:
        """``kind`` is primary, quiet or nothing; ``selling`` makes the target at least 44 high."""
        super().__init__(action.text(), parent=parent)
        self._action = action
        self.setProperty("kind", kind)
        self.setProperty("selling", selling)
        if action.icon_name:
            self.setIcon(icon(action.icon_name, "on_accent" if kind == "primary" else "text"))
        action.changed.connect(self._follow)
        self.clicked.connect(action.trigger)
        self._follow()

    def _follow(self) -> None:
        self.setText(self._action.text())
        self.setToolTip(f"{self._action.text()}  {self._action.key}".strip())
        self.setEnabled(self._action.isEnabled())
        self.set_key(self._action.key)
