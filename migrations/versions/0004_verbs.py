"""The verbs: the only ways to touch seats and money."""

from evently_desktop.database.scripts import drop, run

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run("verbs")


def downgrade() -> None:
    drop("function")
    drop("type")
