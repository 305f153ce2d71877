"""The terminal that the clerk works by hand."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evently_desktop.devices.terminals import ManualTerminal, check_reference
from evently_desktop.domain.ids import PaymentId
from evently_desktop.domain.money import Money
from evently_desktop.errors import BadInput, DeviceError

PAYMENT = PaymentId(UUID(int=1))


def test_the_clerk_types_the_reference_of_the_slip() -> None:
    asked = []

    def clerk(amount: Money) -> str:
        asked.append(amount)
        return "  AUTH  00342 "

    terminal = ManualTerminal("Terminal", clerk)
    assert terminal.pay(PAYMENT, Money(4200, "EUR")) == "AUTH 00342"
    assert terminal.refund(PAYMENT, Money(4200, "EUR"), "AUTH 00342") == "AUTH 00342"
    assert asked == [Money(4200, "EUR"), Money(-4200, "EUR")]


def test_a_payment_that_was_not_approved_is_told() -> None:
    with pytest.raises(DeviceError, match="Terminal did not approve"):
        ManualTerminal("Terminal", lambda _amount: None).pay(PAYMENT, Money(4200, "EUR"))


@pytest.mark.parametrize("text", ["", "  ", "x" * 41, "a\x00b"])
def test_what_cannot_be_a_reference_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="reference"):
        check_reference(text)


@given(st.lists(st.integers(0, 9), min_size=12, max_size=18))
def test_a_card_number_is_never_taken_and_other_numbers_are(digits: list[int]) -> None:
    """Of the ten numbers that differ in the last digit only, exactly one passes a card's check."""
    refused = 0
    for last in range(10):
        text = "".join(map(str, [*digits, last]))
        try:
            check_reference(text)
        except BadInput:
            refused += 1
    assert refused == 1
