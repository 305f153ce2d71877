"""The database password of a staff login, kept in the keyring of the operating system and nowhere else.

A PC without a usable keyring (headless Linux, a locked keyring, one that keeps plain text) remembers
nothing: `recall` answers None, `remember` False, and the person types the password again. Nothing here
raises or logs.
"""

import sys
from collections.abc import Callable
from typing import TypeVar

import keyring
from keyring.errors import KeyringError

if sys.platform == "linux":
    from jeepney import DBusErrorResponse
    from secretstorage.exceptions import SecretStorageException

    # The Secret Service lets these through untranslated when it is locked or goes away half-way.
    _REFUSALS = (KeyringError, SecretStorageException, DBusErrorResponse, OSError)
else:
    _REFUSALS = (KeyringError, OSError)

T = TypeVar("T")


def available() -> bool:
    """Whether this PC has a keyring that keeps passwords, and keeps them from other people."""
    # Below 1 are the backends that keep nothing or, worse, keep it readable for everyone.
    return keyring.get_keyring().priority >= 1


def recall(server: str, login: str) -> str | None:
    """The password remembered for ``login`` at ``server`` ("" is the embedded one), or None."""
    return _ask(lambda: keyring.get_password(_service(server), login), None)


def remember(server: str, login: str, password: str) -> bool:
    """Keep the password; True once the keyring has it, which is proven by reading it back."""

    def keep() -> bool:
        keyring.set_password(_service(server), login, password)
        return keyring.get_password(_service(server), login) == password

    return _ask(keep, otherwise=False)


def forget(server: str, login: str) -> None:
    """Make the keyring forget the password, if it knows one."""
    _ask(lambda: keyring.delete_password(_service(server), login), None)


def _service(server: str) -> str:
    return f"Evently {server}" if server else "Evently"


def _ask(question: Callable[[], T], otherwise: T) -> T:
    try:
        return question() if available() else otherwise
    except _REFUSALS:
        return otherwise
