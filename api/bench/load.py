"""The load generator: keep-alive connections to one server on this machine, each sending as soon as it was answered.

It parses no more of a response than it must, so that it takes little of the cores that it shares with the server.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter, process_time
from typing import cast

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "
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
    """One connection with one request under way at a time, opened again when the server closed it for idleness."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._answered: Callable[[bytes], None] | None = None
        self._lost: Callable[[Exception], None] | None = None

    async def open(self) -> None:
        """Connect to the server on this machine, unless that is so."""
        if self._transport is None or self._transport.is_closing():
            self._buffer = b""
            await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self._port)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's are no subclass of asyncio's.
        self._transport = cast("asyncio.Transport", transport)

    def send(self, payload: bytes, answered: Callable[[bytes], None], lost: Callable[[Exception], None]) -> None:
        """Send one request on an open connection; one of the two is called, with the whole answer or with why not."""
        assert self._transport is not None
        self._answered, self._lost = answered, lost
        self._transport.write(payload)

    async def ask(self, payload: bytes) -> bytes:
        """Send one request; the body of its answer. Raises Failed unless it is 200 without errors."""
        await self.open()
        waiting: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.send(payload, waiting.set_result, waiting.set_exception)
        return checked(await waiting, b"")

    def data_received(self, data: bytes) -> None:
        self._buffer = buffer = self._buffer + data if self._buffer else data
        end = buffer.find(HEAD_END)
        if end < 0 or self._answered is None:
            return
        at = buffer.find(LENGTH, 0, end)
        length = int(buffer[at + len(LENGTH) : buffer.find(b"\r", at)])
        if len(buffer) >= end + len(HEAD_END) + length:
            answered, self._answered, self._lost, self._buffer = self._answered, None, None, b""
            answered(buffer)

    def connection_lost(self, exc: Exception | None) -> None:
        lost, self._answered, self._lost = self._lost, None, None
        if lost is not None:
            lost(exc or ConnectionResetError("the server closed the connection"))

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


async def drive(
    clients: Sequence[Client], payloads: Sequence[Payload], seconds: float, *, most: int | None = None
) -> Sample:
    """Each client sends payloads one after the other, each client another share of them: so long, or `most` in all.

    No task and no future a request: the next is sent from where the answer came in. Raises Failed for an answer without
    what was expected in it, and what broke a connection.
    """
    for client in clients:
        await client.open()
    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    latencies: list[float] = []
    under_way = len(clients)
    used = process_time()
    start = perf_counter()
    end = start + seconds

    def failed(why: Exception) -> None:
        if not ended.done():
            ended.set_exception(why)

    def begin(client: Client, position: int) -> None:
        count, sent = len(payloads), perf_counter()

        def answered(answer: bytes) -> None:
            nonlocal position, sent, under_way
            now = perf_counter()
            latencies.append(now - sent)
            try:
                checked(answer, payloads[position][1])
            except Failed as why:
                failed(why)
                return
            if now >= end or (most is not None and len(latencies) + len(clients) > most) or ended.done():
                under_way -= 1
                if not under_way and not ended.done():
                    ended.set_result(None)
                return
            position = (position + 1) % count
            sent = now
            client.send(payloads[position][0], answered, failed)

        client.send(payloads[position][0], answered, failed)

    for index, client in enumerate(clients):
        begin(client, index * len(payloads) // len(clients))
    await ended
    return Sample(perf_counter() - start, latencies, process_time() - used)
