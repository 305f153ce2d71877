"""The demonstration: invented houses on a server of their own, and a sale that plays itself without a display."""

import os
import secrets
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import typer

from evently_desktop import server
from evently_desktop.demo.houses import load
from evently_desktop.errors import ServerInUse
from evently_desktop.language import tr
from evently_desktop.settings import Settings

LOGIN = "anna"
OUTPUT = Path("demo-output")


def run(settings: Settings) -> int:
    """Load the demo's houses, which takes seconds the second time, and open the counter; the exit code."""
    settings, password = prepare(settings)
    if has_display():
        from evently_desktop import entrance  # noqa: PLC0415 - without a display Qt is told so before it is loaded

        typer.echo(tr("Sign in as {login}; the password is {password}.", login=LOGIN, password=password))
        return entrance.run(settings, LOGIN, password)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from evently_desktop.demo.story import play  # noqa: PLC0415

    typer.echo(tr("There is no display: a sale plays itself, with a picture of each step."))
    code = play(settings, password, OUTPUT)
    # Nobody sits here who would go on; another demo beside this one may.
    with suppress(ServerInUse):
        server.embedded(settings).stop()
    return code


def prepare(settings: Settings) -> tuple[Settings, str]:
    """Start the demo's own server and fill it; its settings, and the password that opens every login."""
    folder = settings.data_folder / "demo"
    settings = replace(
        settings, server="", station=tr("Counter 2"), printer="", data_folder=folder, ticket_folder=folder / "tickets"
    )
    folder.mkdir(parents=True, exist_ok=True)
    password = _password(folder / "password")
    embedded = server.embedded(settings)
    embedded.start()
    load(embedded.admin_url, password, _say)
    return settings, password


def has_display() -> bool:
    """Whether a window could be seen."""
    if os.environ.get("QT_QPA_PLATFORM") in {"offscreen", "minimal"}:
        return False
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _password(file: Path) -> str:
    """Made up once for each demo, readable by its owner only."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(9))
    return file.read_text()


def _say(share: float, sentence: str) -> None:
    typer.echo(f"{share:4.0%}  {sentence}")
