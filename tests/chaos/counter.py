"""A counter as a program of its own: sells, refunds, exchanges and lets holds run out through the real services.

It reads what to do as one line of JSON, then stops selling at the line ``stop``, and after the line ``show`` writes
down the map that it shows and ends. It may be killed at any moment; the next one with its journal finishes its sales.
"""

import json
import os
import random
import select
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import sqlalchemy as sa

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import BookingSeat, SeatChoice, Tender, TenderMethod
from evently_desktop.domain.ids import BookingId, EventId, PlanId, ShiftId, new_booking_id, new_payment_id
from evently_desktop.domain.money import Money
from evently_desktop.errors import EventlyError, OutcomeUnknown, Refusal
from evently_desktop.journal import Entry, Intent, Journal, Outcome
from evently_desktop.services import bookings, exchanges, holds, refunds, sales, seats
from evently_desktop.services.unfinished import Finding, finish
from tests.chaos import history
from tests.chaos.history import History
from tests.house import ADULT, CHILD


@dataclass
class Order:
    """What the run tells a counter."""

    url: str
    station: str
    seed: int
    event: str
    plan: str
    shift: str
    folder: str
    history: str
    till: str
    fee: int


class Counter:
    def __init__(self, order: Order) -> None:
        self.random = random.Random(order.seed)
        # An impatient counter leaves more unknown, which then has to be asked again.
        patience = self.random.choice([0.0, 0.5, 3.0])
        self.database = Database(sa.make_url(order.url), station=order.station, patience=patience)
        self.event, self.shift = EventId(UUID(order.event)), ShiftId(UUID(order.shift))
        self.till_name, self.fee = order.till, order.fee
        self.history = History(Path(order.history))
        self.journal = Journal(Path(order.folder), order.station)
        self.unfinished: list[Entry] = list(self.journal.unfinished())
        # What it sold before it was killed can be given back still; else the hall would fill with sales of the dead.
        self.sold = [BookingId(UUID(key)) for key in history.sold(Path(order.history))]
        self.last = ("", "")
        self.geometry = self.patiently(seats.map, PlanId(UUID(order.plan)))
        self.ordinals = {self.geometry.seat_id(seat): seat for seat in range(len(self.geometry))}
        self.states, self.look = self.patiently(seats.states, self.event, self.geometry)

    def patiently(self, function: Callable[..., Any], *args: object) -> Any:
        """Read, however long the server is away."""
        while True:
            try:
                return self.database.read(function, *args)
            except EventlyError:
                if stopped(0.1):
                    sys.exit(0)

    def refresh(self) -> None:
        changes, self.look = self.database.read(seats.changes, self.event, self.look, self.states, self.geometry)
        for name in ("status", "zone", "hold_type", "expires", "holder", "price", "booking"):
            getattr(self.states, name)[changes.ordinal] = getattr(changes, name)

    def ask(self, key: object, function: Callable[..., Any], *args: object) -> Any:
        """Write, and put down what the clerk is told: the answer, a refusal, or that nobody knows."""
        try:
            answer = self.database.write(function, self.event, *args)
        except OutcomeUnknown:
            self.told(key, "unknown")
            return None
        except Refusal as refusal:
            self.told(key, "no", refusal.code, str(refusal))
            return None
        except EventlyError as error:
            # That this call did nothing says nothing of the one before it.
            self.told(key, "unknown" if self.last_unknown(key) else "no", type(error).__name__, str(error))
            return None
        self.told(key, "yes")
        return answer

    def told(self, key: object, answer: str, code: str = "", sentence: str = "") -> None:
        self.last = (str(key), answer)
        self.history.told(key, answer, code, sentence)

    def persist(self, key: object, function: Callable[..., Any], *args: object) -> Any:
        """Ask, and mostly ask again when nobody knows; now and then leave it unknown, as a counter that is closed."""
        while True:
            answer = self.ask(key, function, *args)
            if answer is not None or not self.last_unknown(key) or self.random.random() < 0.2:
                return answer

    def last_unknown(self, key: object) -> bool:
        return self.last == (str(key), "unknown")

    def act(self) -> None:
        """One thing a clerk does."""
        try:
            self.refresh()
        except EventlyError:
            return
        if self.unfinished and self.random.random() < 0.5:
            self.finish(self.unfinished.pop(0))
        share = float(self.states.free_at(self.server_now()).mean())
        wish = self.random.random()
        if self.sold and wish < (0.1 if share > 0.3 else 0.5):
            self.give_back(self.random.choice(self.sold))
        elif self.sold and wish > 0.85:
            self.exchange(self.random.choice(self.sold))
        else:
            self.sell()

    def server_now(self) -> float:
        # The counter's own clock may be a day off; a map that is wrong only costs a refusal.
        held = self.states.expires[~np.isnan(self.states.expires)]
        return float(held.max()) - 3 if len(held) else 0.0

    def choose(self) -> list[SeatChoice]:
        """One to four seats; mostly free ones side by side, as other counters choose them, too."""
        number = self.random.choice([1, 2, 2, 2, 3, 4])
        free = np.flatnonzero(self.states.free_at(self.server_now()))
        pool = free if len(free) >= number and self.random.random() < 0.95 else np.arange(len(self.states))
        # All counters want the same few seats: the best ones that are left.
        start = self.random.randrange(max(1, min(30, len(pool) - number + 1)))
        return [
            SeatChoice(self.geometry.seat_id(int(seat)), self.random.choice([ADULT, ADULT, CHILD]))
            for seat in pool[start : start + number]
        ]

    def sell(self) -> None:
        booking = new_booking_id()
        choices = self.choose()
        self.history.invoke(booking, "hold", seats=len(choices))
        hold = self.persist(booking, holds.place, booking, choices)
        if hold is None:
            return
        wish = self.random.random()
        if wish < 0.08:
            return
        if wish < 0.13:
            self.history.invoke(f"{booking} release", "release")
            self.ask(f"{booking} release", _release, booking)
            return
        if wish < 0.2:
            self.history.invoke(f"{booking} extend", "extend")
            self.ask(f"{booking} extend", holds.extend, booking)
        self.pay(booking, hold.total, tuple(seat.name for seat in hold.seats))

    def pay(self, booking: BookingId, total: Money, names: tuple[str, ...]) -> None:
        tenders: tuple[Tender, ...] = (self.tender(total),)
        if self.random.random() < 0.2:
            part = Money(100, total.currency)
            tenders = (self.tender(part), self.tender(total - part))
        elif tenders[0].method == TenderMethod.CARD:
            self.history.invoke(f"{booking} begin", "begin")
            self.ask(f"{booking} begin", sales.begin, booking, tenders[0], self.shift)
        intent = Intent(self.event, booking, tenders, self.shift, total, "", names, self.database.url.username or "")
        self.history.invoke(
            f"sale {booking}",
            "sale",
            booking=str(booking),
            till=self.till_name,
            seats=len(names),
            money=_money(tenders),
        )
        entry = self.journal.begin(intent)
        sale = self.persist(f"sale {booking}", sales.complete, booking, tenders, self.shift, total)
        if sale is not None:
            self.sold.append(booking)
        if self.last_unknown(f"sale {booking}"):
            self.unfinished.append(entry)
        else:
            entry.done(Outcome.NOT_SOLD if sale is None else Outcome.SOLD)

    def finish(self, entry: Entry) -> None:
        """Find out what became of a sale that a crash or a broken connection left open."""
        resolution = finish(self.database, entry)
        answer = {Finding.SOLD: "yes", Finding.NOT_SOLD: "no", Finding.UNKNOWN: "unknown"}[resolution.finding]
        self.told(f"sale {entry.intent.booking_id}", answer)
        if resolution.finding == Finding.UNKNOWN:
            self.unfinished.append(entry)
        elif resolution.finding == Finding.SOLD and entry.intent.booking_id not in self.sold:
            self.sold.append(entry.intent.booking_id)

    def give_back(self, booking: BookingId) -> None:
        live = self.live_seats(booking)
        if not live:
            return
        # Mostly all of them, so that the hall has seats to sell again.
        given = live if self.random.random() < 0.8 else self.random.sample(live, self.random.randint(1, len(live)))
        amount = _worth(given)
        tender = self.tender(amount)
        key = f"refund {tender.payment_id}"
        self.history.invoke(
            key, "refund", booking=str(booking), till=self.till_name, seats=len(given), money=_money((tender,))
        )
        self.persist(key, refunds.seats, booking, [s.seat_id for s in given], tender, self.shift, "ill")

    def exchange(self, booking: BookingId) -> None:
        live = self.live_seats(booking)
        if not live:
            return
        given = self.random.sample(live, self.random.randint(1, len(live)))
        take = self.choose()
        prices = {ADULT: (4200, 3000), CHILD: (2100, 1500)}
        zones = [int(self.geometry.zone[self.ordinals[choice.seat_id]]) for choice in take]
        cost = sum(prices[c.price_type_id][zone] + self.fee for c, zone in zip(take, zones, strict=True))
        due = cost - _worth(given).minor
        exchange_id = new_payment_id()
        tender = replace(self.tender(Money(abs(due), "EUR")), payment_id=exchange_id) if due else None
        key = f"exchange {exchange_id}"
        money = _money((tender,) if tender else (), sign=1 if due > 0 else -1)
        self.history.invoke(key, "exchange", booking=str(booking), till=self.till_name, seats=len(take), money=money)
        self.persist(key, exchanges.exchange, booking, exchange_id, [s.seat_id for s in given], take, tender,
                     self.shift, "moves")  # fmt: skip

    def live_seats(self, booking: BookingId) -> list[BookingSeat]:
        """What is left of a sale; one of which nothing is left is forgotten."""
        try:
            detail = self.database.read(bookings.detail, self.event, booking)
        except EventlyError:
            return []
        live = [seat for seat in detail.seats if not seat.released]
        if not live:
            self.sold.remove(booking)
            self.history.given_back(booking)
        return live

    def tender(self, amount: Money) -> Tender:
        if self.random.random() < 0.7:
            return Tender(new_payment_id(), TenderMethod.CASH, amount)
        return Tender(new_payment_id(), TenderMethod.CARD, amount, None, "T-1")

    def show(self) -> None:
        """Write down the map as this counter shows it: each seat's status and booking."""
        while True:
            try:
                self.refresh()
                break
            except EventlyError:
                continue
        pairs = zip(self.states.status, self.states.booking, strict=True)
        self.history.write(map=[f"{status}{booking.tobytes().hex()}" for status, booking in pairs])


