"""Run all bars, or those of the benchmarks that are named; ends with 1 if one is short."""

import importlib
import pkgutil
import sys
from collections.abc import Iterator

import benchmarks
from benchmarks.bars import Bar, show


def names() -> list[str]:
    """The benchmarks there are: every module here that has bars."""
    found = sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name != "__main__")
    return [name for name in found if hasattr(importlib.import_module(f"benchmarks.{name}"), "bars")]


def bars_of(chosen: list[str]) -> Iterator[Bar]:
    for name in chosen:
        yield from importlib.import_module(f"benchmarks.{name}").bars()


def main(arguments: list[str]) -> int:
    known = names()
    unknown = sorted(set(arguments) - set(known))
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(known)}.", file=sys.stderr)
        return 2
    return 0 if show(bars_of(arguments or known)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
