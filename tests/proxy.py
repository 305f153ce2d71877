"""A TCP proxy that stands between a program and its server, and can fail as networks do.

`Proxy` passes bytes on unread. `cut_after(text, answers)` waits for a message of the client that holds ``text``,
then lets that many of the server's answers through (0: none) and breaks the connection; the server has got the
message. `questions` are what clients sent after they had heard all that came before: one for each round trip.
`freeze` keeps connections open and silent, as a half-open one is.
"""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self


@dataclass
class _Trap:
    text: bytes
    answers: int
    sprung: threading.Event


class Proxy:
    """Listens on a free port of this PC and connects each caller through to ``host`` and ``to_port``."""

    def __init__(self, host: str, to_port: int) -> None:
        self._target = host, to_port
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._trap: _Trap | None = None
        self._flowing = threading.Event()
        self._flowing.set()
        self.questions: list[bytes] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_after(self, text: bytes, answers: int = 0) -> threading.Event:
        """Break the next connection whose client sends ``text``, ``answers`` of the server's packets later.

        The event that is returned is set as it breaks.
        """
        with self._lock:
            self._trap = _Trap(text, answers, threading.Event())
            return self._trap.sprung

    def cut(self) -> None:
        """Break all connections now."""
        with self._lock:
            ends = list(self._open)
        for end in ends:
            _close(end)

    def freeze(self) -> None:
        """Pass nothing on any more, in silence."""
        self._flowing.clear()

    def thaw(self) -> None:
        """Pass on again, first what was kept."""
        self._flowing.set()

    def close(self) -> None:
        """Break everything and listen no longer."""
        # Closing alone leaves the socket open for as long as a thread waits on it: one more would be let in.
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._flowing.set()
        self.cut()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                try:
                    server = socket.create_connection(self._target)
                except OSError:
                    client.close()
                    continue
                # A packet that waits for the next one would make every round trip 40 ms.
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self._lock:
                    self._open |= {client, server}
                line = _Line(self, client, server)
                threading.Thread(target=line.forward, daemon=True).start()
                threading.Thread(target=line.back, daemon=True).start()

    def _take_trap(self, data: bytes) -> _Trap | None:
        with self._lock:
            if self._trap is None or self._trap.text not in data:
                return None
            trap, self._trap = self._trap, None
            return trap

    def _ended(self, *ends: socket.socket) -> None:
        with self._lock:
            self._open -= set(ends)
        for end in ends:
            _close(end)


class _Line:
    """One connection through the proxy."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._trap: _Trap | None = None
        self._answered = True

    def forward(self) -> None:
        with suppress(OSError):
            while data := self._client.recv(65536):
                self._proxy._flowing.wait()
                self._trap = self._trap or self._proxy._take_trap(data)
                if self._answered:
                    self._answered = False
                    self._proxy.questions.append(b"")
                self._proxy.questions[-1] += data
                self._server.sendall(data)
        self._proxy._ended(self._client, self._server)

    def back(self) -> None:
        with suppress(OSError):
            while data := self._server.recv(65536):
                self._proxy._flowing.wait()
                if self._trap is not None:
                    if self._trap.answers == 0:
                        self._trap.sprung.set()
                        break
                    self._trap.answers -= 1
                self._answered = True
                self._client.sendall(data)
        self._proxy._ended(self._client, self._server)


def _close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
