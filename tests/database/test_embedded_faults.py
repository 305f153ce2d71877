"""The server of one PC when something died, was damaged or came at the wrong moment."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from evently_desktop.database.embedded import EmbeddedServer
from evently_desktop.database.embedded_processes import find_postmaster, of_data, wait_until
from evently_desktop.errors import EmbeddedServerError
from tests.database.servers import another_program, connect

_CONTROL_SECONDS = 10


@contextmanager
def _stranger(server: EmbeddedServer) -> Iterator[int]:
    """The id of a living process of the server's account that is not PostgreSQL."""
    account = server.place.account
    with subprocess.Popen(["sleep", "600"], **(account.options if account else {})) as process:
        yield process.pid
        process.kill()


def _pid_file_of(server: EmbeddedServer, pid: int) -> None:
    written = f"{pid}\n{server.place.data}\n1700000000\n5432\n\n127.0.0.1\n  1234567  7654321\nready   \n"
    pid_file = server.place.data / "postmaster.pid"
    pid_file.write_text(written)
    server.place.give_to_server(pid_file)


def test_an_empty_pid_file_is_repaired(server: EmbeddedServer) -> None:
    (server.place.data / "postmaster.pid").touch()
    assert not server.place.start(_CONTROL_SECONDS)

    with connect(server.place, server.start()):
        pass


def test_the_pid_file_of_another_program_is_repaired(server: EmbeddedServer) -> None:
    with _stranger(server) as pid:
        _pid_file_of(server, pid)
        assert not server.place.start(_CONTROL_SECONDS)
        assert server.status().address is None

        with connect(server.place, server.start()):
            pass
        assert psutil.pid_exists(pid)


def test_a_stop_leaves_the_program_alone_whose_number_is_in_the_pid_file(server: EmbeddedServer) -> None:
    with _stranger(server) as pid:
        _pid_file_of(server, pid)
        server.stop()
        server.stop(force=True)
        assert psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_a_stale_pid_file_is_repaired(server: EmbeddedServer) -> None:
    with _stranger(server) as pid:
        pass
    _pid_file_of(server, pid)
    with connect(server.place, server.start()):
        pass


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_text("")], ids=["gone", "empty"])
def test_a_postmaster_that_lost_its_pid_file_gives_way(
    server: EmbeddedServer, damage: Callable[[Path], object]
) -> None:
    server.start()
    first = server.status().pid
    damage(server.place.data / "postmaster.pid")

    with connect(server.place, server.start()):
        pass

    assert first is not None
    assert server.status().pid != first
    assert find_postmaster(server.place.data) == psutil.Process(server.status().pid)


def test_a_killed_postmaster_takes_no_sale_with_it(server: EmbeddedServer) -> None:
    """One child is busy, and one hangs so that only a kill ends it; both still hold the shared memory."""
    address = server.start()
    with connect(server.place, address) as connection:
        connection.execute("DROP TABLE IF EXISTS sold")
        connection.execute("CREATE TABLE sold AS SELECT generate_series(1, 1000) AS seat")
    with closing(connect(server.place, address)) as busy, closing(connect(server.place, address)) as hung:
        orphans = [psutil.Process(one.info.backend_pid) for one in (busy, hung)]
        busy.pgconn.send_query(b"DO 'BEGIN LOOP END LOOP; END'")
        assert wait_until(lambda: orphans[0].cpu_times().user > 0.2, seconds=10)
        orphans[1].suspend()
        postmaster = find_postmaster(server.place.data)
        assert postmaster
        postmaster.kill()
        assert wait_until(lambda: find_postmaster(server.place.data) is None, seconds=10)
        assert {process.pid for process in orphans} <= {process.pid for process in of_data(server.place.data)}
        assert not server.place.start(_CONTROL_SECONDS)

        address = server.start()

        left = {process.pid for process in of_data(server.place.data)}
        assert not left & {process.pid for process in orphans}
    with connect(server.place, address) as connection:
        assert connection.execute("SELECT count(*) FROM sold").fetchone() == (1000,)


def test_orphans_of_another_server_are_left_alone(server: EmbeddedServer, open_folder: Path) -> None:
    other = EmbeddedServer(open_folder / "other")
    with connect(other.place, other.start()) as connection:
        server.start()
        postmaster = find_postmaster(server.place.data)
        assert postmaster
        postmaster.kill()
        server.start()
        server.stop(force=True)
        assert connection.execute("SELECT 1").fetchone() == (1,)
    other.stop(force=True)


def test_the_server_outlives_the_program_that_started_it(server: EmbeddedServer) -> None:
    starter = another_program(server, "print(server.start().port, server.status().pid, flush=True); input()")
    assert starter.stdout
    port, pid = map(int, starter.stdout.readline().split())
    os.killpg(starter.pid, signal.SIGKILL)
    starter.communicate()

    assert server.start().port == port
    assert server.status().pid == pid


