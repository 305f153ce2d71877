"""The commands of ``evently``: each imports what it needs when it runs, so that ``--help`` is instant."""

from typing import TYPE_CHECKING, Annotated

import typer

from evently_desktop import __version__
from evently_desktop.language import tr

if TYPE_CHECKING:
    from evently_desktop.settings import Settings

commands = typer.Typer(
    name="evently",
    help=tr("A native box office: reserved seats, tickets and tills straight on PostgreSQL."),
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@commands.callback(invoke_without_command=True)
def counter(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help=tr("Show the version and leave."))] = False,
) -> None:
    """Open the counter, unless a command is named."""
    if version:
        typer.echo(f"evently {__version__}")
    elif context.invoked_subcommand is None:
        settings = _settings()
        from evently_desktop import entrance

        raise typer.Exit(entrance.run(settings))


@commands.command(help=tr("Sell seats in a sample theatre, on a server of its own."))
def demo() -> None:
    """Start the demonstration."""
    settings = _settings()
    from evently_desktop import demo as demonstration

    raise typer.Exit(demonstration.run(settings))


@commands.command(help=tr("Bring the database to this version of the program."))
def migrate(
    admin: Annotated[
        str, typer.Option(help=tr("The administrator's login on the venue's server; asks for the password."))
    ] = "",
    first_admin: Annotated[
        str, typer.Option(help=tr("Also make this login the first admin of Evently; asks for a password."))
    ] = "",
) -> None:
    """Run the migrations that the database has not seen."""
    settings = _settings()
    from evently_desktop import server

    url = server.administrator(settings, admin, _ask_password)
    if first_admin:
        server.migrate(url)
        server.make_first_admin(url, first_admin, _ask_password(first_admin))
    typer.echo(tr("The database is at version {version}.", version=server.migrate(url)))


@commands.command(help=tr("Say what this PC and its server have, what is missing or unsafe, and who can mend it."))
def doctor(
    login: Annotated[
        str, typer.Option(help=tr("Look at the venue's server as this login; asks for the password."))
    ] = "",
) -> None:
    """Leave with 1 when something has to be done."""
    settings = _settings()
    from evently_desktop.doctor import examine

    findings = examine(settings, login, _ask_password(login) if login else "")
    for finding in findings:
        typer.echo(("  " if finding.good else "! ") + finding.sentence)
    raise typer.Exit(not all(finding.good for finding in findings))


def _ask_password(login: str) -> str:
    answer: str = typer.prompt(tr("Password of {login}", login=login), hide_input=True)
    return answer


def _settings() -> "Settings":
    """The settings of this PC, checked before anything large is loaded."""
    from evently_desktop.settings import ready

    return ready()
