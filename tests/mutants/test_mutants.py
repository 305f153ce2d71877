"""A few planted faults are caught at once; ``make mutants`` plants all of them."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.conftest import TestServer
from tests.mutants.hunt import hunt
from tests.mutants.mutants import LAYERS, MUTANTS, InPython, Mutant
from tests.template import libpq

ROOT = Path(__file__).parents[2]
QUICK = [
    "a held seat is taken again",
    "the sweep frees live holds",
    "the journal does not write",
    "a refund asked twice is not known again",
]


@pytest.mark.parametrize("name", QUICK)
def test_it_is_caught(name: str) -> None:
    catch = hunt(next(mutant for mutant in MUTANTS if mutant.name == name))
    assert catch.caught, catch.said


def test_there_are_twenty_and_each_has_its_layer() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 20
    assert {mutant.layer for mutant in MUTANTS} <= LAYERS.keys()


@pytest.mark.parametrize("mutant", [m for m in MUTANTS if m.in_database], ids=lambda mutant: mutant.name)
def test_each_fault_still_fits_the_database(server: TestServer, mutant: Mutant) -> None:
    """A guard that was written anew must be planted anew."""
    assert mutant.in_database is not None
    with psycopg.connect(libpq(server.admin_url)) as connection:
        mutant.in_database(connection)
        connection.rollback()


@pytest.mark.parametrize("name", [m.name for m in MUTANTS if isinstance(m.fault, InPython)])
def test_each_fault_still_fits_the_program(name: str) -> None:
    planted = subprocess.run(
        [sys.executable, "-c", "pass"],
        env=os.environ | {"EVENTLY_MUTANT": name, "EVENTLY_MUTANT_ROOT": str(ROOT),
                          "PYTHONPATH": str(ROOT / "tests" / "mutants" / "startup")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert not planted.stderr, planted.stderr
