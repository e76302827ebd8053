"""GraphQL over HTTP: what is taken, what is answered with which status, who gets in, and what a fault gives away."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api.http.headers import PAGE
from tests.support.api import Server, serving

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

GRAPHQL, JSON = "application/graphql-response+json", "application/json"
NUMBERS = "{ cases(first: 1) { nodes { number } } }"


async def send(server: Server, body: Any = None, *, token: str | None = None, **headers: str) -> Any:
    """POST whatever it is, as JSON unless it is bytes."""
    sent = {"content-type": JSON, "accept": GRAPHQL} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    if token is not None:
        sent["authorization"] = f"Bearer {token}"
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await server.http.post("/graphql", content=content, headers=sent)


async def director(server: Server) -> str:
    token = (await server.as_("director.haiyan")).token
    assert token is not None
    return token


@pytest.mark.parametrize(
    ("accept", "media"),
    [(GRAPHQL, GRAPHQL), (JSON, JSON), ("*/*", JSON), (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL), ("", JSON)],
)
async def test_the_media_type_is_the_one_asked_for(server: Server, accept: str, media: str) -> None:
    response = await send(server, {"query": NUMBERS}, token=await director(server), accept=accept)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(media)
    assert response.headers["cache-control"] == "no-store"
    assert response.json()["data"]["cases"]["nodes"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": ""}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query A { __typename } query B { __typename }"}, "OPERATION_NAME"),
        ({"query": "query A { __typename }", "operationName": "B"}, "OPERATION_NAME"),
        ({"query": "query($n: Int!) { cases(first: $n) { totalCount } }"}, "BAD_USER_INPUT"),
        ({"query": "fragment F on Query { __typename }"}, "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_a_request_that_cannot_run_is_400_or_for_old_clients_200(server: Server, body: Any, code: str) -> None:
    for accept, status in ((GRAPHQL, 400), (JSON, 200)):
        response = await send(server, body, token=await director(server), accept=accept)
        assert response.status_code == status
        assert "data" not in response.json()
        assert response.json()["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", ""]
)
async def test_only_json_is_taken(server: Server, kind: str) -> None:
    body = json.dumps({"query": "mutation { __typename }"}).encode()
    response = await send(server, body, token=await director(server), content_type=kind)
    assert response.status_code == 415
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    "body",
    [
        [{"query": NUMBERS}],
        [],
        b"{",
        b"",
        b"\xff\xfe",
        b'{"query": "\\ud800"}',
        "text",
        None,
        {"query": 1},
        {},
        {"query": NUMBERS, "variables": []},
        {"query": NUMBERS, "operationName": 1},
        b'{"query":' + b"[" * 5000 + b"]" * 5000 + b"}",
    ],
)
async def test_one_json_object_with_a_query_is_taken_and_nothing_else(server: Server, body: Any) -> None:
    for accept in (GRAPHQL, JSON):
        response = await send(server, body, token=await director(server), accept=accept)
        assert response.status_code == 400
        assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_a_request_too_large_is_413_and_a_charset_is_no_matter(server: Server) -> None:
    token = await director(server)
    assert (await send(server, {"query": NUMBERS, "pad": "x" * 1_000_001}, token=token)).status_code == 413
    assert (
        await send(server, {"query": NUMBERS}, token=token, content_type="Application/JSON; charset=utf-8")
    ).status_code == 200


async def test_a_get_reads_nothing_and_changes_nothing(server: Server) -> None:
    token = await director(server)
    for query in ("mutation { __typename }", NUMBERS, "{ __typename }"):
        for accept in (GRAPHQL, JSON, "*/*"):
            headers = {"accept": accept, "authorization": f"Bearer {token}"}
            response = await server.http.get("/graphql", params={"query": query}, headers=headers)
            assert response.status_code == 405
            assert response.headers["allow"] == "POST"
    for method in ("PUT", "DELETE", "PATCH"):
        assert (await server.http.request(method, "/graphql", json={"query": NUMBERS})).status_code == 405


async def test_a_browser_gets_graphiql_from_our_own_files(server: Server) -> None:
    page = await server.http.get("/graphql", headers={"accept": "text/html,application/xhtml+xml"})
    assert page.status_code == 200
    policy = PAGE["content-security-policy"]
    assert page.headers["content-security-policy"] == policy
    assert "unsafe-eval" not in policy
    assert "script-src" not in policy, "scripts are under default-src 'self'"
    named = [part.split('"')[0] for part in page.text.replace('href="', 'src="').split('src="')[1:]]
    assert named
    for one in named:
        assert one.startswith("/graphql/static/"), "a county may have no internet"
        assert (await server.http.get(one)).status_code == 200
    for outside in ("/graphql/static/../app.py", "/graphql/static/%2e%2e/%2e%2e/app.py", "/graphql/static//etc/passwd"):
        assert (await server.http.get(outside)).status_code == 404


def forged(header: dict[str, Any], key: bytes | None = None, **claims: Any) -> str:
    """A token with that header and those claims, signed with HMAC by `key` or not at all."""

    def packed(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    said = {"iss": "fengqiao", "aud": "fengqiao", "exp": int(time.time()) + 600, "generation": 0} | claims
    text = f"{packed(header)}.{packed(said)}"
    if key is None:
        return f"{text}."
    mark = hmac.new(key, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


async def test_only_our_own_tokens_open_anything(server: Server, secret_key_file: Path) -> None:
    user = await server.parts.credentials.find("director.haiyan")
    assert user is not None
    who: dict[str, Any] = {"sub": str(user.user_id), "county": user.county_id, "name": user.username}
    key = secret_key_file.read_bytes()  # noqa: ASYNC240 - a few bytes
    plain = {"alg": "HS256", "typ": "JWT"}
    good = forged(plain, key, **who)
    assert (await send(server, {"query": NUMBERS}, token=good)).status_code == 200
    head, claims, mark = good.split(".")
    bad = {
        "none": forged({"alg": "none"}, **who),
        "None, with a mark": forged({"alg": "None"}, key, **who),
        "no algorithm": forged({}, key, **who),
        "another algorithm": forged({"alg": "HS512"}, key, **who),
        "RS256 with an HMAC": forged({"alg": "RS256"}, key, **who),
        "another key": forged(plain, b"x" * 32, **who),
        "an empty key": forged(plain, b"", **who),
        "a key of its own": forged(plain | {"jwk": {"kty": "oct", "k": "eHh4"}}, b"xxx", **who),
        "wrong audience": forged(plain, key, **who, aud="other"),
        "audience of many": forged(plain, key, **who, aud=["other", "fengqiao"]),
        "wrong issuer": forged(plain, key, **who, iss="other"),
        "expired": forged(plain, key, **who, exp=int(time.time()) - 1),
        "no expiry": forged(plain, key, **who, exp=None),
        "another county": forged(plain, key, **(who | {"county": 440783})),
        "another name": forged(plain, key, **(who | {"name": "dispatcher.haiyan"})),
        "no county": forged(plain, key, **(who | {"county": None})),
        "another generation": forged(plain, key, **who, generation=7),
        "no user": forged(plain, key, **(who | {"sub": "0192f000-0000-7000-8000-00000000dead"})),
        "sub is no id": forged(plain, key, **(who | {"sub": "admin"})),
        "cut": f"{head}.{claims}",
        "changed mark": f"{head}.{claims}.{mark[:-2]}AA",
        "changed claims": f"{head}.{claims[:-2]}AA.{mark}",
        "nonsense": "nonsense",
        "long": "x" * 7000,
    }
    for name, token in bad.items():
        await unauthenticated(await send(server, {"query": NUMBERS}, token=token), name)
        await unauthenticated(await send(server, {"query": "mutation { __typename }"}, token=token), name)


async def unauthenticated(response: Any, name: str) -> None:
    """401, with nothing that tells one reason from another."""
    assert response.status_code == 401, name
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json() == {
        "errors": [{"message": "请先登录，或登录已过期", "extensions": {"code": "UNAUTHENTICATED"}}]
    }


async def test_nobody_reads_anything_but_the_schema(server: Server) -> None:
    for query in (
        NUMBERS,
        "{ viewer { user { id } } }",
        "{ rules { id } }",
        '{ node(id: "x") { id } }',
        "mutation { __typename }",
        "{ __typename rules { id } }",
    ):
        await unauthenticated(await send(server, {"query": query}), query)
    for scheme in ("Basic eHg6eHg=", "Bearer", "bearer"):
        await unauthenticated(await send(server, {"query": NUMBERS}, authorization=scheme), scheme)


@pytest.mark.parametrize(
    "query",
    [
        "{ __typename }",
        "{ __schema { queryType { name } } }",
        '{ __type(name: "Case") { name } }',
        # What is wrong with these would tell of the schema as well.
        "{ casse { id } }",
        "{ cases { nodes { phone } } }",
        "mutation { caseAccept(input: {}) { __typename } }",
        "{",
    ],
)
@pytest.mark.parametrize("token", [None, "nonsense"])
async def test_nothing_is_told_of_the_schema_without_a_token(server: Server, query: str, token: str | None) -> None:
    await unauthenticated(await send(server, {"query": query}, token=token), query)


async def test_where_the_schema_is_open_it_is_described_to_everybody_alike(
    haiyan_urls: DatabaseUrls, secret_key_file: Path
) -> None:
    async with serving(haiyan_urls, secret_key_file, open_introspection=True) as server:
        await described_alike(server)
        assert (await send(server, {"query": "{ casse { id } }"})).status_code == 400
        await unauthenticated(await send(server, {"query": NUMBERS}), NUMBERS)


async def described_alike(server: Server) -> None:
    whole = "{ __typename __schema { queryType { name } types { name description fields { name } } } }"
    one = 'query T($n: String!) { a: __type(name: $n) { name kind } __type(name: "Case") { fields { name } } }'
    for query, variables in ((whole, {}), (one, {"n": "Party"})):
        mine = await send(server, {"query": query, "variables": variables}, token=await director(server))
        nobodys = await send(server, {"query": query, "variables": variables})
        assert mine.status_code == nobodys.status_code == 200
        assert "errors" not in mine.json(), mine.json()["errors"]
        assert mine.json() == nobodys.json()
    assert mine.json()["data"]["a"] == {"name": "Party", "kind": "OBJECT"}


@pytest.mark.parametrize(
    "query",
    [
        "{ casse { id } }",
        "{ cases { totalCuont } }",
        "{ cases(filtre: {}) { totalCount } }",
        "{ cases(filter: {statsu: OPEN}) { totalCount } }",
        "{ cases(filter: {status: OPNE}) { totalCount } }",
        "fragment F on Cas { id } { ...F }",
        "query Q($a: CaseFiltre) { cases(filter: $a) { totalCount } }",
    ],
)
async def test_mistakes_are_told_without_suggestions(server: Server, query: str) -> None:
    response = await send(server, {"query": query}, token=await director(server))
    assert response.status_code == 400
    assert "mean" not in response.text


SECRET = "张三的身份证440781199001011234"


@pytest.mark.parametrize(
    ("declared", "argument", "value"),
    [
        ("$v: Int", "first: $v", SECRET),
        ("$v: CaseFilter", "filter: $v", {"status": SECRET}),
        ("$v: CaseFilter", "filter: $v", {"status": [SECRET]}),
        ("$v: CaseFilter", "filter: $v", {SECRET: 1}),
        ("$v: CaseFilter", "filter: $v", SECRET),
        ("$v: CaseFilter", "filter: $v", {"registeredFrom": SECRET}),
        ("$v: CaseFilter", "filter: $v", {"overdue": SECRET}),
        ("$v: CaseFilter", "filter: $v", {"titleContains": {"x": SECRET}}),
        ("$v: CaseFilter", "filter: $v", {"titleContains": SECRET + "\x00"}),
        ("$v: CaseFilter", "filter: $v", {"registeredFrom": "0001-01-01T00:00:00+14:00"}),
        ("$v: CaseFilter", "filter: $v", {"registeredUntil": "9999-12-31T23:59:59-14:00"}),
        ("$v: String", "after: $v", SECRET),
        ("$v: String", "after: $v", base64.b64encode(json.dumps(["registered_at-", SECRET, "x"]).encode()).decode()),
        ("$v: CaseFilter", "filter: $v", {"registeredFrom": "2026-01-01T00:00:00"}),
        ("$v: CaseFilter", "filter: $v", {"typeCodes": ["0101", SECRET + "\x00"]}),
        ("$v: Int", "first: $v", 2**40),
        ("$v: Int", "first: $v", -1),
    ],
)
async def test_what_was_sent_is_never_in_an_error_and_never_a_fault(
    server: Server, caplog: pytest.LogCaptureFixture, declared: str, argument: str, value: Any
) -> None:
    query = f"query Q({declared}) {{ cases({argument}) {{ totalCount nodes {{ id }} }} }}"
    response = await send(server, {"query": query, "variables": {"v": value}}, token=await director(server))
    assert response.status_code in {200, 400}, response.text
    assert "张三" not in response.text
    assert "1234" not in response.text
    assert "张三" not in caplog.text
    assert {error["extensions"]["code"] for error in response.json()["errors"]} <= {
        "BAD_USER_INPUT",
        "BAD_CURSOR",
        "PAGE_SIZE",
    }


async def test_a_fault_is_masked_with_a_number_that_the_log_knows(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_given: Any) -> Any:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(type(server.parts.reader), "read", broken)
    response = await send(server, {"query": "{ viewer { user { id } } }"}, token=await director(server))
    request_id = response.headers["x-request-id"]
    assert response.status_code == 500
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": "INTERNAL", "requestId": request_id}
    assert request_id in error["message"]
    assert "RuntimeError" not in response.text
    assert SECRET not in response.text
    (entry,) = (one for one in caplog.records if one.name == "fengqiao")
    told = json.loads(entry.getMessage().removeprefix("fault "))
    assert (told["request_id"], told["kind"]) == (request_id, "RuntimeError")
    assert any(frame.endswith("broken") for frame in told["frames"])
    assert SECRET not in caplog.text


async def test_every_answer_has_a_number_of_its_own(server: Server) -> None:
    answers = [await send(server, {"query": query}) for query in ("{ __typename }", "{", NUMBERS)]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 3


async def test_health_and_readiness(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await server.http.get("/healthz")).text == "ok"
    assert (await server.http.get("/readyz")).text == "ready"

    def broken(*_given: Any) -> Any:
        raise OSError(SECRET)

    monkeypatch.setattr(type(server.parts.reader), "connection", broken)
    not_ready = await server.http.get("/readyz")
    assert (not_ready.status_code, not_ready.text) == (503, "not ready")
    assert (await server.http.get("/healthz")).status_code == 200
