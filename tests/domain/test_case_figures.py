"""Figures from what is kept are those of the rows: for random people, groupings, filters and windows, through random
histories of cases, while changes are folded by several at once and by some who are killed in the middle."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import asyncpg
import pytest

from api.shell.worker import Worker
from authz.enforcer import load_policy, policy_of
from authz.reach import access_of, actor_values
from domain.disputes.cases.models import Case
from domain.disputes.figures import upkeep as figure_upkeep
from domain.disputes.figures.models import CaseFigureCell, CaseFigureChange
from domain.foundation.basics.actor import Actor
from domain.foundation.database.session import Engine, create_engine
from domain.foundation.query import figures
from domain.foundation.query.compile import compile_read
from domain.foundation.query.connection import SETTINGS
from domain.foundation.query.rollup import ALWAYS_KEPT, STEPS
from domain.foundation.query.roots import Figures
from domain.foundation.query.rows import MAX_GROUNDS
from domain.foundation.query.selection import Selected
from domain.foundation.query.statement import ReadRefused
from domain.foundation.query.view import Catalogue
from domain.registry import CATALOGUE
from tests.domain.figures_place import CASE, Place
from tests.reference.rows import loaded, written
from tests.reference.world import FIRST, SECOND, World
from tests.support.database import MIGRATED, TestServer

CASE_COLUMNS = {column.name for column in Case.__table__.columns} - {"county_id"}
# The same views without anything kept.
ROWS_ALONE = Catalogue(*(replace(view, rollup=None) for view in CATALOGUE))
# What the default policy has none of: a denial upon columns, and one upon a tie.
DENYING = """
p, county_admin, *, case, read, core, subtree, always, allow
p, county_admin, *, case, read, core, subtree, public_security, deny
p, auditor, *, case, read, core, subtree, always, allow
p, anyone, *, case, read, core, participating, always, deny
"""


@pytest.fixture(scope="module")
def place(database_server: TestServer) -> Iterator[Place]:
    world = World(7, datetime.now(UTC))
    with database_server.database(MIGRATED) as urls:
        asyncio.run(written(urls.admin, world.tables))
        made = Place(urls, world, asyncio.run(loaded(urls.admin)), 7)
        generated = {"family_or_minor"}
        made.columns = tuple(name for name in made.rows.all("dispute_case")[0] if name not in generated)
        yield made


@pytest.fixture
async def engine(place: Place) -> AsyncIterator[Engine]:
    engine = create_engine(place.urls.application)
    yield engine
    await engine.dispose()


@pytest.fixture
async def admin(place: Place) -> AsyncIterator[asyncpg.Connection[Any]]:
    connection = await asyncpg.connect(place.urls.admin)
    yield connection
    await connection.close()


@pytest.fixture
async def reader(place: Place) -> AsyncIterator[asyncpg.Connection[Any]]:
    connection = await asyncpg.connect(place.urls.reading, server_settings=SETTINGS)
    yield connection
    await connection.close()


def a_question_of(place: Place, actor: Actor, policy: Any) -> Selected:
    """A question that the actor may ask: to a party of cases their risk is closed, and is nothing to count by."""
    while True:
        asked = place.a_question()
        with suppress(ReadRefused):
            compile_read(CATALOGUE, access_of(policy, actor), Figures("case"), asked)
            return asked


async def both_ways(
    reader: asyncpg.Connection[Any], place: Place, actor: Actor, asked: Selected, policy: Any
) -> tuple[Any, Any, str]:
    """The answer from what is kept, the answer from rows, of one snapshot; and the first one's statement."""
    values = {
        **actor_values(actor, place.world.now),
        "counties_setting": "{" + ",".join(map(str, actor.counties)) + "}",
        "county": actor.county_id,
    }
    found, sql = [], []
    async with reader.transaction(isolation="repeatable_read", readonly=True):
        # Of rows, access is one condition: no ground is told apart from another.
        for catalogue, grounds in ((CATALOGUE, MAX_GROUNDS), (ROWS_ALONE, 0)):
            with patch.object(figures, "MAX_GROUNDS", grounds):
                plan = compile_read(catalogue, access_of(policy, actor), Figures("case"), asked)
            found.append(json.loads(await reader.fetchval(plan.sql, *plan.bind(values, {}))))
            sql.append(plan.sql)
    assert "case_figure" not in sql[1]
    return found[0], found[1], sql[0]


