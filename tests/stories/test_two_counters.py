"""Two counters look at one hall: what one does, the other sees, step by step."""

import numpy as np
from pytestqt.qtbot import QtBot

from evently_desktop import app
from evently_desktop.database.transactions import Database
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.domain.seating import SeatStatus
from evently_desktop.domain.staff import Shift
from evently_desktop.services import catalogue, holds, refunds, sales
from tests.house import Hall, card, euros
from tests.stories.conftest import OpenCounter

PATIENCE_MS = 15_000


def show(counter: app.Counter, database: Database, hall: Hall, qtbot: QtBot) -> None:
    counter.presenter.open_event(database.read(catalogue.event, hall.event_id))

    def is_shown() -> bool:
        return counter.seats.hall is not None and bool((counter.seats.hall.geometry.ids == hall.geometry.ids).all())

    qtbot.waitUntil(is_shown, timeout=PATIENCE_MS)


def colour(counter: app.Counter, ordinal: int) -> str:
    """What the seat's middle looks like on the screen now."""
    view = counter.screen.map
    view.finish()
    return view.grab().toImage().pixelColor(view.seat_rect(ordinal).center() * view.devicePixelRatioF()).name()


def test_what_one_counter_does_the_other_paints(
    open_counter: OpenCounter, anna: Database, ben: Database, bens_shift: Shift, hall: Hall, qtbot: QtBot
) -> None:
    looking = open_counter(anna, "Counter 1")
    show(looking, anna, hall, qtbot)
    seat = hall.seat("B7")
    ordinal = int(np.flatnonzero((hall.geometry.ids == np.frombuffer(seat.bytes, np.uint8)).all(axis=1))[0])
    free = colour(looking, ordinal)

    def status() -> SeatStatus:
        assert looking.seats.states is not None
        return SeatStatus(looking.seats.states.status[ordinal])

    booking = new_booking_id()
    hold = ben.write(holds.place, hall.event_id, booking, hall.choose("B7"))
    qtbot.waitUntil(lambda: status() == SeatStatus.HELD, timeout=PATIENCE_MS)
    held = colour(looking, ordinal)
    assert held != free

    ben.write(sales.complete, hall.event_id, booking, [card(hold.total)], bens_shift.id, hold.total)
    qtbot.waitUntil(lambda: status() == SeatStatus.BOOKED, timeout=PATIENCE_MS)
    assert colour(looking, ordinal) not in {free, held}

    ben.write(refunds.whole, hall.event_id, booking, card(euros(43.5)), bens_shift.id, "cannot come")
    qtbot.waitUntil(lambda: status() == SeatStatus.AVAILABLE, timeout=PATIENCE_MS)
    # A seat that becomes free flashes once before it looks as it did.
    qtbot.waitUntil(lambda: colour(looking, ordinal) == free, timeout=PATIENCE_MS)
