"""Cursors and tokens that are none, however odd: refused as what they are, never a fault."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from tests.support.api import Client, Server

EXAMPLES = settings(
    max_examples=150,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
NESTED = "[" * 100_000
# What JSON can hold, and Python's reader of it takes besides: halves of characters, numbers without end.
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(
        ["\ud800", "a\0", "infinity", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00", "2024-01-01", "1e999"]
    )
    | st.sampled_from([10**400, -(2**63), 2**63, 2**31, float("inf"), float("nan")]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
LISTS = {
    "cases": ("director.haiyan", ("REGISTERED_AT", "NUMBER", "DUE_AT")),
    "committees": ("justice.haiyan", ("TERM_ENDS_ON",)),
    "organisations": ("director.haiyan", ("NAME",)),
    "visits": ("director.haiyan", ("VISITED_AT",)),
}


async def every(given_: Any, ask: Callable[[Any], Any]) -> None:
    """Ask each example of the strategy, one after the other."""
    loop = asyncio.get_running_loop()

    @EXAMPLES
    @given(given_)
    def examples(one: Any) -> None:
        asyncio.run_coroutine_threadsafe(ask(one), loop).result()

    await asyncio.to_thread(examples)


def packed(value: Any) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize("root", LISTS)
async def test_no_cursor_is_a_fault(server: Server, root: str) -> None:
    who, orders = LISTS[root]
    client, noun = await server.as_(who), root[:-1].capitalize()
    query = f"""query P($order: {noun}Order, $after: String, $before: String) {{
        {root}(first: 3, orderBy: $order, after: $after, before: $before) {{ totalCount nodes {{ id }} }} }}"""

    async def ask(one: tuple[str, str, str, str]) -> None:
        order, direction, side, cursor = one
        variables = {"order": {"field": order, "direction": direction}, side: cursor}
        response = await client.post(query, variables)
        assert response.status_code == 200, (one, response.text)
        for error in response.json().get("errors", []):
            assert error["extensions"]["code"] == "BAD_CURSOR", (one, error)

    names = st.sampled_from([f"{name}{way}" for name in map(str.lower, orders) for way in ("", "-")]) | st.text()
    made = st.tuples(names, ODD, ODD).map(packed) | ODD.map(packed)
    cursors = made | st.text(max_size=40) | st.binary(max_size=40).map(lambda raw: base64.b64encode(raw).decode())
    await every(
        st.tuples(
            st.sampled_from(orders), st.sampled_from(["ASC", "DESC"]), st.sampled_from(["after", "before"]), cursors
        ),
        ask,
    )


@pytest.mark.parametrize(
    "cursor",
    [
        base64.b64encode(NESTED.encode()).decode(),
        NESTED,
        "",
        "x",
        packed(["registered_at", NESTED[:6_000], 1]),
        packed(["registered_at", 5, 5]),
        packed(["registered_at", "2024-01-01T00:00:00", "0192f000-0000-7000-8000-00000000dead"]),
        packed(["registered_at", "2024-01-01T00:00:00+08:00", 5]),
        packed(["registered_at", "2024-01-01T00:00:00+08:00", None]),
        packed(["number", "\ud800", "0192f000-0000-7000-8000-00000000dead"]),
        packed(["number", "a\0", "0192f000-0000-7000-8000-00000000dead"]),
        packed({"registered_at": 1, "b": 2, "c": 3}),
        "A" * 500_000,
    ],
)
@pytest.mark.parametrize("order", ["REGISTERED_AT", "NUMBER"])
async def test_these_are_no_cursors(server: Server, cursor: str, order: str) -> None:
    query = """query P($after: String, $order: CaseOrder) { cases(first: 3, after: $after, orderBy: $order) { nodes { id } } }"""
    client = await server.as_("director.haiyan")
    sort = {"field": order, "direction": "ASC"}
    assert await client.refused(query, after=cursor, order=sort) == ["BAD_CURSOR"]


def token(secret: bytes, claims: bytes, header: bytes = b'{"alg": "HS256", "typ": "JWT"}') -> str:
    """A token signed with our key, whatever it says."""

    def words(raw: bytes) -> str:
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    text = f"{words(header)}.{words(claims)}"
    return f"{text}.{words(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"


async def test_no_token_is_a_fault(server: Server, secret_key_file: Path) -> None:
    secret = secret_key_file.read_bytes()  # noqa: ASYNC240 - a few bytes
    user = await server.parts.credentials.find("director.haiyan")
    assert user is not None
    good: dict[str, Any] = {
        "iss": "fengqiao", "aud": "fengqiao", "sub": str(user.user_id), "county": user.county_id,
        "name": user.username, "generation": user.generation, "exp": int(time.time()) + 600,
    }  # fmt: skip

    async def ask(text: str) -> None:
        response = await Client(server.http, text).post("{ viewer { user { id } } }")
        assert response.status_code == 401, (text, response.text)
        assert response.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}

    plain = json.dumps(good).encode()
    assert (await Client(server.http, token(secret, plain)).post("{ viewer { user { id } } }")).status_code == 200
    for claims in (NESTED.encode()[:2_500], b"[]", b"5", b"null", b'"a"', b"{", b"\xff", b"{}", plain + b" " * 9_000):
        await ask(token(secret, claims))
    for header in (
        NESTED.encode()[:2_500],
        b"[]",
        b"5",
        b"null",
        b'{"alg": []}',
        b'{"alg": "HS256", "crit": 5}',
        b"\xff",
    ):
        await ask(token(secret, plain, header))
    odd_claims: dict[str, tuple[Any, ...]] = {
        "sub": (5, [], {}, "", "admin", str(user.user_id) + "0"),
        "county": (2**70, 2**31, -1, True, "440781", 440781.0, [], float("inf")),
        "name": (5, [], "a\0", "\ud800", "", "x" * 3_000),
        "generation": (2**70, "0", False, 0.0, -1),
        "exp": (float("inf"), float("nan"), 10**400, "9999999999", True, [], -1),
    }
    for name, values in odd_claims.items():
        for value in values:
            if value != good[name] or type(value) is not type(good[name]):
                await ask(token(secret, json.dumps(good | {name: value}).encode()))

    def changed(one: tuple[str, Any]) -> str:
        return token(secret, json.dumps(good | {one[0]: one[1]}).encode())

    odd = st.tuples(st.sampled_from(sorted(good)), ODD).map(changed)
    await every(odd | st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60), ask)
