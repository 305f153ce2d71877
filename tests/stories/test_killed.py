"""The program is killed with cash in the drawer, and started again: what became of the money and the ticket."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import URL

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import BookingDetail, BookingStatus
from evently_desktop.domain.ids import BookingId
from evently_desktop.domain.staff import Shift
from evently_desktop.journal import Journal
from evently_desktop.services import bookings, tickets
from evently_desktop.services.unfinished import Finding, finish
from tests.conftest import ROOT, TestServer
from tests.house import Hall, add_hall
from tests.proxy import Proxy

# Where the program ends, in the order of a sale. First the clerk has pressed Enter and has the cash: nothing is
# written, so nothing is sold, and the basket is still held.
NOT_BEGUN = [
    "before evently_desktop.gui.counter.selling.Selling.complete",
    "before evently_desktop.journal.Journal.begin",
    "before evently_desktop.journal._append",
]
# It is in the journal: the next start says that it is sold, because it sells it, or because it was sold.
IN_THE_JOURNAL = [
    "after evently_desktop.journal._append",
    "after evently_desktop.journal.Journal.begin",
    "before evently_desktop.gui.counter.selling.Selling._noted",
    "before evently_desktop.services.sales.complete",
    "after evently_desktop.services.sales.complete",
    "before evently_desktop.gui.counter.selling.Selling._done",
    "before evently_desktop.gui.counter.checkout.Checkout._show_sale",
    "after evently_desktop.gui.counter.checkout.Checkout._show_sale",
    "before evently_desktop.journal.Journal._finish",
]
# The clerk was told, and the journal is done with it: what is left is the ticket.
TOLD = [
    "after evently_desktop.journal.Journal._finish",
    "before evently_desktop.devices.folder.FolderPrinter.print",
    "after evently_desktop.devices.folder.FolderPrinter._reserve",
]
PRINTED = [
    "before evently_desktop.services.tickets.mark_printed",
    "after evently_desktop.services.tickets.mark_printed",
]

LINES = 12


@pytest.fixture(scope="module")
def program() -> Iterator["subprocess.Popen[str]"]:
    """What forks a counter for each order."""
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.stories.killed_program"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    yield started
    started.communicate()


@dataclass
class Till:
    """Anna's counter, before and after."""

    program: "subprocess.Popen[str]"
    anna: Database
    hall: Hall
    folder: Path

    def sell(self, url: URL, point: str) -> int:
        """Have the program sell A1 and end there; returns how it ended."""
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        order = {
            "url": url.render_as_string(hide_password=False), "folder": str(self.folder),
            "event": str(self.hall.event_id), "seat": "A1", "point": point,
        }  # fmt: skip
        self.program.stdin.write(json.dumps(order) + "\n")
        self.program.stdin.flush()
        ended, pid = self.program.stdout.readline().split()
        with suppress(ProcessLookupError):
            os.killpg(int(pid), signal.SIGKILL)
        return int(ended)

    @property
    def seen(self) -> list[str]:
        """What the clerk has seen, in order."""
        file = self.folder / "seen"
        return file.read_text().splitlines() if file.exists() else []

    def start(self) -> list[Finding]:
        """What the next start finds."""
        with Journal(self.folder / "journal", "Counter 1") as journal:
            return [finish(self.anna, entry).finding for entry in journal.unfinished()]

    @property
    def booking(self) -> BookingId:
        return BookingId(UUID(self.seen[0].split()[1]))

    def detail(self) -> BookingDetail:
        return self.anna.read(bookings.detail, self.hall.event_id, self.booking)

    def is_sold(self) -> bool:
        """Whether it is, and then once, and paid."""
        detail = self.detail()
        sold = detail.summary.status == BookingStatus.CONFIRMED
        assert [payment.amount for payment in detail.payments] == [detail.summary.total] * sold
        return sold

    def waiting(self) -> int:
        """How many tickets the next start prints."""
        return len(self.anna.write(tickets.issue, self.hall.event_id, self.booking))

    def papers(self) -> int:
        """How many tickets the printer took."""
        return len(list(self.folder.rglob("*.pdf")))