def test_what_is_kept_answers_by_columns_that_it_has() -> None:
    rollup = CASE.rollup
    assert rollup is not None
    told = frozenset().union(*(one.columns for one in rollup.breakdowns)) | ALWAYS_KEPT
    for named, known in ((rollup.dimensions, CASE.dimensions), (rollup.filters, CASE.filters)):
        assert set(named) <= set(known)
        for name, forms in named.items():
            assert all(form.columns <= told for form in forms), name
            # What is not yet folded into cells answers all that cells answer.
            assert any(form.columns <= rollup.alike | ALWAYS_KEPT for form in forms), name
    assert {one.name for one in CaseFigureChange.__table__.columns} >= rollup.alike


async def killed(place: Place) -> None:
    """A folder is killed when it has folded, and before it has committed."""
    folder = await asyncpg.connect(place.urls.application)
    killer = await asyncpg.connect(place.urls.admin)
    try:
        await folder.execute("BEGIN")
        await folder.execute(f"SELECT set_config('app.counties', '{{{FIRST}}}', true)")
        await folder.execute(f"SELECT fold_case_figures({FIRST}, 1000)")
        await killer.execute("SELECT pg_terminate_backend($1)", folder.get_server_pid())
    finally:
        await killer.close()
        folder.terminate()


async def right(engine: Engine) -> None:
    """Every cell, with what waits, is what the cases say."""
    for county in (FIRST, SECOND):
        assert await figure_upkeep.differing(engine, county) == []


async def test_what_is_kept_answers_as_the_rows_do(
    place: Place, engine: Engine, admin: asyncpg.Connection[Any], reader: asyncpg.Connection[Any]
) -> None:
    policy, pick = load_policy(), place.pick
    seen: Counter[str] = Counter()
    for _ in range(60):
        for _ in range(pick.randrange(4)):
            await place.change(admin)
        fate = pick.randrange(5)
        if fate == 0:
            await killed(place)
        elif fate == 1:
            await asyncio.gather(*(figure_upkeep.fold(engine, county) for county in (FIRST, SECOND, FIRST)))
        elif fate == 2:
            await figure_upkeep._number(
                engine, pick.choice([FIRST, SECOND]), "SELECT fold_case_figures(:county, :most)", most=2
            )
        for _ in range(12):
            actor = pick.choice(place.actors)
            asked = a_question_of(place, actor, policy)
            kept, rows, sql = await both_ways(reader, place, actor, asked, policy)
            assert kept == rows, (
                [one.role for one in actor.memberships],
                {name: getattr(one, "value", one) for name, one in asked.arguments.items()},
                sql,
            )
            seen.update(asked=1, kept="case_figure_cell" in sql, said=rows["total"]["brought_in"] > 0)
        if pick.random() < 0.2:
            await right(engine)
    await right(engine)
    # Enough of it stood in cells, enough in rows alone; and enough said something.
    assert 0.3 * seen["asked"] < seen["kept"] < 0.9 * seen["asked"]
    assert seen["said"] > 0.3 * seen["asked"]


async def test_what_is_denied_is_not_counted(
    place: Place, engine: Engine, admin: asyncpg.Connection[Any], reader: asyncpg.Connection[Any]
) -> None:
    policy = policy_of(DENYING)
    seen: Counter[str] = Counter()
    for _ in range(150):
        actor = place.pick.choice([one for one in place.actors if one.memberships])
        kept, rows, sql = await both_ways(reader, place, actor, a_question_of(place, actor, policy), policy)
        assert kept == rows
        seen.update(
            kept="case_figure_cell" in sql, rows="case_figure_cell" not in sql, said=rows["total"]["brought_in"]
        )
    assert seen["kept"]
    assert seen["rows"]
    assert seen["said"]


