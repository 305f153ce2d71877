"""The command ``evently``. Without a word it opens the counter, and loads nothing that only commands need."""

import sys

from evently_desktop.errors import EventlyError


def main() -> None:
    """Run the command line and leave with its exit code; a known reason is one sentence on stderr and 1."""
    try:
        if len(sys.argv) == 1:
            _open_counter()
        from evently_desktop.commands import commands

        commands(prog_name="evently")
    except EventlyError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


def _open_counter() -> None:
    from evently_desktop.settings import ready

    settings = ready()
    from evently_desktop import entrance

    sys.exit(entrance.run(settings))
