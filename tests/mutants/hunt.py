"""Plants a fault, lets its layer look for it, and tells whether it was caught."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.run import Plan, run
from tests.mutants.mutants import LAYERS, MUTANTS, InPython, Mutant

ROOT = Path(__file__).parents[2]
_TESTS_FAILED = 1
# A layer that takes longer has not found the fault, whatever it says then.
_LONGEST_SECONDS = 60


@dataclass(frozen=True)
class Catch:
    """What became of a planted fault; ``said`` is the end of what its layer said."""

    mutant: Mutant
    caught: bool
    seconds: float
    said: str


def hunt(mutant: Mutant) -> Catch:
    """Have the layer look for the fault, in programs of its own and a throwaway copy of the database."""
    began = time.monotonic()
    if mutant.layer == "chaos":
        command = ["-m", "tests.mutants", "--chaos", mutant.name]
    else:
        command = ["-m", "pytest", "-q", "-x", "-p", "tests.mutants.plugin", "--timeout", "60"]
        command += LAYERS[mutant.layer]
    environment = os.environ | _planted(mutant)
    ended = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    seconds = time.monotonic() - began
    # Only a test that failed has caught anything: what could not even start proves nothing.
    caught = ended.returncode == _TESTS_FAILED and "Traceback" not in ended.stderr and seconds <= _LONGEST_SECONDS
    return Catch(mutant, caught, seconds, ended.stdout[-3000:] + ended.stderr[-3000:])


def is_sound(layer: str) -> bool:
    """Whether a layer passes with nothing planted: one that always fails catches nothing."""
    if layer == "chaos":
        return not _violations(None)
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--timeout", "60", *LAYERS[layer]]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


def _planted(mutant: Mutant) -> dict[str, str]:
    planted = {"EVENTLY_MUTANT": mutant.name, "EVENTLY_MUTANT_ROOT": str(ROOT)}
    if isinstance(mutant.fault, InPython):
        planted["PYTHONPATH"] = str(Path(__file__).parent / "startup")
    return planted


def chaos(name: str) -> int:
    """The layer of the chaos: a run with a spoilt database or spoilt counters; fails on what the checker finds."""
    found = _violations(next(mutant for mutant in MUTANTS if mutant.name == name))
    sys.stdout.write("\n".join(found[:20]) + "\n")
    return _TESTS_FAILED if found else 0


def _violations(mutant: Mutant | None) -> list[str]:
    prepare = mutant.in_database if mutant else None
    report = run(Plan(seed=3, seconds=20, most_seconds=30, least_sales=0, prepare=prepare))
    return [violation for violation in report.violations if "proves nothing" not in violation]
