"""The logins of the database: who they are, what they may, and setting them up again and again."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from domain.foundation.database.embedded import start
from domain.foundation.database.urls import (
    LOGIN_ROLES,
    OWNER,
    DatabaseSetupError,
    DatabaseUrls,
    ensure_roles,
    sqlalchemy_url,
    urls_for,
    with_database,
)
from tests.support.database import SECRET, TestServer

ROOT = Path(__file__).resolve().parents[2]


async def value(url: str, statement: str, *arguments: object) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement, *arguments)
    finally:
        await connection.close()


@pytest.fixture
def urls(fresh_database_urls: DatabaseUrls) -> DatabaseUrls:
    asyncio.run(ensure_roles(fresh_database_urls.admin, SECRET))
    return fresh_database_urls


async def test_each_login_is_its_role_in_the_same_database(urls: DatabaseUrls):
    database = await value(urls.admin, "SELECT current_database()")
    found = [
        await value(url, "SELECT current_user || '@' || current_database()")
        for url in (urls.application, urls.reading, urls.authentication)
    ]
    assert found == [f"{role}@{database}" for role in LOGIN_ROLES]


async def test_no_role_passes_row_level_security_or_makes_roles(urls: DatabaseUrls):
    able = await value(
        urls.admin,
        "SELECT count(*) FROM pg_roles WHERE rolname = ANY ($1::text[])"
        " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)",
        [OWNER, *LOGIN_ROLES],
    )
    assert able == 0
    assert await value(urls.admin, "SELECT NOT rolcanlogin FROM pg_roles WHERE rolname = $1", OWNER)


@pytest.mark.parametrize("forbidden", [f"SET ROLE {OWNER}", "CREATE TABLE public.mine (a int)", "SET ROLE postgres"])
async def test_a_login_cannot_become_or_act_as_the_owner(urls: DatabaseUrls, forbidden: str):
    for url in (urls.application, urls.reading, urls.authentication):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await value(url, forbidden)


async def test_the_password_is_needed_even_on_the_socket(urls: DatabaseUrls):
    other = urls_for(urls.admin, b"another secret".ljust(32))
    with pytest.raises(asyncpg.InvalidPasswordError):
        await value(other.reading, "SELECT 1")


def test_again_and_at_once_from_several_databases(urls: DatabaseUrls, database_server: TestServer):
    async def race(admins: list[str]) -> None:
        await asyncio.gather(*(ensure_roles(admin, SECRET) for admin in admins * 5))

    with database_server.database() as second, database_server.database() as third:
        asyncio.run(race([urls.admin, second.admin, third.admin]))
        assert asyncio.run(value(third.reading, "SELECT 1")) == 1


RACE_FRESH = """
import asyncio, sys
from domain.foundation.database.urls import ensure_roles
asyncio.run(ensure_roles(sys.argv[1], b"s" * 32))
"""


def test_first_set_up_at_once_by_several_processes(new_postgres_home: Callable[[], Path]):
    server = start(new_postgres_home(), throwaway=True)
    asyncio.run(value(server.admin_url, "CREATE DATABASE other"))
    racers = [
        subprocess.Popen([sys.executable, "-c", RACE_FRESH, with_database(server.admin_url, name)], cwd=ROOT)
        for name in ("postgres", "other") * 2
    ]
    assert [racer.wait(timeout=60) for racer in racers] == [0] * 4
    server.stop()


def test_a_login_that_may_not_create_roles_is_told_so(new_postgres_home: Callable[[], Path]):
    server = start(new_postgres_home(), throwaway=True)
    asyncio.run(value(server.admin_url, "CREATE ROLE plain LOGIN PASSWORD 'p'"))
    plain = server.admin_url.replace("postgres@", "plain:p@")
    with pytest.raises(DatabaseSetupError, match="CREATEROLE"):
        asyncio.run(ensure_roles(plain, SECRET))
    server.stop()


def test_a_database_owner_who_may_create_roles_is_enough(new_postgres_home: Callable[[], Path]):
    async def set_up() -> None:
        await value(server.admin_url, "CREATE ROLE builder LOGIN CREATEROLE PASSWORD 'p'")
        await value(server.admin_url, "CREATE DATABASE county OWNER builder")
        builder = with_database(server.admin_url.replace("postgres@", "builder:p@"), "county")
        for _ in range(2):
            await ensure_roles(builder, SECRET)
        connection = await asyncpg.connect(builder)
        await connection.execute(f"SET ROLE {OWNER}; CREATE TABLE built (a int); CREATE EXTENSION pg_trgm")
        assert await connection.fetchval("SELECT tableowner FROM pg_tables WHERE tablename = 'built'") == OWNER
        await connection.close()

    server = start(new_postgres_home(), throwaway=True)
    asyncio.run(set_up())
    server.stop()


@pytest.mark.parametrize(
    ("admin", "reading"),
    [
        ("postgresql://admin:pw@db.example:6432/county", "@db.example:6432/county"),
        ("postgresql://admin@/county?host=/run/pg&port=5432", "@/county?host=/run/pg&port=5432"),
        ("postgres://admin@[::1]:5432/county?sslmode=require", "@[::1]:5432/county?sslmode=require"),
        ("postgresql:///county?host=/run/pg&user=admin&password=pw", "@/county?host=/run/pg"),
    ],
)
def test_only_the_login_changes(admin: str, reading: str):
    url = urls_for(admin, SECRET).reading
    login, _, rest = url.partition("@")
    assert "@" + rest == reading
    scheme, _, name = login.partition("://")
    assert scheme == admin.partition("://")[0]
    assert name.startswith("fengqiao_read:")
    assert len(name.partition(":")[2]) == 64
    assert "pw" not in url


def test_secrets_do_not_show():
    urls = urls_for("postgresql://admin:hidden@/county?host=/run/pg", SECRET)
    assert "hidden" not in f"{urls!r} {urls}"
    assert urls.reading.partition("@")[0].rpartition(":")[2] not in repr(urls)


async def test_sqlalchemy_takes_the_same_login(urls: DatabaseUrls):
    engine = create_async_engine(sqlalchemy_url(urls.reading))
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT current_user"))).scalar() == "fengqiao_read"
    await engine.dispose()


def test_sqlalchemy_spells_encryption_its_own_way():
    assert sqlalchemy_url("postgres://a@h/d?sslmode=require") == "postgresql+asyncpg://a@h/d?ssl=require"
