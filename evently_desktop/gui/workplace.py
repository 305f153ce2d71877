"""What stands on this counter, as its presenters need to know it."""

from dataclasses import dataclass

from evently_desktop.devices.ports import CashDrawer, Printer
from evently_desktop.domain.best_available import SingleSeatRule
from evently_desktop.journal import Journal
from evently_desktop.services.geometry_cache import GeometryCache


@dataclass(frozen=True)
class Workplace:
    """The clerk's locale, devices and disk; what is not there is None.

    ``journal`` notes each sale on this PC's disk before it is made, for ``login``, who is signed in. ``plans`` keeps
    the halls that were shown here. ``single_seats`` says whether a party may leave one free seat alone.
    """

    locale: str
    ticket_printer: Printer | None = None
    drawer: CashDrawer | None = None
    journal: Journal | None = None
    login: str = ""
    plans: GeometryCache | None = None
    single_seats: SingleSeatRule = SingleSeatRule.ALLOW_AT_AISLE
