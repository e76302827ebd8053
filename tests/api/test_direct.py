"""The short cut through the HTTP server: what goes over the wire is right, whole or in pieces, and goes in one write."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, cast

import pytest
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from api.fast_path.exchange import exchange_of
from api.http.endpoint import Exchange
from tests.support.api import Server
from tests.support.waiting import until, until_quiet

BODY = b'{"query": "{ viewer { id } }"}'
ANSWER = b'{"data":{}}'
HEADERS = b"content-type: application/json\r\n"
App = Callable[[Any, Any, Any], Awaitable[None]]


class Wire:
    """A transport that remembers."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        assert not self.closed
        self.written.append(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def get_extra_info(self, _name: str) -> None:
        return None

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


async def taken(direct: Exchange | None, receive: Any) -> bytes:
    """A request's body, as the application takes it."""
    assert direct is not None
    body = direct.body()
    if body is not None:
        return body
    pieces = []
    while True:
        message = await receive()
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(pieces)


async def echo(_scope: Any, receive: Any, _send: Any) -> None:
    direct = exchange_of(receive)
    body = await taken(direct, receive)
    assert direct is not None
    assert direct.answer(200, HEADERS, body)


def protocol(app: App, wire: Wire) -> HttpToolsProtocol:
    """The server's side of one connection."""
    config = Config(cast("Any", app), access_log=False, interface="asgi3")
    config.load()
    state = ServerState()
    state.default_headers = [(b"date", b"Wed, 25 Nov 2026 08:00:00 GMT")]
    made = HttpToolsProtocol(config, state, {}, asyncio.get_running_loop())
    made.connection_made(cast("Any", wire))
    return made


def request(body: bytes = BODY, *, version: str = "1.1", more: str = "") -> bytes:
    return f"POST /graphql HTTP/{version}\r\nhost: a\r\n{more}content-length: {len(body)}\r\n\r\n".encode() + body


def answered(body: bytes = BODY, *, more: bytes = b"") -> bytes:
    return (
        b"HTTP/1.1 200 OK\r\ndate: Wed, 25 Nov 2026 08:00:00 GMT\r\n%bcontent-length: %d\r\n%b\r\n%b"
        % (HEADERS, len(body), more, body)
    )  # fmt: skip


async def test_a_whole_request_is_answered_in_one_write_and_the_connection_stays() -> None:
    wire = Wire()
    server = protocol(echo, wire)
    for number in (1, 2):
        server.data_received(request())
        await until_quiet()
        assert wire.written == [answered()] * number
        # It would be closed for idleness only.
        assert server.timeout_keep_alive_task is not None
        assert not server.tasks
    assert not wire.closed


@pytest.mark.parametrize("at", [10, 60, len(request()) - len(BODY), len(request()) - 5])
async def test_a_request_in_pieces_is_waited_for(at: int) -> None:
    wire, whole = Wire(), request()
    server = protocol(echo, wire)
    server.data_received(whole[:at])
    await until_quiet()
    assert wire.written == []
    server.data_received(whole[at:])
    await until_quiet()
    assert wire.written == [answered()]


async def test_who_asks_for_leave_to_send_gets_it() -> None:
    wire, whole = Wire(), request(more="expect: 100-continue\r\n")
    server = protocol(echo, wire)
    server.data_received(whole[: -len(BODY)])
    await until_quiet()
    server.data_received(whole[-len(BODY) :])
    await until_quiet()
    assert b"".join(wire.written) == b"HTTP/1.1 100 Continue\r\n\r\n" + answered()


@pytest.mark.parametrize("sent", [request(more="connection: close\r\n"), request(version="1.0")])
async def test_the_last_answer_of_a_connection_says_so_and_it_is_closed(sent: bytes) -> None:
    wire = Wire()
    protocol(echo, wire).data_received(sent)
    await until_quiet()
    assert wire.written == [answered(more=b"connection: close\r\n")]
    assert wire.closed


async def test_requests_sent_ahead_are_answered_one_after_the_other() -> None:
    wire = Wire()
    protocol(echo, wire).data_received(request(b"1") + request(b"2") + request(b"3"))
    await until_quiet()
    assert wire.written == [answered(b"1"), answered(b"2"), answered(b"3")]


async def test_a_client_that_does_not_read_is_waited_for_with_messages() -> None:
    wire, refused = Wire(), []

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        direct = exchange_of(receive)
        assert direct is not None
        refused.append(not direct.answer(200, HEADERS, ANSWER))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"11")]})
        await send({"type": "http.response.body", "body": ANSWER})

    server = protocol(app, wire)
    server.pause_writing()
    server.data_received(request())
    await until_quiet()
    assert (refused, wire.written) == ([True], [])
    server.resume_writing()
    await until_quiet()
    assert b"".join(wire.written).endswith(b"\r\n\r\n" + ANSWER)


