"""Printers that listen on a port of this machine and speak the real protocols."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

Connection = socket.socket
Serve = Callable[["Reader", Connection], None]


class Gone(Exception):
    """The other side has closed."""


class Reader:
    """Reads exact numbers of bytes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            try:
                more = self._connection.recv(count - len(data))
            except ConnectionError as error:
                raise Gone from error
            if not more:
                raise Gone
            data += more
        return data


@contextmanager
def listening(serve: Serve) -> Iterator[int]:
    """Serve one connection after another on a free port; gives the port."""
    server = socket.create_server(("127.0.0.1", 0))
    open_now: list[Connection] = []

    def run() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            open_now.append(connection)
            with connection:
                try:
                    serve(Reader(connection), connection)
                except (Gone, OSError):
                    continue

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield int(server.getsockname()[1])
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        for connection in open_now:
            connection.close()
        thread.join(timeout=10)


class Boca:
    """A ticket printer that understands FGL graphics and keeps what it printed as black dots.

    ``answers`` holds, for each ticket, the bytes that it answers (b"" for none, None to hang up); tickets
    after the last are acknowledged. ``greeting`` is what lay unread in the printer before the connection.
    """

    def __init__(self, answers: list[bytes | None] | None = None, greeting: bytes = b"", ready: bool = True) -> None:
        self.tickets: list[NDArray[np.bool_]] = []
        self._answers = list(answers or [])
        self._greeting = greeting
        self._ready = ready

    def serve(self, reader: Reader, connection: Connection) -> None:
        connection.sendall(self._greeting)
        canvas = np.zeros((1600, 2400), dtype=np.bool_)
        row = column = 0
        while True:
            command = self._command(reader)
            if command == b"S1":
                connection.sendall(b"\x11" if self._ready else b"")
            elif command == b"CB":
                canvas[:] = False
            elif place := re.fullmatch(rb"RC(\d+),(\d+)", command):
                row, column = int(place[1]), int(place[2])
            elif graphics := re.fullmatch(rb"G(\d+)", command):
                data = np.frombuffer(reader.take(int(graphics[1])), dtype=np.uint8)
                band = np.unpackbits(data[:, None], axis=1).T.astype(np.bool_)
                canvas[row : row + 8, column : column + len(data)] |= band
            elif command == b"p":
                answer = self._answers.pop(0) if self._answers else b"\x13\x06\x11"
                if answer is None:
                    return
                if b"\x06" in answer:
                    self.tickets.append(canvas.copy())
                connection.sendall(answer)

    @staticmethod
    def _command(reader: Reader) -> bytes:
        assert reader.take(1) == b"<", "FGL commands stand in angle brackets"
        command = b""
        while not command.endswith(b">"):
            command += reader.take(1)
        return command[:-1]


class EscPos:
    """A receipt printer; ``trouble`` is the answer to DLE EOT 2, and in trouble it prints nothing."""

    def __init__(self, trouble: int = 0x12, jams_at: int | None = None) -> None:
        self.trouble = trouble
        self.pages: list[NDArray[np.bool_]] = []
        self.drawer_opened = 0
        self._jams_at = jams_at

    def serve(self, reader: Reader, connection: Connection) -> None:
        bands: list[NDArray[np.bool_]] = []
        while True:
            match reader.take(1):
                case b"\x10":
                    assert reader.take(2) == b"\x04\x02"
                    connection.sendall(bytes([0x10, self.trouble]))
                case b"\x1b":
                    self._escape(reader)
                case b"\x1d":
                    self._group(reader, connection, bands)
                case other:
                    raise AssertionError(other)

    def _escape(self, reader: Reader) -> None:
        match reader.take(1):
            case b"@":
                return
            case b"p":
                reader.take(3)
                self.drawer_opened += 1
            case other:
                raise AssertionError(other)

    def _group(self, reader: Reader, connection: Connection, bands: list[NDArray[np.bool_]]) -> None:
        match reader.take(1):
            case b"v":
                assert reader.take(2) == b"0\x00"
                width = int.from_bytes(reader.take(2), "little")
                height = int.from_bytes(reader.take(2), "little")
                data = np.frombuffer(reader.take(width * height), dtype=np.uint8)
                bands.append(np.unpackbits(data.reshape(height, width), axis=1).astype(np.bool_))
            case b"V":
                reader.take(2)
                if self._jams_at == len(self.pages):
                    self.trouble = 0x12 | 0x20
                else:
                    self.pages.append(np.concatenate(bands))
                bands.clear()
            case b"r":
                reader.take(1)
                if self.trouble == 0x12:
                    connection.sendall(b"\x00")
            case other:
                raise AssertionError(other)


def mute(reader: Reader, _connection: Connection) -> None:
    """A device that takes everything and says nothing."""
    while True:
        reader.take(1)
