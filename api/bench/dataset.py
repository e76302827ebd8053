"""The bench's database: a county of so many cases and its neighbour, made by the server from numbers alone.

Built under another name and renamed when it is whole, so that a half-built one is never measured. Only the embedded
PostgreSQL of the bench's own home is ever written to: rows by the million are nobody's wish for a configured database.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from api.bench import cases_sql, tenants_sql
from api.bench.tenants_sql import COUNTIES, County
from domain.codes.loader import load_codes
from domain.database.migrate import upgrade
from domain.database.session import Engine, create_engine
from domain.database.urls import OWNER, ensure_roles, with_database

CHUNK = 25_000
# Of the neighbour's cases none may ever be seen; they are there to be walled off.
NEIGHBOURS_SHARE = 0.05

Progress = Callable[[str, int, int], None]


def name_of(cases: int) -> str:
    """The database that holds a county of so many cases."""
    return f"bench_{cases}"


async def exists(admin_url: str, cases: int) -> bool:
    """Whether it was built."""
    engine = create_engine(admin_url, connections=1)
    try:
        async with engine.connect() as connection:
            found = await connection.exec_driver_sql(
                "SELECT count(*) FROM pg_database WHERE datname = $1", (name_of(cases),)
            )
            return bool(found.scalar_one())
    finally:
        await engine.dispose()


async def create(admin_url: str, secret: bytes, cases: int) -> str:
    """An empty database in which to build, whatever was left there before; returns the administrator's URL."""
    # Its owner must exist.
    await ensure_roles(admin_url, secret)
    building = f"{name_of(cases)}_building"
    await outside(admin_url, f'DROP DATABASE IF EXISTS "{building}" WITH (FORCE)')
    await outside(admin_url, f'CREATE DATABASE "{building}" TEMPLATE template0 OWNER "{OWNER}"')
    return with_database(admin_url, building)


async def finish(admin_url: str, cases: int) -> None:
    """Give the database its name: from now on it counts as built."""
    await outside(with_database(admin_url, f"{name_of(cases)}_building"), "VACUUM (ANALYZE)")
    await outside(admin_url, f'ALTER DATABASE "{name_of(cases)}_building" RENAME TO "{name_of(cases)}"')


def migrate(admin_url: str, secret: bytes) -> None:
    """Lay the schema. (Runs an event loop of its own.)"""
    upgrade(admin_url, secret)


async def outside(admin_url: str, statement: str) -> None:
    """Run one statement outside a transaction."""
    engine = create_engine(admin_url, connections=1)
    try:
        async with engine.connect() as connection:
            settled = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await settled.exec_driver_sql(statement)
    finally:
        await engine.dispose()


async def fill(admin_url: str, cases: int, progress: Progress, *, now: datetime | None = None) -> None:
    """Fill a migrated database, as its superuser: a county of `cases` registered until `now`, and its neighbour."""
    engine = create_engine(admin_url, connections=1)
    until = now or datetime.now(UTC)
    try:
        async with engine.begin() as connection:
            raw: Any = (await connection.get_raw_connection()).driver_connection
            await load_codes(raw)
        async with engine.begin() as connection:
            await prepare(connection)
            await connection.exec_driver_sql(tenants_sql.CITY_ROW)
            for county in COUNTIES:
                progress(f"{county.name} places and people", 0, 1)
                made = [*tenants_sql.areas(county), *tenants_sql.partners(county), *tenants_sql.people(county)]
                for statement in made:
                    await connection.exec_driver_sql(statement)
                progress(f"{county.name} places and people", 1, 1)
            for statement in tenants_sql.accounts():
                await connection.exec_driver_sql(statement)
        for county, total in zip(COUNTIES, (cases, max(1, int(cases * NEIGHBOURS_SHARE))), strict=True):
            await fill_cases(engine, county, total, until, progress)
    finally:
        await engine.dispose()


async def prepare(connection: Any) -> None:
    """Within a transaction: the functions that make ids, and no look at foreign keys, which hold by construction."""
    await connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    await connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
    await connection.exec_driver_sql("SET LOCAL work_mem = '256MB'")
    for function in tenants_sql.SESSION:
        await connection.exec_driver_sql(function)


async def fill_cases(engine: Engine, county: County, total: int, until: datetime, progress: Progress) -> None:
    """The cases of one county, a chunk a transaction."""
    label = f"{county.name} cases"
    for first in range(1, total + 1, CHUNK):
        progress(label, first - 1, total)
        last = min(first + CHUNK - 1, total)
        async with engine.begin() as connection:
            await prepare(connection)
            await connection.exec_driver_sql(cases_sql.draft(county, total), (first, last, until))
            for statement in cases_sql.rows(county):
                await connection.exec_driver_sql(statement)
            if last == total:
                await connection.exec_driver_sql(cases_sql.counters(county, total), (until,))
    progress(label, total, total)
