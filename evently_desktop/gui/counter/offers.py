"""The best seats that were found, one beside the other in words: the first is held, a key takes another instead."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from evently_desktop.gui.actions import Action
from evently_desktop.gui.counter.basket import Basket
from evently_desktop.gui.counter.choosing import Choices, Proposal
from evently_desktop.gui.seat_map import SeatMapView
from evently_desktop.gui.theme import ROW, SPACE
from evently_desktop.gui.widgets.labels import ElidedLabel, label, set_tone
from evently_desktop.language import tr

MOST = 3
_WIDTH = 760


class OfferPanel(QFrame):
    """Lies over the foot of the map, so that no seat moves when it comes: a row an offer, its key, why it is good."""

    taken = Signal(int)

    def __init__(self, actions: Sequence[Action], over: QWidget) -> None:
        """``actions`` are those that take the offers, in their order."""
        super().__init__(over)
        self.setProperty("kind", "panel")
        self.setAccessibleName(tr("Best seats"))
        self._actions = actions
        self._keys = [label(scale="caption", tone="muted") for _ in actions]
        self._seats = [label() for _ in actions]
        self._reasons = [ElidedLabel(tone="muted") for _ in actions]
        self._marks = [label(scale="caption") for _ in actions]
        grid = QGridLayout(self)
        grid.setContentsMargins(SPACE[2], SPACE[0], SPACE[2], SPACE[0])
        grid.setHorizontalSpacing(SPACE[2])
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(2, 1)
        for row, parts in enumerate(zip(self._keys, self._seats, self._reasons, self._marks, strict=True)):
            for column, part in enumerate(parts):
                part.setFixedHeight(ROW)
                part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
                grid.addWidget(part, row, column)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        over.installEventFilter(self)
        self.hide()

    @property
    def said(self) -> list[str]:
        """What stands in the rows."""
        rows = zip(self._seats, self._reasons, strict=True)
        return [f"{seats.text()}: {why.text()}" for seats, why in rows if not seats.isHidden()]

    def show_offers(self, offers: Sequence[Proposal], chosen: int) -> None:
        """List these; ``chosen`` is held."""
        for row, action in enumerate(self._actions):
            there = row < len(offers)
            for part in (self._keys[row], self._seats[row], self._reasons[row], self._marks[row]):
                part.setHidden(not there)
            if there:
                held = row == chosen
                self._keys[row].setText(action.key)
                self._seats[row].setText(offers[row].seats)
                self._reasons[row].setText("  ·  ".join(offers[row].reasons))
                self._marks[row].setText(tr("in the basket") if held else "")
                set_tone(self._seats[row], "accent" if held else "")
        self.show()
        self._place()

    def _place(self) -> None:
        over = self.parentWidget()
        if over is not None:
            width = min(_WIDTH, over.width() - 2 * SPACE[2])
            height = self.sizeHint().height()
            self.setGeometry((over.width() - width) // 2, over.height() - height - SPACE[2], width, height)
            self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = int((event.position().y() - SPACE[0]) // ROW)
        if 0 <= row < len(self.said):
            self.taken.emit(row)


class Offers(QObject):
    """Keeps the offers of the last search for as long as the basket holds one of them."""

    def __init__(
        self, panel: OfferPanel, actions: Sequence[Action], map_: SeatMapView, basket: Basket,
        want: Callable[[Choices], None],
    ) -> None:  # fmt: skip
        """``want`` brings the basket into line."""
        super().__init__(panel)
        self._panel, self._actions, self._map, self._basket, self._want = panel, actions, map_, basket, want
        self._offers: tuple[Proposal, ...] = ()
        self._chosen = 0
        panel.taken.connect(self.take)
        for number, action in enumerate(actions):
            action.triggered.connect(partial(self.take, number))
        basket.changed.connect(self._follow)
        self.forget()

    def begin(self, offers: Sequence[Proposal]) -> None:
        """Take the first of them besides what the basket has, and offer the others."""
        self.forget()
        self._offers, self._chosen = tuple(offers[:MOST]), 0
        self._want(self._basket.wanted | self._offers[0].choices)
        if len(self._offers) > 1:
            self._show()

    def take(self, number: int, _checked: bool = False) -> None:
        """Have this offer in the basket in place of the one that is there."""
        if number != self._chosen and 0 <= number < len(self._offers):
            before, after = self._offers[self._chosen].choices, self._offers[number].choices
            rest = {seat: kind for seat, kind in self._basket.wanted.items() if seat not in before}
            self._chosen = number
            self._show()
            self._want(rest | after)

    def forget(self) -> None:
        """Offer nothing any more."""
        self._offers = ()
        self._panel.hide()
        self._map.show_offers(())
        for action in self._actions:
            action.setEnabled(False)

    def _show(self) -> None:
        self._panel.show_offers(self._offers, self._chosen)
        others = [
            (self._actions[number].key, offer.ordinals)
            for number, offer in enumerate(self._offers)
            if number != self._chosen
        ]
        self._map.show_offers(others)
        for number, action in enumerate(self._actions):
            action.setEnabled(number < len(self._offers))

    def _follow(self) -> None:
        """Something else became of the seats: they were sold, given back, refused or changed by hand."""
        if self._offers and not self._offers[self._chosen].choices.keys() <= self._basket.wanted.keys():
            self.forget()
