"""Tills and shifts."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from evently_desktop.database import tables as t
from evently_desktop.database.transactions import Session
from evently_desktop.domain.ids import ShiftId, TillId
from evently_desktop.domain.money import Money
from evently_desktop.domain.staff import Shift, Till
from evently_desktop.services.refusals import accepted


def tills(session: Session) -> list[Till]:
    """The drawers in use."""
    rows = session.execute(
        sa.select(t.tills.c.id, t.tills.c.name, t.tills.c.currency).where(t.tills.c.is_active).order_by(t.tills.c.name)
    )
    return [Till(TillId(row.id), row.name, row.currency) for row in rows]


def current_shift(session: Session) -> Shift | None:
    """The open shift of who is signed in."""
    row = session.execute(
        sa.select(t.shifts.c.id, t.tills.c.name.label("till"), t.tills.c.currency, t.shifts.c.opened_at,
                  t.shifts.c.float_amount.label("float"), t.tills.c.cash_step)
        .join(t.tills, t.tills.c.id == t.shifts.c.till_id)
        .where(t.shifts.c.status == "open", t.shifts.c.login == sa.func.session_user())
    ).mappings().one_or_none()  # fmt: skip
    return None if row is None else _shift(dict(row))


def open_shift(session: Session, shift_id: ShiftId, till_id: TillId, float_amount: Money) -> Shift:
    """Start a shift with this much in the drawer."""
    return _shift(accepted(session.verb("open_shift", None, shift_id, till_id, float_amount.minor)))


def close_shift(session: Session, shift_id: ShiftId, counted: Money) -> tuple[Money, Money]:
    """Close a shift with what was counted, blind; returns the counted and the expected amount."""
    row = accepted(session.verb("close_shift", None, shift_id, counted.minor))
    return Money(row["counted"], counted.currency), Money(row["expected"], counted.currency)


def _shift(row: dict[str, Any]) -> Shift:
    opened_at = row["opened_at"]
    return Shift(
        id=ShiftId(row["id"] if isinstance(row["id"], UUID) else UUID(row["id"])),
        till=row["till"],
        opened_at=opened_at if isinstance(opened_at, datetime) else datetime.fromisoformat(opened_at),
        float_amount=Money(row["float"], row["currency"]),
        cash_step=row["cash_step"],
    )