def _release(session: Any, event: EventId, booking: BookingId) -> bool:
    holds.release(session, event, booking)
    return True


def _worth(given: list[BookingSeat]) -> Money:
    return Money(sum((seat.price + seat.fee).minor for seat in given), "EUR")


def _money(tenders: tuple[Tender, ...], sign: int = 1) -> list[dict[str, object]]:
    return [{"id": str(t.payment_id), "method": t.method.value, "amount": sign * t.amount.minor} for t in tenders]


def line() -> bytes:
    """The next line of the input and no more, so that what comes after it can be waited for."""
    text = b""
    while not text.endswith(b"\n") and (byte := os.read(0, 1)):
        text += byte
    return text


def stopped(seconds: float = 0) -> bool:
    """Whether the run has said something."""
    return bool(select.select([sys.stdin], [], [], seconds)[0])


def sleep_by_select(seconds: float) -> None:
    """What time.sleep does, which fails under libfaketime when only the calendar is to be wrong."""
    select.select([], [], [], seconds)


def main() -> None:
    if "FAKETIME" in os.environ:
        time.sleep = sleep_by_select  # type: ignore[assignment]
    counter = Counter(Order(**json.loads(line())))
    sys.stdout.write("selling\n")
    sys.stdout.flush()
    while not stopped():
        counter.act()
    line()
    sys.stdout.write("stopped\n")
    sys.stdout.flush()
    if line():
        counter.show()
    counter.database.close()


if __name__ == "__main__":
    main()
