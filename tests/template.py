"""A migrated database with a small house in it, to be copied."""

import psycopg
import sqlalchemy as sa
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL
from uuid_utils.compat import uuid7

from evently_desktop.database import bootstrap, version
from evently_desktop.database.transactions import Database
from evently_desktop.domain.ids import UserId
from evently_desktop.domain.staff import Role, Staff
from evently_desktop.services import programme, staff
from tests import house


def libpq(url: URL) -> str:
    _, parameters = url.get_dialect()().create_connect_args(url)
    return make_conninfo(**parameters)


def make_template(admin_url: URL, name: str, suffix: str) -> None:
    """Make the database ``name`` unless it is there; its staff sign in as anna_suffix, ben_suffix …"""
    with psycopg.connect(libpq(admin_url), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        half = sql.Identifier(f"{name}_half")
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(half))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(half))
        # A run that was stopped half-way left its logins behind.
        for who in ("ada", "anna", "ben", "olga", "mona"):
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(f"{who}_{suffix}")))
    url = admin_url.set(database=f"{name}_half")
    engine = sa.create_engine(url)
    version.migrate(engine)
    engine.dispose()
    bootstrap.first_admin(url, name="Ada Admin", initials="AA", login=f"ada_{suffix}", password=house.PASSWORD)
    with Database(url.set(username=f"ada_{suffix}", password=house.PASSWORD)) as ada:
        for who, role in (("anna", Role.CLERK), ("ben", Role.CLERK), ("olga", Role.ORGANIZER), ("mona", Role.MANAGER)):
            member = Staff(UserId(uuid7()), who.title(), who[:2].upper(), f"{who}_{suffix}", role)
            ada.write(staff.add, member, f"{who}@example.org", house.PASSWORD)
        for index, (type_id, label, key) in enumerate(
            ((house.ADULT, "Adult", "A"), (house.CHILD, "Child", "C"), (house.COMP, "Comp", "X"))
        ):
            ada.write(programme.add_price_type, type_id, label, key, ordinal=index, is_comp=key == "X",
                      is_standard=key == "A")  # fmt: skip
        ada.write(programme.add_hold_type, house.DIRECTOR, "Director", "D", "manager")
    with psycopg.connect(libpq(url), autocommit=True) as connection:
        for index, till in enumerate(house.TILLS):
            connection.execute(
                "INSERT INTO evently.tills (id, name, currency) VALUES (%s, %s, 'EUR')", [till, f"Till {index}"]
            )
    with psycopg.connect(libpq(admin_url), autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(half, sql.Identifier(name)))
