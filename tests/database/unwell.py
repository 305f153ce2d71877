"""A box office on a server of its own, which a test may spoil."""

from dataclasses import dataclass

import psycopg
from sqlalchemy import URL

from evently_desktop.database import health
from evently_desktop.database.embedded import EmbeddedServer
from tests import house
from tests.house import Hall
from tests.services.desk import WRITTEN
from tests.template import libpq


@dataclass(frozen=True)
class BoxOffice:
    """A hall in a database of its own that nothing was sold in yet, on a server that its test may spoil."""

    server: EmbeddedServer
    admin_url: URL
    hall: Hall

    @property
    def url(self) -> URL:
        return self.admin_url.set(username="anna_own", password=house.PASSWORD)

    def admin(self) -> psycopg.Connection:
        return psycopg.connect(libpq(self.admin_url), autocommit=True)

    def written(self) -> dict[str, int]:
        """How many rows each table of sales has."""
        with self.admin() as admin:
            rows = {
                table: admin.execute(f"SELECT count(*) FROM evently.{table}".encode()).fetchone() for table in WRITTEN
            }
        return {table: row[0] for table, row in rows.items() if row}

    def problems(self) -> list[str]:
        """What the doctor finds."""
        return [found.sentence for found in health.examine(self.admin_url) if not found.good]
