"""Planted faults: each takes one guard away, and names the layer of tests that claims to notice."""

import importlib
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg import sql

# Which tests a layer is; the chaos is a run of its own.
LAYERS = {
    "model": ["tests/model"],
    "services": ["tests/services/test_exchanges.py"],
    "repeats": ["tests/services/test_repeats.py"],
    "journal": ["tests/test_journal.py"],
    "kill -9": ["tests/stories/test_killed.py"],
    "concurrency": ["tests/concurrency/test_crowds.py", "tests/concurrency/test_cut_connections.py"],
    "lock order": ["tests/concurrency/test_lock_order.py"],
    "transactions": ["tests/database/test_transactions.py"],
    "hints": ["tests/database/test_wakes.py"],
    "listener": ["tests/live/test_listener.py"],
    "full disk": ["tests/database/test_full_wal.py"],
    "security": ["tests/security/test_walls.py", "tests/security/test_acts.py"],
    "refund races": ["tests/security/test_refund_races.py"],
    "chaos": [],
}


@dataclass(frozen=True)
class InFunction:
    """One place in a function of the database that reads otherwise."""

    name: str
    old: str
    new: str

    def plant(self, connection: psycopg.Connection) -> None:
        row = connection.execute(
            "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = %s AND pronamespace = 'evently'::regnamespace",
            [self.name],
        ).fetchone()
        assert row is not None, f"there is no function {self.name}"
        assert row[0].count(self.old) == 1, f"{self.name} has not one place like this: {self.old}"
        connection.execute(row[0].replace(self.old, self.new))


@dataclass(frozen=True)
class Statement:
    """A statement of the superuser; ``{database}`` is the database."""

    text: LiteralString

    def plant(self, connection: psycopg.Connection) -> None:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL(self.text).format(database=name))


@dataclass(frozen=True)
class InPython:
    """One place in a function of the program that reads otherwise; planted when Python starts."""

    module: str
    name: str
    old: str
    new: str

    def plant(self) -> None:
        module = importlib.import_module(self.module)
        owner: Any = module
        *path, last = self.name.split(".")
        for part in path:
            owner = getattr(owner, part)
        source = textwrap.dedent(inspect.getsource(getattr(owner, last)))
        assert source.count(self.old) == 1, f"{self.name} has not one place like this: {self.old}"
        spoilt: dict[str, Any] = {}
        exec(compile(source.replace(self.old, self.new), module.__file__ or "", "exec"), vars(module), spoilt)
        setattr(owner, last, spoilt[last])


@dataclass(frozen=True)
class Mutant:
    name: str
    layer: str
    fault: InFunction | Statement | InPython

    @property
    def in_database(self) -> Callable[[psycopg.Connection], None] | None:
        return None if isinstance(self.fault, InPython) else self.fault.plant


_DATABASE, _JOURNAL = "evently_desktop.database.transactions", "evently_desktop.journal"

