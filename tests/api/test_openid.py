"""Bearer tokens of an identity provider: a real one on loopback, and one whose every token is a forgery of some kind."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from pydantic import ValidationError

from api.http.openid import AGAIN_AFTER, KEPT, LONGEST_KEPT, SKEW
from api.settings import Settings
from tests.api.test_sign_in import MovedClock
from tests.support.api import Client, Server, serving
from tests.support.rows import execute

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

WHO = "mediator.haiyan"
ADMIN = "admin.taishan"
SEEN = "{ viewer { memberships { role } } }"
AUDIENCE = "urn:fengqiao:api"


@pytest.fixture(autouse=True)
def directly(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of whoever runs the tests is asked for loopback."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def new_key(key_id: str, kind: str = "RSA", **more: str) -> Any:
    parameters: Any = {"kid": key_id, **more}
    return RSAKey.generate_key(2048, parameters) if kind == "RSA" else ECKey.generate_key("P-256", parameters)


ONE, OTHER = new_key("one"), new_key("other")


@dataclass
class Issuer:
    """A provider of the tests' own: what it publishes, and how often it was asked."""

    address: str = ""
    keys: list[Any] = field(default_factory=lambda: [ONE])
    asked: int = 0
    broken: bool = False
    named: str | None = None

    def answer(self, path: str) -> bytes | None:
        if path == "/.well-known/openid-configuration":
            return json.dumps({"issuer": self.named or self.address, "jwks_uri": f"{self.address}/keys"}).encode()
        self.asked += 1
        public = [key.as_dict(private=False) for key in self.keys]
        return None if self.broken else json.dumps({"keys": public}).encode()

    def claims(self, **more: Any) -> dict[str, Any]:
        now = int(time.time())
        said = {"iss": self.address, "aud": AUDIENCE, "sub": WHO, "iat": now, "exp": now + 600} | more
        return {name: value for name, value in said.items() if value is not None}

    def token(self, key: Any = ONE, algorithm: str = "RS256", **more: Any) -> str:
        header = {"alg": algorithm, "kid": key.kid}
        return jwt.encode(header, self.claims(**more), key, algorithms=[algorithm])


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    running = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = running.answer(self.path)
            self.send_response(200 if body is not None else 500)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
async def trusting(haiyan_urls: DatabaseUrls, secret_key_file: Path, issuer: Issuer) -> AsyncIterator[Server]:
    """A server that takes tokens of the issuer."""
    async with serving(haiyan_urls, secret_key_file, openid_issuer=issuer.address, openid_audience=AUDIENCE) as running:
        yield running


def keys_of(server: Server) -> Any:
    provider = server.parts.actors._provider
    assert provider is not None
    return provider.keys


async def status(server: Server, token: str) -> int:
    response = await Client(server.http, token).post(SEEN)
    if response.status_code == 401:
        assert response.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
        assert response.headers["www-authenticate"] == "Bearer"
    return response.status_code


async def test_the_subject_is_a_local_account_with_its_own_memberships_alone(trusting: Server, issuer: Issuer) -> None:
    # What the provider says of roles counts for nothing.
    token = issuer.token(roles=["system_admin"], memberships=["county_admin"], county=440783)
    found = await Client(trusting.http, token).ask(SEEN)
    assert [one["role"] for one in found["viewer"]["memberships"]] == ["MEDIATOR"]
    own = await (await trusting.as_(WHO)).ask("{ cases { totalCount } }")
    assert await Client(trusting.http, token).ask("{ cases { totalCount } }") == own
    assert await status(trusting, issuer.token(aud=["else", AUDIENCE])) == 200
    assert issuer.asked == 1, "keys are kept"
    assert await status(trusting, (await trusting.as_(WHO)).token or "") == 200, "and tokens of our own go on"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"iss": "fengqiao"},
        {"aud": "urn:other"},
        {"aud": None},
        {"aud": []},
        {"aud": [["urn:fengqiao:api"]]},
        {"exp": None},
        {"exp": "9999999999"},
        {"exp": True},
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"nbf": float("nan")},
        {"sub": None},
        {"sub": ""},
        {"sub": 5},
        {"sub": [WHO]},
        {"sub": "nobody.haiyan"},
        {"sub": WHO + "\0"},
        {"sub": WHO.upper()},
        {"sub": "x" * 5_000},
    ],
)
async def test_odd_claims_are_401(trusting: Server, issuer: Issuer, wrong: dict[str, Any]) -> None:
    assert await status(trusting, issuer.token(**wrong)) == 401


