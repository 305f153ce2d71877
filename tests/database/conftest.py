"""Real servers of one PC, in folders that the server's account can enter and that are removed again."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from evently_desktop.database import embedded_place
from evently_desktop.database.embedded import EmbeddedServer


def _open_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="evently-test-"))
    folder.chmod(0o711)
    return folder


@pytest.fixture(scope="session", autouse=True)
def shared_folder() -> Iterator[Path]:
    """Stands in for /var/lib, so that tests as root leave nothing there."""
    folder = _open_folder()
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(embedded_place, "SHARED", folder / "shared")
        yield folder
    shutil.rmtree(folder)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can pass through."""
    folder = _open_folder()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def fresh(open_folder: Path) -> Iterator[EmbeddedServer]:
    """A server that was never started, in a folder whose name is hard on shells and too long for a socket."""
    server = EmbeddedServer(open_folder / f'box $HOME "office" {"l" * 107}')
    yield server
    server.stop(force=True)


@pytest.fixture(scope="session")
def used(shared_folder: Path) -> EmbeddedServer:
    """A server that was started once and stopped."""
    server = EmbeddedServer(shared_folder / "box office")
    server.start()
    server.stop()
    return server


@pytest.fixture
def server(used: EmbeddedServer) -> Iterator[EmbeddedServer]:
    """A server with a database, not running; each test leaves it whole for the next."""
    yield used
    used.stop(force=True)
