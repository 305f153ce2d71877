"""One box office for all acts of a worker: what is refused leaves it as it was."""

from collections.abc import Iterator

import pytest

from tests.conftest import TestServer
from tests.security.scene import Scene, make_scene


@pytest.fixture(scope="session")
def scene(server: TestServer) -> Iterator[Scene]:
    scene = make_scene(server)
    yield scene
    for connection in scene.connections.values():
        connection.close()
