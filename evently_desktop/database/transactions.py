"""The one place that opens a transaction."""

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar
from uuid import UUID

import psycopg
import sqlalchemy as sa
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Connection, CursorResult, Executable, QueuePool
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from evently_desktop import __version__
from evently_desktop.database import replication
from evently_desktop.database.translation import LOCKED, REPEATABLE, is_lost, sqlstate, translate
from evently_desktop.database.wakes import Wakes
from evently_desktop.errors import BadInput, EventlyError, OutcomeUnknown, Refusal
from evently_desktop.language import tr

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger(__name__)

_CLOSE_SECONDS = 5.0

# What a dead PC, a forgotten transaction or a slow query may cost the others, on the server's side.
_SESSION = (
    "-c idle_in_transaction_session_timeout=4000 -c statement_timeout=30000 -c lock_timeout=3000 "
    "-c tcp_keepalives_idle=2 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=2 "
    "-c tcp_user_timeout=5000 -c timezone=UTC"
)

# A server on Windows refuses to look after its clients while it works, and would refuse the connection.
_AT_CONNECT = """
SELECT set_config('evently.station', %s, false),
       CASE WHEN version() !~* 'windows|mingw|visual c'
            THEN set_config('client_connection_check_interval', '1000', false) END
"""

_CONNECTIONS = 6

# How long a clerk is kept waiting for what somebody else is changing.
_LOCK_PATIENCE = 1.5


