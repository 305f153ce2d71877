"""What stands on this counter, as its presenters need to know it."""

from dataclasses import dataclass

from evently_desktop.devices.ports import CashDrawer, Printer


@dataclass(frozen=True)
class Workplace:
    """The clerk's locale and devices; what is not there is None."""

    locale: str
    ticket_printer: Printer | None = None
    drawer: CashDrawer | None = None
