"""How services write rows that clients made ids for."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from evently_desktop.database.transactions import Session


def insert_once(session: Session, table: sa.Table, row: dict[str, Any]) -> bool:
    """Insert a row unless its key is there already, so that it may run again; says whether it was new."""
    keys = list(table.primary_key.columns)
    statement = insert(table).values(row).on_conflict_do_nothing(index_elements=keys).returning(*keys)
    return session.execute(statement).first() is not None
