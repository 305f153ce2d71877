"""The journal of a counter: what it holds after any crash, and what the next start makes of it."""

import json
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evently_desktop import journal as journal_module
from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import BookingDetail, BookingStatus
from evently_desktop.domain.ids import BookingId, EventId, ShiftId, new_booking_id
from evently_desktop.domain.staff import Shift
from evently_desktop.errors import JournalError
from evently_desktop.journal import Entry, Intent, Journal, Outcome
from evently_desktop.services import bookings, holds, refunds, sales
from evently_desktop.services.unfinished import Finding, Resolution, finish
from tests import house
from tests.conftest import TestServer
from tests.house import Hall, card, cash, euros

ROOT = Path(__file__).parents[1]


def intent(note: str = "") -> Intent:
    return Intent(
        EventId(uuid4()), BookingId(uuid4()), (cash(euros(40), euros(50)), card(euros(2), "Žižkov 💳")),
        ShiftId(uuid4()), euros(42), note, ("Stalls A1", "Loge «Süd» 3"), "anna",
    )  # fmt: skip


def only_file(folder: Path) -> Path:
    [path] = folder.glob("*.journal")
    return path


def intents(folder: Path) -> list[Intent]:
    with Journal(folder, "Counter 1") as journal:
        return [entry.intent for entry in journal.unfinished()]


def test_an_intent_survives_until_it_is_done(tmp_path: Path) -> None:
    first, second = intent("the reason"), intent("two\nlines")
    with Journal(tmp_path, "Counter 1") as journal:
        journal.begin(first)
        entry = journal.begin(second)
        assert journal.unfinished() == ()
    assert intents(tmp_path) == [first, second]
    with Journal(tmp_path, "Counter 1") as journal:
        assert [left.id for left in journal.unfinished()][1] == entry.id
        journal.unfinished()[0].done(Outcome.SOLD)
        assert [left.intent for left in journal.unfinished()] == [second]
        journal.unfinished()[0].done(Outcome.NOT_SOLD)
    assert intents(tmp_path) == []


@given(cut=st.integers(0, 700), steps=st.lists(st.sampled_from(["begin", "finish"]), max_size=6))
def test_a_file_cut_anywhere_keeps_all_whole_records(
    tmp_path_factory: pytest.TempPathFactory, cut: int, steps: list[str]
) -> None:
    """A crash leaves a file that ends anywhere; what was acknowledged before that place is all there."""
    folder = tmp_path_factory.mktemp("journal")
    sizes: list[tuple[int, list[Intent]]] = []
    going: list[tuple[Intent, Entry]] = []
    with Journal(folder, "Counter 1") as journal:
        path = only_file(folder)
        sizes.append((0, []))
        for step in steps:
            if step == "begin":
                new = intent()
                going.append((new, journal.begin(new)))
            elif going:
                going.pop(0)[1].done(Outcome.SOLD)
            sizes.append((path.stat().st_size, [wanted for wanted, _ in going]))
    whole = path.read_bytes()
    size = max(0, len(whole) - cut)
    path.write_bytes(whole[:size])
    # Each record ends with a line feed that is not needed to read it.
    expected = [wanted for end, wanted in sizes if end - 1 <= size][-1]
    assert intents(folder) == expected
    with Journal(folder, "Counter 1") as journal:
        journal.begin(another := intent())
    assert intents(folder) == [*expected, another]
    assert not list(folder.glob("*.damaged"))


def test_damage_inside_the_file_loses_one_record_and_is_kept_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = intent(), intent()
    with Journal(tmp_path, "Counter 1") as journal:
        journal.begin(first)
        journal.begin(second)
    path = only_file(tmp_path)
    damaged = path.read_bytes().replace(str(first.booking_id).encode(), str(uuid4()).encode())
    path.write_bytes(damaged)
    assert intents(tmp_path) == [second]
    assert path.with_suffix(".damaged").read_bytes() == damaged
    assert "damaged in record 1" in caplog.text


def test_only_this_user_may_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "journal"
    with Journal(folder, "Kasse 1/Süd") as journal:
        journal.begin(intent())
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(only_file(folder).stat().st_mode) == 0o600


def test_it_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "_LONGEST", 20)
    with Journal(tmp_path, "Counter 1") as journal:
        journal.begin(kept := intent())
        for _ in range(60):
            journal.begin(intent()).done(Outcome.SOLD)
            assert only_file(tmp_path).read_bytes().count(b"\n\n") < 25
    assert intents(tmp_path) == [kept]


