"""What follows a sign-in: refresh tokens that are good once, signing out, and choosing another password."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from api.shell.worker import Worker
from domain.foundation.database.session import create_engine
from domain.tenancy import credentials, sessions
from domain.tenancy.passwords import DEMO_PASSWORD, refused_because
from tests.api.test_sign_in import BEHIND_A_PROXY, MovedClock, sign_in, two_servers
from tests.support.api import Client, Server, serving
from tests.support.rows import execute, fetch, value

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

WHO = "mediator.haiyan"
SEEN = "{ viewer { user { displayName } } }"
NEW = "雨后 竹林 第三间 茶铺 不打烊"


async def signed_in(server: Server, **more: Any) -> dict[str, Any]:
    response = await sign_in(server, **more)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def post(server: Server, way: str, token: str | None = None, **sent: Any) -> httpx.Response:
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    return await server.http.post(f"/auth/{way}", json=sent, headers=headers)


async def refresh(server: Server, token: Any) -> httpx.Response:
    return await post(server, "refresh", refresh_token=token)


async def works(server: Server, token: str) -> bool:
    response = await Client(server.http, token).post(SEEN)
    assert response.status_code in {200, 401}
    return response.status_code == 200


async def test_a_refresh_token_is_good_once_and_kept_as_a_digest(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path
) -> None:
    async with two_servers(fresh_haiyan_urls, secret_key_file) as (one, other):
        first = await signed_in(one)
        assert first["refresh_expires_in"] == 72 * 3600
        second = await refresh(other, first["refresh_token"])
        assert second.status_code == 200, second.text
        assert second.headers["cache-control"] == "no-store"
        body = second.json()
        assert set(body) == set(first)
        assert body["refresh_token"] != first["refresh_token"]
        assert await works(one, body["access_token"])
        kept = await fetch(fresh_haiyan_urls, "SELECT token_hash FROM refresh_token")
        assert {row["token_hash"] for row in kept} == {
            sessions.digest(first["refresh_token"]),
            sessions.digest(body["refresh_token"]),
        }


async def test_a_refresh_token_that_comes_again_ends_everything_of_its_session(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path
) -> None:
    async with two_servers(fresh_haiyan_urls, secret_key_file) as (one, other):
        first, apart = await signed_in(one), await signed_in(one)
        second = (await refresh(one, first["refresh_token"])).json()
        for server in (one, other):
            assert await works(server, first["access_token"])
            assert await works(server, second["access_token"])
        again = await refresh(other, first["refresh_token"])
        assert (again.status_code, again.json()["error"]) == (401, "invalid_refresh_token")
        for server in (one, other):
            assert not await works(server, first["access_token"])
            assert not await works(server, second["access_token"])
            assert await works(server, apart["access_token"]), "another session of the account goes on"
        assert (await refresh(one, second["refresh_token"])).status_code == 401
        assert (await refresh(one, apart["refresh_token"])).status_code == 200


async def test_of_two_that_come_with_one_token_at_once_one_is_answered_and_the_session_ends(live: Server) -> None:
    first = await signed_in(live)
    answers = await asyncio.gather(*(refresh(live, first["refresh_token"]) for _ in range(6)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200, 401, 401, 401, 401, 401]
    (given,) = (answer.json() for answer in answers if answer.status_code == 200)
    assert not await works(live, given["access_token"])


async def test_reused_tokens_count_as_attempts_and_unknown_ones_are_refused(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path
) -> None:
    async with serving(fresh_haiyan_urls, secret_key_file, **BEHIND_A_PROXY) as server:
        first = await signed_in(server)
        await refresh(server, first["refresh_token"])
        failures = "SELECT failures FROM sign_in_source WHERE username = $1"
        assert await value(fresh_haiyan_urls, failures, WHO) == 0
        for count in range(1, credentials.ATTEMPTS + 1):
            assert (await refresh(server, first["refresh_token"])).status_code == 401
            assert await value(fresh_haiyan_urls, failures, WHO) == count
        assert (await sign_in(server)).status_code == 401, "its source waits"
        for odd in ("", "x", "\x00", "a" * 900):
            assert (await refresh(server, odd)).status_code == 401
        odd_tokens: tuple[Any, ...] = (None, 5, [], "a" * 1_001)
        for no_token in odd_tokens:
            assert (await refresh(server, no_token)).status_code == 400


async def test_refresh_tokens_and_sessions_expire(fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path) -> None:
    clock = MovedClock()
    lifetimes: dict[str, Any] = {"refresh_hours": 10.0, "session_days": 1.0}
    async with serving(fresh_haiyan_urls, secret_key_file, clock=clock, **lifetimes) as server:
        unused = await signed_in(server)
        used = await signed_in(server)
        clock.by = timedelta(hours=9)
        used = (await refresh(server, used["refresh_token"])).json()
        clock.by = timedelta(hours=11)
        assert (await refresh(server, unused["refresh_token"])).status_code == 401
        clock.by = timedelta(hours=18)
        used = (await refresh(server, used["refresh_token"])).json()
        assert used["refresh_expires_in"] < 6 * 3600 + 60
        assert used["expires_in"] < 6 * 3600 + 60, "no access token outlives its session"
        clock.by = timedelta(hours=23)
        assert await works(server, used["access_token"])
        clock.by = timedelta(hours=25)
        assert not await works(server, used["access_token"])
        assert (await refresh(server, used["refresh_token"])).status_code == 401


async def test_signing_out_ends_this_session_or_all(fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path) -> None:
    async with two_servers(fresh_haiyan_urls, secret_key_file) as (one, other):
        first, second, third = [await signed_in(one) for _ in range(3)]
        for opened in (first, second, third):
            assert await works(other, opened["access_token"])
        assert (await post(one, "sign-out", first["access_token"])).status_code == 200
        assert (await post(one, "sign-out", refresh_token=second["refresh_token"])).status_code == 200
        for server in (one, other):
            works_now = [await works(server, opened["access_token"]) for opened in (first, second, third)]
            assert works_now == [False, False, True]
        assert (await refresh(other, first["refresh_token"])).status_code == 401
        assert (await refresh(other, second["refresh_token"])).status_code == 401
        assert (await post(one, "sign-out", first["access_token"])).status_code == 401, "it is out already"
        fourth, neighbour = await signed_in(one), await signed_in(one, username="dispatcher.haiyan")
        assert (await post(other, "sign-out", fourth["access_token"], everywhere=True)).status_code == 200
        for server in (one, other):
            assert not await works(server, third["access_token"])
            assert not await works(server, fourth["access_token"])
            assert await works(server, neighbour["access_token"])
        assert (await refresh(one, third["refresh_token"])).status_code == 401
        for nobody in (None, "nonsense"):
            assert (await post(one, "sign-out", nobody, everywhere=True)).status_code == 401


async def change(server: Server, old: str, new: Any, username: str = WHO) -> httpx.Response:
    return await post(server, "password", username=username, password=old, new_password=new)


async def test_another_password_ends_every_session_but_the_one_it_begins(live: Server) -> None:
    before = await signed_in(live)
    changed = await change(live, DEMO_PASSWORD, NEW)
    assert changed.status_code == 200, changed.text
    assert not await works(live, before["access_token"])
    assert (await refresh(live, before["refresh_token"])).status_code == 401
    assert await works(live, changed.json()["access_token"])
    assert (await refresh(live, changed.json()["refresh_token"])).status_code == 200
    assert (await sign_in(live)).status_code == 401
    assert (await sign_in(live, password=NEW)).status_code == 200
    # Another keyboard writes the same characters in full width.
    assert (await sign_in(live, password=NEW.replace(" ", "\u3000"))).status_code == 200


async def test_the_old_password_is_asked_and_guesses_count(live: Server) -> None:
    for _ in range(credentials.ATTEMPTS):
        assert (await change(live, "wrong", NEW)).status_code == 401
    assert (await change(live, DEMO_PASSWORD, NEW)).status_code == 401, "locked"
    assert (await sign_in(live)).status_code == 401


async def test_of_two_changes_at_once_one_is_made(live: Server) -> None:
    answers = await asyncio.gather(*(change(live, DEMO_PASSWORD, f"{NEW} {number}") for number in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401]


GUESSED = (
    "short", "x" * 14, "a" * 20, "abc" * 8, "123456789012345", "0987654321qwertyuiop", "Password12345678!",
    "P@ssw0rd-P@ssw0rd", "fengqiao-demo-2026", DEMO_PASSWORD, "mediator.haiyan.2026", "枫桥管理员密码201320132013",
    "Administrator!2026", "1qaz2wsx3edc4rfv", "20260101-20260101", "x" * 1_001,
)  # fmt: skip


@pytest.mark.parametrize("password", GUESSED)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    assert refused_because(password, WHO, second_factor=False) is not None


@pytest.mark.parametrize(
    "password", [NEW, "correct horse battery staple", "tkvq-9wzb-m2xd-r7", "830174926501837 ok then"]
)
def test_what_is_nobodys_first_guess_is_taken(password: str) -> None:
    assert refused_because(password, WHO, second_factor=False) is None


def test_a_shorter_one_will_do_beside_a_second_factor() -> None:
    assert refused_because("tkvq9wzb", WHO, second_factor=True) is None
    assert refused_because("tkvq9wz", WHO, second_factor=True) is not None


async def test_a_refused_password_says_why_and_changes_nothing(live: Server) -> None:
    before = await signed_in(live)
    for new in ("short", DEMO_PASSWORD, "a" * 30):
        refused = await change(live, DEMO_PASSWORD, new)
        assert (refused.status_code, refused.json()["error"]) == (400, "password_refused")
        assert "新密码" in refused.json()["message"]
    for odd in (None, 5, ["a"]):
        assert (await change(live, DEMO_PASSWORD, odd)).json()["error"] == "invalid_request"
    assert await works(live, before["access_token"])


async def test_outside_the_demo_a_published_password_is_good_for_choosing_another_alone(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path
) -> None:
    async with serving(fresh_haiyan_urls, secret_key_file) as demo:
        begun = await signed_in(demo)
        assert await works(demo, begun["access_token"])
    async with serving(fresh_haiyan_urls, secret_key_file, demo=False) as server:
        told = await sign_in(server)
        assert (told.status_code, told.json()["error"]) == (403, "password_change_required")
        assert set(told.json()) == {"error", "message"}
        assert not await works(server, begun["access_token"]), "nor is a session of the demo's"
        assert (await refresh(server, begun["refresh_token"])).status_code == 401
        assert (await sign_in(server, password="wrong")).status_code == 401, "who does not know it learns nothing"
        changed = await change(server, DEMO_PASSWORD, NEW)
        assert changed.status_code == 200
        assert await works(server, changed.json()["access_token"])
        assert (await sign_in(server, password=NEW)).status_code == 200
        assert (await sign_in(server)).status_code == 401


async def test_old_sessions_are_removed_by_the_worker(fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path) -> None:
    clock = MovedClock()
    async with serving(fresh_haiyan_urls, secret_key_file, clock=clock) as server:
        await signed_in(server)
        ended = await signed_in(server)
        await post(server, "sign-out", ended["access_token"])
        engine = create_engine(fresh_haiyan_urls.application)
        worker = Worker(engine, fresh_haiyan_urls.application, server.parts.credentials, clock=clock)
        left = []
        for days in (0, 2, 30, 32):
            clock.by = timedelta(days=days)
            await worker.tidy()
            left.append(await value(fresh_haiyan_urls, "SELECT count(*) FROM sign_in_session"))
        await engine.dispose()
    assert left == [2, 1, 1, 0]
    assert await value(fresh_haiyan_urls, "SELECT count(*) FROM refresh_token") == 0


async def test_sessions_go_with_their_account(live: Server, fresh_haiyan_urls: DatabaseUrls) -> None:
    begun = await signed_in(live)
    assert await works(live, begun["access_token"])
    await execute(fresh_haiyan_urls, "DELETE FROM credential WHERE username = $1", WHO)
    assert not await works(live, begun["access_token"])
    assert (await refresh(live, begun["refresh_token"])).status_code == 401
    assert await value(fresh_haiyan_urls, "SELECT count(*) FROM sign_in_session") == 0
