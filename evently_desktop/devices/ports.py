"""What the counter asks of its devices. Each device has a ``name``, by which messages speak of it."""

from collections.abc import Iterator
from typing import Protocol

from evently_desktop.domain.ids import PaymentId
from evently_desktop.domain.money import Money


class Printer(Protocol):
    """Takes a PDF, page by page."""

    @property
    def name(self) -> str: ...

    def print(self, pdf: bytes) -> Iterator[int]:
        """Print all pages; yields the index of each page (from 0) once the printer has taken it.

        Nothing is sent before the first ``next``; what was yielded is on paper or in the spooler, whatever
        happens later. Raises `DeviceError`, which names the printer and the remedy, when a page is not taken.
        """
        ...


class CashDrawer(Protocol):
    """A drawer that opens on command."""

    @property
    def name(self) -> str: ...

    def open(self) -> None:
        """Open it, or raise `DeviceError`."""
        ...


class CardTerminal(Protocol):
    """Takes card payments and gives them back; ``payment_id`` lets a terminal know a repeated request."""

    @property
    def name(self) -> str: ...

    def pay(self, payment_id: PaymentId, amount: Money) -> str:
        """The terminal's reference of an approved payment; `DeviceError` when it was not approved."""
        ...

    def refund(self, payment_id: PaymentId, amount: Money, original: str) -> str:
        """The reference of an approved refund of the payment ``original``; `DeviceError` otherwise."""
        ...
