"""``python -m tests.soak --minutes 10``: days at an open counter; fails if memory or connections leak."""

import argparse
import logging
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg
from PySide6.QtCore import QTimer

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from evently_desktop.database import embedded_place
from evently_desktop.database.embedded import EmbeddedServer
from evently_desktop.database.transactions import Database
from tests import house
from tests.soak.others import Others
from tests.soak.week import Report, Week
from tests.template import libpq, make_template


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.soak")
    parser.add_argument("--minutes", type=float, default=10, help="how long; the timers run as fast as they can")
    parser.add_argument("--plant", choices=PLANTED, action="append", default=[], help="a leak, to see that it is found")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="evently-soak-"))
    folder.chmod(0o711)
    embedded_place.SHARED = folder / "shared"
    server = EmbeddedServer(folder / "box office")
    try:
        server.start()
        leaks = soak(server, folder, options.minutes * 60, [PLANTED[name] for name in options.plant])
    finally:
        server.stop(force=True)
        shutil.rmtree(folder)
    sys.exit(bool(leaks))


def soak(server: EmbeddedServer, folder: Path, seconds: float, plants: "list[Plant]") -> list[str]:
    """Run it and print what came of it; what leaked."""
    QApplication([])
    make_template(server.admin_url, "house", "soak")
    url = server.admin_url.set(database="house", password=house.PASSWORD)
    with (
        Database(url.set(username="olga_soak")) as olga,
        Database(url.set(username="ben_soak"), station="Counter 2") as ben,
        psycopg.connect(libpq(server.admin_url.set(database="house")), autocommit=True) as for_others,
        psycopg.connect(libpq(server.admin_url.set(database="house")), autocommit=True) as admin,
    ):
        halls = (house.add_hall(olga), house.add_hall(olga))
        others = Others(ben, halls, for_others)
        anna = Database(url.set(username="anna_soak"), station="Counter 1")
        week = Week(anna, others, admin, "anna_soak", folder / "counter")
        for plant in plants:
            plant(week, libpq(anna.url))
        report = _listening_for_bugs(week, seconds)
        others.end()
        week.counter.close()
    for line in report.lines():
        sys.stdout.write(line + "\n")
    return report.leaks()


def _listening_for_bugs(week: Week, seconds: float) -> Report:
    """What no `EventlyError` tells is a bug, in whichever thread."""

    def note(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        week.report.done["bugs"] += 1
        sys.__excepthook__(kind, error or kind(), trace)

    sys.excepthook = note
    threading.excepthook = lambda args: note(args.exc_type, args.exc_value, args.exc_traceback)
    # A connection that was cut is SQLAlchemy's to tell, and nobody's to read here.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    return week.live(seconds)


Plant = Callable[[Week, str], None]
_kept: list[Any] = []


def leak_memory(week: Week, _conninfo: str) -> None:
    """Keep a little of each change of the map."""
    week.counter.seats.seats_changed.connect(lambda ordinals: _kept.append([b"x" * 1_000_000, *map(float, ordinals)]))


def leak_connections(week: Week, conninfo: str) -> None:
    """Connect now and then and forget about it."""
    timer = QTimer(week.counter.tasks, interval=99)
    timer.timeout.connect(lambda: _kept.append(psycopg.connect(conninfo)))
    timer.start()


PLANTED: dict[str, Plant] = {"memory": leak_memory, "connections": leak_connections}

if __name__ == "__main__":
    main()
