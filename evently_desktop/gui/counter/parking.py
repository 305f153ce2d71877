"""A basket put aside for any counter, and one that waits picked up, its clock running on."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from evently_desktop.domain.bookings import Hold, ParkedHold
from evently_desktop.domain.catalogue import EventSummary
from evently_desktop.domain.ids import EventId
from evently_desktop.errors import EventlyError
from evently_desktop.gui.counter.basket import Basket
from evently_desktop.gui.counter.opening import Opened
from evently_desktop.gui.counter.view import CounterScreen
from evently_desktop.gui.messages import Tone
from evently_desktop.gui.sure_write import SureWrite
from evently_desktop.gui.tasks import Tasks
from evently_desktop.language import tr, trn
from evently_desktop.services import catalogue, holds


class Parking(QObject):
    """One key: with a basket it parks it, without one it picks up the one that waits, or asks which."""

    def __init__(
        self, view: CounterScreen, basket: Basket, tasks: Tasks, open_event: Callable[[EventSummary], None], locale: str
    ) -> None:
        """``open_event`` shows another event; `event_shown` is to be told when one is."""
        super().__init__(view)
        self._view, self._basket, self._tasks, self._locale = view, basket, tasks, locale
        self._open_event = open_event
        self._shown: EventId | None = None
        self._wanted: ParkedHold | None = None
        self._parks = SureWrite(tasks, self)
        self._picks_up = SureWrite(tasks, self)
        view.park_wanted.connect(self._go)
        for writing, answered in ((self._parks, self._parked), (self._picks_up, self._picked_up)):
            writing.answered.connect(answered)
            writing.refused.connect(self._tell)
            writing.in_doubt.connect(self._tell)

    def event_shown(self, opened: Opened) -> None:
        """The map is that of this event now; what waits to be picked up may be of it."""
        self._shown = opened.event.id
        if self._wanted and self._wanted.event_id == self._shown:
            wanted, self._wanted = self._wanted, None
            self._picks_up.start(holds.pick_up, wanted.event_id, wanted.booking_id)

    def _go(self) -> None:
        hold = self._basket.hold
        if self._parks.is_under_way or self._picks_up.is_under_way:
            return
        if hold is None:
            self._tasks.read(holds.parked).start(self._choose, self._tell)
        elif self._basket.is_settled:
            self._parks.start(holds.park, hold.event_id, hold.booking_id)

    def _parked(self, hold: Hold) -> None:
        self._basket.begin(hold.event_id)
        self._view.focus_start()
        text = tr("Parked as {reference}; {key} picks it up at any counter.",
                  reference=hold.reference, key=self._view.park.key)  # fmt: skip
        self._view.messages.tell(Tone.GOOD, text)

    def _choose(self, found: list[ParkedHold]) -> None:
        if not found:
            self._view.messages.tell(Tone.INFORMATION, tr("No basket is parked."))
        elif len(found) == 1:
            self._pick_up(found[0])
        else:
            menu = QMenu(self._view)
            menu.setAccessibleName(tr("Parked baskets"))
            for each in found:
                menu.addAction(self._said(each)).triggered.connect(partial(self._pick_up, each))
            menu.setActiveAction(menu.actions()[0])
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self._view.basket.mapToGlobal(QPoint(0, self._view.basket.height() // 3)))

    def _said(self, parked: ParkedHold) -> str:
        left = max(0, int((parked.expires_at - parked.server_now).total_seconds()))
        return tr(
            "{reference}  ·  {event}  ·  {seats}  ·  {total}  ·  {by} at {station}  ·  {time} left",
            reference=parked.reference, event=parked.event_name,
            seats=trn("{count} seat", "{count} seats", parked.quantity), total=parked.total.shown(self._locale),
            by=parked.by, station=parked.station, time=f"{left // 60}:{left % 60:02d}",
        ).replace("&", "&&")  # fmt: skip

    def _pick_up(self, parked: ParkedHold, _checked: bool = False) -> None:
        if parked.event_id == self._shown:
            self._picks_up.start(holds.pick_up, parked.event_id, parked.booking_id)
        else:
            self._wanted = parked
            self._tasks.read(catalogue.event, parked.event_id).start(self._open_event, self._tell)

    def _picked_up(self, hold: Hold) -> None:
        self._basket.adopt(hold)
        self._view.focus_start()

    def _tell(self, error: EventlyError) -> None:
        self._wanted = None
        self._view.messages.tell(Tone.ATTENTION, str(error))
