"""A command upon a row that the caller does not see: as quick as upon none, and without a lock on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from domain.foundation.basics.ids import global_id, new_id
from domain.foundation.database import statements
from tests.support.api import Server
from tests.support.road import WHO, Road
from tests.support.rows import execute, fetch, key
from tests.support.waiting import until

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

STRANGERS = ("dispatcher.guanghai", "tribunal.haiyan", "resident.haiyan")
TRIED = ("caseAccept", "caseHoldSession", "caseClose")
WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND usename = 'fengqiao_app' AND wait_event_type = 'Lock'"
ENDED = "UPDATE membership SET valid_until = now() WHERE user_id = (SELECT user_id FROM credential WHERE username = $1)"


@asynccontextmanager
async def held(urls: DatabaseUrls, case_id: str) -> AsyncIterator[None]:
    """Somebody else works on the case, for as long as the block runs."""
    connection = await asyncpg.connect(urls.admin)
    try:
        async with connection.transaction():
            await connection.fetch("SELECT 1 FROM dispute_case WHERE id = $1 FOR UPDATE", key(case_id))
            yield
    finally:
        await connection.close()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What commands ask of the database, statement by statement."""
    seen: list[str] = []
    fetch_, execute_ = statements.fetch, statements.execute

    async def noted_fetch(driver: Any, sql: str, values: Any) -> Any:
        seen.append(sql)
        return await fetch_(driver, sql, values)

    async def noted_execute(driver: Any, sql: str) -> None:
        seen.append(sql)
        await execute_(driver, sql)

    monkeypatch.setattr(statements, "fetch", noted_fetch)
    monkeypatch.setattr(statements, "execute", noted_execute)
    return seen


async def refused(road: Road, mutation: str, who: str, **given: Any) -> str:
    return str((await road.ask_for(mutation, who, **given))["__typename"])


async def test_a_hidden_row_is_neither_locked_nor_waited_for(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await road.register()
    async with held(fresh_haiyan_urls, road.id):
        for who in STRANGERS:
            for mutation in TRIED:
                assert await refused(road, mutation, who) == "NotFound", (who, mutation)
            note = {"content": "试验（虚构）", "visibility": "EVERYONE"}
            assert await refused(road, "caseAddNote", who, **note) == "NotFound"
            assert await refused(road, "caseAccept", who, dryRun=True) == "NotFound"


async def test_a_hidden_row_costs_the_statements_of_an_absent_one(live: Server, road: Road, asked: list[str]) -> None:
    await road.register()
    hidden, absent = road.id, global_id("case", new_id())
    for who in STRANGERS:
        for mutation in TRIED:
            given = {"expectedVersion": 1} | await road.given(mutation)
            client = await live.as_(who)
            found = []
            for case_id in (hidden, absent, hidden):
                asked.clear()
                payload = await client.change(mutation, caseId=case_id, **given)
                assert payload["__typename"] == "NotFound"
                found.append((payload, list(asked)))
            assert found[0] == found[1] == found[2], (who, mutation)


async def test_a_membership_that_ends_while_a_command_waits_does_nothing_more(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await road.register()
    who = WHO["caseAccept"]
    async with held(fresh_haiyan_urls, road.id):
        command = asyncio.create_task(road.ask_for("caseAccept"))
        await until(lambda: _waits(fresh_haiyan_urls), "the command to wait for the row")
        await execute(fresh_haiyan_urls, ENDED, who)
    assert (await command)["__typename"] == "NotFound"
    (case,) = await fetch(fresh_haiyan_urls, "SELECT status, version FROM dispute_case WHERE id = $1", key(road.id))
    assert (case["status"], case["version"]) == ("registered", 1)


async def test_a_row_that_leaves_the_callers_sight_while_a_command_waits_is_not_found(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await road.register()
    async with held_and_moved(fresh_haiyan_urls, road.id):
        command = asyncio.create_task(road.ask_for("caseAccept"))
        await until(lambda: _waits(fresh_haiyan_urls), "the command to wait for the row")
    assert (await command)["__typename"] == "NotFound"


@asynccontextmanager
async def held_and_moved(urls: DatabaseUrls, case_id: str) -> AsyncIterator[None]:
    """The same; when the block ends, the case lies in the next town, with its centre."""
    moved = """UPDATE dispute_case c SET organisation_id = o.organisation_id, town_id = o.town_id, community_id = o.community_id,
        grid_id = o.grid_id FROM (SELECT * FROM dispute_case WHERE town_id <> (SELECT town_id FROM dispute_case WHERE id = $1)
        LIMIT 1) o WHERE c.id = $1"""
    connection = await asyncpg.connect(urls.admin)
    try:
        async with connection.transaction():
            await connection.execute(moved, key(case_id))
            yield
    finally:
        await connection.close()


async def _waits(urls: DatabaseUrls) -> bool:
    return bool(await fetch(urls, WAITING))