def packed(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def forgeries(issuer: Issuer, secret: bytes) -> dict[str, str]:
    """Tokens that look like the issuer's, and are not."""
    good, claims = issuer.token(), issuer.claims()
    head, body, signature = good.split(".")
    public = ONE.as_pem(private=False)

    def signed_by_secret(key: bytes, **header: Any) -> str:
        text = f"{packed({'alg': 'HS256', 'kid': 'one'} | header)}.{packed(claims)}"
        return f"{text}.{packed(hmac.new(key, text.encode(), hashlib.sha256).digest())}"

    stranger = new_key("one")
    return {
        "alg none": f"{packed({'alg': 'none', 'kid': 'one'})}.{packed(claims)}.",
        "alg None": f"{packed({'alg': 'None', 'kid': 'one'})}.{packed(claims)}.{signature}",
        "no alg": f"{packed({'kid': 'one'})}.{packed(claims)}.{signature}",
        "a list for alg": f"{packed({'alg': ['RS256'], 'kid': 'one'})}.{packed(claims)}.{signature}",
        "the public key taken for a secret": signed_by_secret(public),
        "the same as DER": signed_by_secret(ONE.as_der(private=False)),
        "its modulus": signed_by_secret(ONE.as_dict(private=False)["n"].encode()),
        "our own secret": signed_by_secret(secret),
        "another algorithm of the same key": issuer.token(algorithm="PS256"),
        "another's key under the same id": issuer.token(stranger),
        "a key of its own within": jwt.encode(
            {"alg": "RS256", "kid": "one", "jwk": stranger.as_dict(private=False)}, claims, stranger
        ),
        "an address of keys within": jwt.encode(
            {"alg": "RS256", "kid": "one", "jku": f"{issuer.address}/keys"}, claims, stranger
        ),
        "no signature": f"{head}.{body}.",
        "altered claims": f"{head}.{packed(claims | {'sub': ADMIN})}.{signature}",
        "critical and unknown": jwt.encode({"alg": "RS256", "kid": "one"}, claims, ONE).replace(
            head, packed({"alg": "RS256", "kid": "one", "crit": ["x"], "x": 1})
        ),
        "an odd key id": f"{packed({'alg': 'RS256', 'kid': ['one']})}.{body}.{signature}",
        "two parts": f"{head}.{body}",
        "five parts": f"{good}.{body}.{body}",
        "no JSON": f"{packed(b'{')}.{body}.{signature}",
        "a list": f"{packed([])}.{body}.{signature}",
        "too long": good + "A" * 20_000,
    }


async def test_forged_tokens_are_401(trusting: Server, issuer: Issuer, secret_key_file: Path) -> None:
    assert await status(trusting, issuer.token()) == 200
    for what, token in forgeries(issuer, secret_key_file.read_bytes()).items():  # noqa: ASYNC240 - a few bytes
        assert await status(trusting, token) == 401, what


async def test_a_token_without_a_key_id_counts_where_there_is_one_key(trusting: Server, issuer: Issuer) -> None:
    token = jwt.encode({"alg": "RS256"}, issuer.claims(), ONE)
    assert await status(trusting, token) == 200


async def test_expiry_and_beginning_with_a_skew_of_a_minute(
    haiyan_urls: DatabaseUrls, secret_key_file: Path, issuer: Issuer
) -> None:
    clock, now = MovedClock(), int(time.time())
    settings: dict[str, Any] = {"openid_issuer": issuer.address, "openid_audience": AUDIENCE}
    async with serving(haiyan_urls, secret_key_file, clock=clock, **settings) as server:
        token = issuer.token(exp=now + 600)
        assert await status(server, token) == 200
        clock.by = timedelta(seconds=600 + SKEW - 30)
        assert await status(server, token) == 200
        clock.by = timedelta(seconds=600 + SKEW + 1)
        assert await status(server, token) == 401, "also one that was at hand"
        clock.by = timedelta()
        for name in ("nbf", "iat"):
            early: dict[str, Any] = {name: now + SKEW + 60}
            soon: dict[str, Any] = {name: now + SKEW - 30}
            assert await status(server, issuer.token(**early)) == 401
            assert await status(server, issuer.token(**soon)) == 200


async def test_rotated_keys_are_found_and_strange_ids_ask_no_more_than_once_a_minute(
    trusting: Server, issuer: Issuer
) -> None:
    seconds = [1_000.0]
    keys = keys_of(trusting)
    keys.timer = lambda: seconds[0]
    assert await status(trusting, issuer.token()) == 200
    issuer.keys = [ONE, OTHER]
    assert await status(trusting, issuer.token(OTHER)) == 401, "asked a moment ago"
    seconds[0] += AGAIN_AFTER + 1
    answers = await asyncio.gather(*(status(trusting, issuer.token(OTHER, jti=str(n))) for n in range(5)))
    assert (set(answers), issuer.asked) == ({200}, 2)
    for number in range(20):
        assert await status(trusting, issuer.token(new_id(number))) == 401
    assert issuer.asked == 2
    # The old key is withdrawn: it counts until the keys are fetched again.
    issuer.keys = [OTHER]
    seconds[0] += KEPT + 1
    assert await status(trusting, issuer.token(jti="anew")) == 401
    assert await status(trusting, issuer.token(OTHER, jti="anew")) == 200
    assert issuer.asked == 3
    # A provider that is away for a while signs nobody out.
    issuer.broken = True
    seconds[0] += KEPT + 1
    assert await status(trusting, issuer.token(OTHER, jti="once more")) == 200
    seconds[0] += LONGEST_KEPT + 1
    assert await status(trusting, issuer.token(OTHER, jti="a day later")) == 401


def new_id(number: int) -> Any:
    """The known key under an id that nobody published."""
    return RSAKey.import_key(ONE.as_dict(private=True) | {"kid": f"strange {number}"})


async def test_a_discovery_document_of_another_issuer_gives_no_keys(trusting: Server, issuer: Issuer) -> None:
    issuer.named = "https://elsewhere.example"
    assert await status(trusting, issuer.token()) == 401
    assert issuer.asked == 0


async def test_pinned_algorithms_keys_from_a_file_and_another_claim(
    haiyan_urls: DatabaseUrls, secret_key_file: Path, issuer: Issuer, tmp_path: Path
) -> None:
    curve, encrypting, secret = new_key("curve", "EC"), new_key("enc", use="enc"), OctKey.generate_key(256)
    file = tmp_path / "keys.json"
    published = [curve, ONE, encrypting]
    octets = {"kty": "oct", "kid": "secret", "k": secret.as_dict(private=True)["k"]}
    file.write_text(json.dumps({"keys": [*(key.as_dict(private=False) for key in published), octets]}))
    settings: dict[str, Any] = {
        "openid_issuer": issuer.address,
        "openid_audience": AUDIENCE,
        "openid_keys_file": file,
        "openid_algorithms": "ES256",
        "openid_username_claim": "account",
    }
    async with serving(haiyan_urls, secret_key_file, **settings) as server:
        named = {"sub": "f2a9", "account": WHO}
        assert await status(server, issuer.token(curve, "ES256", **named)) == 200
        assert await status(server, issuer.token(curve, "ES256")) == 401, "the subject is nobody here"
        assert await status(server, issuer.token(ONE, "RS256", **named)) == 401, "not pinned"
        forged = jwt.encode({"alg": "HS256", "kid": "secret"}, issuer.claims(**named), secret)
        assert await status(server, forged) == 401
    assert issuer.asked == 0
    async with serving(haiyan_urls, secret_key_file, **(settings | {"openid_algorithms": "RS256, ES256"})) as server:
        signing = RSAKey.import_key({**encrypting.as_dict(private=True), "use": "sig"})
        assert await status(server, issuer.token(signing, **named)) == 401, "a key that encrypts signs nothing"
        assert await status(server, issuer.token(ONE, **named)) == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"openid_algorithms": "none"},
        {"openid_algorithms": "HS256"},
        {"openid_algorithms": "RS256,HS256"},
        {"openid_algorithms": ""},
        {"openid_audience": None},
        {"openid_audience": ""},
    ],
)
def test_settings_that_would_open_the_door_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**({"openid_issuer": "https://id.example", "openid_audience": AUDIENCE} | wrong))


