"""The files that come with the program are found in a checkout and in an installed wheel."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from evently_desktop import __version__, places

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the built wheel as pip would unpack it, and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=PROJECT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_a_checkout_uses_its_own_folders() -> None:
    assert places.migrations() == PROJECT / "migrations"
    assert places.resources() == PROJECT / "resources"


def test_a_wheel_brings_every_file_along(installed: Path) -> None:
    script = "from evently_desktop import places; print(places.migrations()); print(places.resources())"
    answer = subprocess.run(
        [sys.executable, "-c", script],
        cwd=installed,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        check=True,
        capture_output=True,
        text=True,
    )
    found = [Path(line) for line in answer.stdout.splitlines()]
    assert all(folder.is_relative_to(installed) for folder in found)
    for folder, original in zip(found, (places.migrations(), places.resources()), strict=True):
        assert files_below(folder) == files_below(original) != set()


def test_the_wheel_installs_the_command(installed: Path) -> None:
    (about,) = installed.glob("*.dist-info")
    assert about.name == f"evently_desktop-{__version__}.dist-info"
    assert "evently = evently_desktop.cli:main" in (about / "entry_points.txt").read_text()


def files_below(folder: Path) -> set[Path]:
    return {
        path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }
