"""The body of a request, as it comes in: no larger than it may be, and not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.types import Receive

# Seconds within which a request's body must be here: a client that dribbles holds nothing of ours for longer.
WITHIN = 10.0


class Gone(Exception):  # noqa: N818 - what became of the client
    """The client left before its request was here."""


class TooLarge(Exception):  # noqa: N818 - said of the body
    """More was sent than may be; the rest is left unread."""


class Slow(Exception):  # noqa: N818 - said of the client
    """The body did not arrive in time."""


async def body_of(headers: Mapping[bytes, bytes], receive: Receive, most: int) -> bytes:
    """What was sent, if it is no more than so many bytes. Raises TooLarge, Slow or Gone."""
    said = headers.get(b"content-length", b"")
    if said.isdigit() and int(said) > most:
        raise TooLarge
    # What asyncio.timeout does, without its objects: nearly every request is here whole before it is asked for.
    task, late = asyncio.current_task(), False
    assert task is not None
    before = task.cancelling()

    def give_up() -> None:
        nonlocal late
        late = True
        task.cancel()

    timer = asyncio.get_running_loop().call_later(WITHIN, give_up)
    try:
        body = await _whole(receive, most)
    except asyncio.CancelledError:
        # Cancelled by us alone, or by somebody else as well?
        if late and task.uncancel() <= before:
            raise Slow from None
        raise
    finally:
        timer.cancel()
    if len(body) > most:
        raise TooLarge
    return body


async def _whole(receive: Receive, most: int) -> bytes:
    """Every piece, or as many as are too much."""
    body, more = await _piece(receive)
    if not more:
        return body
    pieces, size = [body], len(body)
    while more and size <= most:
        body, more = await _piece(receive)
        pieces.append(body)
        size += len(body)
    return b"".join(pieces)


async def _piece(receive: Receive) -> tuple[bytes, bool]:
    """The next piece, and whether there are more."""
    message = await receive()
    if message["type"] != "http.request":
        raise Gone
    return message.get("body", b""), message.get("more_body", False)
