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
    try:
        async with asyncio.timeout(WITHIN):
            body, more = await _piece(receive)
            if more:
                pieces, size = [body], len(body)
                while more and size <= most:
                    body, more = await _piece(receive)
                    pieces.append(body)
                    size += len(body)
                body = b"".join(pieces)
    except TimeoutError as error:
        raise Slow from error
    if len(body) > most:
        raise TooLarge
    return body


async def _piece(receive: Receive) -> tuple[bytes, bool]:
    """The next piece, and whether there are more."""
    message = await receive()
    if message["type"] != "http.request":
        raise Gone
    return message.get("body", b""), message.get("more_body", False)
