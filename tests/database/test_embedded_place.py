"""Where the server of one PC lives, and as whom: as root, as somebody else, and behind closed folders."""

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from evently_desktop.database import embedded_place
from evently_desktop.database.embedded import EmbeddedServer
from evently_desktop.database.embedded_place import Place, place_of
from evently_desktop.errors import EmbeddedServerError
from tests.database.servers import another_program, connect

IS_ROOT = os.geteuid() == 0


@pytest.fixture
def closed(open_folder: Path) -> Iterator[Path]:
    """A folder that only its owner can enter, like root's own or a person's home."""
    folder = open_folder / "closed"
    folder.mkdir(0o700)
    yield folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_behind_a_closed_folder_the_server_still_runs(closed: Path) -> None:
    """As root it goes where its account can follow; anyone else is the account."""
    server = EmbeddedServer(closed / "office")
    try:
        with connect(server.place, server.start()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        shared = server.place.home.is_relative_to(embedded_place.SHARED)
        postmaster = psutil.Process(server.status().pid)
        assert shared == IS_ROOT
        assert postmaster.uids().real != 0
        assert stat.S_IMODE(server.place.data.stat().st_mode) == 0o700
        assert stat.S_IMODE(server.place.log.stat().st_mode) == 0o700
        assert server.place.password.stat().st_uid == os.geteuid()
    finally:
        server.stop(force=True)


def test_in_an_open_folder_the_server_stays_where_it_was_asked_for(fresh: EmbeddedServer) -> None:
    assert fresh.place.home == fresh._folder.resolve()


def test_a_folder_that_is_closed_later_does_not_lose_its_data(open_folder: Path) -> None:
    _make_data(place_of(open_folder / "office"))
    open_folder.chmod(0o700)
    assert place_of(open_folder / "office").home == open_folder / "office"


def test_a_folder_that_is_opened_later_does_not_lose_its_data(closed: Path) -> None:
    place = place_of(closed / "office")
    _make_data(place)
    closed.chmod(0o711)
    assert place_of(closed / "office").home == place.home
    closed.chmod(0o700)


def _make_data(place: Place) -> None:
    place.make_home()
    place.data.mkdir()
    place.give_to_server(place.data)


def test_data_that_root_restored_is_handed_over_first(server: EmbeddedServer) -> None:
    account, data = server.place.account, server.place.data
    shutil.copytree(data, data.with_name("restored"))
    data.rename(data.with_name("original"))
    data.with_name("restored").rename(data)
    if account:
        with pytest.raises(EmbeddedServerError, match=f"chown -R {account.name}"):
            EmbeddedServer(server._folder).start()
        subprocess.run(["chown", "-R", account.name, str(data)], check=True)
    with connect(server.place, EmbeddedServer(server._folder).start()):
        pass


def test_every_spelling_of_a_folder_is_the_same_place(closed: Path) -> None:
    (closed / "link").symlink_to(closed, target_is_directory=True)
    assert place_of(closed / "link" / "office") == place_of(closed / "sub" / ".." / "office")
    assert place_of(closed / "office") != place_of(closed / "other")


def test_programs_in_a_closed_folder_are_copied_once(closed: Path) -> None:
    """A program installed below /root finds its PostgreSQL there, where no other account can run it."""
    wheel = place_of(closed).programs.parents[1]
    for part in (wheel.name, f"{wheel.name}.libs"):
        unwanted = shutil.ignore_patterns("include", "pginstall", "*.a")
        shutil.copytree(wheel.parent / part, closed / "site" / part, symlinks=True, ignore=unwanted)
    installed = f"import sys; sys.path.insert(0, {str(closed / 'site')!r})\n"
    code = "print(server.place.programs); server.start(); server.stop(); print(server.status().pid)"

    server = EmbeddedServer(closed / "office")
    answers = [another_program(server, code, installed).communicate(timeout=60)[0] for _ in range(2)]

    programs, pid = answers[0].splitlines()
    assert answers[0] == answers[1]
    assert pid == "None"
    assert Path(programs).is_relative_to(embedded_place.SHARED if IS_ROOT else closed)
    assert not list(embedded_place.SHARED.glob("new-*"))


_AS_NOBODY = """
import os, encodings.idna, sqlalchemy.dialects.postgresql.psycopg
if os.geteuid() == 0:
    import pwd
    from evently_desktop.database import embedded
    nobody = pwd.getpwnam("nobody")
    folder = embedded.Path(__import__("sys").argv[2])
    folder.mkdir(0o700)
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)
"""


def test_anyone_but_root_runs_the_server_as_himself(fresh: EmbeddedServer) -> None:
    programs = fresh.place.programs.parents[2]
    seen = f"import sys; sys.path.insert(0, {str(programs)!r})\n"
    code = """
import os, psutil
address = server.start()
assert server.start() == address
owner = psutil.Process(server.status().pid).uids().real
server.stop()
print(owner == os.geteuid() != 0, server.place.account, server.place.home, server.status().pid)
"""
    answer = another_program(fresh, code, seen + _AS_NOBODY).communicate(timeout=60)[0]
    assert answer.strip() == f"True None {fresh._folder} None"
