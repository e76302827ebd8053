"""A server that answers a body of so many bytes and knows nothing else: what reading and writing the socket costs.

It is served by the same HTTP server as the platform, with the same settings, in a process that only the bench starts.
The number of bytes is the path: `POST /3000`. Requests are read whole; the headers are those of an answer.
"""

from __future__ import annotations

import gc
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from api.direct import direct_of

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


HEAD = (
    b"content-type: application/graphql-response+json\r\nx-request-id: "
    + b"0" * 32
    + b"\r\ncache-control: no-store\r\n"
)


@lru_cache(maxsize=64)
def answer(length: int) -> bytes:
    """An answer of so many bytes."""
    return b"x" * length


async def respond(scope: Scope, receive: Receive, send: Send) -> None:
    """One request, or the beginning and end of the server's life."""
    if scope["type"] == "lifespan":
        while True:
            kind = (await receive())["type"]
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                return
    direct = direct_of(receive)
    assert direct is not None
    while direct.body() is None and (await receive()).get("more_body"):
        pass
    path = scope["path"].strip("/")
    if not direct.answer(200, HEAD, answer(int(path) if path.isdigit() else 0)):
        message = "the load generator does not read"
        raise RuntimeError(message)


def create_app() -> Any:
    """The application."""
    gc.enable()
    return respond