@pytest.fixture
def till(program: "subprocess.Popen[str]", anna: Database, annas_shift: Shift, hall: Hall, tmp_path: Path) -> Till:
    return Till(program, anna, hall, tmp_path)


def test_nobody_kills_it_and_a_finger_that_stays_on_enter_sells_once(till: Till, server: TestServer) -> None:
    """The control of the others: without a blow it comes to its end."""
    assert till.sell(server.url("anna"), "never") == 0
    assert [step.split()[0] for step in till.seen] == ["held", "cash", "told", "done"]
    assert till.start() == []
    assert till.is_sold()
    assert (till.waiting(), till.papers()) == (0, 1)


@pytest.mark.parametrize("point", NOT_BEGUN)
def test_before_it_is_in_the_journal_nothing_is_sold(till: Till, server: TestServer, point: str) -> None:
    assert till.sell(server.url("anna"), point) == -signal.SIGKILL
    assert till.seen[-1] == "cash"
    assert till.start() == []
    assert not till.is_sold()
    assert till.detail().summary.status == BookingStatus.HELD


@pytest.mark.parametrize("point", IN_THE_JOURNAL)
def test_what_is_in_the_journal_is_sold_and_said(till: Till, server: TestServer, point: str) -> None:
    assert till.sell(server.url("anna"), point) == -signal.SIGKILL
    assert till.start() == [Finding.SOLD]
    assert till.is_sold()
    assert (till.waiting(), till.papers()) == (1, 0)
    assert till.start() == []


@pytest.mark.parametrize("point", TOLD)
def test_what_the_clerk_was_told_is_sold_and_its_ticket_waits(till: Till, server: TestServer, point: str) -> None:
    assert till.sell(server.url("anna"), point) == -signal.SIGKILL
    assert till.is_sold()
    assert (till.waiting(), till.papers()) == (1, 0)


@pytest.mark.parametrize("point", PRINTED)
def test_a_ticket_is_rather_printed_twice_than_never(till: Till, server: TestServer, point: str) -> None:
    assert till.sell(server.url("anna"), point) == -signal.SIGKILL
    assert till.start() == []
    assert till.is_sold()
    assert (till.waiting(), till.papers()) == (1 if point.startswith("before") else 0, 1)


def test_at_any_line(till: Till, server: TestServer, olga: Database) -> None:
    """Whatever has been done by then: nobody was told what is not so, and no paid seat is without its ticket."""
    assert till.sell(server.url("anna"), "line 0") == 0
    # No two sales run exactly alike: the last lines of this one another may not reach.
    lines = int(till.seen[-1].split()[1]) * 9 // 10
    sold = []
    for number, line in enumerate(range(1, lines, lines // LINES)):
        one = replace(till, hall=add_hall(olga), folder=till.folder / str(number))
        one.folder.mkdir()
        assert one.sell(server.url("anna"), f"line {line}") == -signal.SIGKILL
        found = one.start()
        assert found in ([], [Finding.SOLD])
        sold.append(one.is_sold())
        if found or "told" in one.seen:
            assert sold[-1]
        if sold[-1]:
            assert found or "told" in one.seen
            assert one.waiting() + one.papers() >= 1
        assert one.start() == []
    assert set(sold) == {True, False}


def test_while_the_sale_is_on_its_way(till: Till, server: TestServer) -> None:
    """The server has got the sale, and its answer never comes to anyone."""
    assert server.admin_url.host is not None
    assert server.admin_url.port is not None
    with Proxy(server.admin_url.host, server.admin_url.port) as proxy:
        cut = proxy.cut_after(b"complete_sale")

        def kill() -> None:
            assert cut.wait(30)
            os.kill(int(till.seen[0].split()[2]), signal.SIGKILL)

        killing = threading.Thread(target=kill)
        killing.start()
        assert till.sell(server.url("anna").set(host="127.0.0.1", port=proxy.port), "never") == -signal.SIGKILL
        killing.join()
    assert "told" not in till.seen
    assert till.start() == [Finding.SOLD]
    assert till.is_sold()
    assert (till.waiting(), till.papers()) == (1, 0)
