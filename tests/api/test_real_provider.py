"""Tokens of a real identity provider: npm's oidc-provider, on loopback."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from api.http.openid import AGAIN_AFTER, SKEW
from tests.api.test_openid import AUDIENCE, ONE, OTHER, SEEN, WHO, keys_of, status
from tests.api.test_sign_in import MovedClock
from tests.support.api import Client, serving

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

PROVIDER = Path(__file__).parents[1] / "identity_provider"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def real_provider(port: int, *keys: Any, **more: Any) -> Iterator[None]:
    """npm's oidc-provider, on loopback, until the block ends."""
    private = [key.as_dict(private=True) | {"use": "sig", "alg": "RS256"} for key in keys]
    told = {"port": port, "keys": private, "clients": [WHO], "audience": AUDIENCE, "algorithm": "RS256", "seconds": 600}
    command = ["node", "provider.mjs", json.dumps(told | more)]
    with subprocess.Popen(command, cwd=PROVIDER, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout is not None
            assert b"listening" in process.stdout.readline()
            yield
        finally:
            process.kill()


async def token_of(port: int, resource: str = "urn:fengqiao") -> str:
    """What the provider issues to a client that signs in for itself."""
    sent = {"grant_type": "client_credentials", "scope": "api", "resource": resource}
    async with httpx.AsyncClient(trust_env=False, timeout=60) as http:
        answer = await http.post(f"http://127.0.0.1:{port}/token", data=sent, auth=(WHO, "loopback"))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


@pytest.mark.skipif(
    shutil.which("node") is None or not (PROVIDER / "node_modules").exists(),
    reason="needs Node 20 and `make identity-provider`",
)
async def test_tokens_of_a_real_provider(
    haiyan_urls: DatabaseUrls, secret_key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    port, seconds, clock = free_port(), [1_000.0], MovedClock()
    settings: dict[str, Any] = {"openid_issuer": f"http://127.0.0.1:{port}", "openid_audience": AUDIENCE}
    async with serving(haiyan_urls, secret_key_file, clock=clock, **settings) as server:
        keys_of(server).timer = lambda: seconds[0]
        with real_provider(port, ONE):
            first = await token_of(port)
            found = await Client(server.http, first).ask(SEEN)
            assert [one["role"] for one in found["viewer"]["memberships"]] == ["MEDIATOR"]
            assert await status(server, await token_of(port, "urn:another")) == 401
        # It comes back with another key beside the first, which signs from now on.
        with real_provider(port, OTHER, ONE):
            second = await token_of(port)
            assert await status(server, second) == 401, "asked a moment ago"
            seconds[0] += AGAIN_AFTER + 1
            assert await status(server, second) == 200
            assert await status(server, first) == 200
        clock.by = timedelta(seconds=600 + SKEW + 5)
        assert [await status(server, token) for token in (first, second)] == [401, 401]
