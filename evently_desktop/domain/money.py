"""Money as whole minor units of an ISO 4217 currency, read and shown as people of a locale write it."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import (
    NumberFormatError,
    format_currency,
    format_decimal,
    get_currency_precision,
    parse_decimal,
)

from evently_desktop.errors import BadInput
from evently_desktop.language import tr


@dataclass(frozen=True, order=True)
class Money:
    """An amount in whole minor units (cents) of one currency. Amounts of two currencies never mix."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")
        return other.minor

    def rounded_for_cash(self, step: int) -> "Money":
        """The amount that coins can pay: to the nearest ``step``, the till's smallest coin in minor units.

        Halves go away from zero, as the server rounds.
        """
        steps = (Decimal(self.minor) / step).quantize(Decimal(1), ROUND_HALF_UP)
        return Money(int(steps) * step, self.currency)

    def plain(self, locale: str) -> str:
        """Digits only, for columns that align at the decimal point: ``1,234.50``."""
        places = get_currency_precision(self.currency)
        pattern = "#,##0." + "0" * places if places else "#,##0"
        return format_decimal(self._major(places), pattern, locale=locale)

    def shown(self, locale: str) -> str:
        """With the currency's sign, as the locale writes it: ``€1,234.50``."""
        return format_currency(self._major(get_currency_precision(self.currency)), self.currency, locale=locale)

    def _major(self, places: int) -> Decimal:
        return Decimal(self.minor).scaleb(-places)


def parse_money(text: str, currency: str, locale: str) -> Money:
    """Read an amount as a person of ``locale`` types it.

    Raises `BadInput` for anything ambiguous: babel's strict mode is always on, because without it a
    German "12.34" would silently become 1234.
    """
    places = get_currency_precision(currency)
    try:
        # babel would take 1e5 for a number.
        if any(character.isalpha() for character in text):
            raise NumberFormatError(text)
        value = parse_decimal(text.strip(), locale=locale, strict=True)
    except NumberFormatError as error:
        raise BadInput(
            tr("“{text}” is not an amount of money; type it like {example}.",
               text=text, example=Money(1250, currency).plain(locale))
        ) from error  # fmt: skip
    minor = value.scaleb(places)
    if not value.is_finite() or minor != minor.to_integral_value() or abs(minor) >= 10**15:
        raise BadInput(tr("“{text}” has more digits than {currency} has.", text=text, currency=currency))
    return Money(int(minor), currency)
