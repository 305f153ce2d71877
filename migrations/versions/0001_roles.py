"""The roles that own, that act, and that staff logins belong to.

Roles belong to the whole server, perhaps to another database on it too: stepping down leaves them.
"""

from evently_desktop.database.scripts import run

revision = "0001"
down_revision = None


def upgrade() -> None:
    run("roles", as_owner=False)


def downgrade() -> None:
    """Nothing that another database might not still need."""
