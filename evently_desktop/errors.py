"""Every reason a person can be told, one class each, carrying its data.

``str(error)`` is the one plain sentence that is shown. Whatever is not an `EventlyError` is a bug: it is
logged with its traceback and the program goes on.
"""

from dataclasses import dataclass, field

from evently_desktop.language import tr


class EventlyError(Exception):
    """Something did not work out, and a person can be told why in one sentence."""


class BadInput(EventlyError):
    """A value that was typed or imported cannot be used; the sentence names the field and the remedy."""


class NotFound(EventlyError):
    """What was asked for does not exist, or this person may not see it."""


class NotAllowed(EventlyError):
    """This person has not the right to do that."""


class SettingsError(EventlyError):
    """The settings file or an EVENTLY_* variable cannot be used."""


class DatabaseError(EventlyError):
    """The database could not do what was asked."""


class ServerGone(DatabaseError):
    """The connection to the server was lost or could not be made; nothing was being written."""

    def __str__(self) -> str:
        return super().__str__() or tr("No connection to the server.")


class OutcomeUnknown(ServerGone):
    """The connection was lost while a write was under way: it may or may not have happened.

    The only safe answer is to run the same write with the same ids again.
    """

    def __str__(self) -> str:
        return tr("The connection broke before the server answered; checking what happened.")


class Busy(DatabaseError):
    """All connections of this program are in use, the server has too much to do, or somebody else changes the same:
    nothing was done, and trying again helps.
    """

    def __str__(self) -> str:
        return super().__str__() or tr("The program is busy; try again in a moment.")


class SignInRefused(DatabaseError):
    """The server did not accept this name and password."""

    def __str__(self) -> str:
        return tr("The name or the password is wrong, or this login is switched off.")


class ServerUnsafe(DatabaseError):
    """The server's address or settings would expose passwords or customers; the sentence says which."""


class EmbeddedServerError(DatabaseError):
    """The database server of this PC could not be made, started or stopped; the sentence says why."""


@dataclass
class ServerInUse(EmbeddedServerError):
    """The database server of this PC was not stopped: ``users`` are the logins and programs that work with it."""

    users: tuple[str, ...]

    def __post_init__(self) -> None:
        super().__init__(self.users)

    def __str__(self) -> str:
        return tr(
            "The database is still used by {users}; close that first, or stop it by force.",
            users=", ".join(self.users),
        )


class ServerTooOld(DatabaseError):
    """The server is an older PostgreSQL than Evently works with; the sentence says which one is needed."""


class SchemaMismatch(DatabaseError):
    """Program and database do not fit; the sentence says which of them to update."""


@dataclass(frozen=True)
class RefusedSeat:
    """One seat of a refusal: its ordinal in the plan, its name for people, and why it could not be had."""

    ordinal: int
    name: str
    reason: str
    by: str = ""


@dataclass(eq=False)
class Refusal(EventlyError):
    """The database refused a verb; its attempt is on record. ``code`` is stable, the sentence is for people."""

    code: str
    sentence: str
    seats: tuple[RefusedSeat, ...] = field(default=())

    def __post_init__(self) -> None:
        super().__init__(self.sentence)

    def __str__(self) -> str:
        return self.sentence


class SeatsGone(Refusal):
    """Some of the seats cannot be had; `seats` says which and why."""


class HoldExpired(Refusal):
    """The hold ran out, so its seats are free for anyone again."""


class PriceChanged(Refusal):
    """The server's price differs from the one shown to the customer; nothing was sold."""


class IdReused(Refusal):
    """The same id came twice with different arguments: a fault of a program, never of a person."""


class JournalError(EventlyError):
    """This counter's own disk did not take what a crash must not lose, so no money may move; the sentence says why."""


class DeviceError(EventlyError):
    """A printer, drawer, scanner or terminal did not do its work; the sentence names it and the remedy."""
