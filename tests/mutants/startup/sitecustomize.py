"""Python imports this at its start, in every process of a mutant's tests, and so it plants EVENTLY_MUTANT."""

import os
import sys

sys.path.insert(0, os.environ["EVENTLY_MUTANT_ROOT"])

from tests.mutants.mutants import MUTANTS, InPython

for mutant in MUTANTS:
    if mutant.name == os.environ["EVENTLY_MUTANT"] and isinstance(mutant.fault, InPython):
        mutant.fault.plant()
