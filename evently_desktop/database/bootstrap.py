"""The first admin of a new database, made by whoever administers the server."""

import psycopg
from psycopg import sql
from sqlalchemy import URL


def first_admin(server: URL, *, name: str, initials: str, login: str, password: str) -> None:
    """Make the login that makes all others; an existing login keeps its password and becomes an admin again.

    ``server`` is the administrator's URL of a migrated database. Only the password's verifier is sent.
    """
    with psycopg.connect(server.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
        verifier = connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
        exists = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [login]).fetchone() is not None
        role = sql.Identifier(login)
        # Who makes a login may shut it again: so the gatekeeper makes this one, too.
        connection.execute("SET LOCAL ROLE evently_gatekeeper")
        if not exists:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(role, sql.Literal(verifier)))
        connection.execute(sql.SQL("GRANT evently_admin TO {}").format(role))
        connection.execute("RESET ROLE")
        connection.execute(
            """INSERT INTO evently.users (name, initials, login, role) VALUES (%s, %s, %s, 'admin')
               ON CONFLICT (login) DO UPDATE SET role = 'admin', is_active = true""",
            [name, initials, login],
        )
