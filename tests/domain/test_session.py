"""A unit of work: all or nothing, within its counties, leaving nothing behind on the connection."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from asyncpg import PostgresError
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.disputes.cases.models import Case
from domain.foundation.database import session as sessions, statements
from domain.foundation.database.session import create_engine, is_retryable, unit_of_work
from domain.foundation.database.statements import Statement
from domain.foundation.database.urls import DatabaseUrls
from domain.foundation.outbox.models import OutboxMessage
from domain.foundation.outbox.service import record
from tests.support.builders import SmallCounty, a_case, a_county, next_county
from tests.support.waiting import until


@pytest.fixture
async def single(database_urls: DatabaseUrls) -> AsyncIterator[AsyncEngine]:
    """An engine with one connection, so that whatever is left on it is met again."""
    engine = create_engine(database_urls.application, connections=1)
    yield engine
    await engine.dispose()


async def _cases(engine: AsyncEngine, *counties: int) -> int:
    async with unit_of_work(engine, counties) as session:
        return await session.scalar(select(func.count()).select_from(Case)) or 0


SLEEP = Statement("SELECT pg_sleep(60)::text AS slept")


class Interrupted(Exception):  # noqa: N818
    pass


async def _interrupted(engine: AsyncEngine, county: SmallCounty) -> None:
    async with unit_of_work(engine, [county.id]) as session:
        await a_case(session, county)
        raise Interrupted


async def test_it_commits_at_the_end_and_rolls_back_on_failure(single: AsyncEngine, county: SmallCounty) -> None:
    async with unit_of_work(single, [county.id]) as session:
        await a_case(session, county)
    assert await _cases(single, county.id) == 1
    with pytest.raises(Interrupted):
        await _interrupted(single, county)
    assert await _cases(single, county.id) == 1


@pytest.mark.parametrize("prepared", [True, False])
async def test_a_cancelled_task_leaves_nothing_and_its_connection_serves_again(
    single: AsyncEngine, engine: AsyncEngine, county: SmallCounty, prepared: bool
) -> None:
    written = asyncio.Event()

    async def work() -> None:
        async with unit_of_work(single, [county.id]) as session:
            await a_case(session, county)
            written.set()
            if prepared:
                await SLEEP.rows(session)
            else:
                await session.execute(text("SELECT pg_sleep(60)"))

    task = asyncio.create_task(work())
    await written.wait()

    async def asleep() -> bool:
        async with unit_of_work(engine, [county.id]) as session:
            query = (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
            )
            return bool(await session.scalar(text(query)))

    await until(asleep, "the statement to be under way")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await _cases(single, county.id) == 0


async def _begin_only(engine: AsyncEngine, county: SmallCounty) -> None:
    async with unit_of_work(engine, [county.id]):
        pass


async def test_a_transaction_given_up_while_it_begins_is_nobody_elses(
    single: AsyncEngine, county: SmallCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute = statements.execute

    async def cancelled(driver: Any, sql: str) -> None:
        # As soon as it has been sent.
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().call_soon(task.cancel)
        await execute(driver, sql)

    await _begin_only(single, county)
    with monkeypatch.context() as patched:
        patched.setattr(statements, "execute", cancelled)
        with pytest.raises(asyncio.CancelledError):
            await asyncio.create_task(_begin_only(single, county))
    async with AsyncSession(single) as session:
        assert await session.scalar(text("SELECT current_setting('app.counties', true)")) in {None, ""}


async def test_a_transaction_that_cannot_begin_is_told_and_its_connection_serves_again(
    single: AsyncEngine, county: SmallCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(sessions, "LOCK_TIMEOUT", "never")
        with pytest.raises(PostgresError, match="lock_timeout"):
            await _begin_only(single, county)
    assert await _cases(single, county.id) == 0


async def test_a_dropped_connection_leaves_nothing_and_is_replaced(
    single: AsyncEngine, engine: AsyncEngine, county: SmallCounty
) -> None:
    async def work() -> None:
        async with unit_of_work(single, [county.id]) as session:
            await a_case(session, county)
            victim = await session.scalar(text("SELECT pg_backend_pid()"))
            async with unit_of_work(engine, [county.id]) as other:
                # The same role may end its own sessions.
                await other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": victim})
            await session.execute(text("SELECT 1"))

    with pytest.raises(DBAPIError):
        await work()
    assert await _cases(single, county.id) == 0


@pytest.mark.parametrize("seen", [True, False])
async def test_a_connection_lost_between_two_transactions_is_replaced(
    single: AsyncEngine, engine: AsyncEngine, county: SmallCounty, seen: bool
) -> None:
    async with unit_of_work(single, [county.id]) as session:
        victim = await session.scalar(text("SELECT pg_backend_pid()"))
    async with unit_of_work(engine, [county.id]) as other:
        await other.execute(text("SELECT pg_terminate_backend(:pid, 1000)"), {"pid": victim})
        if seen:
            await asyncio.sleep(0.05)
    async with unit_of_work(single, [county.id]) as session:
        await a_case(session, county)
    assert await _cases(single, county.id) == 1


async def test_who_asks_for_no_transaction_gets_none(single: AsyncEngine, county: SmallCounty) -> None:
    async with single.connect() as opened:
        connection = await opened.execution_options(isolation_level="AUTOCOMMIT")
        raw: Any = (await connection.get_raw_connection()).driver_connection
        await connection.exec_driver_sql("SELECT 1")
        assert not raw.is_in_transaction()
    assert await _cases(single, county.id) == 0


async def test_rows_kept_for_the_end_share_its_fate(single: AsyncEngine, county: SmallCounty) -> None:
    at, topic = datetime(2026, 1, 1, tzinfo=UTC), "case.registered"

    async def tell(*, fail: bool) -> None:
        async with unit_of_work(single, [county.id]) as session:
            record(session, county_id=county.id, topic=topic, subject_id=county.area, payload={"n": 1}, at=at)
            if fail:
                raise Interrupted

    await tell(fail=False)
    with pytest.raises(Interrupted):
        await tell(fail=True)
    async with unit_of_work(single, [county.id]) as session:
        kept = (await session.scalars(select(OutboxMessage).where(OutboxMessage.subject_id == county.area))).all()
    assert [(one.topic, one.payload) for one in kept] == [(topic, {"n": 1})]


async def test_the_counties_let_in_are_the_transactions_own(single: AsyncEngine, county: SmallCounty) -> None:
    other_id = next_county()
    async with unit_of_work(single, [other_id]) as session:
        other = await a_county(session, other_id)
        await a_case(session, other)
    assert await _cases(single, county.id) == 0
    assert await _cases(single, county.id, other_id) == 1
    assert await _cases(single) == 0
    # The next borrower of the connection has neither the counties nor the time limits of the last.
    async with AsyncSession(single) as session:
        assert await session.scalar(select(func.count()).select_from(Case)) == 0
        assert await session.scalar(text("SELECT current_setting('app.counties', true)")) in {None, ""}
        assert await session.scalar(text("SELECT current_setting('lock_timeout')")) == "0"
    with pytest.raises(DBAPIError, match="row-level security"):
        async with unit_of_work(single, [county.id]) as session:
            await a_case(session, other)


async def test_a_deadlock_can_be_tried_again(engine: AsyncEngine, county: SmallCounty) -> None:
    async with unit_of_work(engine, [county.id]) as session:
        ids = [(await a_case(session, county)).id for _ in range(2)]
    both = asyncio.Barrier(2)

    async def raise_versions(first: int, second: int) -> None:
        async with unit_of_work(engine, [county.id]) as session:
            await session.execute(update(Case).where(Case.id == ids[first]).values(version=Case.version + 1))
            await both.wait()
            await session.execute(update(Case).where(Case.id == ids[second]).values(version=Case.version + 1))

    results = await asyncio.gather(raise_versions(0, 1), raise_versions(1, 0), return_exceptions=True)
    failures = [result for result in results if result is not None]
    assert len(failures) == 1
    assert is_retryable(failures[0])
    assert not is_retryable(ValueError())


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "密" * 201},  # PostgreSQL shows the row that fails a check
        {"registered_at": None, "title": "密"},  # and one that lacks a value
        {"people_count": "密"},  # asyncpg shows a parameter that it cannot encode
    ],
)
async def test_errors_show_no_values(engine: AsyncEngine, county: SmallCounty, wrong: dict[str, Any]) -> None:
    with pytest.raises(DBAPIError) as failed:
        async with unit_of_work(engine, [county.id]) as session:
            await a_case(session, county, **wrong)
    printed = "".join(traceback.format_exception(failed.value))
    assert "dispute_case" in printed
    assert "密" not in printed
