"""Who is asking: tokens by password, a budget of attempts, and rights that end with the next request, everywhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from domain.places.loader import DEMO_PASSWORD
from domain.tenancy import credentials
from tests.support.api import Client, Server, serving
from tests.support.road import Road
from tests.support.rows import execute, value

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

WHO = "mediator.haiyan"
SEEN = "{ cases { totalCount } viewer { memberships { role } } }"
OF_USER = "user_id = (SELECT user_id FROM credential WHERE username = $1)"


@dataclass
class MovedClock:
    """The time, moved."""

    by: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.by


async def sign_in(server: Server, username: Any = WHO, password: Any = DEMO_PASSWORD) -> httpx.Response:
    return await server.http.post("/auth/token", json={"username": username, "password": password})


def told(response: httpx.Response) -> tuple[int, bytes, dict[str, str]]:
    """All that an answer tells."""
    return response.status_code, response.content, dict(response.headers)


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which stored passwords were compared with; comparing costs nothing here."""
    seen: list[str] = []

    def compare(stored: str, password: str) -> bool:
        seen.append(stored)
        return stored != credentials.nobody() and password == DEMO_PASSWORD

    monkeypatch.setattr(credentials, "_verify", compare)
    return seen


async def test_a_password_gives_a_token_that_works(server: Server) -> None:
    response = await sign_in(server)
    body = response.json()
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 12 * 3600)
    found = await Client(server.http, body["access_token"]).ask(SEEN)
    assert [one["role"] for one in found["viewer"]["memberships"]] == ["MEDIATOR"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"{}",
        b'{"username": "a"}',
        b'{"username": 1, "password": "b"}',
        b'{"username": "a", "password": null}',
        b'{"username": "a", "password": "' + b"x" * 1_001 + b'"}',
        b'{"username": "a", "password": "b", "pad": "' + b"x" * 20_000 + b'"}',
        b'{"username": "\\ud800", "password": "b"}',
    ],
)
async def test_anything_but_a_name_and_a_password_is_400(server: Server, body: bytes) -> None:
    response = await server.http.post("/auth/token", content=body, headers={"content-type": "application/json"})
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_only_json_is_taken(server: Server) -> None:
    form = await server.http.post("/auth/token", data={"username": WHO, "password": DEMO_PASSWORD})
    assert form.status_code == 400
    assert (
        await server.http.get("/auth/token", params={"username": WHO, "password": DEMO_PASSWORD})
    ).status_code == 405


async def test_a_name_that_is_not_there_is_told_like_a_wrong_password_to_the_end(
    live: Server, checked: list[str]
) -> None:
    for _ in range(credentials.ATTEMPTS + 2):
        wrong = told(await sign_in(live, password="wrong"))
        assert wrong[0] == 401
        for nobody in ("nobody.haiyan", "", "x" * 5_000, "nul\x00", WHO.upper(), f" {WHO}", "' OR 1=1 --", "％"):
            assert told(await sign_in(live, nobody, "wrong")) == wrong


async def test_five_wrong_attempts_lock_the_account_for_a_while(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path, checked: list[str]
) -> None:
    clock = MovedClock()
    async with serving(fresh_haiyan_urls, secret_key_file, clock=clock) as server:
        for _ in range(credentials.ATTEMPTS - 1):
            assert (await sign_in(server, password="wrong")).status_code == 401
        assert (await sign_in(server)).status_code == 200, "success gives the budget back"
        for _ in range(credentials.ATTEMPTS):
            assert (await sign_in(server, password="wrong")).status_code == 401
        assert (await sign_in(server)).status_code == 401, "locked: not even the right password counts"
        assert (await sign_in(server, "dispatcher.haiyan")).status_code == 200, "others are not"
        clock.by = credentials.LOCK_FOR - timedelta(minutes=1)
        assert (await sign_in(server)).status_code == 401
        clock.by = credentials.LOCK_FOR + timedelta(minutes=1)
        assert (await sign_in(server, password="wrong")).status_code == 401
        assert (await sign_in(server)).status_code == 200


async def test_many_attempts_at_once_spend_one_budget(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path, checked: list[str]
) -> None:
    stored = await value(fresh_haiyan_urls, "SELECT password_hash FROM credential WHERE username = $1", WHO)
    async with two_servers(fresh_haiyan_urls, secret_key_file) as servers:
        answers = await asyncio.gather(*(sign_in(servers[n % 2], password=f"wrong {n}") for n in range(20)))
        assert {answer.status_code for answer in answers} == {401}
        assert checked.count(stored) == credentials.ATTEMPTS
        # Others are compared with nobody's, so that time tells nothing either.
        assert len(checked) == len(answers)
        assert [(await sign_in(server)).status_code for server in servers] == [401, 401]
    assert checked.count(stored) == credentials.ATTEMPTS


@asynccontextmanager
async def two_servers(urls: DatabaseUrls, secret: Path, **more: Any) -> AsyncIterator[list[Server]]:
    """Two server processes' applications on one database."""
    async with serving(urls, secret, **more) as one, serving(urls, secret, **more) as other:
        yield [one, other]


