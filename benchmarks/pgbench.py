"""Holds of four seats under pgbench: the parties of an event, and a run of 16 clients."""

import os
import subprocess
from pathlib import Path
from uuid import UUID

import psycopg
from sqlalchemy import URL

from evently_desktop.database.embedded import EmbeddedServer
from tests import house

CLIENTS, PARTY = 16, 4

_PARTIES = """
CREATE SCHEMA IF NOT EXISTS bench;
CREATE TABLE bench.parties AS
SELECT ordinal / {party} AS n, event_id, array_agg(id) AS seats, array_fill('{adult}'::uuid, ARRAY[{party}]) AS types
  FROM evently.event_seats WHERE event_id = '{event}' GROUP BY 1, 2 HAVING count(*) = {party};
CREATE UNIQUE INDEX ON bench.parties (n);
GRANT USAGE ON SCHEMA bench TO evently_clerk;
GRANT SELECT ON bench.parties TO evently_clerk;
"""


def make_parties(admin: psycopg.Connection, event: UUID) -> int:
    """The table ``bench.parties``: all seats of the event by fours, numbered from 0; returns how many there are."""
    admin.execute(_PARTIES.format(party=PARTY, adult=house.ADULT, event=event).encode())
    admin.execute("VACUUM ANALYZE bench.parties")
    [parties] = admin.execute("SELECT count(*) FROM bench.parties").fetchone() or [0]
    return int(parties)


def pgbench(url: URL, script: Path, *options: str) -> str:
    """What pgbench says of 16 clients of this login that run a script of prepared statements."""
    program = EmbeddedServer(script.parent).program("pgbench")
    command = [
        str(program), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", *options, "-f", str(script),
        "-h", str(url.host), "-p", str(url.port), "-U", str(url.username), str(url.database),
    ]  # fmt: skip
    environment = os.environ | {"PGPASSWORD": str(url.password)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
