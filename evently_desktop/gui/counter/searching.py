"""The best seats for what was asked, by the house's single-seat rule or, where staff overrule it, without."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from evently_desktop.domain.best_available import SingleSeatRule
from evently_desktop.domain.commands import BestSeats
from evently_desktop.gui.counter import choosing
from evently_desktop.gui.counter.choosing import Proposal
from evently_desktop.gui.counter.offers import Offers
from evently_desktop.gui.counter.opening import Opened
from evently_desktop.gui.seat_map import SeatMapModel
from evently_desktop.gui.tasks import Tasks


class Searching(QObject):
    """Looks for seats away from the GUI thread and puts what it finds into the offers."""

    found = Signal(object)  # the Proposals, before the first of them is taken
    answered = Signal()  # what was asked has been found and taken
    refused = Signal(object)  # EventlyError

    def __init__(self, offers: Offers, seats: SeatMapModel, tasks: Tasks, rule: SingleSeatRule) -> None:
        super().__init__(offers)
        self._offers, self._seats, self._tasks, self._rule = offers, seats, tasks, rule
        self._asked: tuple[BestSeats, Opened] | None = None

    def start(self, command: BestSeats, opened: Opened) -> None:
        """The best seats besides those of the basket; the states of the event must be there."""
        self._asked = command, opened
        self._look(command, opened, self._take)

    def overrule(self) -> None:
        """The same again without the house's rule, in place of the offer that is in the basket."""
        if self._asked:
            command, opened = self._asked
            self._look(replace(command, singles=True), opened, self._take_instead, self._offers.taken)

    def _look(
        self, command: BestSeats, opened: Opened, then: Callable[[Sequence[Proposal]], None], own: Sequence[int] = ()
    ) -> None:
        states, now = self._seats.states, self._seats.now
        assert states is not None
        self._tasks.wait(choosing.best, command, opened, states, now, self._rule, own).start(then, self.refused.emit)

    def _take(self, proposals: Sequence[Proposal]) -> None:
        assert self._asked
        self.found.emit(proposals)
        keeps_rule = self._rule is not SingleSeatRule.OFF and not self._asked[0].singles
        self._offers.begin(proposals, may_overrule=keeps_rule)
        self.answered.emit()

    def _take_instead(self, proposals: Sequence[Proposal]) -> None:
        self.found.emit(proposals)
        self._offers.begin_again(proposals)
