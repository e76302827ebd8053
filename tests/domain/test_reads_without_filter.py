"""Row-level security alone keeps counties apart (ACCESS §3): compiled reads without the application's filter, and pooled connections."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest
from sqlalchemy import text

from domain.foundation.database.session import create_engine, unit_of_work
from domain.foundation.query.access import Alternative
from domain.foundation.query.compile import compile_read
from domain.foundation.query.roots import (
    Figures,
    Listing,
    Lookup,
    Node,
    Nodes,
    Root,
)
from domain.foundation.query.run import PooledReader, Reader
from domain.foundation.query.selection import Given, Selected
from domain.foundation.query.statement import Plan
from domain.registry import CATALOGUE, metadata
from tests.support.rows import ids_of, make_one_of_each

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls
    from domain.foundation.query.view import View

from tests.domain.test_row_level_security import HERE, THERE, connected, setting_of

NO_COUNTIES_YET = "SELECT current_setting('app.counties', true)"


# The compiled reads, with the application's own filter taken out.


class Always:
    """A predicate that lets everybody see everything."""

    never, always = False, True

    def sql(self, _columns: Any, _bind: Any) -> str:
        return "TRUE"

    def alternatives(self, _columns: Any, _bind: Any) -> list[Alternative]:
        return [Alternative("TRUE", listed=False)]


class Everything:
    """An access that forbids nothing."""

    signature, policy_version = "everything", "none"

    def predicate(self, _resource: str, _action: str, _group: str) -> Always:
        return Always()


@pytest.fixture
def unfiltered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compile reads without the county condition that the compiler adds."""
    monkeypatch.setattr("domain.foundation.query.compile.within_counties", lambda _row: [])


def given(value: Any) -> Given:
    return Given(value, lambda _variables: value)


def plan(root: Root, arguments: dict[str, Any], below: dict[str, tuple[Selected, ...]]) -> Plan:
    return compile_read(CATALOGUE, Everything(), root, Selected("x", "x", arguments, below))  # type: ignore[arg-type]


ID = (Selected("id", "id"),)
TYPES = {"organisation": ("Area", "Partner"), "session": ("Session",), "case": ("Case",)}


def below(view: str) -> dict[str, tuple[Selected, ...]]:
    return dict.fromkeys(TYPES.get(view, (CATALOGUE[view].type_name,)), ID)


def listing(view: str) -> Plan:
    nodes = Selected("nodes", "nodes", {}, below(view))
    return plan(Listing(view), {"first": given(100)}, {"Connection": (nodes, Selected("totalCount", "total_count"))})


async def answer(reader: Reader, one: Plan, *counties: int) -> Any:
    values = {
        "counties": list(counties),
        "counties_setting": setting_of(*counties),
        "county": counties[0],
        "user": None,
    }
    values["now"] = datetime.now(UTC)
    return json.loads((await reader.read(one, one.bind(values, {})))[0])


@pytest.fixture
async def reader(haiyan_urls: DatabaseUrls) -> AsyncIterator[Reader]:
    reader = PooledReader(haiyan_urls.reading, 2, patience=60)
    yield reader
    await reader.close()


async def counted(urls: DatabaseUrls, table: str, county: int) -> int:
    async with connected(urls.admin) as connection:
        return int(await connection.fetchval(f"SELECT count(*) FROM {table} WHERE county_id = $1", county))


async def test_lists_and_figures_without_a_filter_keep_to_the_county(
    unfiltered: None, haiyan_urls: DatabaseUrls, reader: Reader
) -> None:
    figures = plan(
        Figures("case"),
        {},
        {"CaseFigures": (Selected("total", "total", {}, {"CaseTotal": (Selected("n", "brought_in"),)}),)},
    )
    here, there = await counted(haiyan_urls, "dispute_case", HERE), await counted(haiyan_urls, "dispute_case", THERE)
    for view in ("case", "organisation"):
        one = listing(view)
        assert "ANY" not in one.sql.upper(), "the filter is still in the statement"
        for county in (HERE, THERE):
            assert (await answer(reader, one, county))["totalCount"] == await counted(
                haiyan_urls, CATALOGUE[view].table, county
            )
        both = (await answer(reader, one, HERE, THERE))["totalCount"]
        assert both == sum([await counted(haiyan_urls, CATALOGUE[view].table, county) for county in (HERE, THERE)])
    assert await answer(reader, figures, HERE) == {"total": {"n": here}}
    assert await answer(reader, figures, THERE) == {"total": {"n": there}}


