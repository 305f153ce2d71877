"""What can be wrong with a server, looked at through one connection, without changing anything."""

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError

from evently_desktop.database import version
from evently_desktop.database.translation import translate
from evently_desktop.errors import EventlyError, SchemaMismatch, ServerTooOld
from evently_desktop.language import tr

_CLOCK_SECONDS = 2.0


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. ``good`` is False where the sentence asks for something to be done."""

    good: bool
    sentence: str


def examine(url: URL) -> list[Finding]:
    """Look at the server of ``url`` as that login sees it. Raises nothing: what cannot be reached is a finding."""
    engine = sa.create_engine(url, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            found = [_version(connection)]
            # Of a server that is too old nothing else is known.
            return found if _is_too_old(connection) else [*found, *_all_else(connection)]
    except DBAPIError as error:
        told = translate(error)
        return [Finding(good=False, sentence=str(told or error.orig))]
    finally:
        engine.dispose()


def _all_else(connection: Connection) -> list[Finding]:
    return [
        *(_setting(connection, *row) for row in _settings()),
        _writable(connection),
        _replication(connection),
        _clock(connection),
        _schema(connection),
        _rights(connection),
    ]


def _is_too_old(connection: Connection) -> bool:
    return version.server_version(connection)[0] < version.OLDEST_SERVER


def _version(connection: Connection) -> Finding:
    try:
        version.check_server(connection)
    except ServerTooOld as error:
        return Finding(good=False, sentence=str(error))
    major, minor = version.server_version(connection)
    if major <= version.NEWEST_SERVER:
        return Finding(good=True, sentence=tr("PostgreSQL {major}.{minor}.", major=major, minor=minor))
    return Finding(
        good=False,
        sentence=tr("PostgreSQL {major} is not one that Evently is tested with; the server's administrator "
                    "should install a version from {oldest} to {newest}.",
                    major=major, oldest=version.OLDEST_SERVER, newest=version.NEWEST_SERVER),
    )  # fmt: skip


def _writable(connection: Connection) -> Finding:
    if connection.execute(sa.text("SELECT pg_is_in_recovery()")).scalar_one():
        return Finding(
            good=False,
            sentence=tr("The server is in recovery and only lets itself be read: sell on the server that it follows, "
                        "or have its administrator promote it."),
        )  # fmt: skip
    if connection.execute(sa.text("SELECT current_setting('default_transaction_read_only')")).scalar_one() == "on":
        return Finding(
            good=False,
            sentence=tr("The server only lets itself be read: its administrator must switch off "
                        "default_transaction_read_only."),
        )  # fmt: skip
    return Finding(good=True, sentence=tr("The server lets itself be written to."))


def _replication(connection: Connection) -> Finding:
    # A login that may not see how a standby follows sees that there is one.
    row = connection.execute(
        sa.text("""SELECT current_setting('synchronous_standby_names') AS names,
                          (SELECT count(*) FROM pg_stat_replication
                            WHERE coalesce(sync_state, 'sync') IN ('sync', 'quorum')) AS standbys""")
    ).one()
    if row.names and not row.standbys:
        return Finding(
            good=False,
            sentence=tr("Every sale waits for a standby server ({names}) that is not there: its administrator must "
                        "start it, or take it out of synchronous_standby_names.", names=row.names),
        )  # fmt: skip
    return Finding(good=True, sentence=tr("No sale waits for a server that is not there."))


def _settings() -> tuple[tuple[str, str, str, str], ...]:
    who = tr("the server's administrator")
    return (
        ("fsync", "on", tr("Sales are on disk when they are acknowledged."),
         tr("fsync is off, so a power cut loses sales: {who} must switch it on.", who=who)),
        ("full_page_writes", "on", tr("Half-written pages are mended after a crash."),
         tr("full_page_writes is off, so a crash can damage data: {who} must switch it on.", who=who)),
        ("synchronous_commit", "on", tr("Commits wait for the disk."),
         tr("synchronous_commit is off, so a crash loses the last sales: {who} must switch it on.", who=who)),
        ("data_checksums", "on", tr("The disk's errors are noticed (checksums)."),
         tr("Checksums are off, so a failing disk goes unnoticed: {who} can run pg_checksums.", who=who)),
    )  # fmt: skip


def _setting(connection: Connection, name: str, wanted: str, good: str, bad: str) -> Finding:
    found = connection.execute(sa.text("SELECT current_setting(:name)"), {"name": name}).scalar_one()
    return Finding(good=found == wanted, sentence=good if found == wanted else bad)


def _clock(connection: Connection) -> Finding:
    before = datetime.now(UTC)
    server = connection.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
    off = (server - before).total_seconds()
    if abs(off) <= _CLOCK_SECONDS:
        return Finding(good=True, sentence=tr("This PC's clock agrees with the server's."))
    return Finding(
        good=False,
        sentence=tr(
            "This PC's clock is {seconds} s off the server's; set it by the network (NTP).", seconds=f"{off:.0f}"
        ),
    )


def _schema(connection: Connection) -> Finding:
    try:
        version.check_fits(connection)
    except SchemaMismatch as error:
        return Finding(good=False, sentence=str(error))
    return Finding(good=True, sentence=tr("The database is at version {version}.", version=version.newest()))


def _rights(connection: Connection) -> Finding:
    row = connection.execute(
        sa.text("""SELECT session_user AS login, r.rolsuper,
                          (SELECT string_agg(g.rolname, ', ' ORDER BY g.rolname) FROM pg_auth_members m
                             JOIN pg_roles g ON g.oid = m.roleid
                            WHERE m.member = r.oid AND g.rolname LIKE 'evently%') AS groups
                     FROM pg_roles r WHERE r.rolname = session_user""")
    ).one()
    if row.rolsuper:
        return Finding(good=True, sentence=tr("Looked at as {login}, the server's administrator.", login=row.login))
    if row.groups:
        return Finding(good=True, sentence=tr("{login} belongs to {groups}.", login=row.login, groups=row.groups))
    return Finding(
        good=False,
        sentence=tr("{login} belongs to no group of Evently: a manager must appoint this login.", login=row.login),
    )


def told(error: EventlyError) -> list[Finding]:
    """A reason that kept us from looking at all, as a finding."""
    return [Finding(good=False, sentence=str(error))]
