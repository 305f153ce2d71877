"""The counter screen: it shows what it is given and tells what the person does."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import zip_longest

from babel.numbers import format_decimal
from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence

from evently_desktop.domain.catalogue import EventSummary, PriceType
from evently_desktop.gui.actions import Action, Actions
from evently_desktop.gui.counter.basket_pane import BasketPane
from evently_desktop.gui.counter.command_line import CommandLine, typed_here
from evently_desktop.gui.counter.customer_panel import CustomerPanel
from evently_desktop.gui.counter.events_pane import EventsPane
from evently_desktop.gui.counter.offers import MOST, OfferPanel
from evently_desktop.gui.counter.payment_panels import (
    CardPanel,
    CashPanel,
    DonePanel,
    FreePanel,
    Payment,
    SplitPanel,
)
from evently_desktop.gui.dates import day_and_clock
from evently_desktop.gui.screen import Screen
from evently_desktop.gui.seat_map import SeatMapModel, SeatMapView
from evently_desktop.gui.theme import SPACE
from evently_desktop.gui.widgets.labels import ElidedLabel, label, line
from evently_desktop.gui.widgets.panel import Panel, Question
from evently_desktop.language import tr

SCREEN = "counter"
# So many price types of an event have keys.
_TYPES = 8


class CounterScreen(Screen):
    """Events at the left, the map and the command line in the middle, the basket and the money at the right."""

    cash_wanted = Signal()
    card_wanted = Signal()
    split_wanted = Signal()
    free_wanted = Signal()
    customer_wanted = Signal()
    agreed = Signal()
    extend_wanted = Signal()
    back_wanted = Signal()
    release_wanted = Signal()
    next_wanted = Signal()
    next_type_wanted = Signal()
    removal_wanted = Signal()
    park_wanted = Signal()
    repeat_wanted = Signal()
    overrule_wanted = Signal()
    type_wanted = Signal(int)  # the price type with this place in the list

    def __init__(self, actions: Actions, seats: SeatMapModel, locale: str, hold_warning_seconds: int = 60) -> None:
        """Prices are shown as ``locale`` writes them, in the currency of the event that is shown."""
        events, basket = EventsPane(locale), BasketPane(locale, hold_warning_seconds)
        super().__init__(SCREEN, tr("Counter"), "ticket", actions, events, basket)
        self.events, self.basket = events, basket
        self._locale = locale
        self._actions = actions
        self.map = SeatMapView(seats, "EUR", locale)
        self.command = CommandLine()
        self.typed = typed_here()
        self.offers = [
            self._add(f"offer_{number}", tr("Best seats, offer {number}", number=number), f"Alt+{number}", _nothing, "")
            for number in range(1, MOST + 1)
        ]
        self.overrule = self._add("overrule", tr("Allow single seats"), "Alt+0", self.overrule_wanted.emit, "")
        self.offer_panel = OfferPanel(self.offers, self.overrule, self.map)
        self._name = label(tr("Choose an event"), scale="header")
        self._when = ElidedLabel(tone="muted")
        self._free = label(scale="strong")
        self._make_actions()
        self._make_panels()
        self.show_panel(None)

        self.middle.header.addWidget(self._name)
        self.middle.header.addSpacing(SPACE[1])
        self.middle.header.addWidget(self._when, 1)
        self.middle.header.addWidget(self._free)
        self.middle.body.addWidget(self.map, 1)
        self.middle.body.addWidget(line())
        self.middle.body.addWidget(self.command)
        self.events.field.show_key_of(self.search)

        self.command.stepped.connect(self.basket.table.walk)
        self.map.left.connect(self.focus_start)

    def focus_start(self) -> None:
        self.command.setFocus()

    def show_event(self, event: EventSummary) -> None:
        """Name the event whose map is shown."""
        self._name.setText(event.name)
        self._when.setText(f"{day_and_clock(event.starts_at, event.time_zone, self._locale)}   {event.venue}")
        self.map.show_money_in(event.currency, self._locale)
        self.events.mark(event.id)

    def show_types(self, types: Sequence[PriceType]) -> None:
        """Give each price type of the event its key, unless a person gave it another."""
        for action, kind in zip_longest(self.types, types[: len(self.types)]):
            usual = action.usual_key
            action.usual_key = f"Alt+{kind.key.upper()}" if kind else ""
            action.setText(tr("Price type {name}", name=kind.name) if kind else "")
            if action.shortcut() == QKeySequence(usual):
                action.set_key(action.usual_key)

    def show_free(self, free: int, total: int) -> None:
        """How many seats are free now."""
        numbers = (format_decimal(number, locale=self._locale) for number in (free, total))
        self._free.setText(tr("{free} of {total} free", **dict(zip(("free", "total"), numbers, strict=True))))

    def show_panel(self, panel: Panel | None, *, connected: bool = True) -> None:
        """Show this panel below the basket, or none; the keys of questions work only while one is shown."""
        self.basket.show_panel(panel)
        asking = isinstance(panel, Question)
        choosing = panel in {self.tenders, self.no_tenders}
        self.back.setText(tr("Back") if asking else tr("Release all"))
        self.back.setEnabled(asking or choosing)
        self.done.setText(tr("Sell") if isinstance(panel, Payment) else tr("Take"))
        self.done.setEnabled(connected and asking)
        for action in (self.extend, self.next_type, self.remove):
            action.setEnabled(choosing)
        for action in (self.cash, self.card, self.split):
            action.setEnabled(connected and panel is self.tenders)
        self.give_free.setEnabled(connected and panel is self.no_tenders)
        self.customer.setEnabled(connected and choosing)
        self.park.setText(tr("Park") if choosing else tr("Pick up"))
        self.park.setEnabled(connected and not asking)
        self.repeat.setEnabled(connected and not asking and not choosing)
        for action in self.types:
            action.setEnabled(choosing and bool(action.text()))
        self.next.setEnabled(panel is self.sold)
        self.map.setEnabled(not asking)
        self.to_map.setEnabled(not asking)
        self.offer_panel.setEnabled(not asking)

    def show_refused(self, ordinals: Sequence[int]) -> None:
        """Bring the first seat that could not be had into sight."""
        if ordinals:
            self.map.set_current_seat(ordinals[0])

    def _make_actions(self) -> None:
        self.to_map = self._add("map", tr("Seats on the map"), "F4", self.map.begin, "")
        self.search = self._add("search", tr("Search events"), "F3", self._start_search, "search")
        self.next_type = self._add("type", tr("Price type"), "F2", self.next_type_wanted.emit, "person")
        self.remove = self._add("remove", tr("Remove"), "Ctrl+Del", self.removal_wanted.emit, "cancel")
        self.customer = self._add("customer", tr("Customer"), "F6", self.customer_wanted.emit, "person")
        self.cash = self._add("cash", tr("Cash"), "F8", self.cash_wanted.emit, "cash")
        self.card = self._add("card", tr("Card"), "F9", self.card_wanted.emit, "card")
        self.split = self._add("split", tr("Split"), "F10", self.split_wanted.emit, "split")
        self.give_free = self._add("free", tr("Free"), "F11", self.free_wanted.emit, "ticket")
        self.extend = self._add("extend", tr("Extend"), "F12", self.extend_wanted.emit, "extend")
        self.back = self._add("back", tr("Release all"), "Esc", self.back_wanted.emit, "release")
        self.done = self._add("done", tr("Sell"), "Return", self.agreed.emit, "check")
        self.park = self._add("park", tr("Park"), "F7", self.park_wanted.emit, "clock")
        self.repeat = self._add("repeat", tr("Repeat sale"), "Ctrl+R", self.repeat_wanted.emit, "refresh")
        self.types = [
            self._add(f"type_{number}", "", "", partial(self.type_wanted.emit, number), "") for number in range(_TYPES)
        ]
        self.next = self._add("next", tr("Next customer"), "Ctrl+N", self.next_wanted.emit, "person")

    def _add(self, name: str, text: str, key: str, slot: Callable[[], object], icon: str) -> Action:
        return self._actions.add(f"{SCREEN}.{name}", text, key, slot, self, SCREEN, icon)

    def _make_panels(self) -> None:
        self.tenders = Panel()
        self.tenders.add_actions(
            self.cash, self.card, self.split, self.customer, self.park, self.extend, primary=self.cash
        )
        self.tenders.add_actions(self.back, columns=1)
        self.no_tenders = Panel()
        self.no_tenders.add_actions(self.give_free, self.customer, self.park, self.extend, primary=self.give_free)
        self.no_tenders.add_actions(self.back, columns=1)
        self.basket.add_row_actions(self.next_type, self.remove)
        self.basket.add_idle_actions(self.park, self.repeat)
        self.by_cash = CashPanel("EUR", self._locale, self.done, self.back)
        self.by_card = CardPanel(self._locale, self.done, self.back)
        self.by_both = SplitPanel("EUR", self._locale, self.done, self.back)
        self.for_free = FreePanel(self._locale, self.done, self.back)
        self.for_customer = CustomerPanel(self.done, self.back)
        self.sold = DonePanel(self._locale, self.next)
        for panel in (
            self.tenders, self.no_tenders, self.by_cash, self.by_card, self.by_both, self.for_free, self.for_customer,
            self.sold,
        ):  # fmt: skip
            self.basket.add_panel(panel)

    def _start_search(self) -> None:
        self.events.field.setFocus()
        self.events.field.selectAll()


def _nothing() -> None:
    """What an action does by itself that others listen to."""
