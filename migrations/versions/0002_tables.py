"""All tables of the design."""

from evently_desktop.database.scripts import drop, run

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run("tables")


def downgrade() -> None:
    drop("table")
