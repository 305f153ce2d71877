"""Counters in processes of their own: clerks that hold and release, and screens that show the event.

Run as a program it reads its order as a line of JSON, says "ready", and then does each command that comes, a line of
JSON each, answering with one. `Crowd` is the other end.
"""

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from benchmarks.house import put_elsewhere
from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import SeatChoice
from evently_desktop.domain.ids import EventId, PlanId, SeatId, new_booking_id
from evently_desktop.errors import Busy, SeatsGone
from evently_desktop.live.listener import Listener
from evently_desktop.pace import Pace
from evently_desktop.services import holds, seats
from tests import house

POLL_SECONDS = 1.5


@dataclass
class Answer:
    """What a window of time came to: milliseconds of each hold, and of each refusal."""

    seconds: float = 0.0
    held: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    looks: int = 0

    def __add__(self, other: "Answer") -> "Answer":
        return Answer(
            max(self.seconds, other.seconds), self.held + other.held, self.refused + other.refused,
            self.looks + other.looks,
        )  # fmt: skip

    @property
    def rate(self) -> float:
        """Answers a second."""
        return (len(self.held) + len(self.refused)) / self.seconds


class Clerk:
    """``parties`` are seats: first those that all clerks want, then this one's own."""

    def __init__(self, url: str, event_id: EventId, parties: Sequence[Sequence[str]]) -> None:
        self._database = Database(sa.make_url(url), station="Counter")
        self._event_id = event_id
        self._parties = [[SeatChoice(SeatId(UUID(seat)), house.ADULT) for seat in party] for party in parties]

    def work(self, until: float, apart: float, same: bool, answer: Answer) -> None:
        """Hold and release, one party of seats after the other, or always the ``same`` first one; each hold begins
        ``apart`` seconds after the one before, and the first at any moment of them, as clerks do not count together.
        """
        due = time.monotonic() + random.uniform(0.0, apart)
        number = 0 if same else 1
        while max(due, time.monotonic()) < until:
            time.sleep(max(0.0, due - time.monotonic()))
            booking = new_booking_id()
            began = time.monotonic()
            try:
                self._database.write(holds.place, self._event_id, booking, self._parties[number])
            except (SeatsGone, Busy):
                answer.refused.append((time.monotonic() - began) * 1000)
            else:
                answer.held.append((time.monotonic() - began) * 1000)
                self._database.write(holds.release, self._event_id, booking)
            if not same:
                number = number % (len(self._parties) - 1) + 1
            due = max(due + apart, began)


class Screen:
    """Shows the event as `gui.live.LiveEvent` does, without a window: the same listener, looks, pace and poll."""

    def __init__(self, url: str, event_id: EventId, plan_id: PlanId) -> None:
        self._database = Database(sa.make_url(url))
        self._event_id = event_id
        self._geometry = self._database.read(seats.map, plan_id)
        self._news = threading.Event()
        self._shown = threading.Event()
        self._listener = Listener(sa.make_url(url), lambda _event: self._news.set(), lambda _there: None)
        self._listener.start()
        self.looks = 0
        threading.Thread(target=self._follow, daemon=True).start()

    def show(self, shown: bool) -> None:
        """Show the event, or another one in which nothing happens."""
        if shown:
            self._listener.watch(self._event_id)
            self._shown.set()
        else:
            self._shown.clear()
            self._listener.unwatch(self._event_id)

    def _follow(self) -> None:
        states, look = self._database.read(seats.states, self._event_id, self._geometry)
        pace = Pace(0.1, 1.0)
        while True:
            self._shown.wait()
            self._news.wait(POLL_SECONDS)
            time.sleep(pace.wait())
            self._news.clear()
            began = time.monotonic()
            changes, look = self._database.read(seats.changes, self._event_id, look, states, self._geometry)
            states.status[changes.ordinal] = changes.status
            pace.done(time.monotonic() - began)
            self.looks += 1


class Crowd:
    """Some processes of counters. ``orders`` has one list of keyword arguments of `serve` for each."""

    def __init__(self, orders: Sequence[dict[str, Any]]) -> None:
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-m", "benchmarks.crowd"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            for _ in orders
        ]
        for process, order in zip(self._processes, orders, strict=True):
            _say(process, order)
        for process in self._processes:
            assert _heard(process) == "ready"

    def do(self, command: str, **arguments: object) -> Answer:
        """All of them do it at the same time; what it came to together."""
        for process in self._processes:
            _say(process, {"command": command, **arguments})
        return sum((Answer(**_heard(process)) for process in self._processes), Answer())

    def move_elsewhere(self) -> None:
        """Let them have what processors have left."""
        for process in self._processes:
            put_elsewhere(process.pid)

    def stop(self) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()


@contextmanager
def crowd(orders: Sequence[dict[str, Any]]) -> Iterator[Crowd]:
    made = Crowd(orders)
    try:
        yield made
    finally:
        made.stop()


def _say(process: "subprocess.Popen[str]", what: object) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(what) + "\n")
    process.stdin.flush()


def _heard(process: "subprocess.Popen[str]") -> Any:
    assert process.stdout is not None
    return json.loads(process.stdout.readline())


class Counters:
    """The other end of a `Crowd`."""

    def __init__(self, order: dict[str, Any]) -> None:
        event_id = EventId(UUID(order["event"]))
        self.clerks = [Clerk(url, event_id, parties) for url, parties in order.get("clerks", ())]
        self.screens = [Screen(url, event_id, PlanId(UUID(order["plan"]))) for url in order.get("screens", ())]

    def work(self, seconds: float, apart: float = 0.0, same: bool = False) -> Answer:
        """The clerks work for so long, each after seats of its own or all of them after the same."""
        answers = [Answer() for _ in self.clerks]
        began = time.monotonic()
        threads = [
            threading.Thread(target=partial(clerk.work, began + seconds, apart, same, answer))
            for clerk, answer in zip(self.clerks, answers, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(answers, Answer(time.monotonic() - began))

    def show(self, shown: bool) -> Answer:
        """The screens show the event, or no longer; how often they have looked so far."""
        for screen in self.screens:
            screen.show(shown)
        return Answer(looks=sum(screen.looks for screen in self.screens))


def serve() -> None:
    counters = Counters(json.loads(sys.stdin.readline()))
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        arguments = json.loads(line)
        answer = getattr(counters, arguments.pop("command"))(**arguments)
        print(json.dumps(vars(answer)), flush=True)


if __name__ == "__main__":
    serve()
