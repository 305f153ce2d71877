"""A server that says it is some version of PostgreSQL: it speaks the protocol, and knows hardly anything."""

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from sqlalchemy import URL

Read = Callable[[int], bytes]

_SSL_REQUEST = 80877103
_ENDS = {b"BEGIN": b"T", b"COMMIT": b"I", b"ROLLBACK": b"I"}
# Whatever else is asked is answered by one row with nothing in it; types of extensions there are none.
_KNOWN = {b"standard_conforming_strings": b"on", b"transaction isolation level": b"read committed"}


class StubServer:
    """Lets anybody in on a free port of this PC as PostgreSQL ``version``; `asked` has the statements it was asked."""

    def __init__(self, version: str) -> None:
        self._version = version
        self.asked: list[bytes] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> URL:
        port: int = self._server.getsockname()[1]
        return URL.create("postgresql+psycopg", "anna", "secret", "127.0.0.1", port, "evently")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError, struct.error), client, client.makefile("rb") as said:
            while struct.unpack("!i", self._body(said.read(4), said.read)[:4])[0] == _SSL_REQUEST:
                client.sendall(b"N")
            client.sendall(self._welcome())
            _Talk(self, client).go_on(said.read)

    def _welcome(self) -> bytes:
        settings = {
            "server_version": self._version, "server_encoding": "UTF8", "client_encoding": "UTF8",
            "standard_conforming_strings": "on", "integer_datetimes": "on", "DateStyle": "ISO, MDY", "TimeZone": "UTC",
        }  # fmt: skip
        status = [_message(b"S", f"{name}\0{value}\0".encode()) for name, value in settings.items()]
        return b"".join([_message(b"R", struct.pack("!i", 0)), *status, _message(b"Z", b"I")])

    @staticmethod
    def _body(length: bytes, read: Read) -> bytes:
        return read(struct.unpack("!i", length)[0] - 4)


class _Talk:
    """One connection that has signed in."""

    def __init__(self, server: StubServer, client: socket.socket) -> None:
        self._server = server
        self._client = client
        self._state = b"I"
        self._statement = b""

    def go_on(self, read: Read) -> None:
        while kind := read(1):
            body = StubServer._body(read(4), read)
            match kind:
                case b"Q":
                    self._statement = body.rstrip(b"\0")
                    self._client.sendall(self._described() + self._done() + self._ready())
                case b"P":
                    self._statement = body.split(b"\0")[1]
                    self._client.sendall(_message(b"1", b""))
                case b"B":
                    self._client.sendall(_message(b"2", b""))
                case b"D":
                    self._client.sendall(self._described())
                case b"E":
                    self._client.sendall(self._done())
                case b"S":
                    self._client.sendall(self._ready())
                case b"X":
                    return
                case _:
                    """Nothing else needs an answer."""

    def _is_command(self) -> bool:
        return self._statement.split(b" ")[0] in _ENDS

    def _described(self) -> bytes:
        if self._is_command():
            return b""
        return _message(b"T", struct.pack("!h", 1) + b"answer\0" + struct.pack("!ihihih", 0, 0, 25, -1, -1, 0))

    def _done(self) -> bytes:
        self._server.asked.append(self._statement)
        if self._is_command():
            self._state = _ENDS[self._statement.split(b" ")[0]]
            return _message(b"C", self._statement + b"\0")
        if b"pg_type" in self._statement:
            return _message(b"C", b"SELECT 0\0")
        if b"version()" in self._statement:
            value = f"PostgreSQL {self._server._version} on x86_64-pc-linux-gnu, compiled by gcc".encode()
        else:
            value = next((value for words, value in _KNOWN.items() if words in self._statement), b"")
        row = _message(b"D", struct.pack("!hi", 1, len(value)) + value)
        return row + _message(b"C", b"SELECT 1\0")

    def _ready(self) -> bytes:
        return _message(b"Z", self._state)


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body
