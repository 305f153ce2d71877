"""The counter at work: the event, the seats, the command line. The money is `checkout`'s."""

from collections import Counter
from datetime import UTC, datetime
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from evently_desktop.domain.catalogue import EventSummary
from evently_desktop.domain.commands import BestSeats, Command, NamedSeats, NameSearch, Party, parse
from evently_desktop.domain.ids import PriceTypeId, SeatId
from evently_desktop.domain.money import Money
from evently_desktop.domain.seating import SeatStatus
from evently_desktop.errors import BadInput, EventlyError, OutcomeUnknown, SeatsGone, ServerGone
from evently_desktop.gui.counter import choosing
from evently_desktop.gui.counter.basket import Basket
from evently_desktop.gui.counter.checkout import Checkout
from evently_desktop.gui.counter.choosing import Choices
from evently_desktop.gui.counter.customers import Customers
from evently_desktop.gui.counter.offers import Offers
from evently_desktop.gui.counter.opening import Opened, Opening
from evently_desktop.gui.counter.parking import Parking
from evently_desktop.gui.counter.searching import Searching
from evently_desktop.gui.counter.singles import Singles
from evently_desktop.gui.counter.view import CounterScreen
from evently_desktop.gui.live import LiveEvent
from evently_desktop.gui.messages import Remedy, Tone
from evently_desktop.gui.seat_map import SeatMapModel
from evently_desktop.gui.tasks import Task, Tasks
from evently_desktop.gui.workplace import Workplace
from evently_desktop.language import tr, trn
from evently_desktop.services import catalogue

_TYPING_MS = 150
_LIST_MS = 30_000


