"""A bug in a slot or while painting shows a calm dialog in the real program, and the program goes on."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT, TestServer
from tests.house import Hall


def test_a_bug_is_told_and_the_program_goes_on(house_server: TestServer, hall: Hall, tmp_path: Path) -> None:
    url = house_server.admin_url
    server = f"postgresql://{url.host}:{url.port}/{url.database}"
    program = subprocess.run(
        [sys.executable, "-m", "tests.stories.crashing_counter", server, house_server.login("anna"),
         str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert program.stdout.splitlines() == [
        "told: LookupError: no such drawer", "told: LookupError: no such drawer", "found nothing", "goes on",
    ], program.stderr  # fmt: skip
    assert program.returncode == 0
    log = (tmp_path / "log" / "evently.log").read_text()
    assert log.count("LookupError: no such drawer") == 2
    assert "in fail" in log
