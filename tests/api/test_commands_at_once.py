"""Commands that come twice, and many at once: one case for one key, no number given twice or left out, one winner."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import asyncpg

from tests.support.api import Client, Server, serving
from tests.support.every_command import WAYS
from tests.support.road import WHO, Road
from tests.support.rows import fetch, key, value
from tests.support.waiting import until

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

REGISTER = """mutation R($input: CaseRegisterInput!) { caseRegister(input: $input) {
    __typename ... on CaseRegisterSuccess { clientMutationId case { id number version status } possibleDuplicates { id } }
    ... on Problem { code message clientMutationId } ... on InvalidInput { field } } }"""
AT_ONCE = 50


async def register(client: Client, given: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return dict((await client.ask(REGISTER, input=given | changes))["caseRegister"])


async def cases_of(urls: DatabaseUrls) -> int:
    return int(await value(urls, "SELECT count(*) FROM dispute_case"))


async def test_the_same_key_twice_is_one_case(live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls) -> None:
    grid = await live.as_("grid.haiyan")
    given = await road.registration(idempotencyKey="离线上报-1", clientMutationId="甲")
    before = await cases_of(fresh_haiyan_urls)
    first = await register(grid, given)
    assert first["__typename"] == "CaseRegisterSuccess"
    assert await register(grid, given) == first
    assert await cases_of(fresh_haiyan_urls) == before + 1
    assert (
        await value(
            fresh_haiyan_urls, "SELECT count(*) FROM case_timeline WHERE case_id = $1", key(first["case"]["id"])
        )
        == 1
    )
    # What is shown is the case as it is now, not as it was.
    road.id, road.version = first["case"]["id"], 1
    await road.step("caseAccept")
    assert (await register(grid, given))["case"] == first["case"] | {"version": 2, "status": "ACCEPTED"}


async def test_the_same_key_at_the_same_time_is_one_case(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    grid = await live.as_("grid.haiyan")
    given = await road.registration(idempotencyKey="k")
    before = await cases_of(fresh_haiyan_urls)
    answers = await asyncio.gather(*(register(grid, given) for _ in range(12)))
    assert {answer["__typename"] for answer in answers} == {"CaseRegisterSuccess"}
    assert len({answer["case"]["id"] for answer in answers}) == 1
    assert await cases_of(fresh_haiyan_urls) == before + 1


async def test_a_key_belongs_to_one_input_of_one_mutation_of_one_user(live: Server, road: Road) -> None:
    grid = await live.as_("grid.haiyan")
    given = await road.registration(idempotencyKey="k")
    first = await register(grid, given)
    reused = {
        "__typename": "InvalidInput",
        "code": "IDEMPOTENCY_KEY_REUSED",
        "message": "该幂等键已用于另一请求，请更换",
        "clientMutationId": None,
        "field": "idempotencyKey",
    }
    assert await register(grid, given, title="另一标题") == reused
    road.id, road.version = first["case"]["id"], 1
    other_mutation = await road.ask_for("caseAccept", "grid.haiyan", idempotencyKey="k")
    assert other_mutation["code"] == "IDEMPOTENCY_KEY_REUSED"
    leader = await register(await live.as_("leader.haiyan"), given)
    assert leader["case"]["id"] != first["case"]["id"]


async def test_a_refused_command_leaves_its_key_free(live: Server, road: Road) -> None:
    await road.register()
    refused = await road.ask_for("caseAccept", idempotencyKey="k", rightsToldAt=None)
    assert refused["__typename"] == "RuleRefused"
    done = await road.ask_for("caseAccept", idempotencyKey="k")
    assert done["__typename"] == "CaseAcceptSuccess"


async def test_a_key_is_forgotten_after_a_day(fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path) -> None:
    moved = timedelta()

    def clock() -> datetime:
        return datetime.now(UTC) + moved

    async with serving(fresh_haiyan_urls, secret_key_file, clock=clock, token_hours=72) as server:
        road = Road(server)
        given = await road.registration(idempotencyKey="k")
        first = await register(await server.as_("grid.haiyan"), given)
        moved = timedelta(minutes=50)
        assert (await register(await server.as_("grid.haiyan"), given))["case"]["id"] == first["case"]["id"]
        moved = timedelta(hours=24, minutes=1)
        server._tokens.clear()
        assert (await register(await server.as_("grid.haiyan"), given))["case"]["id"] != first["case"]["id"]


async def test_fifty_registrations_at_once_are_numbered_without_gap(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path
) -> None:
    serials = "SELECT max(number_serial) FROM dispute_case c JOIN organisation o ON o.id = c.organisation_id WHERE o.number_word = $1 AND number_year = $2"
    year = datetime.now(ZoneInfo("Asia/Shanghai")).year
    last = await value(fresh_haiyan_urls, serials, "海宴人调", year)
    given = await road.registration()
    elsewhere = given | {"placeId": await road.organisation("广海城社区", "admin.taishan")}
    async with serving(fresh_haiyan_urls, secret_key_file) as another:
        here = [
            await one.as_(who)
            for one in (live, another)
            for who in ("grid.haiyan", "leader.haiyan", "dispatcher.haiyan")
        ]
        there = await another.as_("dispatcher.guanghai")
        answers = await asyncio.gather(
            *(register(here[n % len(here)], given) for n in range(AT_ONCE)),
            *(register(there, elsewhere) for _ in range(5)),
        )
    assert {answer["__typename"] for answer in answers} == {"CaseRegisterSuccess"}
    numbers = [answer["case"]["number"] for answer in answers[:AT_ONCE]]
    assert all(re.fullmatch(r"\(\d{4}\)海宴人调字第\d{5}号", number) for number in numbers)
    assert sorted(numbers) == [f"({year})海宴人调字第{serial:05d}号" for serial in range(last + 1, last + 1 + AT_ONCE)]
    assert all("广海人调" in answer["case"]["number"] for answer in answers[AT_ONCE:])
    assert await value(fresh_haiyan_urls, serials, "海宴人调", year) == last + AT_ONCE


async def test_of_two_people_acting_at_once_one_wins(live: Server, road: Road) -> None:
    for _ in range(3):
        await road.register()
        payloads = await asyncio.gather(
            *(road.ask_for("caseAccept", who) for who in ("dispatcher.haiyan", "director.haiyan", "director.taishan"))
        )
        assert sorted(one["__typename"] for one in payloads) == ["CaseAcceptSuccess", "InvalidInput", "InvalidInput"]
        assert {one["code"] for one in payloads if one["__typename"] == "InvalidInput"} == {"STALE_VERSION"}
        assert await road.read("director.haiyan", "status version timeline { totalCount }") == {
            "status": "ACCEPTED",
            "version": 2,
            "timeline": {"totalCount": 2},
        }


class Twice(Road):
    """A road on which every step is asked for three times at once: twice under one key, and once under none."""

    async def ask_for(self, mutation: str, who: str | None = None, show: str = "", **given: Any) -> dict[str, Any]:
        one = {"caseId": self.id, "expectedVersion": self.version} | await self.given(mutation) | given
        keyed = one | {"idempotencyKey": f"{self.id} {self.version}"}
        client = await self.server.as_(who or WHO[mutation])
        answers = await asyncio.gather(*(client.change(mutation, show, **sent) for sent in (keyed, keyed, one)))
        done = [answer for answer in answers if answer["__typename"].endswith("Success")]
        # Whoever came second saw a version that is no more, or a case that has left their reach.
        lost = [answer["code"] for answer in answers if answer not in done]
        assert set(lost) <= {"STALE_VERSION", "NOT_FOUND"}, (mutation, lost)
        assert len(done) in {1, 2}, mutation
        if len(done) == 2:
            # The key won: both under it have one answer, and it is good for no other input.
            assert done[0] == done[1]
            other = await client.change(mutation, show, **keyed | {"expectedVersion": self.version + 1})
            assert other["code"] == "IDEMPOTENCY_KEY_REUSED", mutation
        return done[0]


async def test_every_command_is_done_once_however_often_it_is_sent_at_once(
    live: Server, fresh_haiyan_urls: DatabaseUrls
) -> None:
    ids: dict[str, str] = {}
    for way in WAYS:
        road = await way(Twice(live, ids=ids))
        entries = await fetch(
            fresh_haiyan_urls, "SELECT version FROM case_timeline WHERE case_id = $1 ORDER BY version", key(road.id)
        )
        assert [row["version"] for row in entries] == list(range(1, road.version + 1))


async def test_readers_see_a_command_whole_or_not_at_all(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn", "caseHoldSession")
    torn: list[Any] = []
    done = asyncio.Event()

    async def watch() -> None:
        while not done.is_set():
            case = await road.read(
                "director.haiyan", "status version agreement { id } timeline(first: 50) { totalCount }"
            )
            whole = case["version"] == case["timeline"]["totalCount"] and (case["agreement"] is not None) == (
                case["status"] == "AGREED"
            )
            if not whole:
                torn.append(case)

    watching = asyncio.create_task(watch())
    await road.step("caseAgree")
    done.set()
    await watching
    assert not torn


async def test_repeated_offline_reports_are_offered_as_possible_duplicates(live: Server, road: Road) -> None:
    grid = await live.as_("grid.haiyan")
    given = await road.registration()
    first = await register(grid, given)
    second = await register(grid, given)
    assert first["case"]["id"] in [one["id"] for one in second["possibleDuplicates"] if one is not None]


async def test_nothing_is_left_locked_by_a_client_that_went_away(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await road.register()
    of_commands = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND usename = 'fengqiao_app' AND "

    async def waiting() -> bool:
        return bool(await fetch(fresh_haiyan_urls, of_commands + "wait_event_type = 'Lock'"))

    async def none_at_work() -> bool:
        return not await fetch(fresh_haiyan_urls, of_commands + "state <> 'idle'")

    holder = await asyncpg.connect(fresh_haiyan_urls.admin)
    async with holder.transaction():
        await holder.execute("SELECT 1 FROM dispute_case WHERE id = $1 FOR UPDATE", key(road.id))
        task = asyncio.create_task(road.ask_for("caseAccept"))
        await until(waiting, "the command to come to the case that somebody holds")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await until(none_at_work, "the command to be given up")
    await holder.close()
    assert (await road.read("director.haiyan", "version"))["version"] == 1
    await road.step("caseAccept")
