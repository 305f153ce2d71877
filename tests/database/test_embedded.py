"""The life of the server of one PC: made, started, found, stopped, and still there when others fail."""

import socket
import subprocess

import psutil
import psycopg
import pytest

from evently_desktop.database.embedded import EmbeddedServer
from evently_desktop.database.embedded_data import OWNER, owner_password
from evently_desktop.database.embedded_processes import wait_until
from evently_desktop.errors import EmbeddedServerError, ServerInUse
from tests.database.servers import another_program, connect


def test_the_first_start_makes_a_safe_server(fresh: EmbeddedServer) -> None:
    address = fresh.start()

    with connect(fresh.place, address) as connection:
        shown = {
            name: connection.execute(psycopg.sql.SQL("SHOW {}").format(psycopg.sql.Identifier(name))).fetchone()
            for name in ("fsync", "synchronous_commit", "data_checksums", "password_encryption", "timezone")
        }
        sockets = connection.execute("SHOW unix_socket_directories").fetchone()
        listening = connection.execute("SHOW listen_addresses").fetchone()
        methods = connection.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
        locale = connection.execute(
            "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database"
            " WHERE datname = current_database()"
        ).fetchone()
    assert shown == {
        "fsync": ("on",),
        "synchronous_commit": ("on",),
        "data_checksums": ("on",),
        "password_encryption": ("scram-sha-256",),
        "timezone": ("UTC",),
    }
    assert (sockets, listening) == (("",), ("127.0.0.1",))
    assert methods == [("scram-sha-256",)]
    assert locale == ("b", "C.UTF-8", "UTF8")
    assert address.database == "evently"
    assert fresh.status().address == address


def test_nobody_gets_in_without_the_password(server: EmbeddedServer) -> None:
    address = server.start()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(address.conninfo(OWNER, "guessed"))


def test_the_password_is_in_its_file_and_nowhere_else(fresh: EmbeddedServer) -> None:
    fresh.start()
    password = owner_password(fresh.place)

    assert len(password) >= 32
    assert fresh.place.password.stat().st_mode & 0o777 == 0o600
    assert not [path for path in fresh.place.home.iterdir() if path.name.startswith("new-")]
    logs = [path.read_text() for path in fresh.place.log.iterdir()]
    commands = [" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])]
    shown = [str(fresh.admin_url), repr(fresh.admin_url), repr(fresh.status()), repr(fresh.place)]
    assert logs
    assert not [text for text in [*logs, *commands, *shown] if password in text]


def test_the_log_keeps_no_statement_that_failed(server: EmbeddedServer) -> None:
    with connect(server.place, server.start()) as connection:
        for password in ("hidden-by-us", "shown-on-demand"):
            with pytest.raises(psycopg.errors.UndefinedObject):
                connection.execute(f"ALTER ROLE no_such_role PASSWORD '{password}'")
            connection.execute("SET log_min_error_statement = 'error'")
    server.stop()
    log = "".join(path.read_text() for path in server.place.log.iterdir())
    assert "no_such_role" in log
    assert "shown-on-demand" in log
    assert "hidden-by-us" not in log


def test_a_running_server_is_found(server: EmbeddedServer) -> None:
    address = server.start()
    pid = server.status().pid
    assert EmbeddedServer(server._folder).start() == address

    other = another_program(server, "print(server.start().port, server.status().pid)")
    assert other.communicate(timeout=30)[0].split() == [str(address.port), str(pid)]


def test_data_and_port_outlive_a_stop(server: EmbeddedServer) -> None:
    address = server.start()
    with connect(server.place, address) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    server.stop()
    assert server.status().pid is None
    assert server.status().address is None
    server.stop()

    assert server.start() == address
    with connect(server.place, address) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_port_that_a_stranger_took_is_left_to_him(server: EmbeddedServer) -> None:
    port = server.start().port
    server.stop()
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", port))
        stranger.listen()

        address = server.start()

        assert address.port != port
        with connect(server.place, address):
            pass


def test_variables_of_the_environment_lead_nowhere(server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = {"PGHOSTADDR": "127.0.0.9", "PGPORT": "1", "PGDATA": "/nowhere", "PGSSLMODE": "verify-full"}
    for name, value in {**elsewhere, "PGOPTIONS": "-c broken", "PGREQUIREAUTH": "none"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PGOPTIONS")

    address = server.start()

    with connect(server.place, address) as connection:
        assert connection.info.hostaddr == "127.0.0.1"
    with pytest.raises(psycopg.OperationalError, match=r"127\.0\.0\.9"):
        psycopg.connect(host="127.0.0.1", port=address.port, user=OWNER, sslmode="disable")


def test_a_stop_waits_for_the_last_counter(server: EmbeddedServer) -> None:
    address = server.start()
    with connect(server.place, address, application_name="Counter 2"):
        with pytest.raises(ServerInUse, match=r"postgres \(Counter 2\)") as refused:
            server.stop()
        assert refused.value.users == ("postgres (Counter 2)",)
        assert server.status().address == address
    server.stop()
    assert server.status().pid is None


def test_a_forced_stop_waits_for_nobody(server: EmbeddedServer) -> None:
    with connect(server.place, server.start()) as connection:
        server.stop(force=True)
        assert server.status().pid is None
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_the_url_of_the_owner_needs_a_running_server(server: EmbeddedServer) -> None:
    with pytest.raises(EmbeddedServerError, match="start it first"):
        _ = server.admin_url
    address = server.start()
    assert (server.admin_url.port, server.admin_url.database) == (address.port, "evently")


def test_the_programs_are_those_of_the_server(server: EmbeddedServer) -> None:
    shown = subprocess.run([server.program("pgbench"), "--version"], capture_output=True, text=True, check=True)
    assert shown.stdout.startswith("pgbench (PostgreSQL) 18.")


_LONG_STATEMENT = """
import psycopg
connection = psycopg.connect(input(), autocommit=True)
connection.execute(f"SET client_connection_check_interval = '{input()}'")
connection.execute("SELECT pg_advisory_lock(%s)", [int(input())])
print("locked", flush=True)
connection.execute("SELECT pg_sleep(60)")
"""


def test_a_client_that_died_in_a_statement_frees_its_locks(server: EmbeddedServer) -> None:
    address = server.start()
    with connect(server.place, address) as connection:

        def locked() -> set[object]:
            rows = connection.execute("SELECT objid FROM pg_locks WHERE locktype = 'advisory'")
            return {key for (key,) in rows}

        (interval,) = connection.execute("SHOW client_connection_check_interval").fetchone() or ("",)
        clients = []
        for key, setting in enumerate((interval, "0"), start=1):
            client = another_program(server, _LONG_STATEMENT)
            assert client.stdin
            assert client.stdout
            client.stdin.write(f"{address.conninfo(OWNER, owner_password(server.place))}\n{setting}\n{key}\n")
            client.stdin.flush()
            assert client.stdout.readline() == "locked\n"
            clients.append(client)
        assert locked() == {1, 2}
        for client in clients:
            client.kill()
            client.communicate()

        assert wait_until(lambda: 1 not in locked(), seconds=5)
        assert locked() == {2}
