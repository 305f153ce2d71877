"""Who works at the counter, and on which till."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from evently_desktop.domain.ids import ShiftId, TillId, UserId
from evently_desktop.domain.money import Money


class Role(StrEnum):
    """Each role may do all that the ones before it may."""

    CLERK = "clerk"
    ORGANIZER = "organizer"
    MANAGER = "manager"
    ADMIN = "admin"


@dataclass(frozen=True)
class Staff:
    """One member of staff. The database login is the person: there is no second password."""

    id: UserId
    name: str
    initials: str
    login: str
    role: Role


@dataclass(frozen=True)
class Till:
    """A cash drawer."""

    id: TillId
    name: str
    currency: str


@dataclass(frozen=True)
class Shift:
    """One person's open stretch on one till, from float to count.

    ``cash_step`` is the till's smallest coin in minor units: cash is rounded to it.
    """

    id: ShiftId
    till: str
    opened_at: datetime
    float_amount: Money
    cash_step: int