_BOTH_AT_ONCE = """
print("ready", flush=True)
input()
try:
    print(server.start().port, server.status().pid)
except Exception as error:
    print("failed", error)
"""
_UNLOCKED = """
import fasteners
fasteners.InterProcessLock.acquire = lambda self, **options: True
fasteners.InterProcessLock.release = lambda self: None
"""


def _start_both(server: EmbeddedServer, before: str = "") -> list[str]:
    programs = [another_program(server, _BOTH_AT_ONCE, before) for _ in range(2)]
    for program in programs:
        assert program.stdout
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin
        program.stdin.write("go\n")
        program.stdin.flush()
    return [program.communicate(timeout=60)[0].strip() for program in programs]


def test_two_counters_that_start_at_once_share_one_new_server(fresh: EmbeddedServer) -> None:
    first, second = _start_both(fresh)
    assert "failed" not in first
    assert first == second


def test_without_the_lock_two_counters_would_get_in_each_others_way(fresh: EmbeddedServer) -> None:
    assert any("failed" in answer for answer in _start_both(fresh, _UNLOCKED))


def _files(folder: Path) -> dict[Path, int]:
    return {path.relative_to(folder): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


@contextmanager
def _in_place_of(file: Path, text: str | None) -> Iterator[None]:
    """For a while the file holds something else, or is missing."""
    kept = file.with_name(f"{file.name}.kept")
    file.rename(kept)
    if text is not None:
        file.write_text(text)
        shutil.copystat(kept, file)
        shutil.chown(file, kept.stat().st_uid, kept.stat().st_gid)
    try:
        yield
    finally:
        kept.replace(file)


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("data/PG_VERSION", None, "no whole database"),
        ("data/global/pg_control", "", "no whole database"),
        ("data/PG_VERSION", "16\n", "made by PostgreSQL 16, and this program runs 18"),
        ("owner.password", None, "restore that file"),
    ],
)
def test_a_damaged_database_is_refused_and_left_as_it_is(
    server: EmbeddedServer, file: str, text: str | None, sentence: str
) -> None:
    with _in_place_of(server.place.home / file, text):
        before = _files(server.place.data)
        with pytest.raises(EmbeddedServerError, match=sentence):
            server.start()
        assert _files(server.place.data) == before


def test_a_running_database_is_never_made_anew(server: EmbeddedServer) -> None:
    with connect(server.place, server.start()) as connection:
        (server.place.data / "PG_VERSION").rename(server.place.data / "PG_VERSION.away")
        with pytest.raises(EmbeddedServerError, match="no whole database"):
            server.start()
        (server.place.data / "PG_VERSION.away").rename(server.place.data / "PG_VERSION")
        assert connection.execute("SELECT 1").fetchone() == (1,)


_FULL_DISK = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
"""
_TRY = """
try:
    print(server.start())
except Exception as error:
    print(type(error).__name__, error)
"""


def test_a_database_that_cannot_be_made_leaves_nothing_behind(fresh: EmbeddedServer) -> None:
    """A limit on the size of files stands in for the full disk: both fail the same writes of initdb."""
    answer = another_program(fresh, _TRY, _FULL_DISK).communicate(timeout=60)[0]

    assert answer.startswith("EmbeddedServerError The database could not be made in")
    assert "File too large" in answer
    assert not fresh.place.data.exists()
    assert not list(fresh.place.home.glob("new-*"))
    with connect(fresh.place, fresh.start()):
        pass


def test_what_a_killed_first_start_left_is_swept(fresh: EmbeddedServer) -> None:
    starter = another_program(fresh, "server.start()")
    assert wait_until(lambda: bool(list(fresh.place.home.glob("new-*/data/base"))), seconds=30)
    starter.kill()
    starter.communicate()
    assert not fresh.place.data.exists()

    with connect(fresh.place, fresh.start()):
        pass

    # The initdb of the killed program may still be writing; the next start finds it gone.
    assert wait_until(lambda: not _standing_in(fresh.place.home, "initdb"), seconds=30)
    fresh.start()
    assert not list(fresh.place.home.glob("new-*"))


def _standing_in(folder: Path, name: str) -> list[psutil.Process]:
    found = psutil.process_iter(["name", "cwd"])
    return [process for process in found if process.info["name"] == name and process.info["cwd"] == str(folder)]


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("shared_buffers = 'lots'", "contains errors"),
        ("listen_addresses = '192.0.2.1'", "could not create any TCP/IP sockets"),
    ],
    ids=["before its log is open", "after"],
)
def test_a_server_that_does_not_start_says_why(server: EmbeddedServer, setting: str, reason: str) -> None:
    with _in_place_of(server.place.data / "postgresql.auto.conf", f"{setting}\n"):
        with pytest.raises(EmbeddedServerError, match=reason):
            server.start()
        assert server.status().pid is None


def test_a_folder_that_cannot_be_used_is_named(open_folder: Path) -> None:
    (open_folder / "file").touch()
    with pytest.raises(EmbeddedServerError, match=r"cannot use .*/file: "):
        EmbeddedServer(open_folder / "file" / "office").start()
