"""The frame that every screen shares: a list at the left, the work in the middle, the money at the right."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from evently_desktop.gui.actions import Actions
from evently_desktop.gui.messages import MessageBar
from evently_desktop.gui.theme import SPACE, TARGET

PANE_HEADER = TARGET + SPACE[0]
LEFT_WIDTH = 248
RIGHT_WIDTH = 328


class Pane(QFrame):
    """One part of a screen: a header of one line, and below it what it is for."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        head = QFrame()
        head.setFixedHeight(PANE_HEADER)
        self.header = QHBoxLayout(head)
        self.header.setContentsMargins(SPACE[2], 0, SPACE[2], 0)
        self.header.setSpacing(SPACE[1])
        rule = QFrame()
        rule.setProperty("kind", "line")
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(rule)
        layout.addLayout(self.body, 1)


class Screen(QWidget):
    """A screen with its three panes and its one message bar. Presenters fill it; it knows no services."""

    def __init__(
        self,
        identifier: str,
        title: str,
        icon: str,
        actions: Actions,
        left: Pane | None = None,
        right: Pane | None = None,
        *,
        messages_over_work: bool = True,
    ) -> None:
        """``identifier`` is stable and names the screen's actions; ``icon`` is one of `gui.icons`.

        Messages lie over the top of the work where it must not move, else above it.
        """
        super().__init__()
        self.id = identifier
        self.title = title
        self.icon = icon
        # What can be typed here, and what it does: pairs for the sheet of keys.
        self.typed: tuple[tuple[str, str], ...] = ()
        self.left = left or Pane()
        self.middle = Pane()
        self.right = right or Pane()
        self.messages = MessageBar(actions, identifier, self)

        self._panes = QSplitter(Qt.Orientation.Horizontal)
        self._panes.setChildrenCollapsible(False)
        self._panes.setHandleWidth(1)
        for pane in (self.left, self.middle, self.right):
            self._panes.addWidget(pane)
        self.left.setMinimumWidth(LEFT_WIDTH - SPACE[4])
        self.right.setMinimumWidth(RIGHT_WIDTH - SPACE[4])
        self._panes.setStretchFactor(1, 1)
        self._panes.setSizes([LEFT_WIDTH, 4 * LEFT_WIDTH, RIGHT_WIDTH])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._panes)

        if messages_over_work:
            self.middle.installEventFilter(self)
            self.messages.installEventFilter(self)
        else:
            self.middle.body.addWidget(_Around(self.messages))

    def focus_start(self) -> None:
        """Put the focus where work on this screen begins. Screens say where that is."""
        self.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {
            QEvent.Type.Resize,
            QEvent.Type.Move,
            QEvent.Type.Show,
            QEvent.Type.LayoutRequest,
        }:
            self._place_messages()
        return super().eventFilter(watched, event)

    def _place_messages(self) -> None:
        """Lay the bar over the top of the work: if it pushed the map down, seats would move under a click."""
        width = self.middle.width() - 2 * SPACE[1]
        height = max(self.messages.heightForWidth(width), self.messages.minimumHeight())
        top = self.middle.mapTo(self, self.middle.rect().topLeft())
        self.messages.setGeometry(top.x() + SPACE[1], top.y() + PANE_HEADER + SPACE[1], width, height)


class _Around(QWidget):
    """Some room around a message, which comes and goes with it."""

    def __init__(self, message: MessageBar) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE[1], SPACE[1], SPACE[1], SPACE[1])
        layout.addWidget(message)
        self.setHidden(message.isHidden())
        message.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.ShowToParent, QEvent.Type.HideToParent}:
            self.setVisible(event.type() == QEvent.Type.ShowToParent)
        return super().eventFilter(watched, event)
