"""Says when the seats in the basket leave one free seat alone. It is said and not forbidden: staff decide."""

from collections.abc import Iterable

from PySide6.QtCore import QObject

from evently_desktop.domain.best_available import SingleSeatRule
from evently_desktop.domain.ids import SeatId
from evently_desktop.gui.counter import choosing
from evently_desktop.gui.counter.basket import Basket
from evently_desktop.gui.counter.choosing import Proposal
from evently_desktop.gui.counter.opening import Opened
from evently_desktop.gui.messages import MessageBar, Tone
from evently_desktop.gui.seat_map import SeatMapModel
from evently_desktop.gui.tasks import Tasks
from evently_desktop.language import tr, trn


class Singles(QObject):
    """Looks at each basket once, when it is held."""

    def __init__(
        self, messages: MessageBar, basket: Basket, seats: SeatMapModel, tasks: Tasks, rule: SingleSeatRule
    ) -> None:
        super().__init__(basket)
        self._messages, self._basket, self._seats, self._tasks, self._rule = messages, basket, seats, tasks, rule
        self._opened: Opened | None = None
        self._looked_at: set[SeatId] = set()
        self._said: set[SeatId] = set()
        basket.changed.connect(self._look)

    def event_shown(self, opened: Opened) -> None:
        """The basket is of this event from now on."""
        self._opened = opened

    def is_said(self, offers: Iterable[Proposal]) -> None:
        """The reasons of these offers say already whom they leave alone."""
        self._said.update(seat for offer in offers for seat in offer.choices)

    def _look(self) -> None:
        opened, hold, states = self._opened, self._basket.hold, self._seats.states
        held = set(self._basket.held)
        new, self._looked_at = held - self._looked_at - self._said, held
        if not held:
            self._said.clear()
        if not new or opened is None or hold is None or states is None or self._rule is SingleSeatRule.OFF:
            return
        free = states.free_at(self._seats.now) & (states.hold_type == 0)
        ordinals = [seat.ordinal for seat in hold.seats]
        self._tasks.wait(choosing.left_alone, opened, ordinals, free, self._rule).start(self._say)

    def _say(self, names: list[str]) -> None:
        if names:
            text = trn(
                "{seats} is left alone now; {rule}. Choose others, or go on all the same.",
                "{count} seats are left alone now, {seats}; {rule}. Choose others, or go on all the same.",
                len(names),
                seats=", ".join(names),
                rule=_rule_said(self._rule),
            )
            self._messages.tell(Tone.INFORMATION, text)


def _rule_said(rule: SingleSeatRule) -> str:
    if rule is SingleSeatRule.ALLOW_AT_AISLE:
        return tr("the house leaves single seats at an aisle only")
    return tr("the house leaves no single seats")
