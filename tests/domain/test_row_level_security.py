"""Row-level security (ACCESS §3) on every table of a tenant: who is let into no county, or another, sees and writes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from domain.foundation.database.urls import LOGIN_ROLES, OWNER
from domain.registry import metadata

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls


TENANT_TABLES = sorted(table.name for table in metadata.tables.values() if table.info["placement"] == "tenant")
OTHER_TABLES = sorted(table.name for table in metadata.tables.values() if table.info["placement"] != "tenant")
GUARDED = {
    "access_stamp",
    "api_key",
    "credential",
    "recovery_code",
    "refresh_token",
    "second_factor",
    "sign_in_session",
    "sign_in_source",
}
HERE, THERE = 440781, 440783


@asynccontextmanager
async def connected(url: str, *counties: int) -> AsyncIterator[asyncpg.Connection[Any]]:
    """A connection in a transaction confined to these counties (or to none), rolled back at the end."""
    connection = await asyncpg.connect(url)
    try:
        transaction = connection.transaction()
        await transaction.start()
        if counties:
            await connection.execute("SELECT set_config('app.counties', $1, true)", setting_of(*counties))
        yield connection
        await transaction.rollback()
    finally:
        await connection.close()


def setting_of(*counties: int) -> str:
    return "{" + ",".join(map(str, counties)) + "}"


def test_there_are_tables_to_guard() -> None:
    assert len(TENANT_TABLES) >= 20
    assert {"dispute_case", "case_party", "membership", "outbox", "idempotency_key"} <= set(TENANT_TABLES)


async def test_row_level_security_is_on_every_table_of_a_tenant_and_binds_its_owner(haiyan_urls: DatabaseUrls) -> None:
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
