"""The watch over the clocks: each step once, in order, whoever runs and whoever is killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.codes.enums import CaseStatus
from domain.foundation.database.session import create_engine
from domain.foundation.database.urls import DatabaseUrls
from domain.law.deadlines import schedule
from domain.law.deadlines.clocks import Outcome
from domain.law.deadlines.codes import DeadlineKind, DeadlineStep
from domain.law.deadlines.service import close_deadline, open_deadline
from domain.law.supervision import service as supervision, watch
from domain.law.supervision.codes import SupervisionCause
from domain.law.supervision.ladder import LADDER
from tests.domain.conftest import Begin
from tests.support.builders import NOW, SmallCounty, a_case, at
from tests.support.rows import fetch

DAY = timedelta(days=1)


async def opened(
    begin: Begin, county: SmallCounty, period: Any, start: datetime = NOW, **more: Any
) -> tuple[UUID, UUID]:
    """A case with a deadline: both ids."""
    async with begin() as session:
        case = await a_case(session, county, CaseStatus.HANDLING)
        deadline = await open_deadline(session, case, period, start, now=start, **more)
        return case.id, deadline.id


async def steps(urls: DatabaseUrls, deadline_id: UUID) -> list[str]:
    rows = await fetch(urls, "SELECT step FROM deadline_step WHERE deadline_id = $1 ORDER BY at, step", deadline_id)
    return [row["step"] for row in rows]


async def told(urls: DatabaseUrls, subject_id: UUID) -> list[str]:
    rows = await fetch(urls, "SELECT topic FROM outbox WHERE subject_id = $1 ORDER BY created_at, id", subject_id)
    return [row["topic"] for row in rows]


async def test_the_ladder_is_climbed_rung_by_rung(
    engine: AsyncEngine, database_urls: DatabaseUrls, county: SmallCounty, begin: Begin
) -> None:
    case_id, deadline_id = await opened(begin, county, schedule.MEDIATION)
    due = datetime.fromisoformat("2026-04-02T23:59:59.999999+08:00")

    async def on(moment: datetime) -> list[str]:
        await watch.attend(engine, county.id, at(moment))
        return await steps(database_urls, deadline_id)

    assert await on(due - 3 * DAY - timedelta(seconds=1)) == []
    assert await on(due - 3 * DAY) == ["warned"]
    assert await on(due) == ["warned"]
    taken = ["warned", "overdue", "reminded"]
    moment = due + timedelta(seconds=1)
    assert await on(moment) == taken
    for rung in LADDER[1:]:
        assert await on(moment + rung.after - timedelta(seconds=1)) == taken
        moment += rung.after
        taken = [*taken, rung.step.value]
        assert await on(moment) == taken
    assert await on(moment + 400 * DAY) == taken
    assert await told(database_urls, deadline_id) == ["deadline.opened", *(f"deadline.{step}" for step in taken)]
    (row,) = await fetch(database_urls, "SELECT * FROM supervision WHERE case_id = $1", case_id)
    assert (row["cause"], row["level"], row["deadline_id"]) == ("overdue", "reported", deadline_id)


async def test_a_worker_that_was_away_does_not_climb_several_rungs_at_once(
    engine: AsyncEngine, database_urls: DatabaseUrls, county: SmallCounty, begin: Begin
) -> None:
    _, deadline_id = await opened(begin, county, schedule.MEDIATION)
    await watch.attend(engine, county.id, at(NOW + 300 * DAY))
    assert sorted(await steps(database_urls, deadline_id)) == ["overdue", "reminded"]


async def test_an_answer_delays_the_ladder_and_closing_ends_it(
    engine: AsyncEngine, database_urls: DatabaseUrls, county: SmallCounty, begin: Begin
) -> None:
    case_id, deadline_id = await opened(begin, county, schedule.MEDIATION)
    start = NOW + 60 * DAY
    await watch.attend(engine, county.id, at(start))
    await watch.attend(engine, county.id, at(start + 3 * DAY))
    answered = start + 7 * DAY
    async with begin() as session:
        case = await session.get_one(type(await a_case(session, county)), (county.id, case_id))
        found = await supervision.open_one(session, case, SupervisionCause.OVERDUE, deadline_id)
        assert found is not None
        await supervision.answer(session, case, found, "正在办理", by=county.mediator, now=answered)
    await watch.attend(engine, county.id, at(start + 9 * DAY))
    assert "noticed" not in await steps(database_urls, deadline_id)
    await watch.attend(engine, county.id, at(answered + 5 * DAY))
    assert "noticed" in await steps(database_urls, deadline_id)
    async with begin() as session:
        case = await session.get_one(type(await a_case(session, county)), (county.id, case_id))
        found = await supervision.open_one(session, case, SupervisionCause.OVERDUE, deadline_id)
        assert found is not None
        await supervision.close(session, case, found, "已办结", by=county.dispatcher, now=answered + 6 * DAY)
    await watch.attend(engine, county.id, at(answered + 90 * DAY))
    assert "interviewed" not in await steps(database_urls, deadline_id)
    assert await watch.soonest(engine, county.id) is None


@pytest.mark.parametrize("period", [schedule.CONFIRMATION_APPLICATION, schedule.ENFORCEMENT, schedule.LABOUR_MEDIATION])
async def test_a_right_lapses_and_nobody_was_late(
    engine: AsyncEngine, database_urls: DatabaseUrls, county: SmallCounty, begin: Begin, period: Any
) -> None:
    _, deadline_id = await opened(begin, county, period)
    await watch.attend(engine, county.id, at(NOW + 900 * DAY))
    (row,) = await fetch(database_urls, "SELECT outcome, next_at FROM deadline WHERE id = $1", deadline_id)
    assert (row["outcome"], row["next_at"]) == ("lapsed", None)
    assert await steps(database_urls, deadline_id) == []


async def test_a_court_is_warned_and_not_supervised(
    engine: AsyncEngine, database_urls: DatabaseUrls, county: SmallCounty, begin: Begin
) -> None:
    _, deadline_id = await opened(begin, county, schedule.CONFIRMATION_RULING)
    for days in (13, 16, 60):
        await watch.attend(engine, county.id, at(NOW + days * DAY))
    assert await steps(database_urls, deadline_id) == ["warned", "overdue"]


async def test_what_is_closed_or_paused_is_left_alone(
    engine: AsyncEngine, database_urls: DatabaseUrls, county: SmallCounty, begin: Begin
) -> None:
    case_id, deadline_id = await opened(begin, county, schedule.MEDIATION)
    async with begin() as session:
        case = await session.get_one(type(await a_case(session, county)), (county.id, case_id))
        await close_deadline(session, case, DeadlineKind.MEDIATION, Outcome.SATISFIED, now=NOW)
    await watch.attend(engine, county.id, at(NOW + 300 * DAY))
    assert await steps(database_urls, deadline_id) == []


async def test_another_county_is_not_touched(
    engine: AsyncEngine, database_urls: DatabaseUrls, county: SmallCounty, begin: Begin
) -> None:
    _, deadline_id = await opened(begin, county, schedule.MEDIATION)
    assert await watch.attend(engine, 1, at(NOW + 300 * DAY)) == 0
    assert await steps(database_urls, deadline_id) == []


async def test_three_workers_and_broken_connections_take_each_step_once(
    database_urls: DatabaseUrls, county: SmallCounty, begin: Begin
) -> None:
    """Concurrent watchers, whose connections the administrator cuts at random moments, over many deadlines."""
    chance = random.Random(7)
    ids = [(await opened(begin, county, schedule.MEDIATION))[1] for _ in range(24)]
    days = [0, 3, 8, 13, 18]

    async def one(engine: AsyncEngine, moment: datetime) -> None:
        while True:
            with contextlib.suppress(Exception):  # the connection was cut: another round
                await watch.attend(engine, county.id, at(moment))
                return

    async def cut(stop: asyncio.Event) -> int:
        number = 0
        while not stop.is_set():
            await asyncio.sleep(chance.uniform(0.005, 0.05))
            rows = await fetch(
                database_urls,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'fengqiao_app'"
                " AND datname = current_database() AND state <> 'idle' ORDER BY random() LIMIT 1",
            )
            number += len(rows)
        return number

    engines = [create_engine(database_urls.application, connections=2) for _ in range(3)]
    cuts = 0
    try:
        for day in days:
            moment = NOW + timedelta(days=60 + day)
            stop = asyncio.Event()
            cutting = asyncio.create_task(cut(stop))
            await asyncio.gather(*(one(engine, moment) for engine in engines))
            stop.set()
            cuts += await cutting
            await one(engines[0], moment)
    finally:
        for engine in engines:
            await engine.dispose()
    assert cuts > 0
    for deadline_id in ids:
        assert Counter(await steps(database_urls, deadline_id)) == Counter(
            step.value for step in DeadlineStep if step is not DeadlineStep.WARNED
        )
        topics = Counter(await told(database_urls, deadline_id))
        assert set(topics.values()) == {1}
    opened_ones = await fetch(
        database_urls,
        "SELECT deadline_id, level FROM supervision WHERE county_id = $1 AND cause = 'overdue'",
        county.id,
    )
    assert Counter(row["deadline_id"] for row in opened_ones) == Counter(ids)


class Watchers:
    """Processes that watch, as `tests.support.mortal` runs them."""

    def __init__(self, url: str, county: int) -> None:
        self._asked = {"url": url, "county": county}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.mortal"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def round(self, moment: datetime, *deaths: int) -> list[int]:
        """Watch as of the moment, each process until its death (0: it lives); their exit codes."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = self._asked | {"moment": moment.isoformat(), "deaths": deaths}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return list(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(20)