@dataclass
class Session:
    """One transaction. Services read with `execute`, change seats and money with `verb`, and never commit."""

    connection: Connection
    changed: set[UUID] = field(default_factory=set)
    _committed: bool = False

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a statement; texts with characters that PostgreSQL cannot store are refused as `BadInput`."""
        if self._committed and not self.connection.in_transaction():
            self.connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        try:
            return self.connection.execute(statement, parameters)
        except UnicodeEncodeError as error:
            raise _unstorable() from error
        except sa.exc.DataError as error:
            if sqlstate(error):
                raise
            raise _unstorable() from error

    def verb(self, name: str, event_id: UUID | None, *arguments: object) -> Any:
        """Call a function of the schema: one round trip. Its event counts as changed once this commits.

        A verb that is the first of its session commits by itself, without the round trips of BEGIN and COMMIT;
        whatever the service does after it can only read.
        """
        assert not self._committed, "the verb before this one has committed by itself"
        if event_id is not None:
            self.changed.add(event_id)
        driver = self._driver
        # The name is one of our own verbs, never what somebody typed.
        statement = f"SELECT evently.{name}({', '.join(map(_place, arguments))})"
        first = not self.connection.in_transaction()
        try:
            with self._alone():
                row = driver.execute(statement, arguments, prepare=True).fetchone()
            self._committed = first
            replication.check(self.connection)
        except UnicodeEncodeError as error:
            raise _unstorable() from error
        except psycopg.Error as error:
            if isinstance(error, psycopg.DataError) and not error.sqlstate:
                raise _unstorable() from error
            raise self._failed(statement, error) from error
        assert row is not None
        return row[0]

    def binary_row(self, query: str, parameters: dict[str, Any]) -> tuple[Any, ...]:
        """The one row of ``query`` in PostgreSQL's binary format: a table that the server packs into a few long
        values arrives several times as fast as its rows would, even by COPY, which sends a message a row.

        As the first of its session it is one round trip, too.
        """
        try:
            with self._alone():
                row = self._driver.execute(query, parameters, binary=True, prepare=True).fetchone()
        except psycopg.Error as error:
            raise self._failed(query, error) from error
        assert row is not None
        return row

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """What is the first of its session is a transaction of its own, without the round trips of BEGIN and COMMIT."""
        if self.connection.in_transaction():
            yield
            return
        driver = self._driver
        driver.autocommit = True
        try:
            yield
        finally:
            try:
                driver.autocommit = False
            except psycopg.Error as error:
                # Broken, or in no state for the next user of the pool, to whom each statement would be a transaction.
                self.connection.invalidate(error)

    def check_replicated(self) -> None:
        """Raise what a lost answer raises if the commit just made may not outlive the server."""
        try:
            replication.check(self.connection)
        except psycopg.Error as error:
            raise self._failed("COMMIT", error) from error

    def _failed(self, statement: str, error: psycopg.Error) -> DBAPIError:
        # Asking an invalidated connection for its driver would connect again.
        closed = self.connection.invalidated or self._driver.closed
        if closed:
            # It must not go back into the pool, which would try to reset it.
            self.connection.invalidate(error)
        return DBAPIError(statement, None, error, hide_parameters=True, connection_invalidated=closed)

    @property
    def _driver(self) -> "psycopg.Connection[tuple[Any, ...]]":
        driver = self.connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        return driver


def _place(argument: object) -> str:
    # Ids are cheaper for both sides as their 16 bytes than as text; what else there is goes as the driver thinks best.
    first = argument[0] if isinstance(argument, list) and argument else argument
    return "%b" if isinstance(first, UUID) else "%s"


def _unstorable() -> BadInput:
    return BadInput(tr("This text has a character that cannot be stored; type it again without it."))


class Database:
    """The connections of one signed-in login. Safe to use from any thread; blocks, so never from the GUI's.

    Every driver error leaves here as an `EventlyError`; anything else is a bug.
    """

    def __init__(self, url: URL, *, station: str = "", patience: float = 8.0) -> None:
        """``station`` is this PC's name in the records, ``patience`` the seconds to keep asking after a loss."""
        self.url = url
        self._patience = patience
        self._engine = sa.create_engine(
            url,
            pool_size=4,
            max_overflow=_CONNECTIONS - 4,
            pool_timeout=5,
            # The connection used last, and its process at the server, have all that they need still in the caches.
            pool_use_lifo=True,
            pool_reset_on_return=None,  # See below.
            pool_pre_ping=False,
            connect_args={
                "application_name": f"Evently {__version__}",
                "connect_timeout": 5,
                "options": _SESSION,
                "keepalives_idle": 2,
                "keepalives_interval": 1,
                "keepalives_count": 2,
                "tcp_user_timeout": 5000,
                "prepare_threshold": 1,
            },
        )

        @sa.event.listens_for(self._engine, "connect")
        def _name_station(connection: Any, record: Any) -> None:
            replication.listen(connection, record.info)
            with connection.cursor() as cursor:
                cursor.execute(_AT_CONNECT, [station])
            connection.commit()

        @sa.event.listens_for(self._engine, "reset")
        def _end_transaction(connection: Any, _record: Any, _state: Any) -> None:
            # Mostly there is none: a verb that stands alone has committed by itself.
            if connection.pgconn.transaction_status != TransactionStatus.IDLE:
                connection.rollback()

        self._at_hand: list[Connection] = []
        self._closed = False
        self._wakes = Wakes(self._engine)

    def read(self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run ``function(session, …)`` in a transaction that writes nothing; a lost connection is replaced."""
        for left in reversed(range(_CONNECTIONS + 1)):
            try:
                with self._connection() as connection:
                    return function(Session(connection), *args, **kwargs)
            except (DBAPIError, PoolTimeout) as error:
                # The other idle connections may be as dead as this one; a server that cannot be reached is gone.
                if isinstance(error, DBAPIError) and is_lost(error) and left and not _never_connected(error):
                    continue
                raise _told(error) from error
        raise AssertionError

    def write(self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run ``function(session, …)`` in a transaction and commit it.

        A commit has three outcomes: yes, no, and unknown after a lost connection. So the function must do the
        same when run again with the same arguments: after a loss, a deadlock or a serialization failure it is.
        A `Refusal` commits, because the database's record of the attempt is part of it.
        """
        start = time.monotonic()
        began = False
        pause = 0.02
        while True:
            try:
                return self._once(function, *args, **kwargs)
            except (DBAPIError, PoolTimeout) as error:
                lost = isinstance(error, DBAPIError) and is_lost(error)
                again = lost or (isinstance(error, DBAPIError) and sqlstate(error) in REPEATABLE)
                began = began or (lost and not _never_connected(error))
                locked = isinstance(error, DBAPIError) and sqlstate(error) == LOCKED
                patience = min(self._patience, _LOCK_PATIENCE) if locked else self._patience
                if not again or time.monotonic() + pause > start + patience:
                    # Once an answer was lost, nothing but the same write's own answer says what became of it.
                    raise (OutcomeUnknown() if began else _told(error)) from error
                log.info("write %s again after %s", getattr(function, "__name__", "?"), type(error).__name__)
                # Two that met once must not meet again.
                time.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311
                pause = min(pause * 2, 1.0)

    def _once(self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        refusal: Refusal | None = None
        with self._connection() as connection:
            session = Session(connection)
            try:
                result = function(session, *args, **kwargs)
            except Refusal as error:
                refusal = error
            connection.commit()
            session.check_replicated()
        if refusal is not None:
            raise refusal
        self._wakes.tell(session.changed)
        return result

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """A connection for one transaction. Where nothing went wrong the next one has it at once: the way to the pool
        and back takes a hold a twentieth of its time.
        """
        try:
            connection = self._at_hand.pop()
        except IndexError:
            connection = self._engine.connect()
        try:
            yield connection
            connection.rollback()
        except BaseException:
            # Whatever it was, nobody knows what state it left; the pool cleans up or throws away.
            connection.close()
            raise
        if self._at_hand or self._closed:
            connection.close()
        else:
            self._at_hand.append(connection)

    def close(self) -> None:
        """End all connections; waits a few seconds for those that are still at work."""
        self._closed = True
        self._wakes.stop()
        pool = self._engine.pool
        deadline = time.monotonic() + _CLOSE_SECONDS
        while isinstance(pool, QueuePool) and pool.checkedout() and time.monotonic() < deadline:
            while self._at_hand:
                self._at_hand.pop().close()
            time.sleep(0.01)
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()


def _never_connected(error: DBAPIError | PoolTimeout) -> bool:
    # A failed connect has no statement; a failed commit has none either but its connection existed.
    return isinstance(error, DBAPIError) and error.statement is None and "connection failed" in str(error.orig)


def _told(error: DBAPIError | PoolTimeout) -> Exception:
    told: EventlyError | None = None
    with suppress(AttributeError):
        told = translate(error)
    return told if told is not None else error
