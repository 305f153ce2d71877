"""One box office for all acts of a worker: what is refused leaves it as it was."""

import pytest

from tests.conftest import TestServer
from tests.security.scene import Scene, make_scene


@pytest.fixture(scope="session")
def scene(server: TestServer) -> Scene:
    return make_scene(server)
