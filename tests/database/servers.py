"""What tests do with a real server of one PC: connect to it, and use it from another program."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

from evently_desktop.database import embedded_place
from evently_desktop.database.addresses import Address
from evently_desktop.database.embedded import EmbeddedServer
from evently_desktop.database.embedded_data import OWNER, owner_password
from evently_desktop.database.embedded_place import Place

_START = """
import sys
from pathlib import Path
from evently_desktop.database import embedded_place
from evently_desktop.database.embedded import EmbeddedServer
embedded_place.SHARED = Path(sys.argv[1])
server = EmbeddedServer(Path(sys.argv[2]))
"""


def connect(place: Place, address: Address, **options: str) -> "psycopg.Connection[tuple[object, ...]]":
    conninfo = address.conninfo(OWNER, owner_password(place))
    return psycopg.connect(conninfo, autocommit=True, **options)  # type: ignore[arg-type]


def another_program(server: EmbeddedServer, code: str, before: str = "") -> "subprocess.Popen[str]":
    """Another program at work on the same folder: ``code`` finds its server as ``server``."""
    arguments = [str(embedded_place.SHARED), str(server._folder)]
    return subprocess.Popen(
        [sys.executable, "-c", before + _START + code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
