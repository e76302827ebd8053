"""The second wall (ACCESS §3): with every filter of the application removed, no foreign county's row is to be had."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest
from sqlalchemy import text

from domain.foundation.database.session import create_engine, unit_of_work
from domain.foundation.database.urls import LOGIN_ROLES, OWNER
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

TENANT_TABLES = sorted(table.name for table in metadata.tables.values() if table.info["placement"] == "tenant")
OTHER_TABLES = sorted(table.name for table in metadata.tables.values() if table.info["placement"] != "tenant")
GUARDED = {"access_stamp", "credential", "sign_in_source"}
HERE, THERE = 440781, 440783
NO_WALL_YET = "SELECT current_setting('app.counties', true)"


@asynccontextmanager
async def connected(url: str, *counties: int) -> AsyncIterator[asyncpg.Connection[Any]]:
    """A connection in a transaction confined to these counties (or to none), rolled back at the end."""
    connection = await asyncpg.connect(url)
    try:
        transaction = connection.transaction()
        await transaction.start()
        if counties:
            await connection.execute("SELECT set_config('app.counties', $1, true)", wall(*counties))
        yield connection
        await transaction.rollback()
    finally:
        await connection.close()


def wall(*counties: int) -> str:
    return "{" + ",".join(map(str, counties)) + "}"


def test_there_are_tables_to_guard() -> None:
    assert len(TENANT_TABLES) >= 20
    assert {"dispute_case", "case_party", "membership", "outbox", "idempotency_key"} <= set(TENANT_TABLES)


async def test_the_wall_stands_on_every_table_of_a_tenant_and_binds_its_owner(haiyan_urls: DatabaseUrls) -> None:
    async with connected(haiyan_urls.admin) as connection:
        found = await connection.fetch(
            """SELECT c.relname, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
               (SELECT array_agg(p.polname || p.polcmd::text || p.polpermissive || p.polroles::text
                 || (pg_get_expr(p.polqual, c.oid) = pg_get_expr(p.polwithcheck, c.oid))) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies,
               EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'county_id' AND a.attnotnull) AS county
               FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1"""
        )
        readable = await connection.fetchval(
            "SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polrelid = 'dispute_case'::regclass"
        )
    rows = {row["relname"]: row for row in found}
    assert set(rows) == {*TENANT_TABLES, *OTHER_TABLES, "alembic_version"}
    for name in TENANT_TABLES:
        one = rows[name]
        # One permissive policy for every command and everybody, the same for what is read and what is written.
        assert (one["enabled"], one["forced"], one["policies"]) == (True, True, ["county_wall*true{0}true"]), name
        assert one["county"], name
    # Elsewhere: whoever may read a table finds nothing there but what is theirs, and its owner is bound too.
    assert {name for name, row in rows.items() if row["policies"]} - set(TENANT_TABLES) == GUARDED
    assert {(rows[name]["enabled"], rows[name]["forced"]) for name in GUARDED} == {(True, True)}
    # Evaluated once, not for each row: a sub-select.
    assert "SELECT" in readable
    assert "NULLIF(current_setting('app.counties'::text, true)" in readable


async def test_the_platforms_roles_own_nothing_and_bypass_nothing(haiyan_urls: DatabaseUrls) -> None:
    async with connected(haiyan_urls.admin) as connection:
        for name in (*LOGIN_ROLES, OWNER):
            role = await connection.fetchrow("SELECT * FROM pg_roles WHERE rolname = $1", name)
            assert role is not None
            powers = ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication")
            assert [power for power in powers if role[power]] == [], name
            assert not await connection.fetch("SELECT 1 FROM pg_auth_members WHERE member = $1", role["oid"]), (
                f"{name} can become somebody else"
            )
        for name in LOGIN_ROLES:
            for catalog, owner in (("pg_class", "relowner"), ("pg_proc", "proowner"), ("pg_namespace", "nspowner")):
                assert not await connection.fetch(f"SELECT 1 FROM {catalog} WHERE {owner} = '{name}'::regrole"), (
                    name,
                    catalog,
                )
            for table in (*TENANT_TABLES, *OTHER_TABLES):
                # Policies do not stop TRUNCATE, and a foreign key or trigger of one's own could ask after rows.
                for privilege in ("TRUNCATE", "REFERENCES", "TRIGGER"):
                    assert not await connection.fetchval(
                        "SELECT has_table_privilege($1, $2, $3)", name, table, privilege
                    ), (name, table)
            assert not await connection.fetchval("SELECT has_schema_privilege($1, 'public', 'CREATE')", name)
        views = await connection.fetch(
            "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
            " AND NOT coalesce(reloptions::text LIKE '%security_invoker=true%', FALSE)"
        )
        assert not views
        definers = await connection.fetch(
            "SELECT proname, proconfig FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        )
        assert all(any(setting.startswith("search_path=") for setting in one["proconfig"] or ()) for one in definers)


@pytest.mark.parametrize("role", ["application", "reading"])
async def test_without_the_setting_nothing_is_seen(haiyan_urls: DatabaseUrls, role: str) -> None:
    async with connected(getattr(haiyan_urls, role)) as connection:
        for setting in (None, "", "{}", "{1}"):
            if setting is not None:
                await connection.execute("SELECT set_config('app.counties', $1, true)", setting)
            for table in TENANT_TABLES:
                assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0, (setting, table)


async def test_credentials_are_found_by_the_authentication_role_alone(fresh_haiyan_urls: DatabaseUrls) -> None:
    """Also where a right was granted by mistake."""
    tables = ("credential", "sign_in_source")
    async with connected(fresh_haiyan_urls.admin) as connection:
        await connection.execute(
            "INSERT INTO sign_in_source (username, source, attempted_at) SELECT username, '192.0.2.1', now() FROM credential"
        )
        for table in tables:
            for role in (OWNER, "fengqiao_app", "fengqiao_read"):
                await connection.execute(f"GRANT SELECT, UPDATE, DELETE ON {table} TO {role}")
                await connection.execute(f"SET LOCAL ROLE {role}")
                await connection.execute("SELECT set_config('app.counties', '{440700,440781,440783}', true)")
                assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0, (role, table)
                assert await connection.execute(f"DELETE FROM {table}") == "DELETE 0"
                await connection.execute("RESET ROLE")
            await connection.execute("SET LOCAL ROLE fengqiao_auth")
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") > 0
            await connection.execute("RESET ROLE")


@pytest.mark.parametrize("role", ["application", "reading"])
async def test_stamps_are_those_of_the_transactions_counties(haiyan_urls: DatabaseUrls, role: str) -> None:
    stamps = "SELECT coalesce(array_agg(county_id ORDER BY county_id), '{}') FROM access_stamp"
    for counties, found in ([(), [0]], [(HERE,), [0, HERE]], [(HERE, THERE), [0, HERE, THERE]]):
        async with connected(getattr(haiyan_urls, role), *counties) as connection:
            assert await connection.fetchval(stamps) == found
    async with connected(haiyan_urls.admin) as connection:
        assert len(await connection.fetchval(stamps)) > 3


@pytest.mark.parametrize("role", ["application", "reading"])
async def test_one_county_sees_its_own_rows_and_no_other(haiyan_urls: DatabaseUrls, role: str) -> None:
    async with connected(haiyan_urls.admin) as connection:
        all_rows = {
            t: {
                r["county_id"]: r["n"]
                for r in await connection.fetch(f"SELECT county_id, count(*) AS n FROM {t} GROUP BY 1")
            }
            for t in TENANT_TABLES
        }
    assert all_rows["dispute_case"][THERE] > 0
    for county in (HERE, THERE):
        async with connected(getattr(haiyan_urls, role), county) as connection:
            for table in TENANT_TABLES:
                found = {
                    r["county_id"]: r["n"]
                    for r in await connection.fetch(f"SELECT county_id, count(*) AS n FROM {table} GROUP BY 1")
                }
                assert found == {c: n for c, n in all_rows[table].items() if c == county}, table
                foreign = THERE if county == HERE else HERE
                assert await connection.fetchval(f"SELECT count(*) FROM {table} WHERE county_id = $1", foreign) == 0
            await connection.execute("SET LOCAL row_security = off")
            assert "row-level security" in await refusal(connection, "SELECT count(*) FROM dispute_case")


async def test_no_row_is_written_into_another_county(haiyan_urls: DatabaseUrls) -> None:
    async with connected(haiyan_urls.admin) as connection:
        may = {
            (t, p): await connection.fetchval("SELECT has_table_privilege('fengqiao_app', $1, $2)", t, p)
            for t in TENANT_TABLES
            for p in ("INSERT", "UPDATE", "DELETE")
        }
    async with connected(haiyan_urls.application, HERE) as connection:
        for table in TENANT_TABLES:
            assert may[table, "INSERT"]
            assert (
                await refusal(connection, f"INSERT INTO {table} (county_id) VALUES ({THERE})")
                == f'new row violates row-level security policy for table "{table}"'
            )
            if may[table, "UPDATE"]:
                assert (
                    await connection.execute(f"UPDATE {table} SET county_id = county_id WHERE county_id = {THERE}")
                    == "UPDATE 0"
                )
                if await connection.fetchval(f"SELECT count(*) FROM {table}"):
                    moved = f"UPDATE {table} SET county_id = {THERE}"
                    assert (
                        await refusal(connection, moved)
                        == f'new row violates row-level security policy for table "{table}"'
                    )
            else:
                assert "permission denied" in await refusal(connection, f"UPDATE {table} SET county_id = county_id")
            if may[table, "DELETE"]:
                assert await connection.execute(f"DELETE FROM {table} WHERE county_id = {THERE}") == "DELETE 0"
    assert {table for table in TENANT_TABLES if may[table, "DELETE"]} == {
        "calendar_day",
        "case_figure_cell",
        "case_figure_change",
        "idempotency_key",
    }
    assert {table for table in TENANT_TABLES if not may[table, "UPDATE"]} == {
        "case_figure_change",
        "case_timeline",
        "deadline_extension",
        "deadline_step",
        "risk_report",
    } | {name for name in TENANT_TABLES if metadata.tables[name].info.get("appended_only")}


async def refusal(connection: asyncpg.Connection[Any], statement: str) -> str:
    with pytest.raises(asyncpg.InsufficientPrivilegeError) as refused:
        async with connection.transaction():
            await connection.execute(statement)
    return str(refused.value)


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
    values = {"counties": list(counties), "counties_setting": wall(*counties), "county": counties[0], "user": None}
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


async def test_lists_and_figures_without_a_filter_end_at_the_wall(
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
        await ids_end_at_the_wall(fresh_haiyan_urls, reader, views)
    finally:
        await reader.close()


async def ids_end_at_the_wall(urls: DatabaseUrls, reader: Reader, views: list[View]) -> None:
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


async def test_the_wall_stands_before_the_first_read_of_a_connection(
    unfiltered: None, haiyan_urls: DatabaseUrls
) -> None:
    expected = await counted(haiyan_urls, "dispute_case", HERE)
    for _ in range(3):
        reader = PooledReader(haiyan_urls.reading, 1)
        # Were the setting made after the read, or not at all, this would find nothing.
        assert (await answer(reader, listing("case"), HERE))["totalCount"] == expected
        async with reader.connection() as connection:
            assert not await connection.fetchval(NO_WALL_YET)
            # Whatever was left on the connection, the statement's own wall counts.
            await connection.execute("SELECT set_config('app.counties', $1, false)", wall(HERE, THERE))
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
            assert [await c.fetchval(NO_WALL_YET) or None for c in (one, other)] == [None, None]
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
            assert not any([await c.scalar(text(NO_WALL_YET)) for c in (one, other)])
    finally:
        await engine.dispose()
