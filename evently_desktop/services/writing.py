"""How services write rows that clients made ids for."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert, insert


def insert_once(table: sa.Table, row: dict[str, Any]) -> Insert:
    """An INSERT that does nothing when the row's key is there already, so that it may run again."""
    return insert(table).values(row).on_conflict_do_nothing(index_elements=list(table.primary_key.columns))
