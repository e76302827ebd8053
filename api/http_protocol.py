"""HTTP/1.1 as uvicorn speaks it, with one difference: an answer's head goes out with its body, not before it.

Two writes are two system calls and, on a busy machine, wake the client twice, the first time for nothing: a third of
what an answer costs the process.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_BEGINS = b"HTTP/"


class Joined:
    """A transport that keeps an answer's head back for what is written after it, or until the loop's next round."""

    __slots__ = ("_call_soon", "_head", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._call_soon = asyncio.get_running_loop().call_soon
        self._head = b""

    def write(self, data: bytes) -> None:
        """Write, after what was kept back."""
        head = self._head
        if head:
            self._head = b""
            self._transport.write(head + data)
        elif data.startswith(_BEGINS):
            self._head = data
            # Whoever sends nothing at once, as a stream does, need not wait for the head.
            self._call_soon(self._flush)
        else:
            self._transport.write(data)

    def _flush(self) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head)

    def close(self) -> None:
        """Close, when all is written."""
        self._flush()
        self._transport.close()

    def write_eof(self) -> None:
        """Nothing comes after what is written."""
        self._flush()
        self._transport.write_eof()

    def __getattr__(self, name: str) -> Any:
        """Everything else is the transport's own."""
        return getattr(self._transport, name)


class JoiningProtocol(HttpToolsProtocol):
    """uvicorn's protocol upon such a transport."""

    # uvicorn's signature, which is itself narrower than a protocol's.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin a connection."""
        super().connection_made(cast("asyncio.Transport", Joined(transport)))
