"""A repeat is harmless: one after the other, at the same time, after a refusal, after a day."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from domain.codes.enums import Role
from domain.foundation.basics.actor import Actor
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.idempotency.models import IdempotencyKey
from domain.foundation.idempotency.service import StoredOutcome, claim, remember
from tests.domain.conftest import Begin
from tests.support.builders import NOW, SmallCounty, an_actor


@pytest.fixture
def actor(county: SmallCounty) -> Actor:
    return an_actor(county, county.dispatcher, county.centre, Role.CENTRE_DISPATCHER, "governance_centre")


class Refused(Exception):  # noqa: N818
    pass


async def _request(
    begin: Begin,
    actor: Actor,
    outcome: str,
    *,
    key: str = "one",
    mutation: str = "caseAccept",
    digest: bytes = b"d",
    now: datetime = NOW,
    refuse: bool = False,
    claimed: asyncio.Event | None = None,
    go_on: asyncio.Event | None = None,
) -> Any:
    """Do the work unless it was done: the outcome that the caller is answered with."""
    async with begin() as session:
        stored = await claim(session, actor, key=key, mutation=mutation, request_digest=digest, now=now)
        if stored is not None:
            return stored.outcome["answer"]
        if claimed is not None and go_on is not None:
            claimed.set()
            await go_on.wait()
        if refuse:
            raise Refused
        await remember(session, actor, key=key, outcome={"answer": outcome})
        return outcome


async def _someone_waits(begin: Begin, task: asyncio.Task[Any]) -> None:
    """Return when a session of this database waits for another's transaction; fail if the task ends without."""
    while not task.done():
        async with begin() as session:
            if await session.scalar(
                text(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
                )
            ):
                return
    pytest.fail("the second did not wait")


async def test_a_repeat_gets_the_first_outcome(begin: Begin, actor: Actor) -> None:
    assert await _request(begin, actor, "first") == "first"
    assert await _request(begin, actor, "second") == "first"


@pytest.mark.parametrize("refused", [False, True])
async def test_of_two_at_once_the_second_waits_for_the_first(begin: Begin, actor: Actor, refused: bool) -> None:
    claimed, go_on = asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(_request(begin, actor, "first", refuse=refused, claimed=claimed, go_on=go_on))
    await claimed.wait()
    second = asyncio.create_task(_request(begin, actor, "second"))
    await _someone_waits(begin, second)
    go_on.set()
    if refused:
        with pytest.raises(Refused):
            await first
        assert await second == "second"
    else:
        assert await first == await second == "first"


async def test_a_refused_command_keeps_nothing(begin: Begin, actor: Actor) -> None:
    with pytest.raises(Refused):
        await _request(begin, actor, "first", refuse=True)
    async with begin() as session:
        assert await session.scalar(select(func.count()).select_from(IdempotencyKey)) == 0
    assert await _request(begin, actor, "second") == "second"


@pytest.mark.parametrize("other", [{"digest": b"e"}, {"mutation": "caseClose"}])
async def test_a_key_for_something_else_is_refused(begin: Begin, actor: Actor, other: dict[str, Any]) -> None:
    await _request(begin, actor, "first")
    with pytest.raises(InvalidInput) as refused:
        await _request(begin, actor, "second", **other)
    assert refused.value.code == "IDEMPOTENCY_KEY_REUSED"


async def test_after_a_day_a_key_is_as_new(begin: Begin, actor: Actor) -> None:
    await _request(begin, actor, "first")
    day = timedelta(hours=24)
    assert await _request(begin, actor, "second", now=NOW + day - timedelta(microseconds=1)) == "first"
    assert await _request(begin, actor, "third", digest=b"e", now=NOW + day) == "third"
    assert await _request(begin, actor, "fourth", digest=b"e", now=NOW + day) == "third"


async def test_keys_are_each_users_own(begin: Begin, actor: Actor, county: SmallCounty) -> None:
    other = an_actor(county, county.mediator, county.committee, Role.MEDIATOR, "mediation_committee")
    assert await _request(begin, actor, "first") == "first"
    assert await _request(begin, other, "second") == "second"


@pytest.mark.parametrize("key", ["", "k" * 201, "a\nb", "a\x00b"])
async def test_what_is_no_key(begin: Begin, actor: Actor, key: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await _request(begin, actor, "first", key=key)
    assert refused.value.field == "idempotencyKey"


async def test_the_longest_key(begin: Begin, actor: Actor) -> None:
    assert await _request(begin, actor, "first", key="键" * 200) == "first"
    async with begin() as session:
        stored = await claim(session, actor, key="键" * 200, mutation="caseAccept", request_digest=b"d", now=NOW)
        assert stored == StoredOutcome({"answer": "first"})
