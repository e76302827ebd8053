"""The headers that every answer has, whatever it is: what browsers may make of it, and who may keep it."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

# Taken for nothing but what it is said to be; told to no other site from where one came; shown in nobody's frame; given to
# no other site's page.
COMMON = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
}
# Of what is no page: nothing in it is ever loaded or run.
DATA = COMMON | {"content-security-policy": "default-src 'none'; frame-ancestors 'none'"}
# GraphiQL's own files and nothing else: no other host, no inline script.
PAGE = COMMON | {
    "content-security-policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; font-src 'self' data:; "
        "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "no-cache",
}
# What one person may see is kept by nobody.
UNKEPT = {"cache-control": "no-store"}


def lines_of(headers: dict[str, str]) -> str:
    """Headers as they go over the wire, each with its end."""
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items())


def adding(send: Send, headers: dict[str, str]) -> Send:
    """The same way to answer, with these headers where the answer has not said otherwise."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            said = MutableHeaders(scope=message)
            for name, value in headers.items():
                said.setdefault(name, value)
        await send(message)

    return send_with_headers
