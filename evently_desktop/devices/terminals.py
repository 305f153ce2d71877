"""Card terminals that stand beside the counter and are not wired to it."""

from collections.abc import Callable
from dataclasses import dataclass

from evently_desktop.domain.ids import PaymentId
from evently_desktop.domain.money import Money
from evently_desktop.errors import BadInput, DeviceError
from evently_desktop.language import tr

_LONGEST = 40
_CARD_NUMBER = range(13, 20)


def check_reference(text: str) -> str:
    """The reference as it is stored, trimmed; `BadInput` when it is empty, too long or a card number.

    A card number must never be stored (PCI DSS, requirement 3), so digits that pass its check are refused.
    """
    reference = " ".join(text.split())
    if not reference or len(reference) > _LONGEST or not reference.isprintable():
        raise BadInput(
            tr(
                "Type the terminal's reference as it is on its slip, up to {count} characters.",
                count=_LONGEST,
            )
        )
    digits = [int(char) for char in reference if char in "0123456789"]
    if len(digits) in _CARD_NUMBER and _passes_luhn(digits):
        raise BadInput(tr("That looks like a card number: type the reference of the slip, never the card's."))
    return reference


def _passes_luhn(digits: list[int]) -> bool:
    doubled = [digit * 2 for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(digit - 9 if digit > 9 else digit for digit in doubled)) % 10 == 0


@dataclass(frozen=True)
class ManualTerminal:
    """The clerk works the terminal by hand and types its reference; ``ask`` waits for the clerk.

    ``ask(amount)`` returns what was typed, or None when the payment was not approved; a refund's amount is
    negative.
    """

    name: str
    ask: Callable[[Money], str | None]

    def pay(self, payment_id: PaymentId, amount: Money) -> str:  # noqa: ARG002 the hand knows no ids
        """As `CardTerminal.pay`; `BadInput` for a reference that cannot be one."""
        return self._reference(amount)

    def refund(self, payment_id: PaymentId, amount: Money, original: str) -> str:  # noqa: ARG002
        """As `CardTerminal.refund`; `BadInput` for a reference that cannot be one."""
        return self._reference(-amount)

    def _reference(self, amount: Money) -> str:
        typed = self.ask(amount)
        if typed is None:
            raise DeviceError(tr("{name} did not approve: take another card or other money.", name=self.name))
        return check_reference(typed)
