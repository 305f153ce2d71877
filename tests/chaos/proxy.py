"""A proxy between counters and their server that does to each message what networks do, by a seeded dice.

It knows where PostgreSQL's messages begin and end, so a connection can break before or after each of them.
"""

import asyncio
import random
import socket
import struct
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

KINDS = ("cut before", "cut after", "delay", "split", "half-open counter", "half-open server", "blackhole", "late")


@dataclass
class Dice:
    """Which fault comes next on a connection, and after how many of its messages.

    The kinds come round in shuffled order, so that a short run has all of them; the same seed gives the same order.
    """

    seed: int
    messages: int
    _deck: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def next(self) -> tuple[int, str]:
        if not self._deck:
            self._deck = self.random.sample(KINDS, len(KINDS))
        return 1 + int(self.random.expovariate(1 / self.messages)), self._deck.pop()


class Proxy:
    """Runs in a thread of its own from `start` to `stop`.

    `done` counts the faults by kind, `under_way` those that have begun and not ended.
    """

    def __init__(self, host: str, port: int, seed: int, messages: int) -> None:
        """Break a connection about every so many messages."""
        self.server = (host, port)
        self.done: Counter[str] = Counter()
        self.dice = Dice(seed, messages)
        self.faulty = False
        self.under_way = 0
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._links: set[_Link] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)

    def start(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _listen(self) -> None:
        self._listener = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        self._listener.close()
        for link in list(self._links):
            link.drop()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            server_reader, server_writer = await asyncio.open_connection(*self.server)
        except OSError:
            _reset(writer)
            return
        link = _Link(self, (reader, writer), (server_reader, server_writer))
        self._links.add(link)
        await link.run()
        self._links.discard(link)


@dataclass
class _Side:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    # The very first message of a client has no letter in front of its length.
    header: int


class _Link:
    """One connection of a counter through the proxy."""

    def __init__(
        self,
        proxy: Proxy,
        counter: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self.proxy = proxy
        self.counter, self.server = _Side(*counter, 0), _Side(*server, 1)
        self.countdown, self.kind = proxy.dice.next()
        self.broken = asyncio.Event()

    async def run(self) -> None:
        pumps = [
            asyncio.ensure_future(self._pump(self.counter, self.server)),
            asyncio.ensure_future(self._pump(self.server, self.counter)),
        ]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        if self.broken.is_set():
            await asyncio.wait(pumps)
        for pump in pumps:
            pump.cancel()
        self.drop()

    def drop(self) -> None:
        _reset(self.counter.writer)
        _reset(self.server.writer)

    async def _pump(self, source: _Side, target: _Side) -> None:
        waiting = b""
        with suppress(ConnectionError, OSError):
            while not self.broken.is_set():
                data = await source.reader.read(65536)
                if not data:
                    return
                waiting += data
                messages, waiting = _split(source, waiting)
                for index, message in enumerate(messages):
                    if target.writer.transport.is_closing():
                        return
                    if self.proxy.faulty and self._is_time():
                        self.proxy.under_way += 1
                        try:
                            await self._break(source, target, message)
                        finally:
                            self.proxy.under_way -= 1
                        if self.broken.is_set():
                            return
                    else:
                        target.writer.write(message)
                        if index == len(messages) - 1:
                            await target.writer.drain()

    def _is_time(self) -> bool:
        self.countdown -= 1
        return self.countdown == 0

    async def _break(self, source: _Side, target: _Side, message: bytes) -> None:
        """Do the next fault to this message; most of them end the connection."""
        kind, dice = self.kind, self.proxy.dice.random
        self.proxy.done[kind] += 1
        if kind in {"delay", "split"}:
            pieces = [message] if kind == "delay" else [message[:1], message[1:4], message[4:]]
            for piece in pieces:
                await asyncio.sleep(dice.uniform(0.05, 0.6) / len(pieces))
                target.writer.write(piece)
                await target.writer.drain()
            self.countdown, self.kind = self.proxy.dice.next()
            return
        self.broken.set()
        if kind == "cut after":
            target.writer.write(message)
            await target.writer.drain()
        elif kind == "half-open counter":
            # The server is gone, and the counter hears nothing of it.
            _reset(self.server.writer)
            await asyncio.sleep(dice.uniform(0.5, 2))
        elif kind == "half-open server":
            # The counter is gone, and the server hears nothing of it.
            _reset(self.counter.writer)
            await asyncio.sleep(dice.uniform(0.5, 4))
        elif kind == "blackhole":
            await asyncio.sleep(dice.uniform(0.5, 2))
        elif kind == "late":
            _reset(self.counter.writer)
            await asyncio.sleep(dice.uniform(0.2, 2))
            if target is self.server:
                target.writer.write(message)
                await target.writer.drain()
                await asyncio.sleep(0.2)
        self.drop()


def _split(side: _Side, data: bytes) -> tuple[list[bytes], bytes]:
    """The whole messages in ``data``, and what is left."""
    messages = []
    while len(data) >= side.header + 4:
        end = side.header + struct.unpack_from(">I", data, side.header)[0]
        if len(data) < end:
            break
        messages.append(data[:end])
        data = data[end:]
        side.header = 1
    return messages, data


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection at once, as a machine does that was switched off and on."""
    with suppress(OSError):
        connection = writer.get_extra_info("socket")
        if connection is not None and connection.fileno() >= 0:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
