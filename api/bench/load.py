"""The load generator: keep-alive connections to one server on this machine, each sending as soon as it was answered.

It parses no more of a response than it must, so that it takes little of the cores that it shares with the server.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import cast

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "


class Failed(RuntimeError):  # noqa: N818 - what happened, said plainly
    """The server answered with anything but success: nothing that it measures would mean anything."""


@dataclass(slots=True)
class Sample:
    """What was answered in a stretch of time: seconds it took, and the seconds of each answer."""

    seconds: float
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, part: float) -> float:
        """The latency, in milliseconds, that this part of the answers stayed within."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))] * 1000 if ordered else 0.0


def request(body: bytes, token: str, port: int) -> bytes:
    """One POST /graphql as it goes over the wire."""
    head = (
        f"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {token}\r\n"
        "content-type: application/json\r\naccept: application/graphql-response+json\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Client(asyncio.Protocol):
    """One connection with one request under way at a time, opened again when the server closed it for idleness."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._waiting: asyncio.Future[bytes] | None = None

    async def open(self) -> None:
        """Connect to the server on this machine, unless that is so."""
        if self._transport is None or self._transport.is_closing():
            self._buffer = b""
            await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self._port)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's are no subclass of asyncio's.
        self._transport = cast("asyncio.Transport", transport)

    async def ask(self, payload: bytes) -> bytes:
        """Send one request; the body of its answer. Raises Failed unless it is 200 without errors."""
        await self.open()
        assert self._transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(payload)
        answer = await self._waiting
        head, _, body = answer.partition(HEAD_END)
        # Errors come first in an answer that has any.
        if not head.startswith(b"HTTP/1.1 200") or body.startswith(b'{"errors"'):
            raise Failed((head.partition(b"\r\n")[0] + b" " + body[:500]).decode(errors="replace"))
        return body

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        end = self._buffer.find(HEAD_END)
        if end < 0 or self._waiting is None:
            return
        at = self._buffer.find(LENGTH, 0, end)
        length = int(self._buffer[at + len(LENGTH) : self._buffer.find(b"\r", at)])
        if len(self._buffer) >= end + len(HEAD_END) + length:
            answer, self._buffer = self._buffer, b""
            waiting, self._waiting = self._waiting, None
            waiting.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionResetError("the server closed the connection"))

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()


async def drive(clients: Sequence[Client], payloads: Sequence[bytes], expected: bytes, seconds: float) -> Sample:
    """Each client sends payloads one after the other, each client another share of them, for so many seconds.

    Raises Failed for an answer without `expected` in it.
    """
    for client in clients:
        await client.open()
    start = perf_counter()
    end = start + seconds
    latencies: list[float] = []

    async def one(index: int, client: Client) -> None:
        position = index * len(payloads) // len(clients)
        while (sent := perf_counter()) < end:
            body = await client.ask(payloads[position % len(payloads)])
            latencies.append(perf_counter() - sent)
            if expected not in body:
                raise Failed(body[:500].decode(errors="replace"))
            position += 1

    async with asyncio.TaskGroup() as group:
        for index, client in enumerate(clients):
            group.create_task(one(index, client))
    return Sample(perf_counter() - start, latencies)
