"""The command ``evently``: each command imports what it needs when it runs, so that ``--help`` is instant."""

import sys
from typing import Annotated

import typer

from evently_desktop import __version__
from evently_desktop.errors import EventlyError
from evently_desktop.language import tr

commands = typer.Typer(
    name="evently",
    help=tr("A native box office: reserved seats, tickets and tills straight on PostgreSQL."),
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run the command line and leave with its exit code; a known reason is one sentence on stderr and 1."""
    try:
        commands(prog_name="evently")
    except EventlyError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


@commands.callback(invoke_without_command=True)
def counter(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help=tr("Show the version and leave."))] = False,
) -> None:
    """Open the counter, unless a command is named."""
    if version:
        typer.echo(f"evently {__version__}")
    elif context.invoked_subcommand is None:
        from evently_desktop import app
        from evently_desktop.settings import load

        raise typer.Exit(app.run(load()))


@commands.command(help=tr("Sell seats in a sample theatre, on a server of its own that is thrown away."))
def demo() -> None:
    """Start the demonstration."""
    from evently_desktop import demo as demonstration
    from evently_desktop.settings import load

    raise typer.Exit(demonstration.run(load()))


@commands.command(help=tr("Bring the database to this version of the program."))
def migrate() -> None:
    """Run the migrations that the database has not seen."""
    from evently_desktop.database import version
    from evently_desktop.settings import load

    typer.echo(version.migrate(load()))


@commands.command(help=tr("Say what this PC has and what is missing."))
def doctor() -> None:
    """Leave with 1 when something has to be done."""
    from evently_desktop.doctor import examine
    from evently_desktop.settings import load

    findings = examine(load())
    for finding in findings:
        typer.echo(("  " if finding.good else "! ") + finding.sentence)
    raise typer.Exit(not all(finding.good for finding in findings))
