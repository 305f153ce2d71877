"""``python -m tests.chaos --minutes 60``: prints what came of it, and fails if anything did that must not."""

import argparse
import random
import sys

from tests.chaos.run import Plan, run


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.chaos")
    parser.add_argument("--minutes", type=float, default=60, help="how long the counters sell")
    parser.add_argument(
        "--seed", type=int, default=random.SystemRandom().randrange(10**6), help="the same schedule again"
    )
    parser.add_argument("--least-sales", type=int, default=1000, help="fewer fail the run")
    options = parser.parse_args()
    seconds = options.minutes * 60
    report = run(Plan(options.seed, seconds, seconds * 2 + 30, options.least_sales))
    for line in report.lines():
        sys.stdout.write(line + "\n")
    sys.exit(bool(report.violations))


if __name__ == "__main__":
    main()