async def test_no_id_of_another_county_is_found_without_a_filter(
    unfiltered: None, fresh_haiyan_urls: DatabaseUrls
) -> None:
    # Memberships are found by whom they belong to alone.
    views = [view for view in CATALOGUE if view.prefix is not None and view.tenant and view.name != "membership"]
    assert len(views) >= 20
    tables = [metadata.tables[view.table] for view in views]
    await make_one_of_each(fresh_haiyan_urls, HERE, tables, f"SELECT * FROM dispute_case WHERE county_id = {HERE}")
    reader = PooledReader(fresh_haiyan_urls.reading, 1, patience=60)
    try:
        await ids_keep_to_the_county(fresh_haiyan_urls, reader, views)
    finally:
        await reader.close()


async def ids_keep_to_the_county(urls: DatabaseUrls, reader: Reader, views: list[View]) -> None:
    for view in views:
        async with connected(urls.admin) as connection:
            row = await connection.fetchrow(
                f"{ids_of(view)} WHERE t.county_id IN ({HERE}, {THERE}) ORDER BY t.county_id DESC LIMIT 1"
            )
        assert row is not None, view.name
        owner, foreign = row["county_id"], HERE if row["county_id"] == THERE else THERE
        global_id = row["id"]
        for root, arguments in (
            (Lookup(view.name), {"id": given(global_id)}),
            (Node(), {"id": given(global_id)}),
            (Nodes(), {"ids": given([global_id])}),
        ):
            one = plan(root, arguments, below(view.name))
            nothing = [None] if isinstance(root, Nodes) else None
            assert await answer(reader, one, foreign) == nothing, (view.name, root)
            found = await answer(reader, one, owner)
            assert (found[0] if isinstance(root, Nodes) else found) == {"id": global_id}, (view.name, root)


async def test_row_level_security_holds_before_the_first_read_of_a_connection(
    unfiltered: None, haiyan_urls: DatabaseUrls
) -> None:
    expected = await counted(haiyan_urls, "dispute_case", HERE)
    for _ in range(3):
        reader = PooledReader(haiyan_urls.reading, 1)
        # Were the setting made after the read, or not at all, this would find nothing.
        assert (await answer(reader, listing("case"), HERE))["totalCount"] == expected
        async with reader.connection() as connection:
            assert not await connection.fetchval(NO_COUNTIES_YET)
            # Whatever was left on the connection, the statement's own counties count.
            await connection.execute("SELECT set_config('app.counties', $1, false)", setting_of(HERE, THERE))
        assert (await answer(reader, listing("case"), THERE))["totalCount"] == await counted(
            haiyan_urls, "dispute_case", THERE
        )
        await reader.close()


async def test_thousands_of_reads_on_two_connections_never_mix_counties(
    unfiltered: None, haiyan_urls: DatabaseUrls, reader: Reader
) -> None:
    expected = {county: await counted(haiyan_urls, "dispute_case", county) for county in (HERE, THERE)}
    assert expected[HERE] != expected[THERE]
    cases, organisations = listing("case"), listing("organisation")
    broken = Plan(cases.sql.replace("dispute_case", "no_such_table"), cases.parameters, {}, cases.weight)
    found: set[tuple[int, int]] = set()

    async def borrower(county: int, nth: int) -> None:
        for turn in range(100):
            if turn % 10 == nth % 10:
                with pytest.raises(asyncpg.UndefinedTableError):
                    await answer(reader, broken, county)
                await asyncio.wait([gone := asyncio.create_task(answer(reader, organisations, county))], timeout=0)
                gone.cancel()
                await asyncio.gather(gone, return_exceptions=True)
            found.add((county, (await answer(reader, cases, county))["totalCount"]))

    await asyncio.gather(*(borrower((HERE, THERE)[nth % 2], nth) for nth in range(24)))
    assert found == set(expected.items())
    for _ in range(2):
        async with reader.connection() as one, reader.connection() as other:
            assert [await c.fetchval(NO_COUNTIES_YET) or None for c in (one, other)] == [None, None]
            assert [await c.fetchval("SELECT count(*) FROM dispute_case") for c in (one, other)] == [0, 0]


async def test_units_of_work_on_two_connections_never_mix_counties(haiyan_urls: DatabaseUrls) -> None:
    engine = create_engine(haiyan_urls.application, connections=2)
    expected = {county: await counted(haiyan_urls, "dispute_case", county) for county in (HERE, THERE)}

    async def borrower(county: int) -> None:
        for turn in range(15):
            try:
                async with unit_of_work(engine, [county]) as session:
                    assert await session.scalar(text("SELECT count(*) FROM dispute_case")) == expected[county]
                    if turn % 3 == 0:
                        raise LookupError
            except LookupError:
                pass

    try:
        await asyncio.gather(*(borrower((HERE, THERE)[nth % 2]) for nth in range(12)))
        async with engine.connect() as one, engine.connect() as other:
            assert not any([await c.scalar(text(NO_COUNTIES_YET)) for c in (one, other)])
    finally:
        await engine.dispose()
