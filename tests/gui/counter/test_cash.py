"""Quick amounts: round, above what is due, few."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evently_desktop.domain.money import Money
from evently_desktop.gui.counter.cash import quick_amounts


@pytest.mark.parametrize(
    ("due", "currency", "amounts"),
    [
        (6600, "EUR", [7000, 8000, 10000, 20000]),
        (4350, "EUR", [4400, 4500, 5000, 6000]),
        (5000, "EUR", [6000, 10000, 20000, 50000]),
        (4200, "JPY", [4500, 5000, 6000, 10000]),
    ],
)
def test_they_are_what_notes_can_make(due: int, currency: str, amounts: list[int]) -> None:
    assert [amount.minor for amount in quick_amounts(Money(due, currency))] == amounts


@given(st.integers(1, 10**7), st.sampled_from(["EUR", "JPY", "HUF", "KWD"]))
def test_each_is_more_than_what_is_due_and_they_ascend(due: int, currency: str) -> None:
    amounts = quick_amounts(Money(due, currency))
    assert all(amount.minor > due for amount in amounts)
    assert list(amounts) == sorted(set(amounts))
    assert len(amounts) <= 4
