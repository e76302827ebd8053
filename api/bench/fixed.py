"""A server that answers a body of so many bytes and knows nothing else: what reading and writing the socket costs.

It is served by the same HTTP server as the platform, with the same settings, in a process that only the bench starts.
The number of bytes is the path: `POST /3000`. Requests are read whole; the headers are those of an answer.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


@lru_cache(maxsize=64)
def answer(length: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two messages of an answer of so many bytes."""
    headers = [
        (b"x-request-id", b"0" * 32),
        (b"cache-control", b"no-store"),
        (b"content-length", str(length).encode()),
        (b"content-type", b"application/graphql-response+json"),
    ]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    return start, {"type": "http.response.body", "body": b"x" * length}


async def respond(scope: Scope, receive: Receive, send: Send) -> None:
    """One request, or the beginning and end of the server's life."""
    if scope["type"] == "lifespan":
        while True:
            kind = (await receive())["type"]
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                return
    while (await receive()).get("more_body"):
        pass
    path = scope["path"].strip("/")
    start, body = answer(int(path) if path.isdigit() else 0)
    await send(start)
    await send(body)


def create_app() -> Any:
    """The application."""
    return respond
