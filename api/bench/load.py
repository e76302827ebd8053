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
        return checked(await self._waiting, b"")

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


def checked(answer: bytes, expected: bytes) -> bytes:
    """The body of an answer. Raises Failed unless it is 200, without errors, and holds what is expected."""
    head, _, body = answer.partition(HEAD_END)
    # Errors come first in an answer that has any.
    if not head.startswith(b"HTTP/1.1 200") or body.startswith(b'{"errors"') or expected not in body:
        raise Failed((head.partition(b"\r\n")[0] + b" " + body[:500]).decode(errors="replace"))
    return body


class Wire:
    """One connection of the load generator, below the event loop: which costs as much again as it does."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self.buffer = b""
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
        self.buffer = b""
        return self._socket

    def close(self) -> None:
        """Close the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def complete(buffer: bytes) -> bool:
    """Whether a whole answer has come in. Answers without their length are none of ours."""
    end = buffer.find(HEAD_END)
    if end < 0:
        return False
    at = buffer.find(LENGTH, 0, end)
    length = int(buffer[at + len(LENGTH) : buffer.find(b"\r", at)])
    return len(buffer) >= end + len(HEAD_END) + length


def drive(wires: Sequence[Wire], payloads: Sequence[Payload], seconds: float, *, most: int | None = None) -> Sample:
    """Each connection sends payloads one after the other, each another share of them: so long, or `most` in all.

    Blocks: while requests are sent this process does nothing else. Raises Failed for an answer without what was
    expected in it, OSError when a connection breaks, TimeoutError when nothing comes for half a minute.
    """
    latencies: list[float] = []
    count = len(payloads)
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
                data = one.recv(262_144)
                if not data:
                    message = "the server closed the connection"
                    raise ConnectionResetError(message)
                wire.buffer = wire.buffer + data if wire.buffer else data
                if not complete(wire.buffer):
                    continue
                now = perf_counter()
                latencies.append(now - wire.sent)
                answer, wire.buffer = wire.buffer, b""
                checked(answer, payloads[wire.position][1])
                if now >= end or (most is not None and len(latencies) + len(wires) > most):
                    under_way -= 1
                    continue
                wire.position = (wire.position + 1) % count
                wire.sent = now
                one.sendall(payloads[wire.position][0])
        return Sample(perf_counter() - start, latencies, process_time() - used)
