"""Who may read, edit and call what; the house's first settings and the key that signs tickets."""

from evently_desktop.database.scripts import drop, run

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run("setup")
    run("rights", as_owner=False)


def downgrade() -> None:
    drop("right")
    run("setup_down", as_owner=False)
