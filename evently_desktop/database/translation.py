"""Driver errors become `EventlyError`s here, once, by their SQLSTATE alone."""

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from evently_desktop.errors import (
    BadInput,
    Busy,
    DatabaseError,
    EventlyError,
    NotAllowed,
    ServerGone,
    ServerUnsafe,
    SignInRefused,
)  # fmt: skip
from evently_desktop.language import tr

# Deadlock, serialization failure, a unique key that met its own first try, and a statement that the server ended before
# its time, as it does when its clock is set forward: the same ids may run again.
LOCKED, _ENDED_EARLY = "55P03", "57014"
REPEATABLE = frozenset({"40P01", "40001", "23505", LOCKED, _ENDED_EARLY})


# With these the server ends a connection: it shuts down, crashed, starts up, or the session idled for too long.
# Class 08 is the connection itself.
_ENDED = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03", "25P04"})


# The words of a connection that is refused: the login may not, all connections that there may be are in use,
# the server's certificate is not the one that was asked for.
_SHUT_OUT = ("authentication", "not permitted to log in")
_UNPROVEN = ("certificate", "SSL")
_CROWDED = ("too many clients", "too many connections", "remaining connection slots")


def sqlstate(error: DBAPIError) -> str:
    """The five characters that say what happened; "" where the server did not answer at all."""
    return getattr(error.orig, "sqlstate", None) or ""


def is_lost(error: DBAPIError) -> bool:
    """Whether the connection is gone, so that nobody knows what became of a write."""
    if error.connection_invalidated:
        return True
    state = sqlstate(error)
    return state.startswith("08") or state in _ENDED or (not state and isinstance(error.orig, psycopg.OperationalError))


def translate(error: DBAPIError | PoolTimeout) -> EventlyError | None:
    """What a person is told, or None for what only a bug in the program can cause."""
    if isinstance(error, PoolTimeout):
        return Busy()
    state = sqlstate(error)
    # A connection that is refused has no SQLSTATE, only the server's words; with one, words may be a customer's.
    said = "" if state else str(error.orig)
    if state in {"28P01", "28000"} or any(words in said for words in _SHUT_OUT):
        return SignInRefused()
    if state == "53300" or any(words in said for words in _CROWDED):
        return DatabaseError(tr("The server takes no more connections; close a counter that is not in use."))
    if any(words in said for words in _UNPROVEN):
        return ServerUnsafe(tr("The server could not prove who it is: its certificate was not accepted."))
    if is_lost(error):
        return ServerGone()
    return _known(state, error)


def _known(state: str, error: DBAPIError) -> EventlyError | None:
    diagnostics = error.orig.diag if isinstance(error.orig, psycopg.Error) else None
    detail = (diagnostics and diagnostics.message_primary) or ""
    sentences: dict[str, EventlyError] = {
        "42501": NotAllowed(tr("This login has not the right to do that.")),
        "3D000": DatabaseError(tr("The server has no such database; check its name in the settings.")),
        "42P01": DatabaseError(tr("This database was never set up for Evently: run “evently migrate”.")),
        "3F000": DatabaseError(tr("This database was never set up for Evently: run “evently migrate”.")),
        "53100": DatabaseError(tr("The server's disk is full; nothing was saved. Call whoever looks after it.")),
        "53200": DatabaseError(tr("The server has no memory left; nothing was saved. Call whoever looks after it.")),
        "58030": DatabaseError(tr("The server's disk fails; nothing was saved. Call whoever looks after it.")),
        "XX001": DatabaseError(tr("The server's data is damaged; nothing was saved. Call whoever looks after it.")),
        "XX002": DatabaseError(tr("The server's data is damaged; nothing was saved. Call whoever looks after it.")),
        "25006": DatabaseError(
            tr("The server only lets itself be read at the moment; nothing was saved. Call whoever looks after it.")),
        _ENDED_EARLY: Busy(tr("The server took too long and stopped; nothing was saved. Try again.")),
        "55P03": Busy(tr("Somebody else is changing this right now; try again.")),
        "40001": Busy(tr("Too many changes at once; try again.")),
        "40P01": Busy(tr("Too many changes at once; try again.")),
        "23505": DatabaseError(tr("That exists already.")),
        "42710": DatabaseError(tr("This login exists already; choose another.")),
        "23503": DatabaseError(tr("That is still in use, or what it refers to is gone.")),
        "23514": BadInput(tr("The database does not accept this value: {detail}", detail=detail)),
        "22021": BadInput(tr("This text has a character that cannot be stored; type it again without it.")),
        # A lone surrogate inside JSON.
        "22P02": BadInput(tr("This text has a character that cannot be stored; type it again without it.")),
        "22P05": BadInput(tr("This text has a character that cannot be stored; type it again without it.")),
    }  # fmt: skip
    return sentences.get(state)
