"""A server that answers a body of so many bytes and knows nothing else: what reading and writing the socket costs.

It is served by the same HTTP server as the platform, with the same settings, in a process that only the bench starts.
The number of bytes is the path: `POST /3000`. Requests are read whole; the headers are those of an answer.
"""

from __future__ import annotations

import gc
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from api.fast_path.door import fast_path
from api.http.endpoint import no_exchange, respond as sent
from api.settings import Settings

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


HEAD = (
    b"content-type: application/graphql-response+json\r\nx-request-id: "
    + b"0" * 32
    + b"\r\ncache-control: no-store\r\n"
)


FAST = fast_path(Settings())
EXCHANGE_OF = no_exchange if FAST is None else FAST.exchange_of


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
    exchange = EXCHANGE_OF(receive)
    if exchange is None or exchange.body() is None:
        while (await receive()).get("more_body"):
            pass
    path = scope["path"].strip("/")
    body = answer(int(path) if path.isdigit() else 0)
    if exchange is None or not exchange.answer(200, HEAD, body):
        await sent(send, 200, HEAD, body)


def create_app() -> Any:
    """The application."""
    gc.enable()
    if FAST is not None:
        FAST.schedule()
    return respond