MUTANTS = [
    Mutant("the unique index of live seats is gone", "security", Statement("DROP INDEX evently.uq_booking_seats_live")),
    Mutant("a held seat is taken again", "model", InFunction(
        "_sweep_seats", "AND NOT evently._is_live(hold_expires_at, p_now, p_longest)", "")),
    Mutant("fewer seats than wanted are enough", "model", InFunction(
        "_take", "f.priced = cardinality(p_seats) AND", "f.priced > 0 AND")),
    Mutant("seats are freed in another order than they are locked", "lock order", InFunction(
        "_free", "ORDER BY id FOR UPDATE", "ORDER BY id DESC FOR UPDATE")),
    Mutant("a sale locks its seats without order", "lock order", InFunction(
        "complete_sale", "ORDER BY id FOR UPDATE", "ORDER BY id DESC FOR UPDATE")),
    Mutant("the office locks seats without order", "lock order", InFunction(
        "set_aside", "ORDER BY id FOR UPDATE", "ORDER BY id DESC FOR UPDATE")),
    Mutant("seats are locked by nobody", "concurrency", InFunction("_take", "FOR UPDATE SKIP LOCKED", "")),
    Mutant("a seat that is locked for a moment counts as gone", "concurrency", InFunction(
        "_take", "IF NOT jsonb_path_exists(", "IF false AND NOT jsonb_path_exists(")),
    Mutant("a repeat is not recognized", "concurrency", InFunction(
        "hold_seats", "b.status IS NOT NULL", "false")),
    Mutant("a hold never runs out", "model", InFunction("_is_live", "p_expires > p_now AND", "")),
    Mutant("a clock stepped back stretches a hold", "model", InFunction(
        "_is_live", "AND p_expires <= p_now + make_interval(secs => p_longest)", "")),
    Mutant("another's basket may be changed", "model", InFunction(
        "_own_hold", "WHEN (r.b).seller_id <> (r.a).id THEN 'not_yours'", "")),
    Mutant("a basket is extended without end", "model", InFunction(
        "_own_hold", "WHEN (r.b).status = 'expired' OR NOT evently._is_live((r.b).hold_expires_at, t, r.longest)",
        "WHEN (r.b).status = 'expired'")),
    Mutant("a refused change loses the old seats", "model", InFunction(
        "change_hold",
        "RAISE EXCEPTION USING ERRCODE = 'EV001', MESSAGE = l.refused, DETAIL = coalesce(l.details, '{}')::text;",
        "RETURN evently._refuse(p_event, p_booking, 'change', l.refused);")),
    Mutant("the sweep frees live holds", "model", InFunction(
        "sweep_holds", "(SELECT longest_hold_seconds FROM", "(SELECT -longest_hold_seconds FROM")),
    Mutant("a sale is made at the old price", "model", InFunction(
        "complete_sale", "IS DISTINCT FROM p_expected", "< 0")),
    Mutant("money may be short", "model", InFunction(
        "_bad_tenders", "WHEN coalesce(sum(t.amount), 0) < p_due THEN 'paid_short'", "")),
    Mutant("a sale asked twice is not known again", "model", InFunction(
        "complete_sale", "AND evently._paid_by(r.b, paid) THEN", "AND false THEN")),
    Mutant("a refund asked twice is not known again", "model", InFunction(
        "refund_seats", "IF p.id IS NOT NULL AND (r.a).id IS NOT NULL THEN", "IF false THEN")),
    Mutant("an exchange asked twice is not known again", "services", InFunction(
        "exchange_seats", "IF done = asked", "IF false")),
    Mutant("a refused exchange loses the old seats", "services", InFunction(
        "exchange_seats",
        "RAISE EXCEPTION USING ERRCODE = 'EV001', MESSAGE = l.refused, DETAIL = coalesce(l.details, '{}')::text;",
        "RETURN evently._refuse(p_event, p_booking, 'exchange', l.refused, n, coalesce(l.details, '{}'));")),
    Mutant("an exchange is made without its difference", "services", InFunction(
        "_bad_difference", "WHEN coalesce(p_tender[1].amount, 0) <> p_due THEN 'difference'", "")),
    Mutant("an exchanged ticket still opens the door", "model", InFunction(
        "exchange_seats", "AND status = 'issued';", "AND status = 'nothing';")),
    Mutant("a refund forgets the ledger", "model", InFunction(
        "refund_seats", "PERFORM evently._earn(r.b, 'refund', due - due_fees, due_fees);", "")),
    Mutant("a booking need not be paid", "security", Statement("DROP TRIGGER adds_up ON evently.bookings")),
    Mutant("a sale may end as it likes", "security", Statement("DROP TRIGGER step ON evently.bookings")),
    Mutant("a payment may change", "security", Statement("DROP TRIGGER step ON evently.payments")),
    Mutant("the ledger may change", "security", Statement(
        "DROP TRIGGER immutable ON evently.transactions; DROP TRIGGER immutable ON evently.booking_logs")),
    Mutant("a clerk may write seats", "security", Statement(
        "GRANT UPDATE ON evently.event_seats TO evently_clerk;"
        "CREATE POLICY planted ON evently.event_seats TO evently_clerk USING (true) WITH CHECK (true)")),
    Mutant("a payment looks at the booking and does not write it", "refund races", InFunction(
        "count_payment", "UPDATE evently.bookings",
        "PERFORM FROM evently.bookings WHERE event_id = NEW.event_id AND id = NEW.booking_id FOR UPDATE;\n"
        "  RETURN NULL;\n  UPDATE evently.bookings")),
    Mutant("freed seats do not count as changed", "chaos", InFunction(
        "_free", "changed_xid = pg_current_xact_id(), updated_at = now()", "updated_at = now()")),
    Mutant("the map asks only for what is newer than it saw", "chaos", InFunction(
        "look_at_seats", "s.changed_xid >= p_since", "s.changed_xid > p_since")),
    Mutant("a commit does not wait for the disk", "chaos", Statement(
        "ALTER DATABASE {database} SET synchronous_commit = off")),
    Mutant("a lost answer is told as a failure", "chaos", InPython(
        _DATABASE, "Database.write", "(OutcomeUnknown() if began else _told(error))", "_told(error)")),
    Mutant("a server that stops in a commit is told as a failure", "full disk", InPython(
        "evently_desktop.database.translation", "is_lost", "error.connection_invalidated", "False")),
    Mutant("a lost connection is not tried again", "concurrency", InPython(
        _DATABASE, "Database.write", "again = lost or (", "again = (")),
    Mutant("a collision is not tried again", "transactions", InPython(
        _DATABASE, "Database.write", "sqlstate(error) in REPEATABLE", "False")),
    Mutant("a bug is tried again", "transactions", InPython(
        _DATABASE, "Database.write", "sqlstate(error) in REPEATABLE", "True")),
    Mutant("hints are sent before the commit", "hints", InPython(
        _DATABASE, "Database._once", "connection.commit()",
        "(self._wakes.tell(session.changed), connection.commit())")),
    Mutant("hints are sent by the transaction itself", "hints", InFunction(
        "_take", "BEGIN\n", "BEGIN\n  PERFORM pg_notify('evently_' || replace(p_event::text, '-', ''), '');\n")),
    Mutant("no hint is sent", "hints", InPython(
        _DATABASE, "Database._once", "self._wakes.tell(session.changed)", "pass")),
    Mutant("a rush is told hint by hint", "listener", InPython(
        "evently_desktop.live.listener", "Listener._hear", "if pause := rush.wait():", "if pause := 0.0:")),
    Mutant("what a rush hides is not told", "listener", InPython(
        "evently_desktop.live.listener", "_Line.stop_listening", "self._listening = set()", "pass")),
    Mutant("a connection is handed on as it was left", "transactions", InPython(
        _DATABASE, "Database._connection", "connection.rollback()", "pass")),
    Mutant("a hold that ran out is told as another's", "repeats", InFunction(
        "hold_seats", "p_types, b.over)", "p_types)")),
    Mutant("the journal does not write", "journal", InPython(
        _JOURNAL, "Journal.begin", "_append(self._path, record)", "pass")),
    Mutant("a sale is not in the journal before it is sent", "kill -9", InPython(
        "evently_desktop.gui.counter.selling", "Selling.complete", "if journal is None:", "if True:")),
    Mutant("a sale is done in the journal before it is sent", "kill -9", InPython(
        "evently_desktop.gui.counter.selling", "Selling._noted", "self._write()", "self._note('sold'), self._write()")),
    Mutant("the journal forgets what crashed", "journal", InPython(
        _JOURNAL, "Journal._take_over", "self._open = _read(self._path)", "self._open = {}")),
    Mutant("the journal trusts a torn line", "journal", InPython(
        _JOURNAL, "_read", 'if check != b"%08x" % zlib.crc32(text):', "if not text:")),
    Mutant("what nobody knows is told as not sold", "journal", InPython(
        "evently_desktop.services.unfinished", "finish", "return _unknown(intent, str(error))",
        "return Resolution(Finding.NOT_SOLD, str(error))")),
]  # fmt: skip