@pytest.mark.slow
@pytest.mark.parametrize("others", [0, 1])
async def test_a_watcher_killed_at_any_point_leaves_each_step_taken_once(
    database_urls: DatabaseUrls, county: SmallCounty, begin: Begin, others: int
) -> None:
    """Processes ended by kill -9 at one message to the database after the other, beside none and beside another.

    Every five days a deadline passes, so that each round has one for each rung. Whoever comes after finishes.
    """
    watchers = Watchers(database_urls.application, county.id)
    rounds, climb, points = 10 if others else 28, len(LADDER), 56
    ids, killed = [], 0
    try:
        for number in range(rounds + climb):
            moment = NOW + timedelta(days=60 + 5 * number)
            if number < rounds:
                ids.append((await opened(begin, county, schedule.MEDIATION, moment - 45 * DAY))[1])
            # About so many messages make a round; five shares no divisor with that, so no point comes twice.
            codes = await asyncio.to_thread(watchers.round, moment, 4 + 5 * number % points, *[0] * others)
            assert codes[0] in {-signal.SIGKILL, 0}
            assert codes[1:] == [0] * others
            killed += codes[0] != 0
            assert await asyncio.to_thread(watchers.round, moment, 0) == [0]
    finally:
        await asyncio.to_thread(watchers.close)
    # Beside another, a watcher may find nothing left to do before its point comes.
    assert others or killed >= rounds // 2
    for deadline_id in ids:
        taken = ["overdue", *(rung.step.value for rung in LADDER)]
        assert sorted(await steps(database_urls, deadline_id)) == sorted(taken)
        assert sorted(await told(database_urls, deadline_id)) == sorted(
            ["deadline.opened", *(f"deadline.{step}" for step in taken)]
        )
    found = await fetch(database_urls, "SELECT id, deadline_id, level FROM supervision WHERE county_id = $1", county.id)
    assert Counter(row["deadline_id"] for row in found) == Counter(ids)
    assert {row["level"] for row in found} == {"reported"}
    for row in found:
        topics = Counter(await told(database_urls, row["id"]))
        assert topics == {"supervision.opened": 1, "supervision.escalated": 3}


