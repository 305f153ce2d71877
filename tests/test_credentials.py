"""Passwords in the keyring: kept by a good one, plainly refused by a missing, locked or careless one."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import InitError, KeyringError, KeyringLocked, PasswordDeleteError, PasswordSetError

from evently_desktop import credentials

if sys.platform == "linux":
    from secretstorage.exceptions import LockedException, PromptDismissedException

SERVER = "postgresql://db.example.org/evently"


class MemoryKeyring(KeyringBackend):
    """A keyring as the operating systems have them, in memory."""

    priority: float = 5
    viable = False  # Found only by the test that sets it.

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


class FailingKeyring(KeyringBackend):
    """One that answers everything with ``error``."""

    priority = 5
    viable = False

    def __init__(self, error: Exception) -> None:
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error

    def delete_password(self, service: str, username: str) -> None:
        raise self.error


class ForgetfulKeyring(MemoryKeyring):
    """One that says nothing and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        return


class PlainTextKeyring(MemoryKeyring):
    """One that keeps passwords where everybody can read them, and says so by its priority."""

    priority = 0.5


@pytest.fixture(autouse=True)
def restore_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def test_a_password_is_kept_by_server_and_login() -> None:
    keyring.set_keyring(MemoryKeyring())
    assert credentials.available()
    assert credentials.recall(SERVER, "anna") is None
    assert credentials.remember(SERVER, "anna", "hunter2")
    assert credentials.recall(SERVER, "anna") == "hunter2"
    assert credentials.recall(SERVER, "bert") is None
    assert credentials.recall("", "anna") is None


def test_a_new_password_replaces_the_old_one() -> None:
    keyring.set_keyring(MemoryKeyring())
    assert credentials.remember("", "anna", "hunter2")
    assert credentials.remember("", "anna", "hunter3")
    assert credentials.recall("", "anna") == "hunter3"


def test_a_forgotten_password_is_gone_and_forgetting_twice_is_no_error() -> None:
    kept = MemoryKeyring()
    keyring.set_keyring(kept)
    assert credentials.remember(SERVER, "anna", "hunter2")
    credentials.forget(SERVER, "anna")
    credentials.forget(SERVER, "anna")
    assert credentials.recall(SERVER, "anna") is None
    assert not kept.kept


def refusals() -> list[Exception]:
    errors: list[Exception] = [KeyringLocked(), InitError(), PasswordSetError(), KeyringError(), OSError()]
    if sys.platform == "linux":
        errors += [LockedException(), PromptDismissedException()]
    return errors


@pytest.mark.parametrize("error", refusals(), ids=lambda error: type(error).__name__)
def test_a_locked_keyring_is_a_plain_no(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    keyring.set_keyring(FailingKeyring(error))
    with caplog.at_level(logging.DEBUG):
        assert not credentials.remember(SERVER, "anna", "hunter2")
        assert credentials.recall(SERVER, "anna") is None
        credentials.forget(SERVER, "anna")
    assert "hunter2" not in caplog.text


def test_a_bug_in_a_keyring_is_not_hidden() -> None:
    keyring.set_keyring(FailingKeyring(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        credentials.recall(SERVER, "anna")


def test_a_keyring_that_keeps_nothing_has_not_remembered() -> None:
    keyring.set_keyring(ForgetfulKeyring())
    assert not credentials.remember(SERVER, "anna", "hunter2")


def test_a_keyring_that_everybody_can_read_is_not_used() -> None:
    careless = PlainTextKeyring()
    keyring.set_keyring(careless)
    assert not credentials.available()
    assert not credentials.remember(SERVER, "anna", "hunter2")
    assert not careless.kept


@pytest.mark.parametrize("backend", ["keyring.backends.fail.Keyring", "keyring.backends.null.Keyring"])
def test_a_pc_without_keyring_remembers_nothing_and_says_nothing(backend: str) -> None:
    script = (
        "from evently_desktop import credentials as c\n"
        "assert c.remember('', 'anna', 'hunter2') is False\n"
        "assert c.recall('', 'anna') is None\n"
        "c.forget('', 'anna')\n"
    )
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", script],
        env=os.environ | {"PYTHON_KEYRING_BACKEND": backend},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