async def test_figures_hold_while_several_write_and_fold(place: Place, engine: Engine) -> None:
    """Nobody waits for anybody, and whoever asks in between is told of one moment."""
    policy, stop = load_policy(), asyncio.Event()

    async def writes() -> None:
        connection = await asyncpg.connect(place.urls.admin)
        try:
            while not stop.is_set():
                await place.change(connection)
        finally:
            await connection.close()

    async def folds() -> None:
        while not stop.is_set():
            await figure_upkeep.fold(engine, FIRST)
            await figure_upkeep.fold(engine, SECOND)

    async def asks() -> None:
        connection = await asyncpg.connect(place.urls.reading, server_settings=SETTINGS)
        try:
            for _ in range(60):
                actor = place.pick.choice(place.actors)
                kept, rows, sql = await both_ways(connection, place, actor, a_question_of(place, actor, policy), policy)
                assert kept == rows, sql
        finally:
            await connection.close()

    working = [asyncio.create_task(work()) for work in (writes, writes, folds, folds)]
    try:
        await asks()
    finally:
        stop.set()
        await asyncio.gather(*working)
    await right(engine)


async def test_what_is_wrong_is_told_and_put_right(
    place: Place, engine: Engine, admin: asyncpg.Connection[Any]
) -> None:
    await figure_upkeep.fold(engine, FIRST)
    await right(engine)
    await admin.execute(
        "UPDATE case_figure_cell SET settled = settled + 3 WHERE (county_id, breakdown, period, starts_on, cell_key) ="
        " (SELECT county_id, breakdown, period, starts_on, cell_key FROM case_figure_cell"
        f" WHERE county_id = {FIRST} AND breakdown = 'status' AND period = 'month' ORDER BY starts_on, cell_key LIMIT 1)"
    )
    (line,) = await figure_upkeep.differing(engine, FIRST)
    assert line.startswith(f"county {FIRST} status month ")
    assert line.endswith(": settled-3")
    assert await figure_upkeep.differing(engine, SECOND) == []
    await admin.execute(f"DELETE FROM case_figure_cell WHERE county_id = {FIRST} AND breakdown = 'place_type'")
    lost = await figure_upkeep.differing(engine, FIRST)
    assert len(lost) > 10
    assert await figure_upkeep.rebuild(engine, FIRST) == len(lost)
    await right(engine)
    await admin.execute(f"DELETE FROM case_figure_cell WHERE county_id = {FIRST}")
    await figure_upkeep.rebuild(engine, FIRST)
    await right(engine)


async def test_changes_leave_when_they_are_folded_and_cells_that_come_to_nothing_go(
    place: Place, engine: Engine, admin: asyncpg.Connection[Any]
) -> None:
    await figure_upkeep.fold(engine, FIRST)
    assert await admin.fetchval(f"SELECT count(*) FROM case_figure_change WHERE county_id = {FIRST}") == 0
    before = await admin.fetchval(f"SELECT count(*) FROM case_figure_cell WHERE county_id = {FIRST}")
    await admin.execute(f"UPDATE dispute_case SET title = title || '。' WHERE county_id = {FIRST}")
    assert await admin.fetchval(f"SELECT count(*) FROM case_figure_change WHERE county_id = {FIRST}") == 0
    for status in ("referred_to_court", "performing"):
        await admin.execute(f"UPDATE dispute_case SET status = '{status}' WHERE county_id = {FIRST}")
    await figure_upkeep.fold(engine, FIRST)
    assert not await admin.fetchval(
        f"SELECT count(*) FROM case_figure_cell WHERE county_id = {FIRST} AND (cases = 0 OR status = 'referred_to_court')"
    )
    assert await admin.fetchval(f"SELECT count(*) FROM case_figure_cell WHERE county_id = {FIRST}") <= before


async def test_a_county_is_folded_by_one_at_a_time(place: Place, engine: Engine) -> None:
    """Whoever comes second goes away at once: nothing is folded twice, and nobody waits."""
    holder = await asyncpg.connect(place.urls.application)
    try:
        await holder.execute(f"BEGIN; SELECT set_config('app.counties', '{{{SECOND}}}', true)")
        await holder.execute(f"SELECT fold_case_figures({SECOND}, 1)")
        assert await figure_upkeep.fold(engine, SECOND) == 0
    finally:
        await holder.close()


