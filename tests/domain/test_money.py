"""Money is whole minor units, read as strictly as it is shown."""

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from evently_desktop.domain.money import Money, parse_money
from evently_desktop.errors import BadInput

LOCALES = st.sampled_from(["en", "en_GB", "de", "de_CH", "fr", "sv", "pt_BR", "es", "it", "ja", "nl", "pl", "cs", "tr"])
CURRENCIES = st.sampled_from(["EUR", "USD", "GBP", "CHF", "JPY", "KWD", "SEK", "HUF", "CZK"])
AMOUNTS = st.builds(Money, st.integers(-(10**12), 10**12), CURRENCIES)


@given(amount=AMOUNTS, locale=LOCALES)
def test_what_is_shown_can_be_typed(amount: Money, locale: str) -> None:
    assert parse_money(amount.plain(locale), amount.currency, locale) == amount


@given(minor=st.integers(-(10**12), 10**12), other=st.integers(-(10**12), 10**12), currency=CURRENCIES)
def test_arithmetic_is_that_of_whole_numbers(minor: int, other: int, currency: str) -> None:
    one, two = Money(minor, currency), Money(other, currency)
    assert (one + two - two, one - one) == (one, Money(0, currency))
    assert -(one - two) == two - one
    assert (one < two) is (minor < other)


@given(amount=AMOUNTS)
def test_currencies_never_mix(amount: Money) -> None:
    other = Money(1, "XTS")
    with pytest.raises(ValueError, match="do not add up"):
        _ = amount + other
    with pytest.raises(ValueError, match="do not add up"):
        _ = amount - other


@pytest.mark.parametrize(
    ("text", "locale", "minor"),
    [("12.34", "en", 1234), ("12,34", "de", 1234), ("1,234.50", "en", 123450), ("1.234,50", "de", 123450), (" 7 ",
        "en", 700),
     ("0", "en", 0), (".5", "en", 50), ("-3", "en", -300), ("1’234.50", "de_CH", 123450), ("1\u202f234,50", "fr",
     123450)],
)  # fmt: skip
def test_amounts_as_people_write_them(text: str, locale: str, minor: int) -> None:
    assert parse_money(text, "EUR", locale) == Money(minor, "EUR")


@pytest.mark.parametrize(
    ("text", "locale"),
    [("12.34", "de"), ("12,34", "en"), ("1,23,456.00", "en"), ("12.345", "en"), ("", "en"), ("abc", "en"), ("12 EUR",
        "en"),
     ("NaN", "en"), ("Infinity", "en"), ("1e5", "en"), ("1" * 30, "en"), ("0.001", "en"), ("--1", "en"), ("1,", "en")],
)  # fmt: skip
def test_what_is_ambiguous_is_asked_again(text: str, locale: str) -> None:
    with pytest.raises(BadInput):
        parse_money(text, "EUR", locale)


def test_a_refusal_shows_how_to_type_it() -> None:
    with pytest.raises(BadInput, match=r"“12\.34” is not an amount of money; type it like 12,50\."):
        parse_money("12.34", "EUR", "de")


@given(text=st.text(max_size=20), locale=LOCALES, currency=CURRENCIES)
def test_any_text_is_money_or_refused(text: str, locale: str, currency: str) -> None:
    try:
        amount = parse_money(text, currency, locale)
    except BadInput:
        return
    assert abs(amount.minor) < 10**15
    assert amount.currency == currency


@given(amount=AMOUNTS, step=st.sampled_from([1, 5, 10, 50, 100, 500]))
def test_cash_is_rounded_by_at_most_half_a_coin(amount: Money, step: int) -> None:
    rounded = amount.rounded_for_cash(step)
    assert rounded.minor % step == 0
    assert abs(rounded.minor - amount.minor) * 2 <= step
    assert (-amount).rounded_for_cash(step) == -rounded


def test_half_a_coin_goes_away_from_zero() -> None:
    assert [Money(minor, "SEK").rounded_for_cash(100).minor for minor in (149, 150, -150, 0)] == [100, 200, -200, 0]


@given(amount=AMOUNTS, locale=LOCALES)
def test_both_ways_to_show_have_the_currencys_digits(amount: Money, locale: str) -> None:
    places = get_currency_precision(amount.currency)
    digits = [character for character in amount.plain(locale) if character.isdecimal()]
    assert len(digits) == max(len(str(abs(amount.minor))), places + 1)
    assert [character for character in amount.shown(locale) if character.isdecimal()] == digits
