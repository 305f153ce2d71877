"""What this counter is about to take money for, on its own disk before the money moves.

After a crash at any moment, every sale that was under way is either finished in the database or named here, so
that nobody has to guess whether the cash in the drawer belongs to a sale.
"""

import json
import logging
import os
import re
import shutil
import sys
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from fasteners import InterProcessLock  # type: ignore[import-untyped]
from uuid_utils.compat import uuid7

from evently_desktop.domain.bookings import Tender, TenderMethod
from evently_desktop.domain.ids import BookingId, EventId, PaymentId, ShiftId
from evently_desktop.domain.money import Money
from evently_desktop.errors import JournalError
from evently_desktop.language import tr

log = logging.getLogger(__name__)

# A file longer than this many records is written anew with only what is unfinished.
_LONGEST = 1000


@dataclass(frozen=True)
class Intent:
    """A sale that is about to be made: all that repeating it with the same ids needs, and its seats' names."""

    event_id: EventId
    booking_id: BookingId
    tenders: tuple[Tender, ...]
    shift_id: ShiftId | None
    expected_total: Money
    note: str
    seats: tuple[str, ...]
    login: str


class Outcome(StrEnum):
    """How a sale ended, once that is certain."""

    SOLD = "sold"
    NOT_SOLD = "not_sold"


@dataclass(frozen=True)
class Entry:
    """One intent in the journal, unfinished until `done`. ``begun_at`` is by this PC's clock, in UTC."""

    id: UUID
    begun_at: datetime
    intent: Intent
    _journal: "Journal" = field(repr=False, compare=False)

    def done(self, outcome: Outcome) -> None:
        """Note how it ended, once the clerk has been told. Should this line be lost, he is only told once more."""
        self._journal._finish(self.id, outcome)  # noqa: SLF001 - an entry is part of its journal


class Journal:
    """The journal of one running program, below ``folder``, which only this user may read.

    The file is named after the station; a second program at the same station gets a second file. What crashed
    programs of this PC left behind, whatever their station, is taken over. Safe to use from any thread; one
    journal a process. Raises `JournalError` when the disk cannot be written.
    """

    def __init__(self, folder: Path, station: str) -> None:
        self._mutex = threading.Lock()
        self._open: dict[UUID, dict[str, Any]] = {}
        with _telling(folder):
            folder.mkdir(0o700, parents=True, exist_ok=True)
            self._path, self._lock = _claim(folder, re.sub(r"[^\w-]+", "_", station)[:60] or "counter")
            self._take_over()
        self._left = tuple(self._entry(record) for record in self._open.values())

    def begin(self, intent: Intent) -> Entry:
        """Write an intent down; when this returns it is on the disk, and money may move."""
        entry_id = uuid7()
        record = {"id": str(entry_id), "at": datetime.now(UTC).isoformat(), "intent": _intent_row(intent)}
        with self._mutex, _telling(self._path):
            _append(self._path, record)
            self._open[entry_id] = record
            self._records += 1
        return self._entry(record)

    def unfinished(self) -> tuple[Entry, ...]:
        """What earlier runs left unfinished and nobody has finished since, the oldest first."""
        with self._mutex:
            return tuple(entry for entry in self._left if entry.id in self._open)

    def close(self) -> None:
        """Let another program take over what is unfinished."""
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _finish(self, entry_id: UUID, outcome: Outcome) -> None:
        with self._mutex, _telling(self._path):
            if self._open.pop(entry_id, None) is None:
                return
            _append(self._path, {"id": str(entry_id), "outcome": outcome.value})
            self._records += 1
            if self._records > _LONGEST:
                self._write_anew()

    def _take_over(self) -> None:
        """Begin the file with what this and other journals that nobody writes have left unfinished."""
        self._open = _read(self._path)
        abandoned = []
        for other in sorted(self._path.parent.glob("*.journal")):
            lock = InterProcessLock(f"{other}.lock")
            if other != self._path and lock.acquire(blocking=False):
                self._open |= _read(other)
                abandoned.append((other, lock))
        self._open = dict(sorted(self._open.items()))
        self._write_anew()
        for other, lock in abandoned:
            other.unlink(missing_ok=True)
            lock.release()

    def _write_anew(self) -> None:
        new = self._path.with_suffix(".new")
        new.unlink(missing_ok=True)
        _append(new, *self._open.values())
        new.replace(self._path)
        _sync_folder(self._path.parent)
        self._records = len(self._open)

    def _entry(self, record: dict[str, Any]) -> Entry:
        begun_at = datetime.fromisoformat(record["at"])
        return Entry(UUID(record["id"]), begun_at, _intent(record["intent"]), self)


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise JournalError(
            tr(
                "{file} cannot be written ({reason}), so nothing is sold that a crash could lose; make room there.",
                file=error.filename or path,
                reason=error.strerror or error,
            )
        ) from error


