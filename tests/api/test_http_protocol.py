"""An answer's head goes out with its body, and never later than the loop's next round."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from api.http_protocol import Joined

HEAD, BODY = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n", b"{}"


class Wire:
    """A transport that remembers."""

    def __init__(self) -> None:
        self.done: list[bytes | str] = []

    def write(self, data: bytes) -> None:
        self.done.append(data)

    def close(self) -> None:
        self.done.append("closed")

    def write_eof(self) -> None:
        self.done.append("ended")

    def get_extra_info(self, name: str) -> str:
        return f"its {name}"


@pytest.fixture
async def wire() -> Wire:
    return Wire()


@pytest.fixture
async def joined(wire: Wire) -> Joined:
    return Joined(cast("Any", wire))


async def test_head_and_body_are_one_write(wire: Wire, joined: Joined) -> None:
    joined.write(HEAD)
    assert wire.done == []
    joined.write(BODY)
    await asyncio.sleep(0)
    assert wire.done == [HEAD + BODY]


async def test_a_head_alone_goes_out_in_the_next_round(wire: Wire, joined: Joined) -> None:
    joined.write(HEAD)
    await asyncio.sleep(0)
    joined.write(BODY)
    assert wire.done == [HEAD, BODY]


@pytest.mark.parametrize(("end", "told"), [("close", "closed"), ("write_eof", "ended")])
async def test_what_was_kept_back_is_written_before_the_end(wire: Wire, joined: Joined, end: str, told: str) -> None:
    joined.write(HEAD)
    getattr(joined, end)()
    await asyncio.sleep(0)
    assert wire.done == [HEAD, told]


async def test_order_is_kept_whatever_is_written(wire: Wire, joined: Joined) -> None:
    for data in (BODY, HEAD, HEAD, BODY, HEAD):
        joined.write(data)
    await asyncio.sleep(0)
    assert b"".join(cast("list[bytes]", wire.done)) == BODY + HEAD + HEAD + BODY + HEAD


async def test_everything_else_is_the_transports_own(joined: Joined) -> None:
    assert joined.get_extra_info("peername") == "its peername"
