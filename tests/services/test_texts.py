"""Text is what somebody typed: stored as it is, or refused in one sentence where PostgreSQL cannot store it."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evently_desktop.database.transactions import Database
from evently_desktop.errors import BadInput
from evently_desktop.services import bookings, catalogue, refunds, sales, tickets
from tests.conftest import TestServer
from tests.house import card
from tests.services.desk import Desk

UNSTORABLE = ["\0", "a\0b", "\ud800", "x\udfff", "\udcff\udcfe"]


def note(desk: Desk, text: str) -> object:
    return desk.pay(desk.hold("A1"), note=text)


def reference(desk: Desk, text: str) -> object:
    hold = desk.hold("A1")
    return desk.pay(hold, card(hold.total, text))


def begun_reference(desk: Desk, text: str) -> object:
    hold = desk.hold("A1")
    return desk.clerk.write(sales.begin, desk.event, hold.booking_id, card(hold.total, text), None)


def refund_reason(desk: Desk, text: str) -> object:
    sale = desk.sell("A1")
    return desk.clerk.write(refunds.whole, desk.event, sale.booking_id, card(sale.total), desk.shift, text)


def refund_reference(desk: Desk, text: str) -> object:
    sale = desk.sell("A1")
    return desk.clerk.write(refunds.whole, desk.event, sale.booking_id, card(sale.total, text), desk.shift, "ill")


def reprint_reason(desk: Desk, text: str) -> object:
    return desk.clerk.write(tickets.reprint, desk.event, [desk.sell("A1").tickets[0].id], text)


def void_reason(desk: Desk, text: str) -> object:
    return desk.clerk.write(tickets.void, desk.event, [desk.sell("A1").tickets[0].id], text)


def find(desk: Desk, text: str) -> object:
    return desk.clerk.read(bookings.find, text)


@pytest.mark.parametrize("text", UNSTORABLE, ids=ascii)
@pytest.mark.parametrize(
    "write",
    [note, reference, begun_reference, refund_reason, refund_reference, reprint_reason, void_reason, find],
    ids=lambda write: write.__name__,
)
def test_what_cannot_be_stored_is_refused(desk: Desk, write: Callable[[Desk, str], object], text: str) -> None:
    with pytest.raises(BadInput, match="cannot be stored; type it again without it"):
        write(desk, text)


@pytest.fixture(scope="module")
def searching(server: TestServer) -> Iterator[Database]:
    with Database(server.url("anna")) as database:
        yield database


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=80)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=ANY_TEXT | st.sampled_from(["%", "_", "\\", "'", "a'b", "A1", "1-2", "@", "EVT-", "(", "!", ":*", "a & | b"])
)
def test_a_search_takes_any_text(searching: Database, text: str) -> None:
    assert isinstance(searching.read(bookings.find, text), list)
    assert isinstance(searching.read(catalogue.events, text), list)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ANY_TEXT.filter(str.strip))
def test_a_reason_comes_back_as_it_went_in(text: str, request: pytest.FixtureRequest) -> None:
    desk: Desk = request.getfixturevalue("desk")
    sale = desk.sell("A1")
    desk.clerk.write(refunds.whole, desk.event, sale.booking_id, card(sale.total), desk.shift, text)
    assert desk.clerk.read(bookings.history, desk.event, sale.booking_id)[-1].sentence == f"Refunded: {text}"
