"""The settings that the server of this PC starts with, and the port that it keeps."""

import os
import socket
import sys
import tempfile
from pathlib import Path

from evently_desktop.database.embedded_place import Place

HOST = "127.0.0.1"
SETTINGS_FILE = "evently.conf"

_SETTINGS = {
    "listen_addresses": HOST,
    # A socket's path may have 107 bytes at most, and nobody here needs one.
    "unix_socket_directories": "",
    "max_connections": "100",
    "password_encryption": "scram-sha-256",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    # Box office statements are short: compiling them costs more than it saves.
    "jit": "off",
    "random_page_cost": "1.1",
    # A PC that is switched off must not keep its seats locked, whatever program it ran.
    "tcp_keepalives_idle": "2",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "2",
    # One file a weekday, each emptied when its day comes round again.
    "logging_collector": "on",
    "log_directory": "../log",
    "log_filename": "postgresql-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_file_mode": "0600",
    "log_line_prefix": "%m [%p] %q%u@%d %a ",
    # A statement that failed may hold a password or a customer's name.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


def write_settings(place: Place, port: int) -> None:
    """Put the settings in the file that every start reads; the port is remembered in it too."""
    settings = {"port": str(port), **_SETTINGS}
    if sys.platform != "win32":
        # During a statement the server looks this often whether anybody still waits for its answer.
        settings["client_connection_check_interval"] = "1s"
    text = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
    replace_file(place.home / SETTINGS_FILE, text, 0o644)


def choose_port(place: Place) -> int:
    """The port of the last start if it is still free, else another free one."""
    remembered = _remembered_port(place)
    return remembered if remembered and is_free(remembered) else _free_port()


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the PC."""
    with socket.socket() as probe:
        if sys.platform != "win32":
            # As PostgreSQL does: connections that just ended do not keep a port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def replace_file(path: Path, text: str, mode: int) -> None:
    """Write a file whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}-")
    half_made = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        half_made.chmod(mode)
        half_made.replace(path)
    except OSError:
        half_made.unlink(missing_ok=True)
        raise


def _remembered_port(place: Place) -> int | None:
    try:
        first = (place.home / SETTINGS_FILE).read_text(encoding="utf-8").splitlines()[0]
        return int(first.removeprefix("port = ").strip("'"))
    except (OSError, IndexError, ValueError):
        return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
