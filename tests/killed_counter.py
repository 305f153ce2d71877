"""A counter that is killed before the nth line of ours that it runs, wherever that is.

Started as a program: each line of its input is a sale to make as JSON; for each it forks a counter that makes it, and
answers with how that ended. The tracing and the killing are here, so that the program under test knows of neither.
"""

import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import UUID

import sqlalchemy as sa

import evently_desktop
from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import Tender, TenderMethod
from evently_desktop.domain.ids import BookingId, EventId, PaymentId, ShiftId
from evently_desktop.journal import Intent, Journal, Outcome
from evently_desktop.services import sales
from tests.house import euros

OURS = str(Path(evently_desktop.__file__).parent)


class Killer:
    """Counts lines of our own code, and ends the process before line number ``at``; 0 never does."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.lines = 0

    def trace(self, frame: FrameType, event: str, _argument: object) -> Any:
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        if event == "line":
            self.lines += 1
            if self.lines == self.at:
                os.kill(os.getpid(), signal.SIGKILL)
        return self.trace


def sell(order: dict[str, Any]) -> None:
    """One sale as a counter makes it: the intent, the cash, the sale, the word to the clerk, its outcome."""
    amount = euros(order["amount"])
    tender = Tender(PaymentId(UUID(order["payment"])), TenderMethod.CASH, amount)
    event, booking = EventId(UUID(order["event"])), BookingId(UUID(order["booking"]))
    shift = ShiftId(UUID(order["shift"]))
    folder = Path(order["folder"])
    killer = Killer(order["kill_at"])
    sys.settrace(killer.trace)
    with Database(sa.make_url(order["url"]), station="Counter 1") as database, Journal(folder, "Counter 1") as journal:
        intent = Intent(
            event, booking, (tender,), shift, amount, "", tuple(order["seats"]), database.url.username or ""
        )
        entry = journal.begin(intent)
        (folder / "drawer").write_text(order["payment"])
        database.write(sales.complete, event, booking, [tender], shift, amount)
        (folder / "told").write_text(order["payment"])
        entry.done(Outcome.SOLD)
    sys.settrace(None)
    (folder / "lines").write_text(str(killer.lines))


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            sell(json.loads(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
