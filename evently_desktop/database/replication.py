"""A commit that the server's standby may not have: it is not done before it cannot be lost.

Where a server waits for a standby, its wait can be cancelled. Then it answers as if all was well, with a warning
beside: committed here, perhaps not there. Whoever sold on that would lose the sale with the server.
"""

import psycopg
from sqlalchemy import Connection

_NOTED = "evently_not_replicated"
# The warning has no code of its own, and this one nothing else of what we run gives; its words are translated.
_WARNING = "01000"


class NotReplicated(psycopg.OperationalError):
    """What was committed may not outlive its server; to be treated as an answer that was lost."""


def listen(driver: "psycopg.Connection[object]", noted: dict[str, object]) -> None:
    """Note in ``noted``, which belongs to the connection, when the server warns about a commit."""

    def note(diagnostic: psycopg.errors.Diagnostic) -> None:
        if diagnostic.severity_nonlocalized == "WARNING" and diagnostic.sqlstate == _WARNING:
            noted[_NOTED] = True

    driver.add_notice_handler(note)


def check(connection: Connection) -> None:
    """Raise `NotReplicated` if the server warned about the commit that it has just acknowledged."""
    if connection.info.pop(_NOTED, False):
        raise NotReplicated("committed, but perhaps not on the standby")
