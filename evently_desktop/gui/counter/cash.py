"""What a customer is likely to hand over."""

from babel.numbers import get_currency_precision

from evently_desktop.domain.money import Money

_NOTES = tuple(step * 10**power for power in range(6) for step in (1, 2, 5))


def quick_amounts(due: Money, count: int = 4) -> tuple[Money, ...]:
    """Round amounts above ``due`` that whole notes can make, smallest first, at most ``count``."""
    unit: int = 10 ** get_currency_precision(due.currency)
    rounded = {-(-due.minor // (note * unit)) * note * unit for note in _NOTES}
    # More than ten times the sum is no note that anybody pays with.
    likely = sorted(minor for minor in rounded if due.minor < minor <= due.minor * 10)
    return tuple(Money(minor, due.currency) for minor in likely[:count])