def a_worker(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "api.shell.worker"], env=environment)


@pytest.mark.slow
async def test_real_workers_one_of_them_killed(
    database_urls: DatabaseUrls, secret_key_file: Path, county: SmallCounty, begin: Begin
) -> None:
    """Three processes, one ended by kill -9 while it works, the others in order."""
    long_ago = datetime.fromisoformat("2024-03-01T10:00:00+08:00")
    ids = [(await opened(begin, county, schedule.MEDIATION, long_ago))[1] for _ in range(120)]
    environment = os.environ | {
        "FENGQIAO_DATABASE_URL": database_urls.admin,
        "FENGQIAO_SECRET_KEY_FILE": str(secret_key_file),
    }
    workers = [a_worker(environment) for _ in range(3)]
    try:
        for _ in range(600):
            (row,) = await fetch(
                database_urls, "SELECT count(*) AS n FROM deadline_step WHERE deadline_id = ANY ($1)", ids
            )
            if row["n"] >= 20 and workers[0].poll() is None:
                workers[0].send_signal(signal.SIGKILL)
            if row["n"] >= 2 * len(ids):
                break
            await asyncio.sleep(0.1)
    finally:
        for process in workers:
            process.terminate()
        codes = [await asyncio.to_thread(process.wait, 20) for process in workers]
    assert codes == [-signal.SIGKILL, 0, 0]
    for deadline_id in ids:
        assert sorted(await steps(database_urls, deadline_id)) == ["overdue", "reminded"]
        assert sorted(await told(database_urls, deadline_id)) == [
            "deadline.opened",
            "deadline.overdue",
            "deadline.reminded",
        ]
