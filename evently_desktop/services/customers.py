"""Customers: found by what they say, added once."""

import sqlalchemy as sa

from evently_desktop.database import tables as t
from evently_desktop.database.transactions import Session
from evently_desktop.domain.customers import Customer, read_customer
from evently_desktop.domain.ids import UserId
from evently_desktop.errors import BadInput, IdReused
from evently_desktop.language import tr
from evently_desktop.services.writing import insert_once


def find(session: Session, text: str, limit: int = 20) -> list[Customer]:
    """Customers whose name has ``text`` in it or whose e-mail begins with it, by name; none for an empty text."""
    typed = " ".join(text.lower().split())
    if not typed:
        return []
    u = t.users.c
    fits = sa.or_(
        sa.func.lower(u.name).contains(typed, autoescape=True),
        sa.func.lower(u.email).startswith(typed, autoescape=True),
    )
    return _read(session, fits, limit)


def add(session: Session, customer_id: UserId, name: str, email: str = "", phone: str = "") -> Customer:
    """Add a customer from what was typed. The same id with the same again changes nothing.

    Raises `BadInput` for what cannot be used and for an e-mail that another customer has, `IdReused`.
    """
    customer = read_customer(customer_id, name, email, phone)
    u = t.users.c
    others = _read(session, sa.and_(sa.func.lower(u.email) == customer.email.lower(), u.id != customer_id), 1)
    if others:
        raise BadInput(
            tr("{name} has the e-mail {email} already; choose that customer, or type another e-mail.",
               name=others[0].name, email=others[0].email)
        )  # fmt: skip
    row = {"id": customer.id, "name": customer.name, "email": customer.email or None, "phone": customer.phone or None}
    if not insert_once(session, t.users, row) and _read(session, u.id == customer_id, 1) != [customer]:
        raise IdReused("id_reused", tr("This was already done with other details; look the customer up."))
    return customer


def _read(session: Session, which: sa.ColumnElement[bool], limit: int) -> list[Customer]:
    u = t.users.c
    rows = session.execute(
        sa.select(u.id, u.name, u.email, u.phone)
        .where(u.role == "customer", u.deleted_at.is_(None), which)
        .order_by(sa.func.lower(u.name), u.id)
        .limit(limit)
    )
    return [Customer(UserId(row.id), row.name, row.email or "", row.phone or "") for row in rows]
