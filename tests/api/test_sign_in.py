"""Who is asking: tokens by password, a budget of attempts, and rights that end with the next request, everywhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from api.http.sources import Sources
from api.shell.worker import Worker
from domain.foundation.database.session import create_engine
from domain.tenancy import credentials
from domain.tenancy.passwords import DEMO_PASSWORD
from tests.support.api import Client, Server, serving
from tests.support.road import Road
from tests.support.rows import execute, fetch, value

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


async def sign_in(
    server: Server, username: Any = WHO, password: Any = DEMO_PASSWORD, source: str | None = None
) -> httpx.Response:
    """`source`: the address that a proxy of ours heard it from."""
    headers = {} if source is None else {"x-forwarded-for": source}
    return await server.http.post("/auth/token", json={"username": username, "password": password}, headers=headers)


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


HOME, AWAY, ELSEWHERE = "192.0.2.1", "198.51.100.7", "203.0.113.9"
BEHIND_A_PROXY: dict[str, Any] = {"trusted_proxies": "127.0.0.1"}


async def test_wrong_attempts_lock_the_source_they_come_from_and_no_other(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path, checked: list[str]
) -> None:
    async with two_servers(fresh_haiyan_urls, secret_key_file, **BEHIND_A_PROXY) as servers:
        for attempt in range(credentials.ATTEMPTS):
            assert (await sign_in(servers[attempt % 2], password="wrong", source=AWAY)).status_code == 401
        for server in servers:
            assert (await sign_in(server, source=AWAY)).status_code == 401, "locked"
            assert (await sign_in(server, source=HOME)).status_code == 200, "the owner gets in"
            # Of version 6 a network is one source.
            assert (await sign_in(server, source="2001:db8::1")).status_code == 200


async def test_an_attack_from_everywhere_is_slowed_down_and_spares_who_is_known(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path, checked: list[str]
) -> None:
    clock = MovedClock()
    stored = await value(fresh_haiyan_urls, "SELECT password_hash FROM credential WHERE username = $1", WHO)
    async with serving(fresh_haiyan_urls, secret_key_file, clock=clock, **BEHIND_A_PROXY) as server:
        assert (await sign_in(server, source=HOME)).status_code == 200
        checked.clear()

        async def attacked(times: int) -> int:
            """How many of so many attempts, each from another source, were looked at."""
            before = checked.count(stored)
            for _ in range(times):
                sources[0] += 1
                wrong = await sign_in(server, password="wrong", source=f"10.{sources[0] // 250}.{sources[0] % 250}.1")
                assert wrong.status_code == 401
            return checked.count(stored) - before

        sources = [0]
        assert await attacked(60) == credentials.STRANGE_ATTEMPTS
        kept = "SELECT count(*) FROM sign_in_source WHERE username = $1"
        assert await value(fresh_haiyan_urls, kept, WHO) <= credentials.STRANGE_ATTEMPTS + 1, "no row for who must wait"
        assert (await sign_in(server, source=ELSEWHERE)).status_code == 401, (
            "where nobody signed in before one waits too"
        )
        assert (await sign_in(server, source=HOME)).status_code == 200, "who is known does not"
        assert (await sign_in(server, "dispatcher.haiyan", source=ELSEWHERE)).status_code == 200
        # Each further attempt makes all strangers wait twice as long, up to the longest.
        wait = credentials.STRANGE_WAIT
        for _ in range(8):
            clock.by += wait - timedelta(seconds=1)
            assert await attacked(2) == 0
            clock.by += timedelta(seconds=2)
            assert await attacked(2) == 1
            wait = min(2 * wait, credentials.LOCK_FOR)
        assert wait == credentials.LOCK_FOR
        clock.by += wait + timedelta(seconds=1)
        assert (await sign_in(server, source=ELSEWHERE)).status_code == 200
        # Both are known now.
        await attacked(30)
        for source in (HOME, ELSEWHERE):
            assert (await sign_in(server, source=source)).status_code == 200


async def test_a_header_is_believed_of_our_own_proxies_alone(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path, checked: list[str]
) -> None:
    async with serving(fresh_haiyan_urls, secret_key_file, trusted_proxies="10.0.0.0/8, 2001:db8::/32") as server:
        for attempt in range(credentials.ATTEMPTS):
            assert (await sign_in(server, password="wrong", source=f"192.0.2.{attempt}")).status_code == 401
        assert (await sign_in(server, source="192.0.2.77")).status_code == 401
    found = await fetch(fresh_haiyan_urls, "SELECT source FROM sign_in_source WHERE username = $1", WHO)
    assert [row["source"] for row in found] == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("peer", "said", "source"),
    [
        ("127.0.0.1", (), "127.0.0.1"),
        ("127.0.0.1", ("192.0.2.1",), "192.0.2.1"),
        ("127.0.0.1", ("192.0.2.1, 10.0.0.9",), "192.0.2.1"),
        ("127.0.0.1", ("192.0.2.1", "10.0.0.9"), "192.0.2.1"),
        # Whatever the client itself wrote stands before what the proxy heard.
        ("127.0.0.1", ("10.1.1.1, 192.0.2.1, 198.51.100.7",), "198.51.100.7"),
        ("127.0.0.1", ("nonsense",), "127.0.0.1"),
        ("127.0.0.1", ("192.0.2.1, nonsense",), "127.0.0.1"),
        ("127.0.0.1", ("",), "127.0.0.1"),
        ("127.0.0.1", (",".join(["10.0.0.1"] * 5_000),), "10.0.0.1"),
        ("127.0.0.1", ("2001:db8:1:2:3:4:5:6",), "2001:db8:1:2::/64"),
        ("::ffff:127.0.0.1", ("::ffff:192.0.2.1",), "192.0.2.1"),
        ("fe80::1%eth0", (), "fe80::/64"),
        ("192.0.2.5", ("192.0.2.1",), "192.0.2.5"),
        ("testclient", (), "unknown"),
        (None, ("192.0.2.1",), "unknown"),
    ],
)
def test_where_a_request_comes_from(peer: str | None, said: tuple[str, ...], source: str) -> None:
    sources = Sources((ip_network("127.0.0.1"), ip_network("10.0.0.0/8")))
    headers = [(b"x-forwarded-for", one.encode()) for one in said]
    scope = {"client": None if peer is None else (peer, 5), "headers": headers}
    assert sources.of(scope) == source
    assert len(source) <= 50


async def test_old_attempts_are_removed_by_the_worker(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path, checked: list[str]
) -> None:
    clock = MovedClock()
    async with serving(fresh_haiyan_urls, secret_key_file, clock=clock, **BEHIND_A_PROXY) as server:
        await sign_in(server, source=HOME)
        await sign_in(server, password="wrong", source=AWAY)
        engine = create_engine(fresh_haiyan_urls.application)
        worker = Worker(engine, fresh_haiyan_urls.application, server.parts.credentials, clock=clock)
        left = []
        for days in (0, 2, 89, 91):
            clock.by = timedelta(days=days)
            await worker.tidy()
            rows = await fetch(fresh_haiyan_urls, "SELECT source FROM sign_in_source ORDER BY source")
            left.append([row["source"] for row in rows])
        await engine.dispose()
    assert left == [[HOME, AWAY], [HOME], [HOME], []]


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
        "UPDATE credential SET username = username || '.before' WHERE username = $1",
        "DELETE FROM credential WHERE username = $1",
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


async def test_tokens_do_not_count_again_when_their_account_is_made_anew(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path
) -> None:
    async with two_servers(fresh_haiyan_urls, secret_key_file) as servers:
        assert min(await seen_by_all(servers)) > 0
        old = await value(fresh_haiyan_urls, "SELECT to_jsonb(c)::text FROM credential c WHERE username = $1", WHO)
        again = """INSERT INTO credential SELECT * FROM jsonb_populate_record(NULL::credential, $1::jsonb)"""
        for _ in range(2):
            await execute(fresh_haiyan_urls, "DELETE FROM credential WHERE username = $1", WHO)
            await execute(fresh_haiyan_urls, again, old)
            assert await seen_by_all(servers) == [-1, -1]
            for server in servers:
                server._tokens.clear()
            assert min(await seen_by_all(servers)) > 0, "new ones count"


async def test_a_token_ends_when_it_said(haiyan_urls: DatabaseUrls, secret_key_file: Path) -> None:
    clock = MovedClock()
    async with serving(haiyan_urls, secret_key_file, clock=clock, token_hours=1.0) as server:
        token = (await sign_in(server)).json()["access_token"]
        for moved, status in ((0, 200), (59, 200), (61, 401), (0, 200)):
            clock.by = timedelta(minutes=moved)
            assert (await Client(server.http, token).post(SEEN)).status_code == status
