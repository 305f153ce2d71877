"""The best seats that were found, one beside the other in words: the first is held, a key takes another instead."""

from collections.abc import Callable, Collection, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from evently_desktop.gui.actions import Action
from evently_desktop.gui.counter.basket import Basket
from evently_desktop.gui.counter.choosing import Choices, Proposal
from evently_desktop.gui.seat_map import SeatMapView
from evently_desktop.gui.theme import SPACE
from evently_desktop.gui.widgets.labels import label, set_tone
from evently_desktop.language import tr

MOST = 3
_LEAST_WIDTH, _WIDTH = 184, 240
_SHORT = 26
# News of seats come by the thousand; offers follow a few times a second.
_NEWS_MS = 250


class _Row(QWidget):
    """One offer: its seats and its key, and below them why it is good."""

    def __init__(self, scale: str = "strong") -> None:
        super().__init__()
        self.seats = label(scale=scale, wrap=True)
        self.key = label(scale="caption", tone="muted")
        self.key.setContentsMargins(0, 2 if scale == "strong" else 0, 0, 0)
        self.reasons = label(scale="caption", tone="muted", wrap=True)
        self.reasons.setAlignment(Qt.AlignmentFlag.AlignTop)
        grid = QGridLayout(self)
        grid.setContentsMargins(SPACE[2], SPACE[0], SPACE[2], SPACE[0])
        grid.setHorizontalSpacing(SPACE[2])
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self.seats, 0, 0)
        grid.addWidget(self.key, 0, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.reasons, 1, 0, 1, 2)

    def show_offer(self, offer: Proposal, key: str, *, is_held: bool, is_gone: bool) -> None:
        """Show this one."""
        self.seats.setText(offer.seats)
        set_tone(self.seats, "accent" if is_held else "muted" if is_gone else "")
        self.key.setText(tr("held") if is_held else tr("gone") if is_gone else key)
        # A line breaks between two reasons, or in one that is too long for it.
        whole = (each.replace(" ", "\N{NO-BREAK SPACE}") if len(each) <= _SHORT else each for each in offer.reasons)
        self.reasons.setText("  ·  ".join(whole))

    def show_action(self, action: Action) -> None:
        """Show what else can be done, and its key."""
        self.reasons.setVisible(False)
        self.seats.setText(action.text())
        self.key.setText(action.key)


