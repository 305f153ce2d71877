"""The connection breaks after the server has done it and before it could say so: done once, and told in the end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import pytest

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import BookingStatus
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.domain.staff import Shift
from evently_desktop.errors import OutcomeUnknown, SeatsGone
from evently_desktop.services import bookings, holds, refunds, sales
from tests.concurrency.audit import audit
from tests.conftest import TestServer
from tests.house import PASSWORD, Hall, cash, euros
from tests.proxy import Proxy


@dataclass(frozen=True)
class Counter:
    """Anna's counter behind a network that breaks on demand."""

    database: Database
    proxy: Proxy


@pytest.fixture
def proxy(server: TestServer) -> Iterator[Proxy]:
    assert server.admin_url.host is not None
    assert server.admin_url.port is not None
    with Proxy(server.admin_url.host, server.admin_url.port) as proxy:
        yield proxy


@pytest.fixture
def connect(server: TestServer, proxy: Proxy) -> Iterator[Callable[..., Counter]]:
    """``connect(patience=8.0)``: a counter whose every byte goes through the proxy."""
    made: list[Database] = []

    def connected(**options: float) -> Counter:
        url = server.url("anna").set(host="127.0.0.1", port=proxy.port, password=PASSWORD)
        made.append(Database(url, station="Counter 1", **options))
        made[-1].read(holds.events_to_sweep)
        return Counter(made[-1], proxy)

    yield connected
    for database in made:
        database.close()


@pytest.fixture
def counter(connect: Callable[..., Counter]) -> Counter:
    return connect()


@pytest.fixture
def admin(server: TestServer) -> Iterator[psycopg.Connection]:
    with server.admin() as connection:
        yield connection


def actions(admin: psycopg.Connection[Any], event: UUID) -> list[str]:
    rows = admin.execute("SELECT action FROM evently.booking_logs WHERE event_id = %s ORDER BY id", [event]).fetchall()
    return [action for (action,) in rows]


def test_a_hold_is_made_once(counter: Counter, hall: Hall, admin: psycopg.Connection) -> None:
    booking = new_booking_id()
    cut = counter.proxy.cut_after(booking.bytes)
    hold = counter.database.write(holds.place, hall.event_id, booking, hall.choose("A1", "A2"))
    assert cut.is_set()
    assert [seat.name for seat in hold.seats] == ["Stalls A1", "Stalls A2"]
    assert actions(admin, hall.event_id) == ["held"]
    assert audit(admin, hall.event_id) == []


def test_a_sale_is_made_once(counter: Counter, annas_shift: Shift, hall: Hall, admin: psycopg.Connection) -> None:
    booking, tender = new_booking_id(), cash(euros(87), euros(100))
    counter.database.write(holds.place, hall.event_id, booking, hall.choose("A1", "A2"))
    cut = counter.proxy.cut_after(booking.bytes)
    sale = counter.database.write(sales.complete, hall.event_id, booking, [tender], annas_shift.id, euros(87))
    assert cut.is_set()
    assert (sale.change, len(sale.tickets)) == (euros(13), 2)
    assert actions(admin, hall.event_id) == ["held", "sold"]
    assert audit(admin, hall.event_id) == []
    # Asked once more, with nothing broken, it is the same sale.
    again = counter.database.write(sales.complete, hall.event_id, booking, [tender], annas_shift.id, euros(87))
    assert again == sale


def test_a_refund_is_made_once(counter: Counter, annas_shift: Shift, hall: Hall, admin: psycopg.Connection) -> None:
    booking = new_booking_id()
    counter.database.write(holds.place, hall.event_id, booking, hall.choose("A1", "A2"))
    counter.database.write(sales.complete, hall.event_id, booking, [cash(euros(87))], annas_shift.id, euros(87))
    cut = counter.proxy.cut_after(booking.bytes)
    back = counter.database.write(refunds.whole, hall.event_id, booking, cash(euros(87)), annas_shift.id, "ill")
    assert cut.is_set()
    assert back == euros(87)
    assert actions(admin, hall.event_id) == ["held", "sold", "refunded"]
    assert audit(admin, hall.event_id) == []


def test_a_commit_whose_answer_is_lost_is_asked_again(counter: Counter, hall: Hall, admin: psycopg.Connection) -> None:
    booking = new_booking_id()
    counter.database.write(holds.place, hall.event_id, booking, hall.choose("A1"))
    cut = counter.proxy.cut_after(b"COMMIT")
    detail = counter.database.write(bookings.cancel, hall.event_id, booking, None, None, "changed his mind")
    assert cut.is_set()
    assert detail.summary.status == BookingStatus.CANCELLED
    assert actions(admin, hall.event_id) == ["held", "released"]
    assert audit(admin, hall.event_id) == []


def test_control_without_asking_again_nobody_knows(
    connect: Callable[..., Counter], hall: Hall, admin: psycopg.Connection
) -> None:
    counter, booking = connect(patience=0.0), new_booking_id()
    counter.proxy.cut_after(booking.bytes)
    with pytest.raises(OutcomeUnknown):
        counter.database.write(holds.place, hall.event_id, booking, hall.choose("A1"))
    assert actions(admin, hall.event_id) == ["held"]
    # With another id the clerk would be refused by his own hold.
    with pytest.raises(SeatsGone, match="Counter 1"):
        counter.database.write(holds.place, hall.event_id, new_booking_id(), hall.choose("A1"))


def test_a_read_that_is_cut_is_made_again(counter: Counter, hall: Hall) -> None:
    booking = new_booking_id()
    counter.database.write(holds.place, hall.event_id, booking, hall.choose("A1"))
    cut = counter.proxy.cut_after(booking.bytes)
    assert counter.database.read(bookings.detail, hall.event_id, booking).summary.quantity == 1
    assert cut.is_set()


def test_every_connection_cut_at_once_costs_no_sale(
    counter: Counter, annas_shift: Shift, hall: Hall, admin: psycopg.Connection
) -> None:
    for number in range(1, 6):
        booking = new_booking_id()
        counter.database.write(holds.place, hall.event_id, booking, hall.choose(f"A{number}"))
        counter.proxy.cut()
        counter.database.write(sales.complete, hall.event_id, booking, [cash(euros(43.5))], annas_shift.id, euros(43.5))
    assert actions(admin, hall.event_id) == ["held", "sold"] * 5
    assert audit(admin, hall.event_id) == []
