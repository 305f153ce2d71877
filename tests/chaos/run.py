"""A run of the chaos: a server and counters of its own, faults by a seeded schedule, and the checker at the end."""

import os
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
from sqlalchemy import URL
from uuid_utils.compat import uuid7

from evently_desktop.database import embedded_place
from evently_desktop.database.embedded import EmbeddedServer
from evently_desktop.database.embedded_processes import of_data, wait_until
from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import SeatChoice
from evently_desktop.domain.ids import ShiftId, UserId, new_booking_id
from evently_desktop.domain.staff import Role, Staff
from evently_desktop.errors import EmbeddedServerError, EventlyError
from evently_desktop.services import holds, staff, tills
from tests import house
from tests.chaos import checker, history
from tests.chaos.counter import Order
from tests.chaos.processes import FAKETIME, CounterProcess, clock
from tests.chaos.proxy import KINDS, Proxy
from tests.template import libpq, make_template

FEE = 150
HOLD_SECONDS, LONGEST_SECONDS = 3, 8
_SUFFIX = "chaos"
_DATABASE = "evently_chaos"

SERVER_KINDS = ("kill backend", "end backend", "kill server", "kill counter", "freeze server")
CLOCK_KINDS = ("clock step",) if FAKETIME else ()


@dataclass(frozen=True)
class Plan:
    """What a run is made of; the same seed has the same schedule of faults.

    It lasts ``seconds``, and on a slow machine longer, until it has enough sales and every kind of fault, but no
    longer than ``most_seconds``. ``prepare`` may spoil the database first.
    """

    seed: int
    seconds: float
    most_seconds: float
    least_sales: int
    counters: int = 5
    # A connection breaks about every so many messages, the server or a counter every so many seconds.
    messages: int = 900
    pause: float = 2.0
    prepare: Callable[[psycopg.Connection], None] | None = None

    def schedule(self) -> Iterator[tuple[float, str]]:
        """After how many seconds which fault befalls a server, a counter or a clock; the kinds come round shuffled."""
        dice = random.Random(self.seed)
        while True:
            kinds = [*SERVER_KINDS, *CLOCK_KINDS]
            for kind in dice.sample(kinds, len(kinds)):
                yield dice.uniform(0.5, 1.5) * self.pause, kind


@dataclass
class Report:
    """What came of a run."""

    seed: int
    seconds: float = 0
    sales: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    unknown: int = 0
    violations: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        yield f"seed        {self.seed}"
        yield f"seconds     {self.seconds:.0f}"
        yield f"sales       {self.sales}"
        yield "told        " + ", ".join(f"{name} {number}" for name, number in sorted(self.acts.items()))
        yield "refused     " + ", ".join(f"{name} {number}" for name, number in sorted(self.refusals.items()))
        yield "faults      " + ", ".join(f"{name} {number}" for name, number in sorted(self.faults.items()))
        if not CLOCK_KINDS:
            yield "            no clock was stepped: Debian's package libfaketime is not installed"
        yield f"unknown     {self.unknown} answers, all of them wholly there or wholly not"
        yield f"violations  {len(self.violations)}"
        yield from (f"  {violation}" for violation in self.violations[:40])


def too_little(missing: list[str], sales: int, least_sales: int) -> Iterator[str]:
    """Why a run in which nothing went wrong proves nothing all the same."""
    if missing:
        yield f"this run proves nothing: no {', no '.join(missing)}"
    if sales < least_sales:
        yield f"this run proves nothing: {sales} sales of {least_sales}"