async def test_nothing_is_sent_to_who_has_left_nor_twice_to_anybody() -> None:
    wire = Wire()
    told: list[Any] = []
    left = asyncio.Event()

    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        direct = exchange_of(receive)
        assert direct is not None
        await left.wait()
        told.append((direct.body(), direct.answer(200, HEADERS, ANSWER)))

    server = protocol(app, wire)
    server.data_received(request())
    await until_quiet()
    server.connection_lost(ConnectionResetError())
    left.set()
    await until_quiet()
    assert (told, wire.written) == ([(None, True)], [])

    async def twice(_scope: Any, receive: Any, _send: Any) -> None:
        direct = exchange_of(receive)
        assert direct is not None
        told.append([direct.answer(200, HEADERS, ANSWER) for _ in range(2)])

    protocol(twice, wire).data_received(request())
    await until_quiet()
    assert (told[-1], wire.written) == ([True, False], [answered(ANSWER)])


async def test_there_is_none_where_messages_are_handed_on() -> None:
    found: list[Any] = []

    async def layer(scope: Any, receive: Any, send: Any) -> None:
        async def handed_on() -> Any:
            return await receive()

        found.append(exchange_of(handed_on))
        await echo(scope, receive, send)

    wire = Wire()
    protocol(layer, wire).data_received(request())
    await until_quiet()
    assert found == [None]


def whole(sent: bytes) -> bool:
    """Whether a head and all of the body that it announces were sent."""
    head, end, body = sent.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    return bool(end) and length is not None and len(body) == int(length[1])


ASKED = {
    "answered": (b'{"query": "{ __typename }"}', "accept: application/graphql-response+json\r\n", 200),
    "as JSON": (b'{"query": "{ __typename }"}', "", 200),
    "not signed in": (b'{"query": "{ viewer { user { id } } }"}', "", 401),
    "invalid": (b'{"query": "{ nothing }"}', "accept: application/graphql-response+json\r\n", 400),
    "no JSON": (b"{", "", 400),
    "too large": (b'{"query": "' + b"x" * 1_000_000 + b'"}', "", 413),
}


@pytest.mark.parametrize("name", ASKED)
async def test_graphql_is_answered_alike_by_either_way(server: Server, name: str) -> None:
    body, more, status = ASKED[name]
    # Whichever way this run takes: with the short cut, and by messages alone.
    endpoint = replace(server.parts.endpoint, exchange_of=exchange_of, open_introspection=True)

    async def by_messages(scope: Any, receive: Any, send: Any) -> None:
        async def handed_on() -> Any:
            return await receive()

        await endpoint(scope, handed_on, send)

    told = []
    for app in (endpoint, by_messages):
        wire = Wire()
        protocol(app, wire).data_received(request(body, more=f"content-type: application/json\r\n{more}"))
        await until(lambda wire=wire: whole(b"".join(wire.written)), "the answer")
        head, _, answer = b"".join(wire.written).partition(b"\r\n\r\n")
        line, *headers = head.split(b"\r\n")
        named = dict(one.split(b": ", 1) for one in headers)
        assert len(named.pop(b"x-request-id")) == 32
        assert named[b"cache-control"] == b"no-store"
        assert int(named[b"content-length"]) == len(answer)
        told.append((line, named, answer, len(wire.written)))
    assert told[0][0].startswith(b"HTTP/1.1 %d " % status)
    # In one write, and in two.
    assert told[0] == (*told[1][:3], 1)
