"""The load generator: keep-alive connections to one server on this machine, each sending as soon as it was answered.

It parses no more of a response than it must, and works below the event loop, so that it takes little of the cores that
it shares with the server.
"""

from __future__ import annotations

import asyncio
import select
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter, process_time
from typing import cast

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "
ROOM = 262_144
_PATIENCE = 30.0
Payload = tuple[bytes, bytes]
"""A request as it goes over the wire, and what every right answer to it holds."""


class Failed(RuntimeError):  # noqa: N818 - what happened, said plainly
    """The server answered with anything but success: nothing that it measures would mean anything."""


@dataclass(slots=True)
class Sample:
    """What was answered in a stretch of time: seconds it took, the seconds of each answer, our own processor time."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, part: float) -> float:
        """The latency, in milliseconds, that this part of the answers stayed within."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))] * 1000 if ordered else 0.0


def request(body: bytes, token: str, port: int, path: str = "/graphql") -> bytes:
    """One POST as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {token}\r\n"
        "content-type: application/json\r\naccept: application/graphql-response+json\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Client(asyncio.Protocol):
    """One connection for requests that depend on one another, opened again when the server closed it for idleness."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._waiting: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's are no subclass of asyncio's.
        self._transport = cast("asyncio.Transport", transport)

    async def ask(self, payload: bytes) -> bytes:
        """Send one request; the body of its answer. Raises Failed unless it is 200 without errors."""
        loop = asyncio.get_running_loop()
        if self._transport is None or self._transport.is_closing():
            self._buffer = b""
            await loop.create_connection(lambda: self, "127.0.0.1", self._port)
        assert self._transport is not None
        self._waiting = loop.create_future()
        self._transport.write(payload)
        return check_answer(await self._waiting, b"")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._waiting is not None and complete(self._buffer):
            waiting, self._waiting, answer, self._buffer = self._waiting, None, self._buffer, b""
            waiting.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionResetError("the server closed the connection"))

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()


def check_answer(answer: bytes, expected: bytes) -> bytes:
    """The body of an answer. Raises Failed unless it is 200, without errors, and holds what is expected."""
    look_at(answer, len(answer), expected)
    return answer.partition(HEAD_END)[2]


def look_at(answer: bytes | bytearray, length: int, expected: bytes) -> None:
    """The same of the first so many bytes, of which nothing is copied."""
    body = answer.find(HEAD_END, 0, length) + len(HEAD_END)
    # Errors come first in an answer that has any.
    good = answer.startswith(b"HTTP/1.1 200") and not answer.startswith(b'{"errors"', body)
    if not good or answer.find(expected, body, length) < 0:
        told = bytes(answer[: min(length, body + 500)])
        raise Failed((told.partition(b"\r\n")[0] + b" " + told[body:]).decode(errors="replace"))


class Wire:
    """One connection of the load generator, below the event loop: which costs as much again as it does."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self.buffer = bytearray()
        self.position = 0
        self.sent = 0.0

    def open(self) -> socket.socket:
        """The open socket; opened anew when the server closed it for idleness."""
        if self._socket is not None:
            try:
                closed = self._socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
            except BlockingIOError:
                closed = False
            except OSError:
                closed = True
            if not closed:
                return self._socket
            self._socket.close()
        self._socket = socket.create_connection(("127.0.0.1", self._port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()
        return self._socket

    def close(self) -> None:
        """Close the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def complete(buffer: bytes | bytearray, length: int | None = None) -> bool:
    """Whether a whole answer has come in, in the first so many bytes. Answers without their length are none of ours."""
    held = len(buffer) if length is None else length
    end = buffer.find(HEAD_END, 0, held)
    if end < 0:
        return False
    at = buffer.find(LENGTH, 0, end)
    return held >= end + len(HEAD_END) + int(buffer[at + len(LENGTH) : buffer.find(b"\r", at)])


def drive(wires: Sequence[Wire], payloads: Sequence[Payload], seconds: float, *, most: int | None = None) -> Sample:
    """Each connection sends payloads one after the other, each another share of them: so long, or `most` in all.

    Blocks: while requests are sent this process does nothing else. Raises Failed for an answer without what was
    expected in it, OSError when a connection breaks, TimeoutError when nothing comes for half a minute.
    """
    latencies: list[float] = []
    count = len(payloads)
    room = bytearray(ROOM)
    with select.epoll() as poll:
        open_ones = {}
        for index, wire in enumerate(wires):
            wire.position = index * count // len(wires)
            one = wire.open()
            open_ones[one.fileno()] = (wire, one)
            poll.register(one, select.EPOLLIN)
        used = process_time()
        start = perf_counter()
        end = start + seconds
        for wire, one in open_ones.values():
            wire.sent = perf_counter()
            one.sendall(payloads[wire.position][0])
        under_way = len(wires)
        while under_way:
            events = poll.poll(_PATIENCE)
            if not events:
                message = f"no answer within {_PATIENCE} s"
                raise TimeoutError(message)
            for number, _ in events:
                wire, one = open_ones[number]
                # Into memory that stays: a block of that size made for each answer costs more than all the rest.
                read = one.recv_into(room)
                if not read:
                    message = "the server closed the connection"
                    raise ConnectionResetError(message)
                answer, length = room, read
                if wire.buffer or not complete(room, read):
                    wire.buffer += room[:read]
                    if not complete(wire.buffer):
                        continue
                    answer, length, wire.buffer = wire.buffer, len(wire.buffer), bytearray()
                now = perf_counter()
                latencies.append(now - wire.sent)
                look_at(answer, length, payloads[wire.position][1])
                if now >= end or (most is not None and len(latencies) + len(wires) > most):
                    under_way -= 1
                    continue
                wire.position = (wire.position + 1) % count
                wire.sent = now
                one.sendall(payloads[wire.position][0])
        return Sample(perf_counter() - start, latencies, process_time() - used)
