"""Bars that are measured in a process of their own: what else was measured before leaves no trace in them."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from benchmarks.bars import Bar


def bars_from(module: str, *arguments: str) -> Iterator[Bar]:
    """The bars that this module, run as a program, sends as they come."""
    with subprocess.Popen([sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield Bar(**json.loads(line))
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, module)


def send(bars: Iterable[Bar]) -> None:
    """The other end: what `bars_from` reads."""
    for bar in bars:
        print(json.dumps(asdict(bar)), flush=True)