def test_no_money_moves_when_the_disk_is_full(tmp_path: Path) -> None:
    with Journal(tmp_path, "Counter 1") as journal:
        journal.begin(first := intent())
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (only_file(tmp_path).stat().st_size + 100, hard))
        try:
            with pytest.raises(JournalError, match=r"Counter_1\.journal cannot be written"):
                journal.begin(intent())
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        journal.begin(last := intent())
    assert intents(tmp_path) == [first, last]


def test_a_folder_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("a file")
    with pytest.raises(JournalError, match="cannot be written"):
        Journal(tmp_path / "journal", "Counter 1")


_BEGIN_AND_WAIT = """
import sys
from pathlib import Path
from evently_desktop.journal import Journal
from tests.test_journal import intent
journal = Journal(Path(sys.argv[1]), "Counter 1")
journal.begin(intent(sys.argv[2]))
print(len(journal.unfinished()), flush=True)
sys.stdin.read()
"""


def test_two_programs_at_one_station_keep_apart_and_the_next_start_has_both(tmp_path: Path) -> None:
    running = []
    for name in ("first", "second"):
        program = subprocess.Popen(
            [sys.executable, "-c", _BEGIN_AND_WAIT, str(tmp_path), name],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert program.stdout is not None
        # The second must not take the first one's sale, which is under way, for unfinished.
        assert program.stdout.readline() == "0\n"
        running.append(program)
    for program in running:
        program.kill()
        program.communicate()
    assert [left.note for left in intents(tmp_path)] == ["first", "second"]
    assert len(list(tmp_path.glob("*.journal"))) == 1


@dataclass
class Till:
    """Anna's counter as the next start finds it."""

    server: TestServer
    anna: Database
    ben: Database
    shift: Shift
    hall: Hall
    folder: Path

    def hold(self, *names: str) -> Intent:
        booking = new_booking_id()
        hold = self.anna.write(holds.place, self.hall.event_id, booking, self.hall.choose(*names))
        return Intent(
            self.hall.event_id, booking, (cash(hold.total),), self.shift.id, hold.total, "",
            tuple(seat.name for seat in hold.seats), self.server.login("anna"),
        )  # fmt: skip

    def sell(self, sale: Intent) -> None:
        self.anna.write(
            sales.complete, sale.event_id, sale.booking_id, sale.tenders, sale.shift_id, sale.expected_total
        )

    def start(self, database: Database | None = None) -> list[Resolution]:
        with Journal(self.folder, "Counter 1") as journal:
            return [finish(database or self.anna, entry) for entry in journal.unfinished()]

    def detail(self, sale: Intent) -> BookingDetail:
        return self.anna.read(bookings.detail, sale.event_id, sale.booking_id)

    def run_out(self, sale: Intent) -> None:
        """Let the minutes of a hold pass."""
        with self.server.admin() as connection:
            for table, key in (("bookings", "id"), ("event_seats", "current_booking_id")):
                connection.execute(
                    f"UPDATE evently.{table} SET hold_expires_at = now() - interval '1 second' "
                    f"WHERE event_id = %s AND {key} = %s AND status = 'held'",
                    [sale.event_id, sale.booking_id],
                )


@pytest.fixture
def till(server: TestServer, anna: Database, ben: Database, annas_shift: Shift, hall: Hall, tmp_path: Path) -> Till:
    return Till(server, anna, ben, annas_shift, hall, tmp_path / "journal")


def test_finishing_sells_what_was_begun(till: Till) -> None:
    sale = till.hold("A1", "A2")
    with Journal(till.folder, "Counter 1") as journal:
        journal.begin(sale)
    [resolution] = till.start()
    assert resolution.finding == Finding.SOLD
    assert resolution.sale is not None
    assert resolution.sentence == (
        f"Stalls A1, Stalls A2: sold as {resolution.sale.reference} for 87.00 EUR. "
        "Keep the money and print the tickets that are not printed."
    )
    assert till.detail(sale).paid == euros(87)
    assert till.start() == []


def test_finishing_what_was_sold_and_refunded_gives_no_money_back_again(till: Till) -> None:
    sale = till.hold("A1")
    with Journal(till.folder, "Counter 1") as journal:
        journal.begin(sale)
    till.sell(sale)
    till.anna.write(refunds.whole, sale.event_id, sale.booking_id, cash(sale.expected_total), sale.shift_id, "ill")
    [resolution] = till.start()
    assert resolution.finding == Finding.SOLD
    assert "given back since" in resolution.sentence
    assert till.detail(sale).paid == euros(0)


def test_finishing_what_ran_out_asks_for_the_money_to_go_back(till: Till) -> None:
    sale = till.hold("A1")
    with Journal(till.folder, "Counter 1") as journal:
        journal.begin(sale)
    till.run_out(sale)
    [resolution] = till.start()
    assert resolution.finding == Finding.NOT_SOLD
    assert resolution.sentence == (
        "Stalls A1: not sold. The hold ran out and the seats are free again; nothing was sold. Choose them again. "
        "If the customer paid 43.50 EUR, give it back."
    )
    assert till.start() == []


def test_what_nobody_knows_stays_in_the_journal(till: Till) -> None:
    sale = till.hold("A1")
    with Journal(till.folder, "Counter 1") as journal:
        journal.begin(sale)
    [resolution] = till.start(till.ben)
    assert resolution.finding == Finding.UNKNOWN
    assert f"sign in as {till.server.login('anna')}" in resolution.sentence
    with Database(till.server.url("anna").set(port=1), patience=0) as nowhere:
        [resolution] = till.start(nowhere)
        assert resolution.finding == Finding.UNKNOWN
    assert [found.finding for found in till.start()] == [Finding.SOLD]


def test_no_secret_is_in_it(till: Till) -> None:
    sale = till.hold("A1")
    with Journal(till.folder, "Counter 1") as journal:
        journal.begin(sale)
        till.sell(sale)
        written = b"".join(path.read_bytes() for path in till.folder.iterdir())
    [resolution] = till.start()
    assert resolution.sale is not None
    written += b"".join(path.read_bytes() for path in till.folder.iterdir())
    assert str(sale.booking_id).encode() in written
    for secret in (house.PASSWORD, resolution.sale.tickets[0].token.hex()):
        assert secret.encode() not in written


@pytest.fixture(scope="module")
def killed_counter() -> Iterator["subprocess.Popen[str]"]:
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.killed_counter"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    yield program
    program.communicate()


def _make_sale(counter: "subprocess.Popen[str]", till: Till, sale: Intent, kill_at: int) -> int:
    """Have the counter make the sale and die at that line; returns how its process ended."""
    assert counter.stdin is not None
    assert counter.stdout is not None
    order = {
        "url": till.server.url("anna").render_as_string(hide_password=False), "folder": str(till.folder),
        "event": str(sale.event_id), "booking": str(sale.booking_id), "payment": str(sale.tenders[0].payment_id),
        "shift": str(sale.shift_id), "amount": sale.expected_total.minor / 100, "seats": sale.seats, "kill_at": kill_at,
    }  # fmt: skip
    counter.stdin.write(json.dumps(order) + "\n")
    counter.stdin.flush()
    return int(counter.stdout.readline())


@pytest.mark.parametrize("seats_go", [False, True])
def test_killed_at_any_line_with_cash_in_the_drawer(
    till: Till, killed_counter: "subprocess.Popen[str]", seats_go: bool
) -> None:
    """Kill -9 before any line of ours: the cash in the drawer is a sale, or the next start says to give it back."""
    till.folder.mkdir()
    names = iter([f"{row}{number}" for row in "ABCDE" for number in range(1, 21)])
    assert _make_sale(killed_counter, till, till.hold(next(names)), kill_at=0) == 0
    lines = int((till.folder / "lines").read_text())
    findings = set()
    for kill_at in range(1, lines, max(1, lines // 40)):
        for file in ("drawer", "told"):
            (till.folder / file).unlink(missing_ok=True)
        sale = till.hold(next(names))
        assert _make_sale(killed_counter, till, sale, kill_at) == -9
        if seats_go:
            till.run_out(sale)
        finding = next((found.finding for found in till.start()), None)
        detail = till.detail(sale)
        sold = detail.summary.status == BookingStatus.CONFIRMED
        assert detail.paid == (sale.expected_total if sold else euros(0))
        if (till.folder / "told").exists():
            assert sold
        elif (till.folder / "drawer").exists():
            assert finding == (Finding.SOLD if sold else Finding.NOT_SOLD)
        elif sold:
            assert finding == Finding.SOLD
        assert till.start() == []
        findings.add(finding)
    assert findings == {None, Finding.SOLD, Finding.NOT_SOLD} if seats_go else {None, Finding.SOLD}
