"""A connection that breaks before or after each message of a sale, one after the other: it is one sale all the same."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg
import pytest

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import SeatChoice
from evently_desktop.domain.ids import new_booking_id
from evently_desktop.domain.staff import Shift
from evently_desktop.services import holds, refunds, sales
from tests.chaos.proxy import Dice, Proxy
from tests.concurrency.audit import audit
from tests.conftest import TestServer
from tests.house import ADULT, Hall, add_hall, cash

# Signing in alone is more than this, and all of it far less than that.
LEAST, MOST = 30, 200


@dataclass
class Once(Dice):
    """One fault, at that message of the first connection; every later connection is whole."""

    kind: str = ""
    _done: bool = field(default=False, init=False)

    def next(self) -> tuple[int, str]:
        first, self._done = not self._done, True
        return (self.messages if first else 10**9), self.kind


@pytest.fixture
def proxy(server: TestServer) -> Iterator[Proxy]:
    assert server.admin_url.host is not None
    assert server.admin_url.port is not None
    proxy = Proxy(server.admin_url.host, server.admin_url.port, seed=0, messages=1)
    proxy.faulty = True
    proxy.start()
    yield proxy
    proxy.stop()


@pytest.mark.parametrize("kind", ["cut before", "cut after"])
def test_a_sale_and_its_refund_survive_a_cut_at_each_message(
    kind: str, proxy: Proxy, server: TestServer, olga: Database, annas_shift: Shift
) -> None:
    url = server.url("anna").set(host="127.0.0.1", port=proxy.port)
    hall = add_hall(olga, rows=10, seats=MOST // 10)
    with server.admin() as admin:
        for message in range(1, MOST):
            before = proxy.done[kind]
            proxy.dice = Once(0, message, kind=kind)
            with Database(url, station="Counter 1") as anna:
                sell_and_refund(anna, admin, hall, message, annas_shift)
            if proxy.done[kind] == before:
                break
        assert LEAST < message < MOST - 1
        assert audit(admin, hall.event_id) == []


def sell_and_refund(anna: Database, admin: psycopg.Connection, hall: Hall, seat: int, shift: Shift) -> None:
    event, booking = hall.event_id, new_booking_id()
    choices = [SeatChoice(hall.geometry.seat_id(seat), ADULT)]
    hold = anna.write(holds.place, event, booking, choices)
    sale = anna.write(sales.complete, event, booking, [cash(hold.total)], shift.id, hold.total)
    assert len(sale.tickets) == 1
    assert anna.write(refunds.whole, event, booking, cash(hold.total), shift.id, "ill") == hold.total
    steps = admin.execute(
        "SELECT action FROM evently.booking_logs WHERE event_id = %s AND booking_id = %s ORDER BY id", [event, booking]
    ).fetchall()
    assert [step for (step,) in steps] == ["held", "sold", "refunded"]
