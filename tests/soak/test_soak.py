"""The short form of the soak, and the proof that it can say no."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def soak(*options: str) -> "subprocess.CompletedProcess[str]":
    run = subprocess.run(
        [sys.executable, "-m", "tests.soak", *options], cwd=ROOT, capture_output=True, text=True, check=False
    )
    sys.stdout.write(run.stdout)
    return run


@pytest.mark.timeout(180)
def test_an_open_counter_leaks_neither_memory_nor_connections() -> None:
    run = soak("--minutes", "0.25")
    assert run.returncode == 0, run.stdout + run.stderr[-3000:]
    assert run.stdout.endswith("leaks       none\n")


@pytest.mark.timeout(180)
def test_control_leaks_are_found() -> None:
    run = soak("--minutes", "0.1", "--plant", "memory", "--plant", "connections")
    assert run.returncode == 1, run.stdout + run.stderr[-3000:]
    told = run.stdout.splitlines()[-1]
    assert "megabytes: +" in told
    assert "connections: more than 8" in told