async def seen_by_all(servers: list[Server], who: str = WHO) -> list[int]:
    """How many cases the account's tokens show on each server; -1 where they open nothing any more."""
    found = []
    for server in servers:
        response = await (await server.as_(who)).post(SEEN)
        assert response.status_code in {200, 401}
        found.append(-1 if response.status_code == 401 else response.json()["data"]["cases"]["totalCount"])
    return found


async def test_a_revoked_membership_ends_with_the_next_request_on_every_server(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path
) -> None:
    async with two_servers(fresh_haiyan_urls, secret_key_file) as servers:
        road = await Road(servers[0]).along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn")
        other = Road(servers[1], road.id, road.number, road.version, road.ids)
        before = await seen_by_all(servers)
        assert min(before) > 1
        assert (await other.ask_for("caseFail", otherWaysTold=False))["__typename"] == "RuleRefused"
        await execute(fresh_haiyan_urls, f"UPDATE membership SET valid_until = now() WHERE {OF_USER}", WHO)
        # The first request to each is already refused: to one a command, to the other a read.
        assert (await other.ask_for("caseHoldSession"))["__typename"] == "NotFound"
        assert await seen_by_all(servers) == [0, 0]
        assert (await road.ask_for("caseHoldSession"))["__typename"] == "NotFound"
        viewer = await (await servers[0].as_(WHO)).ask("{ viewer { memberships { role } } }")
        assert viewer["viewer"]["memberships"] == []


async def test_a_command_under_way_is_judged_by_what_holds_when_it_is_carried_out(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path
) -> None:
    async with two_servers(fresh_haiyan_urls, secret_key_file) as servers:
        road = await Road(servers[0]).along(
            "caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn", "caseHoldSession"
        )
        await seen_by_all(servers)
        given = {"caseId": road.id, "expectedVersion": road.version} | await road.given("caseFail")
        await execute(fresh_haiyan_urls, f"UPDATE membership SET valid_until = now() WHERE {OF_USER}", WHO)
        first = """mutation M($input: CaseFailInput!) { a: caseFail(input: $input) { __typename } b: caseFail(input: $input) { __typename } }"""
        data = await (await servers[1].as_(WHO)).ask(first, input=given)
        assert data == {"a": {"__typename": "NotFound"}, "b": {"__typename": "NotFound"}}


async def test_a_role_given_counts_with_the_next_request(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path
) -> None:
    async with two_servers(fresh_haiyan_urls, secret_key_file) as servers:
        before = await seen_by_all(servers, "resident.haiyan")
        await execute(
            fresh_haiyan_urls,
            """INSERT INTO membership (county_id, id, user_id, organisation_id, role, valid_from)
               SELECT county_id, gen_random_uuid(), (SELECT user_id FROM credential WHERE username = $1), organisation_id, role, now()
               FROM membership WHERE user_id = (SELECT user_id FROM credential WHERE username = 'director.haiyan')""",
            "resident.haiyan",
        )
        assert max(before) < 182
        assert await seen_by_all(servers, "resident.haiyan") == [182, 182]


async def test_a_membership_ends_by_the_clock(fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path) -> None:
    clock = MovedClock()
    await execute(
        fresh_haiyan_urls, f"UPDATE membership SET valid_until = now() + interval '1 hour' WHERE {OF_USER}", WHO
    )
    async with two_servers(fresh_haiyan_urls, secret_key_file, clock=clock) as servers:
        road = await Road(servers[0]).along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn")
        assert min(await seen_by_all(servers)) > 0
        clock.by = timedelta(minutes=59)
        assert min(await seen_by_all(servers)) > 0
        clock.by = timedelta(minutes=61)
        for server in servers:
            server._tokens.clear()
        assert await seen_by_all(servers) == [0, 0]
        assert (await road.ask_for("caseHoldSession"))["__typename"] == "NotFound"


@pytest.mark.parametrize(
    "ended",
    [
        "UPDATE app_user SET active = FALSE WHERE id = (SELECT user_id FROM credential WHERE username = $1)",
        "UPDATE credential SET generation = generation + 1 WHERE username = $1",
    ],
)
async def test_an_account_that_ends_ends_its_tokens_everywhere(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path, ended: str
) -> None:
    async with two_servers(fresh_haiyan_urls, secret_key_file) as servers:
        road = await Road(servers[0]).along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn")
        assert min(await seen_by_all(servers)) > 0
        await execute(fresh_haiyan_urls, ended, WHO)
        command = """mutation M($input: CaseFailInput!) { caseFail(input: $input) { __typename } }"""
        given = {"caseId": road.id, "expectedVersion": road.version, "reason": "试验", "otherWaysTold": True}
        assert (await (await servers[1].as_(WHO)).post(command, {"input": given})).status_code == 401
        assert await seen_by_all(servers) == [-1, -1]
        assert await seen_by_all(servers, "dispatcher.haiyan") == [183, 183], "others go on"


async def test_a_token_ends_when_it_said(haiyan_urls: DatabaseUrls, secret_key_file: Path) -> None:
    clock = MovedClock()
    async with serving(haiyan_urls, secret_key_file, clock=clock, token_hours=1.0) as server:
        token = (await sign_in(server)).json()["access_token"]
        for moved, status in ((0, 200), (59, 200), (61, 401), (0, 200)):
            clock.by = timedelta(minutes=moved)
            assert (await Client(server.http, token).post(SEEN)).status_code == status