async def test_where_no_county_is_let_in_nothing_is_folded_or_seen(place: Place) -> None:
    connection = await asyncpg.connect(place.urls.application)
    try:
        await connection.execute(f"BEGIN; SELECT set_config('app.counties', '{{{SECOND}}}', true)")
        assert await connection.fetchval(f"SELECT fold_case_figures({FIRST}, 10)") == 0
        assert await connection.fetch(f"SELECT * FROM differing_case_figures({FIRST})") == []
        assert await connection.fetchval(f"SELECT count(*) FROM case_figure_cell WHERE county_id = {FIRST}") == 0
    finally:
        await connection.close()


async def test_the_database_keeps_what_the_view_declares(
    place: Place, engine: Engine, admin: asyncpg.Connection[Any]
) -> None:
    """The migration that makes the cells and the view that reads them say the same: no column that is never told apart."""
    assert CASE.rollup is not None
    for county in (FIRST, SECOND):
        await figure_upkeep.fold(engine, county)
    told = [
        one.name
        for one in CaseFigureCell.__table__.columns
        if one.name in {*CASE_COLUMNS, *(name for one in CASE.rollup.breakdowns for name in one.columns)}
    ]
    seen = ", ".join(f"bool_or({name} IS NOT NULL) AS {name}" for name in told)
    found = await admin.fetch(
        f"SELECT breakdown, array_agg(DISTINCT period) AS periods, {seen} FROM case_figure_cell GROUP BY breakdown"
    )
    assert {row["breakdown"] for row in found} == {one.name for one in CASE.rollup.breakdowns}
    for one in CASE.rollup.breakdowns:
        (row,) = [row for row in found if row["breakdown"] == one.name]
        assert {name for name in told if row[name]} == one.columns
        assert set(row["periods"]) == set(one.periods)
        assert all(STEPS[finer] < STEPS[coarser] for finer, coarser in pairwise(one.periods))


@pytest.mark.parametrize(
    ("day", "ten_days", "next_ten", "month"),
    [
        ("2026-01-01", "2026-01-01", "2026-01-11", "2026-01-01"),
        ("2026-01-10", "2026-01-01", "2026-01-11", "2026-01-01"),
        ("2026-01-11", "2026-01-11", "2026-01-21", "2026-01-01"),
        ("2026-01-20", "2026-01-11", "2026-01-21", "2026-01-01"),
        ("2026-01-31", "2026-01-21", "2026-02-01", "2026-01-01"),
        ("2026-02-21", "2026-02-21", "2026-03-01", "2026-02-01"),
        ("2028-02-29", "2028-02-21", "2028-03-01", "2028-02-01"),
        ("2026-12-31", "2026-12-21", "2027-01-01", "2026-12-01"),
    ],
)
async def test_periods_begin_where_they_do(
    admin: asyncpg.Connection[Any], day: str, ten_days: str, next_ten: str, month: str
) -> None:
    row = await admin.fetchrow(
        f"SELECT figure_period('day', d) AS day, figure_period('ten_days', d) AS ten, figure_period('month', d) AS month,"
        f" figure_period('ten_days', figure_period('ten_days', d) + {STEPS['ten_days']}) AS next_ten,"
        f" figure_period('month', figure_period('month', d) + {STEPS['month']}) > d AS later"
        " FROM (SELECT $1::text::date AS d) x",
        day,
    )
    assert row is not None
    assert [str(row[name]) for name in ("day", "ten", "next_ten", "month")] == [day, ten_days, next_ten, month]
    assert row["later"]


async def test_the_worker_folds(place: Place, engine: Engine, admin: asyncpg.Connection[Any]) -> None:
    await admin.execute(f"UPDATE dispute_case SET status = 'handling' WHERE county_id = {FIRST}")
    await admin.execute(f"UPDATE dispute_case SET status = 'accepted' WHERE county_id = {FIRST}")
    assert await admin.fetchval("SELECT count(*) FROM case_figure_change")
    await Worker(engine, place.urls.application).fold()
    assert not await admin.fetchval("SELECT count(*) FROM case_figure_change")
    await right(engine)
