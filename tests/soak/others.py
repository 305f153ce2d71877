"""What else goes on in the house while a counter stands open: other counters sell, and the network breaks."""

import random
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import Hold
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.errors import Refusal
from evently_desktop.services import holds, refunds, sales
from tests.house import Hall, card
from tests.services.clock import run_out
from tests.services.desk import Admin

# So many a second, as no evening has.
_PACE = 0.02


@dataclass
class Others:
    """Ben at the next counter, in a thread of his own between `resume` and `pause`."""

    ben: Database
    halls: tuple[Hall, ...]
    admin: Admin

    def __post_init__(self) -> None:
        self._dice = random.Random(4)
        self._going, self._resting, self._ended = threading.Event(), threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="others", daemon=True)
        self._thread.start()

    def resume(self) -> None:
        self._resting.clear()
        self._going.set()

    def pause(self) -> None:
        """Come to rest."""
        self._going.clear()
        assert self._resting.wait(30)

    def end(self) -> None:
        self._ended.set()
        self._going.set()
        self._thread.join(30)

    def _run(self) -> None:
        while not self._ended.is_set():
            if not self._going.is_set():
                self._resting.set()
                self._going.wait()
                continue
            with suppress(Refusal):
                self._act(self._dice.choice(self.halls))
            time.sleep(_PACE)

    def _act(self, hall: Hall) -> None:
        seats = self._dice.sample(range(len(hall.geometry)), self._dice.randint(1, 4))
        names = [f"{hall.geometry.row[seat]}{hall.geometry.number[seat]}" for seat in seats]
        hold = self.ben.write(holds.place, hall.event_id, new_booking_id(), hall.choose(*names))
        self._dice.choice((self._release, self._forget, self._sell))(hold)

    def _release(self, hold: Hold) -> None:
        self.ben.write(holds.release, hold.event_id, hold.booking_id)

    def _forget(self, hold: Hold) -> None:
        """Whoever sweeps first frees it."""
        run_out(self.admin, hold.event_id, hold.booking_id)

    def _sell(self, hold: Hold) -> None:
        self.ben.write(sales.complete, hold.event_id, hold.booking_id, [card(hold.total)], None, hold.total)
        self.ben.write(refunds.whole, hold.event_id, hold.booking_id, card(hold.total), None, "ill")
