"""The versions of server and schema: bring a database up to this program's, and refuse what does not fit."""

import psycopg
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from evently_desktop import places
from evently_desktop.database.tables import SCHEMA
from evently_desktop.errors import SchemaMismatch, ServerTooOld
from evently_desktop.language import tr

OLDEST_SERVER, NEWEST_SERVER = 15, 18


def _config() -> Config:
    config = Config()
    # ConfigParser reads % as the start of a placeholder, and a folder may have one in its name.
    config.set_main_option("script_location", str(places.migrations()).replace("%", "%%"))
    return config


def newest() -> str:
    """The revision that this program works with."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise SchemaMismatch(tr("This program was installed without its migrations; install it again."))
    return head


def current(connection: Connection) -> str | None:
    """The revision of the database, or None where Evently was never set up."""
    return MigrationContext.configure(connection, opts={"version_table_schema": SCHEMA}).get_current_revision()


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the database to ``revision``, up or down. The login must be the server's administrator."""
    with engine.connect() as connection:
        check_server(connection)
        check_not_newer(connection)
        connection.commit()
        config = _config()
        config.attributes["connection"] = connection
        known = ScriptDirectory.from_config(config)
        going = known.as_revision_number(revision)
        at = current(connection)
        connection.commit()
        # as_revision_number says None for "base"; the revisions of one line sort by their numbers.
        if at is not None and (going is None or str(going) < at):
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)
        connection.commit()


def check_not_newer(connection: Connection) -> None:
    """Raise `SchemaMismatch` if a newer program made this database."""
    at = current(connection)
    if at is not None and at > newest():
        raise SchemaMismatch(
            tr(
                "The database is at version {theirs}, this PC's Evently knows {ours}: update Evently on this PC.",
                theirs=at,
                ours=newest(),
            )
        )


def check_server(connection: Connection) -> None:
    """Raise `ServerTooOld` for a PostgreSQL that lacks what the schema is made of. Costs no round trip."""
    major = server_version(connection)[0]
    if major < OLDEST_SERVER:
        raise ServerTooOld(
            tr(
                "The server is PostgreSQL {major}, and Evently needs {oldest} or later:"
                " have its administrator install PostgreSQL {newest}.",
                major=major,
                oldest=OLDEST_SERVER,
                newest=NEWEST_SERVER,
            )
        )


def server_version(connection: Connection) -> tuple[int, int]:
    """The server's major and minor version, as it said when the connection was made."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver.info.server_version // 10_000, driver.info.server_version % 10_000


def check_fits(connection: Connection) -> None:
    """Raise `SchemaMismatch` unless the database is exactly this program's version, `ServerTooOld`."""
    check_server(connection)
    check_not_newer(connection)
    at = current(connection)
    if at != newest():
        raise SchemaMismatch(
            tr(
                "The database is at version {theirs}, this PC's Evently needs {ours}: "
                "have the administrator run “evently migrate”.",
                theirs=at or "-",
                ours=newest(),
            )
        )
