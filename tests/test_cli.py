"""The command ``evently``: quick to answer, one sentence for a known reason, and its exit codes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from evently_desktop import __version__

HEAVY = {"PySide6", "sqlalchemy", "psycopg", "alembic", "numpy", "reportlab", "keyring", "babel"}


def evently(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would, with ``variables`` in its environment."""
    return subprocess.run(
        [sys.executable, "-m", "evently_desktop", *arguments],
        env={key: value for key, value in os.environ.items() if not key.startswith("EVENTLY_")} | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The variables of a PC with an empty settings file and a data folder of its own."""
    file = tmp_path / "evently.toml"
    file.write_text("")
    return {"EVENTLY_CONFIG": str(file), "EVENTLY_DATA_FOLDER": str(tmp_path / "data")}


def test_the_version_is_the_packages() -> None:
    done = evently("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"evently {__version__}\n", "")


def test_help_names_every_command() -> None:
    done = evently("--help")
    assert done.returncode == 0
    assert all(f"  {command} " in done.stdout for command in ("demo", "migrate", "doctor"))


def test_the_command_line_loads_nothing_heavy() -> None:
    script = "import sys, evently_desktop.cli; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert HEAVY.isdisjoint(loaded.stdout.split())


def test_the_first_window_loads_nothing_that_it_does_not_show() -> None:
    script = "import sys, evently_desktop.entrance; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (HEAVY - {"PySide6", "babel"} | {"typer", "multiprocessing"}).isdisjoint(loaded.stdout.split())


def test_an_unknown_command_is_answered_with_usage() -> None:
    done = evently("sell")
    assert done.returncode == 2
    assert "No such command 'sell'" in done.stderr


@pytest.mark.parametrize("command", [[], ["demo"], ["migrate"], ["doctor"]])
def test_wrong_settings_are_one_sentence_and_exit_1(command: list[str], home: dict[str, str]) -> None:
    done = evently(*command, **home, EVENTLY_THEME="blue")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "EVENTLY_THEME" in done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_finds_a_good_pc_good(home: dict[str, str]) -> None:
    done = evently("doctor", **home)
    assert (done.returncode, done.stderr) == (0, "")
    assert home["EVENTLY_CONFIG"] in done.stdout
    assert not any(line.startswith("!") for line in done.stdout.splitlines())


def test_doctor_names_what_is_in_the_way(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")
    done = evently("doctor", **home)
    assert done.returncode == 1
    (problem,) = [line for line in done.stdout.splitlines() if line.startswith("!")]
    assert str(tmp_path / "data") in problem