def _claim(folder: Path, name: str) -> tuple[Path, InterProcessLock]:
    """The first file of this name that no running program writes, and its lock; it ends with the process."""
    number = 1
    while True:
        path = folder / (f"{name}.journal" if number == 1 else f"{name}-{number}.journal")
        lock = InterProcessLock(f"{path}.lock")
        if lock.acquire(blocking=False):
            return path, lock
        number += 1


def _append(path: Path, *records: dict[str, Any]) -> None:
    # A record begins its own line, so that one torn by a full disk spoils only itself.
    lines = b"".join(b"\n%08x %s\n" % (zlib.crc32(text), text) for text in map(_text, records))
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(handle, "wb", closefd=False) as file:
            file.write(lines)
        os.fsync(handle)
    finally:
        os.close(handle)


def _text(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def _read(path: Path) -> dict[UUID, dict[str, Any]]:
    """The unfinished records of a file. A torn last line was never acknowledged; damage elsewhere is kept aside."""
    lines = [line for line in path.read_bytes().split(b"\n") if line] if path.exists() else []
    unfinished: dict[UUID, dict[str, Any]] = {}
    for number, line in enumerate(lines, start=1):
        check, _, text = line.partition(b" ")
        if check != b"%08x" % zlib.crc32(text):
            if number < len(lines):
                shutil.copyfile(path, path.with_suffix(".damaged"))
                log.warning("the journal %s is damaged in record %d; a copy is kept beside it", path, number)
            continue
        record = json.loads(text)
        if "intent" in record:
            unfinished[UUID(record["id"])] = record
        else:
            unfinished.pop(UUID(record["id"]), None)
    return unfinished


def _sync_folder(folder: Path) -> None:
    # Windows has no such call; there a rename is journalled by the file system itself.
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _intent_row(intent: Intent) -> dict[str, Any]:
    return {
        "event": str(intent.event_id),
        "booking": str(intent.booking_id),
        "tenders": [
            {
                "id": str(tender.payment_id),
                "method": tender.method.value,
                "amount": tender.amount.minor,
                "given": tender.given and tender.given.minor,
                "reference": tender.reference,
            }
            for tender in intent.tenders
        ],
        "shift": intent.shift_id and str(intent.shift_id),
        "total": intent.expected_total.minor,
        "currency": intent.expected_total.currency,
        "note": intent.note,
        "seats": intent.seats,
        "login": intent.login,
    }


def _intent(row: dict[str, Any]) -> Intent:
    def money(minor: int) -> Money:
        return Money(minor, row["currency"])

    return Intent(
        event_id=EventId(UUID(row["event"])),
        booking_id=BookingId(UUID(row["booking"])),
        tenders=tuple(
            Tender(
                PaymentId(UUID(tender["id"])),
                TenderMethod(tender["method"]),
                money(tender["amount"]),
                None if tender["given"] is None else money(tender["given"]),
                tender["reference"],
            )
            for tender in row["tenders"]
        ),
        shift_id=row["shift"] and ShiftId(UUID(row["shift"])),
        expected_total=money(row["total"]),
        note=row["note"],
        seats=tuple(row["seats"]),
        login=row["login"],
    )
