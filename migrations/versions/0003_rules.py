"""What holds whoever writes: immutable logs, state machines, confirmed means paid."""

from evently_desktop.database.scripts import drop, run

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run("rules")


def downgrade() -> None:
    drop("view")
    drop("partition")
    drop("trigger function")
