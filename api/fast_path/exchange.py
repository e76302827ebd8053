"""A short cut through uvicorn's HTTP/1.1: for a request that is here whole, and an answer that is ready whole.

ASGI hands both over in messages, which may be pieces: awaited calls, a timer in case more does not come, every header
looked through twice, and two writes, of which the first wakes the client for nothing. Where another server, or a layer
between, hands the messages on there is no short cut, and they are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

if TYPE_CHECKING:
    from starlette.types import Receive


class WholeExchange:
    """One request as the server has it, and the way to answer it at once."""

    __slots__ = ("_cycle",)

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._cycle = cycle

    def body(self) -> bytes | None:
        """The request's body, if it is here whole; None where it has to be received."""
        cycle = self._cycle
        if cycle.more_body or cycle.disconnected or cycle.response_complete:
            return None
        return bytes(cycle.body)

    def answer(self, status: int, headers: bytes, body: bytes) -> bool:
        """Send a whole answer in one write; whether that could be done, and nothing was sent otherwise.

        `headers`: lines as they go over the wire, each with its end, without the body's length, date and connection,
        which are the server's.
        """
        cycle = self._cycle
        # A client that reads slowly has to be waited for: that cannot be done from here.
        if cycle.response_started or cycle.flow.write_paused:
            return False
        if cycle.disconnected:
            return True
        cycle.response_started = cycle.response_complete = True
        ends = b"" if cycle.keep_alive else b"connection: close\r\n"
        cycle.transport.write(
            b"%b%b%bcontent-length: %d\r\n%b\r\n%b"
            % (STATUS_LINE[status], header_lines(cycle.default_headers), headers, len(body), ends, body)
        )
        # As uvicorn ends an answer.
        cycle.message_event.set()
        if not cycle.keep_alive:
            cycle.transport.close()
        cycle.on_response()
        return True


def exchange_of(receive: Receive) -> WholeExchange | None:
    """The short cut of a request whose messages come straight from the server; None where they do not."""
    cycle: Any = getattr(receive, "__self__", None)
    return WholeExchange(cycle) if type(cycle) is RequestResponseCycle else None


class _LastLines:
    """The server's own headers as they go over the wire: the same until it makes others, once a second."""

    headers: list[tuple[bytes, bytes]] | None = None
    lines = b""


def header_lines(headers: list[tuple[bytes, bytes]]) -> bytes:
    """These headers as lines."""
    if _LastLines.headers is not headers:
        _LastLines.headers, _LastLines.lines = headers, b"".join([b"%b: %b\r\n" % one for one in headers])
    return _LastLines.lines