async def test_without_an_issuer_its_tokens_are_nothing(server: Server, issuer: Issuer) -> None:
    assert await status(server, issuer.token()) == 401


async def test_a_token_ends_with_its_account(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path, issuer: Issuer
) -> None:
    settings: dict[str, Any] = {"openid_issuer": issuer.address, "openid_audience": AUDIENCE}
    async with serving(fresh_haiyan_urls, secret_key_file, **settings) as server:
        token = issuer.token()
        assert await status(server, token) == 200
        await execute(fresh_haiyan_urls, "DELETE FROM credential WHERE username = $1", WHO)
        assert await status(server, token) == 401


async def test_administrators_need_a_second_factor_of_the_provider_outside_the_demo(
    haiyan_urls: DatabaseUrls, secret_key_file: Path, issuer: Issuer
) -> None:
    settings: dict[str, Any] = {"openid_issuer": issuer.address, "openid_audience": AUDIENCE, "demo": False}
    async with serving(haiyan_urls, secret_key_file, **settings) as server:
        assert await status(server, issuer.token()) == 200
        for said in (None, "mfa", ["pwd"], [["mfa"]], 5):
            assert await status(server, issuer.token(sub=ADMIN, amr=said)) == 401
        assert await status(server, issuer.token(sub=ADMIN, amr=["pwd", "mfa"])) == 200
