"""The counters' programs, and the wrong clocks that programs may run under."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO

from tests.chaos.counter import Order

ROOT = Path(__file__).parents[2]
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


class CounterProcess:
    """One counter: killed, it comes back as the same station with the same login, drawer and journal."""

    def __init__(self, order: Order, folder: Path, fake_clock: str) -> None:
        self._order, self._folder = order, folder
        self._environment = os.environ | clock(fake_clock)
        self._number = 0
        self._log: IO[str] = (folder / f"{order.station}.log").open("a")
        self.start()

    def start(self) -> None:
        self._number += 1
        order = asdict(self._order)
        order["seed"] += self._number
        order["history"] = str(self._folder / f"{self._order.station} {self._number}.history")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.counter"],
            cwd=ROOT, env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True,
        )  # fmt: skip
        self._tell(json.dumps(order))

    def kill(self) -> None:
        self.end_at_once()
        self.start()

    def end_at_once(self) -> None:
        self._process.kill()
        self._process.communicate()

    def stop(self) -> None:
        self._tell("stop")

    def wait_stopped(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line == "stopped\n":
                return

    def show(self) -> None:
        self._tell("show")

    def end(self) -> str:
        """Wait for the end; returns what a counter that crashed said."""
        try:
            self._process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self.end_at_once()
            return f"{self._order.station} hangs"
        self._log.close()
        if self._process.returncode == 0:
            return ""
        said = (self._folder / f"{self._order.station}.log").read_text()[-3000:]
        return f"{self._order.station} ended with {self._process.returncode}: {said}"

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()


def clock(offset: str, file: Path | None = None) -> dict[str, str]:
    """The environment of a program whose clock is off, or follows a file; timers keep to the true one."""
    if FAKETIME is None or not (offset or file):
        return {}
    return {"LD_PRELOAD": str(FAKETIME), "DONT_FAKE_MONOTONIC": "1", "FAKETIME_CACHE_DURATION": "1"} | (
        {"FAKETIME_TIMESTAMP_FILE": str(file)} if file else {"FAKETIME": offset}
    )
