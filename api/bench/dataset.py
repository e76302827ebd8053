"""The bench's rows: a county of so many cases and its neighbour, made by the server from numbers alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from api.bench import bulk, cases_sql, tenants_sql
from api.bench.bulk import Progress
from api.bench.tenants_sql import COUNTIES, County
from domain.codes.loader import load_codes
from domain.disputes.figures.upkeep import fold
from domain.foundation.database.session import create_engine
from domain.foundation.database.urls import OWNER, ensure_roles, with_database

CHUNK = 25_000
# Of the neighbour's cases none may ever be seen; they are there for row-level security to hide.
NEIGHBOURS_SHARE = 0.02
CONNECTIONS = 2
"""That fill at once: one a core of the machine that the figures are told for."""

REBUILDS: tuple[str, ...] = tuple(f"SELECT rebuild_case_figures({county.id})" for county in COUNTIES)
"""Statements, run as the administrator once all rows and indexes are there, that make anew what triggers keep of cases.

Triggers do not run while rows come in by the million. Whoever adds a table that a trigger keeps names here what
rebuilds it for every county, and adds the table to the schema's own check of it.
"""


def generator() -> str:
    """What the rows are made by, in twelve digits: another statement anywhere gives another."""
    made = [str(COUNTIES), str(CHUNK), str(NEIGHBOURS_SHARE), *REBUILDS, *tenants_sql.SESSION, tenants_sql.CITY_ROW]
    for county in COUNTIES:
        made += [*places(county), cases_sql.draft(county, 1), *cases_sql.rows(county), cases_sql.counters(county, 1)]
    return hashlib.sha256("\n".join([*made, *tenants_sql.accounts()]).encode()).hexdigest()[:12]


def name_of(cases: int) -> str:
    """The database that holds a county of so many cases."""
    return f"bench_{cases}"


async def create(admin_url: str, secret: bytes, cases: int) -> str:
    """An empty database to build in; returns the administrator's URL."""
    # Its owner must exist.
    await ensure_roles(admin_url, secret)
    await outside(admin_url, f'CREATE DATABASE "{name_of(cases)}" TEMPLATE template0 OWNER "{OWNER}"')
    return with_database(admin_url, name_of(cases))


async def outside(admin_url: str, *statements: str) -> None:
    """Run statements outside a transaction."""
    engine = create_engine(admin_url, connections=1)
    try:
        async with engine.connect() as connection:
            settled = await connection.execution_options(isolation_level="AUTOCOMMIT")
            for statement in statements:
                await settled.exec_driver_sql(statement)
    finally:
        await engine.dispose()


def places(county: County) -> list[str]:
    """Statements for all of a county but its cases."""
    return [*tenants_sql.areas(county), *tenants_sql.partners(county), *tenants_sql.people(county)]


async def fill(admin_url: str, cases: int, progress: Progress, *, now: datetime | None = None) -> None:
    """Fill a migrated database, as its superuser: a county of `cases` registered until `now`, and its neighbour.

    Raises RuntimeError if the schema is afterwards not what it was.
    """
    engine = create_engine(admin_url, connections=CONNECTIONS)
    until = now or datetime.now(UTC)
    try:
        async with engine.begin() as connection:
            before = await bulk.state(connection)
            await fill_places(connection)
            await bulk.indexes_off(connection, cases_sql.TABLES)
        await bulk.in_parallel(engine, CONNECTIONS, case_jobs(cases, until), "cases", progress)
        async with engine.begin() as connection:
            tidy = await bulk.tidy_jobs(connection, cases_sql.TABLES)
            indexes = await bulk.index_jobs(connection, cases_sql.TABLES)
        await bulk.in_parallel(engine, CONNECTIONS, tidy, "pages tidied", progress, alone=True)
        await bulk.in_parallel(engine, CONNECTIONS, indexes, "pages indexed", progress, alone=True)
        rebuilds = [(1, bulk.run(statement)) for statement in REBUILDS]
        await bulk.in_parallel(engine, 1, rebuilds, "kept figures", progress)
        async with engine.begin() as connection:
            after = await bulk.state(connection)
        changed = set(before) ^ set(after)
        if changed:
            message = f"building changed the schema: {sorted(changed)[:3]}"
            raise RuntimeError(message)
    finally:
        await engine.dispose()
    progress("statistics", 0, 1)
    # Of expressions in indexes, statistics are taken only when these are there.
    await outside(admin_url, "VACUUM (FREEZE, ANALYZE)", "CHECKPOINT")
    progress("statistics", 1, 1)


async def fold_figures(admin_url: str) -> None:
    """Fold the changes of figures that wait, as its superuser."""
    engine = create_engine(admin_url, connections=1)
    try:
        for county in COUNTIES:
            await fold(engine, county.id)
    finally:
        await engine.dispose()


async def fill_places(connection: Any) -> None:
    """Within a transaction: codes, both counties, their people and accounts."""
    raw: Any = (await connection.get_raw_connection()).driver_connection
    await load_codes(raw)
    await prepare(connection)
    await connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    await connection.exec_driver_sql(tenants_sql.CITY_ROW)
    for statement in [one for county in COUNTIES for one in places(county)] + tenants_sql.accounts():
        await connection.exec_driver_sql(statement)


async def prepare(connection: Any) -> None:
    """Make the functions that make ids; they end with the connection."""
    for function in tenants_sql.SESSION:
        await connection.exec_driver_sql(function)


def case_jobs(cases: int, until: datetime) -> list[bulk.Job]:
    """The cases of both counties, some thousands a job, oldest first."""
    jobs: list[bulk.Job] = []
    for county, total in zip(COUNTIES, (cases, max(1, int(cases * NEIGHBOURS_SHARE))), strict=True):
        for first in range(1, total + 1, CHUNK):
            last = min(first + CHUNK - 1, total)
            jobs.append((last - first + 1, chunk(county, total, first, last, until)))
    return jobs


def chunk(county: County, total: int, first: int, last: int, until: datetime) -> Callable[[Any], Any]:
    """A job that makes cases `first` … `last` of a county that has `total`."""

    async def job(connection: Any) -> None:
        await prepare(connection)
        await connection.exec_driver_sql(cases_sql.draft(county, total), (first, last, until))
        for statement in cases_sql.rows(county):
            await connection.exec_driver_sql(statement)
        if last == total:
            await connection.exec_driver_sql(cases_sql.counters(county, total), (until,))

    return job