class Stage:
    """The server, the proxy and the counters of one run."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan, self.folder = plan, folder
        self.dice = random.Random(plan.seed)
        self.done: Counter[str] = Counter()
        self.clock = folder / "clock"
        self.set_clock(0)
        self.server = EmbeddedServer(folder / "server")
        self.counters: list[CounterProcess] = []
        self.proxy: Proxy | None = None
        self.lasted = 0.0

    def open(self) -> None:
        self.start_server()
        self.hall, orders = self.furnish()
        address = self.server.status().address
        assert address is not None
        self.proxy = Proxy(address.host, address.port, self.plan.seed, self.plan.messages)
        self.proxy.start()
        for number, (order, url) in enumerate(orders):
            order.url = url.set(port=self.proxy.port).render_as_string(hide_password=False)
            # One counter's clock is a day off.
            off = "+1d" if number == 1 else ""
            self.counters.append(CounterProcess(order, self.folder, off))

    def start_server(self) -> None:
        """Start the server under a clock that can be stepped."""
        before = dict(os.environ)
        os.environ.update(clock("", self.clock))
        try:
            # A server that recovers from the death of a backend lets nobody in, not even its owner.
            while not self._started():
                time.sleep(0.1)
        finally:
            os.environ.clear()
            os.environ.update(before)

    def _started(self) -> bool:
        try:
            self.server.start()
        except EmbeddedServerError as error:
            if isinstance(error.__cause__, psycopg.OperationalError):
                return False
            raise
        return True

    def admin(self) -> psycopg.Connection:
        return psycopg.connect(libpq(self.server.admin_url.set(database=_DATABASE)), autocommit=True)

    def furnish(self) -> tuple[house.Hall, list[tuple[Order, URL]]]:
        """A house with a hall on sale, short holds, and a clerk with an open drawer for each counter."""
        make_template(self.server.admin_url, _DATABASE, _SUFFIX)
        url = self.server.admin_url.set(database=_DATABASE)
        with self.admin() as connection:
            connection.execute("GRANT CONNECT ON DATABASE evently_chaos TO evently_clerk, evently_verbs")
            connection.execute(
                "UPDATE evently.box_office SET hold_seconds = %s, payment_seconds = %s, longest_hold_seconds = %s",
                [HOLD_SECONDS, HOLD_SECONDS, LONGEST_SECONDS],
            )
        with Database(url.set(username=f"olga_{_SUFFIX}", password=house.PASSWORD)) as olga:
            hall = house.add_hall(olga, rows=20, seats=50, max_seats=8)
        orders = []
        with Database(url.set(username=f"ada_{_SUFFIX}", password=house.PASSWORD)) as ada:
            for number in range(self.plan.counters):
                login = f"clerk{number}"
                member = Staff(UserId(uuid7()), f"Clerk {number}", f"C{number}", login, Role.CLERK)
                ada.write(staff.add, member, None, house.PASSWORD)
                clerk_url = url.set(username=login, password=house.PASSWORD)
                with Database(clerk_url) as clerk:
                    shift = clerk.write(tills.open_shift, ShiftId(uuid7()), house.TILLS[number], house.euros(0))
                orders.append((self.order(number, hall, str(shift.id), shift.till), clerk_url))
        if self.plan.prepare:
            with self.admin() as connection:
                self.plan.prepare(connection)
        return hall, orders

    def order(self, number: int, hall: house.Hall, shift: str, till: str) -> Order:
        station = f"Counter {number}"
        return Order(
            url="", station=station, seed=self.plan.seed * 1000 + number * 100, event=str(hall.event_id),
            plan=str(hall.geometry.plan_id), shift=shift, folder=str(self.folder / station), history="", till=till,
            fee=FEE,
        )  # fmt: skip

    def set_clock(self, offset: float) -> None:
        new = self.clock.with_suffix(".new")
        new.write_text(f"{offset:+.3f}\n")
        new.chmod(0o644)
        new.replace(self.clock)

    def strike(self, kind: str) -> None:
        """One fault of the schedule."""
        self.done[kind] += 1
        match kind:
            case "kill backend":
                self.one_backend(psutil.Process.kill)
            case "end backend":
                self.one_backend(psutil.Process.terminate)
            case "kill server":
                for process in of_data(self.server.place.data):
                    with suppress(psutil.NoSuchProcess):
                        process.kill()
                self.start_server()
            case "kill counter":
                self.dice.choice(self.counters).kill()
            case "freeze server":
                self.freeze(self.dice.uniform(0.3, 1.2))
            case _:
                self.set_clock(self.dice.choice([-6, -2, 0, 4, 3600]))

    def one_backend(self, blow: Callable[[psutil.Process], None]) -> None:
        with suppress(psutil.Error):
            backends = [p for p in of_data(self.server.place.data) if "clerk" in " ".join(p.cmdline())]
            if backends:
                blow(self.dice.choice(backends))

    def freeze(self, seconds: float) -> None:
        stopped = of_data(self.server.place.data)
        for signal_number in (signal.SIGSTOP, signal.SIGCONT):
            for process in stopped:
                with suppress(psutil.NoSuchProcess):
                    process.send_signal(signal_number)
            if signal_number == signal.SIGSTOP:
                time.sleep(seconds)

    def trouble(self) -> None:
        """Let the counters sell, and strike by the schedule, until there is enough of both."""
        assert self.proxy is not None
        self.proxy.faulty = True
        began = time.monotonic()
        for pause, kind in self.plan.schedule():
            time.sleep(pause)
            self.strike(kind)
            lasted = time.monotonic() - began
            if lasted > self.plan.most_seconds or (lasted > self.plan.seconds and self.is_enough()):
                break
        self.lasted = lasted
        self.proxy.faulty = False

    def is_enough(self) -> bool:
        return history.sales(self.folder) >= self.plan.least_sales and not self.missing()

    def missing(self) -> list[str]:
        """The kinds of fault that did not happen yet."""
        done = self.faults()
        return [kind for kind in (*KINDS, *SERVER_KINDS, *CLOCK_KINDS) if not done[kind]]

    def faults(self) -> Counter[str]:
        return self.done + self.proxy.done if self.proxy else self.done

    def settle(self) -> None:
        """No more faults, nobody sells, nothing is under way."""
        self.set_clock(0)
        self.start_server()
        for counter in self.counters:
            counter.stop()
        for counter in self.counters:
            counter.wait_stopped()
        with self.admin() as connection:
            busy = """SELECT count(*) FROM pg_stat_activity
                       WHERE usename LIKE 'clerk%' AND (state <> 'idle' OR wait_event = 'ClientWrite')"""
            wait_until(lambda: connection.execute(busy).fetchone() == (0,), 10)
        # What the proxy holds back comes within two seconds.
        time.sleep(2.5)

    def verdict(self) -> Report:
        for counter in self.counters:
            counter.show()
        crashed = [said for counter in self.counters if (said := counter.end())]
        histories = history.read(self.folder)
        with self.admin() as connection:
            found = checker.facts(connection, str(self.hall.event_id))
        report = Report(self.plan.seed, self.lasted, violations=crashed, faults=self.faults())
        report.violations += checker.violations(histories, found, LONGEST_SECONDS)
        if len(histories.maps) < self.plan.counters:
            report.violations.append(f"only {len(histories.maps)} counters could show their map")
        for act in histories.acts.values():
            report.acts[f"{act.verb} {act.answer}"] += 1
            report.refusals.update(f"{act.verb} {code}" for code in act.codes)
            report.unknown += act.answers.count("unknown") + (not act.answers)
        report.sales = sum("sold" in booking["log"] for booking in found.bookings.values())
        report.violations += self.anyone_can_hold()
        report.violations += too_little(self.missing(), report.sales, self.plan.least_sales)
        return report

    def anyone_can_hold(self) -> Iterator[str]:
        """Every seat that is not sold, once the holds have had their time; without any sweep."""
        time.sleep(HOLD_SECONDS + 1)
        with self.admin() as connection:
            sold = {
                row[0] for row in connection.execute(
                    "SELECT ordinal FROM evently.event_seats WHERE event_id = %s AND status = 'booked'",
                    [self.hall.event_id],
                )
            }  # fmt: skip
        url = self.server.admin_url.set(database=_DATABASE, username=f"anna_{_SUFFIX}", password=house.PASSWORD)
        with Database(url) as anna:
            for ordinal in set(range(len(self.hall.geometry))) - sold:
                booking, choice = new_booking_id(), SeatChoice(self.hall.geometry.seat_id(ordinal), house.ADULT)
                try:
                    anna.write(holds.place, self.hall.event_id, booking, [choice])
                    anna.write(holds.release, self.hall.event_id, booking)
                except EventlyError as error:
                    yield f"nobody can hold seat {ordinal}, which nobody holds: {error}"

    def close(self) -> None:
        for counter in self.counters:
            counter.end_at_once()
        if self.proxy is not None:
            self.proxy.stop()
        self.server.stop(force=True)


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that the server's account can pass through, and that stands in for /var/lib, too."""
    folder = Path(tempfile.mkdtemp(prefix="evently-chaos-"))
    folder.chmod(0o711)
    embedded_place.SHARED = folder / "shared"
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def run(plan: Plan) -> Report:
    """One run, from an empty folder to its report."""
    with _folder() as folder:
        stage = Stage(plan, folder)
        try:
            stage.open()
            stage.trouble()
            stage.settle()
            return stage.verdict()
        finally:
            stage.close()