class CounterPresenter(QObject):
    """Brings the person's wishes to the services and their answers to the screen."""

    booking_wanted = Signal(str)  # what was typed or scanned, for the screen that finds bookings

    def __init__(
        self, view: CounterScreen, seats: SeatMapModel, live: LiveEvent, tasks: Tasks, workplace: Workplace
    ) -> None:
        super().__init__(view)
        self._view = view
        self._seats = seats
        self._tasks = tasks
        self._locale = workplace.locale
        self._live = live
        self._opened: Opened | None = None
        self._prices_shown: dict[SeatId, int] = {}
        self._listing: Task[list[EventSummary]] | None = None
        self._following = False
        self._was_lost = False
        self._opening = Opening(tasks, workplace.plans, self)
        self.basket = Basket(tasks, self)
        self._offers = Offers(view.offer_panel, view.offers, view.overrule, view.map, self.basket, self._want)
        self.checkout = Checkout(view, self.basket, tasks, workplace, self)
        self._parking = Parking(view, self.basket, tasks, self.open_event, workplace.locale)
        self._search = Searching(self._offers, seats, tasks, workplace.single_seats)
        self._singles = Singles(view.messages, self.basket, seats, tasks, workplace.single_seats)
        self._last_sold: tuple[Party, ...] = ()
        self.customers = Customers(view, self.basket, self.checkout, tasks, self)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._refresh = QTimer(self, interval=_LIST_MS)
        self._connect(view, seats)
        live.connection_changed.connect(self._connection)

    def _connect(self, view: CounterScreen, seats: SeatMapModel) -> None:
        self._typing.timeout.connect(self._list_events)
        self._refresh.timeout.connect(self._list_events)
        view.events.search_typed.connect(lambda _text: self._typing.start())
        view.events.event_chosen.connect(self.open_event)
        view.map.seat_clicked.connect(self._click)
        view.map.selection_changed.connect(self._follow_selection)
        view.basket.type_clicked.connect(self._next_type)
        view.basket.hold_ran_out.connect(self.basket.run_out)
        view.next_type_wanted.connect(lambda: self._next_type(view.basket.current_seat))
        view.removal_wanted.connect(lambda: self._remove(view.basket.current_seat))
        view.type_wanted.connect(lambda number: self._give_type(view.basket.current_seat, number))
        view.repeat_wanted.connect(self._repeat)
        view.overrule_wanted.connect(self._search.overrule)
        view.release_wanted.connect(self._release)
        view.extend_wanted.connect(self.basket.extend)
        view.command.entered.connect(self._enter)
        view.command.typed.connect(self._say_what_enter_does)
        seats.seats_changed.connect(lambda _seats: self._show_free())
        seats.loaded.connect(self._show_loaded)
        self._opening.opened.connect(self._show_opened)
        self._opening.opened.connect(self._singles.event_shown)
        self._opening.opened.connect(self._parking.event_shown)
        self._opening.failed.connect(self._tell)
        self._search.found.connect(self._singles.is_said)
        self._search.answered.connect(view.command.line.clear)
        self._search.refused.connect(self._best_refused)
        self.basket.given_back.connect(lambda: seats.set_mine(self.basket.booking_id, ()))
        self.basket.changed.connect(self._show_basket)
        self.basket.refused.connect(self._seats_refused)
        self.basket.ran_out.connect(self._hold_ran_out)
        self.checkout.sold.connect(self._after_sale)
        self.checkout.asked_otherwise.connect(self._say_what_enter_does)

    def start(self) -> None:
        """List the events and keep the list fresh."""
        self._list_events()
        self._refresh.start()

    def open_event(self, event: EventSummary) -> None:
        """Show this event's map; a basket of another event must be sold or released first."""
        now = self._opened.event if self._opened else None
        if now and event.id != now.id and (self.basket.hold or self.checkout.is_asking):
            self._view.events.mark(now.id)
            self._warn(tr("The basket is for “{event}”: sell it or release it first.", event=now.name))
            return
        self._view.focus_start()
        self._opening.open(event)

    # The list of events

    def _list_events(self) -> None:
        if self._listing:
            self._listing.cancel()
        text = self._view.events.field.text()
        self._listing = self._tasks.read(catalogue.events, text).start(self._show_events, self._not_listed)

    def _show_events(self, events: list[EventSummary]) -> None:
        self._view.events.show_events(events, datetime.now(UTC))
        nothing_opened = self._opened is None and not self._opening.is_under_way
        if nothing_opened and events and not self._view.events.field.text():
            self.open_event(events[0])

    def _not_listed(self, error: EventlyError) -> None:
        # Whether the server can be reached is told in one place, for the whole window.
        if not isinstance(error, ServerGone):
            self._tell(error)

    # The map

    def _show_opened(self, opened: Opened) -> None:
        before, self._opened = self._opened, opened
        is_other = before is None or before.event.id != opened.event.id
        self._view.show_event(opened.event)
        self._view.show_types(opened.prices.types)
        if is_other:
            self.checkout.performance = opened.event
            # The seats of the hall before would be taken for seats of this one.
            self._seats.unload()
            self.basket.begin(opened.event.id)
        if is_other or before is None or before.geometry.zones != opened.geometry.zones:
            self._live.show(opened.event.id, opened.geometry)
        self._say_what_enter_does()

    def _show_loaded(self) -> None:
        self._show_mine()
        self._show_free()

    def _show_free(self) -> None:
        states = self._seats.states
        if states is not None:
            free = states.free_at(self._seats.now) & (states.hold_type == 0)
            self._view.show_free(int(free.sum()), int((states.status != SeatStatus.KILLED).sum()))

    def _show_mine(self) -> None:
        hold = self.basket.hold
        self._following = True
        if hold:
            mine = [seat.ordinal for seat in hold.seats]
            self._seats.set_mine(hold.booking_id, mine, hold.expires_at.timestamp())
        else:
            self._seats.set_mine(self.basket.booking_id)
        self._following = False

    def _connection(self, connected: bool) -> None:
        self.checkout.show_connected(connected=connected)
        if connected:
            self._list_events()
        if connected and self._was_lost and self._opened:
            # Its prices may be others now; the map reads itself anew.
            self._opening.open(self._opened.event)
        self._was_lost = not connected

    # The seats

    def _click(self, ordinal: int) -> None:
        """A seat of the basket that is clicked goes back, or stays if it was on its way back; a free one is already
        in the selection."""
        if self._opened and ordinal in self._seats.mine:
            seat = self._opened.geometry.seat_id(ordinal)
            if seat in self.basket.wanted:
                self._remove(seat)
            elif not self.checkout.is_asking:
                self._want(self.basket.wanted | {seat: self.basket.held.get(seat, self._opened.prices.standard)})

    def _follow_selection(self) -> None:
        """What is chosen on the map is wanted in the basket, besides what the basket holds."""
        if self._following or self._opened is None or self.checkout.is_asking:
            return
        geometry, prices = self._opened.geometry, self._opened.prices
        before = self.basket.wanted
        chosen = [geometry.seat_id(int(ordinal)) for ordinal in self._seats.selection]
        # News may show a seat in the basket before the answer to its hold does.
        kept = self.basket.held.keys() | {geometry.seat_id(int(ordinal)) for ordinal in self._seats.mine}
        wanted = {seat: kind for seat, kind in before.items() if seat in kept}
        wanted |= {seat: before.get(seat, prices.standard) for seat in chosen}
        self._want(wanted)

    def _want(self, wanted: Choices) -> None:
        """Remembers what the map said that the new seats cost, before news can change it."""
        states = self._seats.states
        for seat in wanted.keys() - self.basket.wanted.keys():
            at = self._ordinal(seat)
            if states is not None and at is not None:
                self._prices_shown[seat] = int(states.price[at])
        self.basket.want(wanted)

    def _ordinal(self, seat: SeatId) -> int | None:
        if self._opened is None:
            return None
        same = (self._opened.geometry.ids == np.frombuffer(seat.bytes, np.uint8)).all(axis=1)
        found = np.flatnonzero(same)
        return int(found[0]) if len(found) else None

    def _add(self, choices: Choices) -> None:
        """Want these seats besides those that are wanted."""
        self._want(self.basket.wanted | choices)
        self._view.command.line.clear()

    def _remove(self, seat: SeatId | None) -> None:
        if seat and not self.checkout.is_asking:
            self._want({each: kind for each, kind in self.basket.wanted.items() if each != seat})

    def _release(self) -> None:
        given_up = self.basket.wanted
        self._clear_selection()
        self._want({})
        if given_up:
            text = trn("{count} seat is free again.", "{count} seats are free again.", len(given_up))
            again = Remedy(tr("Take them again"), partial(self._add, given_up))
            self._view.messages.tell(Tone.INFORMATION, text, again)

    def _next_type(self, seat: SeatId | None) -> None:
        wanted = self.basket.wanted
        if seat in wanted and self._opened and not self.checkout.is_asking:
            kinds = self._types_sold_at(seat, self._opened)
            self._want(wanted | {seat: choosing.next_type(wanted[seat], kinds, self._opened.prices)})

    def _give_type(self, seat: SeatId | None, number: int) -> None:
        wanted, opened = self.basket.wanted, self._opened
        if seat in wanted and opened and number < len(opened.prices.types) and not self.checkout.is_asking:
            kind = opened.prices.types[number]
            if kind.id in self._types_sold_at(seat, opened):
                self._want(wanted | {seat: kind.id})
            else:
                self._warn(tr("{type} is not sold in the price zone of this seat.", type=kind.name))

    def _types_sold_at(self, seat: SeatId, opened: Opened) -> list[PriceTypeId]:
        states, at = self._seats.states, self._ordinal(seat)
        if states is None or at is None:
            return []
        zone = opened.geometry.zones[states.zone[at]].id
        free = [kind.id for kind in opened.prices.types if kind.is_comp]
        return free + [kind for place, kind in opened.prices.amounts if place == zone]

    def _show_basket(self) -> None:
        hold = self.basket.hold
        if hold:
            self._say_if_dearer()
        self._show_mine()
        self._view.basket.show_hold(hold)
        self.checkout.show_tenders()
        self._say_what_enter_does()

    def _say_if_dearer(self) -> None:
        """The price on the map and the price that is held may differ: say so before money moves."""
        hold = self.basket.hold
        if hold is None or self._opened is None:
            return
        for seat in hold.seats:
            was = self._prices_shown.pop(seat.seat_id, seat.price.minor)
            if seat.price_type_id == self._opened.prices.standard and seat.price.minor != was:
                shown = Money(was, seat.price.currency)
                old, new = shown.shown(self._locale), seat.price.shown(self._locale)
                self._warn(tr("{seat} costs {new} now, not {old}.", seat=seat.name, new=new, old=old))

    def _seats_refused(self, error: EventlyError, wanted: Choices) -> None:
        self._clear_selection()
        again: Remedy | None = Remedy(tr("Try again"), partial(self._add, wanted))
        if isinstance(error, SeatsGone) and self._opened:
            geometry = self._opened.geometry
            gone = {geometry.seat_id(seat.ordinal) for seat in error.seats}
            rest = {seat: kind for seat, kind in wanted.items() if seat not in gone}
            new = rest.keys() - self.basket.held.keys()
            again = Remedy(tr("Take the others"), partial(self._add, rest)) if new else None
            self._view.show_refused([seat.ordinal for seat in error.seats])
        elif isinstance(error, OutcomeUnknown) or not isinstance(error, ServerGone):
            again = None
        self._view.messages.tell(Tone.ATTENTION, str(error), again)
        self._live.refresh()

    def _hold_ran_out(self, choices: Choices) -> None:
        self._clear_selection()
        self.checkout.leave()
        text = tr("The time is over and the seats are free again; nothing was sold.")
        again = Remedy(tr("Take them again"), partial(self._add, choices))
        self._view.messages.tell(Tone.ATTENTION, text, again)

    def _after_sale(self) -> None:
        if self._opened:
            keys = {kind.id: kind.key.upper() for kind in self._opened.prices.types}
            sold = Counter(keys[seat.price_type_id] for seat in (self.basket.hold.seats if self.basket.hold else ()))
            self._last_sold = tuple(Party(count, key) for key, count in sold.items()) or self._last_sold
            self.basket.begin(self._opened.event.id)
        self._live.refresh()
        self._view.focus_start()

    def _repeat(self) -> None:
        """As many seats for the same people as were sold last, the best there are now."""
        if self._last_sold:
            self._obey(BestSeats(self._last_sold), "")
        else:
            self._view.messages.tell(Tone.INFORMATION, tr("Nothing was sold at this counter yet."))

    def _clear_selection(self) -> None:
        self._following = True
        self._seats.clear_selection()
        self._following = False

    # The command line

    def _enter(self, text: str) -> None:
        if not text:
            self.checkout.go_on()
            return
        try:
            command = self._parsed(text)
        except BadInput as error:
            self._view.command.show_hint(str(error), wrong=True)
            return
        self._obey(command, text)

    def _obey(self, command: Command, text: str) -> None:
        opened = self._opened
        if isinstance(command, NameSearch) and self._view.map.show_section(text):
            self._view.command.line.clear()
        elif not isinstance(command, BestSeats | NamedSeats):
            self._view.command.line.clear()
            self.booking_wanted.emit(text)
        elif opened is None:
            self._view.command.show_hint(tr("Choose an event first."), wrong=True)
        elif self._seats.states is None:
            self._view.command.show_hint(tr("The seats are being read; press Enter again."), wrong=True)
        elif isinstance(command, NamedSeats):
            try:
                self._add(choosing.named(command, opened.geometry, opened.prices))
            except BadInput as error:
                self._view.command.show_hint(str(error), wrong=True)
        else:
            self._search.start(command, opened)

    def _best_refused(self, error: EventlyError) -> None:
        self._view.command.show_hint(str(error), wrong=True)

    def _parsed(self, text: str) -> Command:
        if self._opened is None:
            raise BadInput(tr("Choose an event first."))
        opened = self._opened
        words = choosing.words_of(opened.geometry, opened.prices, opened.event.currency, self._locale)
        return parse(text, words)

    def _say_what_enter_does(self, _text: str = "") -> None:
        text = self._view.command.line.text().strip()
        if not text:
            self._view.command.show_hint(self.checkout.what_enter_does())
            return
        try:
            command = self._parsed(text)
            if isinstance(command, BestSeats | NamedSeats) and self._opened:
                self._view.command.show_hint(choosing.said(command, self._opened.geometry, self._opened.prices))
            elif isinstance(command, NameSearch) and (section := self._view.map.section_called(text)):
                self._view.command.show_hint(tr("Enter: show {section}", section=section))
            else:
                self._view.command.show_hint(tr("Enter: find the booking"))
        except BadInput:
            # Half a word is no mistake yet; Enter says what is wrong.
            self._view.command.show_hint("")

    def _warn(self, text: str) -> None:
        self._view.messages.tell(Tone.ATTENTION, text)

    def _tell(self, error: EventlyError) -> None:
        self._view.messages.tell(Tone.DANGER, str(error))
