"""Who works here. A member of staff is a login of the database, so signing in is connecting."""

import sqlalchemy as sa

from evently_desktop.database import tables as t
from evently_desktop.database.transactions import Session
from evently_desktop.database.version import check_fits
from evently_desktop.domain.ids import UserId
from evently_desktop.domain.staff import Role, Staff
from evently_desktop.errors import NotAllowed
from evently_desktop.language import tr


def sign_in(session: Session) -> Staff:
    """Who the session's login is. Raises `NotAllowed` for a login that is nobody's, `SchemaMismatch` for a database
    that this program does not fit."""
    check_fits(session.connection)
    u = t.users.c
    row = session.execute(
        sa.select(u.id, u.name, u.initials, u.login, u.role).where(u.login == sa.func.session_user(), u.is_active)
    ).one_or_none()
    if row is None:
        raise NotAllowed(tr("This login is not an active member of staff; ask a manager to switch it on."))
    return Staff(UserId(row.id), row.name, row.initials, row.login, Role(row.role))


def add(session: Session, member: Staff, email: str | None, password: str) -> None:
    """Make a login and its member of staff. Only a manager or an admin may.

    The password never leaves this PC: what is sent is the verifier that PostgreSQL keeps anyway.
    """
    driver = session.connection.connection.driver_connection
    assert driver is not None
    verifier = driver.pgconn.encrypt_password(password.encode(), member.login.encode(), b"scram-sha-256").decode()
    session.execute(
        sa.text("SELECT evently.add_staff(:id, :name, :initials, :login, :role, :email, :verifier)"),
        {"id": member.id, "name": member.name, "initials": member.initials, "login": member.login,
         "role": member.role.value, "email": email, "verifier": verifier},
    )  # fmt: skip


def deactivate(session: Session, login: str) -> None:
    """Shut a login: its group goes, its open sessions end."""
    session.execute(sa.text("SELECT evently.deactivate_staff(:login)"), {"login": login})
