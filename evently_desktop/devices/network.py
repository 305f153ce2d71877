"""A device at the end of a TCP connection, with time limits and faults that a clerk can read."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Self

from evently_desktop.errors import DeviceError
from evently_desktop.language import tr


class NoAnswer(Exception):
    """The device said or took nothing in time."""


class HungUp(NoAnswer):
    """The device broke the connection."""


class Line:
    """An open connection. Everything waits at most ``patience`` seconds."""

    def __init__(self, connection: socket.socket, patience: float) -> None:
        self._socket = connection
        self._patience = patience
        connection.settimeout(patience)

    @classmethod
    @contextmanager
    def to(cls, name: str, host: str, port: int, patience: float) -> Iterator[Self]:
        """Connect, and close at the end; `DeviceError` when the device cannot be reached."""
        try:
            connection = socket.create_connection((host, port), patience)
        except OSError as error:
            raise DeviceError(
                tr("{name} cannot be reached: check that it is on and its network cable is in.", name=name)
            ) from error
        with connection:
            yield cls(connection, patience)

    def send(self, data: bytes) -> None:
        """Send everything; `NoAnswer` when the device stops taking it."""
        try:
            self._socket.sendall(data)
        except TimeoutError as error:
            raise NoAnswer from error
        except OSError as error:
            raise HungUp from error

    def pending(self) -> bytes:
        """What the device has said already, without waiting."""
        said = b""
        self._socket.setblocking(False)
        try:
            while more := self._socket.recv(4096):
                said += more
        except OSError:
            # Nothing more to read now, or ever.
            return said
        finally:
            self._socket.settimeout(self._patience)
        return said

    def answers(self) -> Iterator[int]:
        """The bytes the device says from now on, one by one; `NoAnswer` when the patience is over."""
        end = monotonic() + self._patience
        while True:
            left = end - monotonic()
            if left <= 0:
                raise NoAnswer
            self._socket.settimeout(left)
            try:
                said = self._socket.recv(1)
            except TimeoutError as error:
                raise NoAnswer from error
            except OSError as error:
                raise HungUp from error
            if not said:
                raise HungUp
            yield said[0]
