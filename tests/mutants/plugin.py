"""A pytest plugin that plants the fault named in EVENTLY_MUTANT in the database of the tests."""

import os
from collections.abc import Generator
from typing import Any

import psycopg
import pytest

from tests.mutants.mutants import MUTANTS
from tests.template import libpq


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
    result = yield
    plants = [mutant.in_database for mutant in MUTANTS if mutant.name == os.environ.get("EVENTLY_MUTANT")]
    if fixturedef.argname == "house_server" and plants and plants[0] is not None:
        try:
            with psycopg.connect(libpq(result.admin_url), autocommit=True) as connection:
                plants[0](connection)
        except (AssertionError, psycopg.Error) as error:
            # A fault that cannot be planted must not look like one that was caught.
            pytest.exit(f"the fault does not fit any more: {error}", returncode=3)
    return result