class OfferPanel(QFrame):
    """Lies over a corner of the map, so that no seat moves when it comes. Disabled, it is hidden."""

    taken = Signal(int)

    def __init__(self, actions: Sequence[Action], overrule: Action, over: SeatMapView) -> None:
        """``actions`` are those that take the offers, in their order; ``overrule`` stands below them."""
        super().__init__(over)
        self.setProperty("kind", "panel")
        self.setAccessibleName(tr("Best seats"))
        self._over, self._actions = over, actions
        self._rows = [_Row() for _ in actions]
        self._overrule, self._overrule_row = overrule, _Row("caption")
        self._count = 0
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, SPACE[0], 1, SPACE[0])
        layout.setSpacing(0)
        for row in (*self._rows, self._overrule_row):
            row.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(row)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()
        over.installEventFilter(self)

    @property
    def said(self) -> list[str]:
        """What stands in the rows."""
        return [f"{row.seats.text()}: {row.reasons.text()}" for row in self._rows[: self._count]]

    def show_offers(
        self, offers: Sequence[Proposal], chosen: int, gone: Collection[int] = (), *, may_overrule: bool = False
    ) -> None:
        """List these, none to hide; ``chosen`` is held, somebody else took of those that are ``gone``.

        ``may_overrule``: there are others without the house's rule.
        """
        self._count = len(offers)
        for number, row in enumerate(self._rows):
            row.setVisible(number < len(offers))
            if number < len(offers):
                key = self._actions[number].key
                row.show_offer(offers[number], key, is_held=number == chosen, is_gone=number in gone)
        self._overrule_row.setVisible(may_overrule)
        self._overrule_row.show_action(self._overrule)
        self._show_or_hide()

    def _show_or_hide(self) -> None:
        self.setVisible(self.isEnabled() and self._count > 0)
        self._place()

    def _place(self) -> None:
        """Beside the stage, where halls have the most room, and out of the way of overview and legend."""
        width = min(max(_LEAST_WIDTH, self._over.width() // 4), _WIDTH)
        self.setFixedWidth(width)
        self.setGeometry(SPACE[2], SPACE[2], width, self.heightForWidth(width))
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self._show_or_hide()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        for number, row in enumerate(self._rows[: self._count]):
            if row.geometry().contains(event.position().toPoint()):
                self.taken.emit(number)
        if self._overrule_row.isVisible() and self._overrule_row.geometry().contains(event.position().toPoint()):
            self._overrule.trigger()


class Offers(QObject):
    """Keeps the offers of the last search for as long as the basket holds one of them."""

    def __init__(
        self, panel: OfferPanel, actions: Sequence[Action], overrule: Action, map_: SeatMapView, basket: Basket,
        want: Callable[[Choices], None],
    ) -> None:  # fmt: skip
        """``want`` brings the basket into line; ``overrule`` is on while others could be had against the rule."""
        super().__init__(panel)
        self._panel, self._actions, self._overrule = panel, actions, overrule
        self._map, self._basket, self._want = map_, basket, want
        self._offers: tuple[Proposal, ...] = ()
        self._chosen = 0
        self._may_overrule = False
        self._shown_open: list[int] = []
        self._news = QTimer(self, singleShot=True, interval=_NEWS_MS)
        self._news.timeout.connect(self._look_again)
        map_.model.seats_changed.connect(self._hear)
        panel.taken.connect(self.take)
        for number, action in enumerate(actions):
            action.triggered.connect(partial(self.take, number))
        basket.changed.connect(self._follow)
        self.forget()

    @property
    def taken(self) -> tuple[int, ...]:
        """The ordinals of the offer that is in the basket; none where nothing is offered."""
        return self._offers[self._chosen].ordinals if self._offers else ()

    def begin(self, offers: Sequence[Proposal], *, may_overrule: bool = False) -> None:
        """Take the first of them besides what the basket has, and offer the others."""
        self._start(self._basket.wanted, offers, may_overrule=may_overrule)

    def begin_again(self, offers: Sequence[Proposal]) -> None:
        """Take the first of them in place of the one that is in the basket, and offer the others."""
        before = self._offers[self._chosen].choices if self._offers else {}
        rest = {seat: kind for seat, kind in self._basket.wanted.items() if seat not in before}
        self._start(rest, offers, may_overrule=False)

    def _start(self, besides: Choices, offers: Sequence[Proposal], *, may_overrule: bool) -> None:
        self.forget()
        self._offers, self._chosen, self._may_overrule = tuple(offers[:MOST]), 0, may_overrule
        self._want(besides | self._offers[0].choices)
        if len(self._offers) > 1 or may_overrule:
            self._show()

    def take(self, number: int, _checked: bool = False) -> None:
        """Have this offer in the basket in place of the one that is there."""
        if self._panel.isEnabled() and number in self._open():
            before, after = self._offers[self._chosen].choices, self._offers[number].choices
            rest = {seat: kind for seat, kind in self._basket.wanted.items() if seat not in before}
            self._chosen = number
            self._show()
            self._want(rest | after)

    def forget(self) -> None:
        """Offer nothing any more."""
        self._offers, self._may_overrule = (), False
        self._panel.show_offers((), 0)
        self._map.show_offers(())
        for action in (*self._actions, self._overrule):
            action.setEnabled(False)

    def _show(self) -> None:
        open_ = self._shown_open = self._open()
        gone = set(range(len(self._offers))) - {self._chosen, *open_}
        self._panel.show_offers(self._offers, self._chosen, gone, may_overrule=self._may_overrule)
        self._map.show_offers([(str(number + 1), self._offers[number].ordinals) for number in open_])
        for number, action in enumerate(self._actions):
            action.setEnabled(number in open_)
        self._overrule.setEnabled(self._may_overrule)

    def _open(self) -> list[int]:
        """The other offers whose seats can still be had."""
        model = self._map.model
        mine = set(model.mine.tolist())
        return [
            number
            for number, offer in enumerate(self._offers)
            if number != self._chosen and all(seat in mine or model.is_free(seat) for seat in offer.ordinals)
        ]

    def _hear(self) -> None:
        if self._offers and not self._news.isActive():
            self._news.start()

    def _look_again(self) -> None:
        """News of the seats: what somebody else took is not offered any more."""
        if self._panel.isVisible() and self._open() != self._shown_open:
            self._show()

    def _follow(self) -> None:
        """Something else became of the seats: they were sold, given back, refused or changed by hand."""
        if self._offers and not self._offers[self._chosen].choices.keys() <= self._basket.wanted.keys():
            self.forget()
