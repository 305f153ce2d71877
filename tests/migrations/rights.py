"""Writes ``rights.golden`` anew: ``python -m tests.migrations.rights > tests/migrations/rights.golden``."""

import sys
from pathlib import Path

import psycopg

from evently_desktop.database.embedded import EmbeddedServer
from tests.migrations import catalogs
from tests.migrations.databases import database, migrate
from tests.template import libpq

HEADER = """\
# Every right in the database: roles, owners, grants, policies, functions and triggers, as PostgreSQL itself lists them.
# A change here is a change of who may do what; read each line of it. To write this file anew:
#   .venv/bin/python -m tests.migrations.rights > tests/migrations/rights.golden
"""


def main() -> None:
    server = EmbeddedServer(Path(__file__).parents[2] / ".cache" / "test server")
    server.start()
    with database(server.admin_url) as url:
        migrate(url)
        with psycopg.connect(libpq(url)) as connection:
            sys.stdout.write(HEADER + "\n".join([*catalogs.rights(connection), ""]))


if __name__ == "__main__":
    main()
