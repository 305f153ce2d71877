"""``python -m tests.mutants [WORD ...]``: plants each fault, or those named so, and prints what caught it."""

import argparse
import sys

from tests.mutants.hunt import chaos, hunt, is_sound
from tests.mutants.mutants import MUTANTS


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.mutants")
    parser.add_argument("words", nargs="*", help="only the faults whose names or layers hold one of these")
    parser.add_argument("--chaos", metavar="NAME", help="one run of the chaos with this fault")
    options = parser.parse_args()
    if options.chaos:
        return chaos(options.chaos)
    chosen = [m for m in MUTANTS if not options.words or any(w in f"{m.name} {m.layer}" for w in options.words)]
    unsound = [layer for layer in sorted({mutant.layer for mutant in chosen}) if not is_sound(layer)]
    if unsound:
        sys.stdout.write(f"nothing can be caught by what fails without a fault: {', '.join(unsound)}\n")
        return 1
    caught = 0
    for mutant in chosen:
        catch = hunt(mutant)
        caught += catch.caught
        word = "caught" if catch.caught else "NOT CAUGHT"
        sys.stdout.write(f"{word:10}  {catch.seconds:5.1f} s  {mutant.layer:12}  {mutant.name}\n")
        if not catch.caught:
            sys.stdout.write(catch.said + "\n")
        sys.stdout.flush()
    sys.stdout.write(f"{caught} of {len(chosen)} planted faults caught\n")
    return int(caught < len(chosen))


if __name__ == "__main__":
    sys.exit(main())
