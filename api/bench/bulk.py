"""Rows by the million into a migrated database, which is afterwards exactly what it was, but full.

Indexes are told to the server as not ready, so that rows go into the tables alone, and are then built anew, each in one
go. Nothing is dropped: names, definitions, and the keys that lean on an index stay as the migrations left them.
Triggers do not run while a connection says that it replicates; keys between tables hold by construction (a test looks
at all of them), and what other triggers keep is rebuilt at the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from domain.foundation.database.session import Engine

Progress = Callable[[str, int, int], None]
Job = tuple[int, Callable[[Any], Awaitable[None]]]
"""How much of the whole it is, and what does it on a connection."""

# A few GB for two connections on a machine of 16: sorts of ten million keys then stay in memory.
BUILD_SETTINGS = {
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "shared_buffers": "1GB",
    "max_wal_size": "2GB",
    "wal_recycle": "off",
    "checkpoint_timeout": "1h",
}
"""Of a server that builds and nothing else: what it has written is worth something only when it ended in order."""
SESSION_SETTINGS = (
    "SET session_replication_role = replica",
    "SET synchronous_commit = off",
    "SET temp_buffers = '64MB'",
    "SET work_mem = '64MB'",
    "SET maintenance_work_mem = '1536MB'",
    "SET max_parallel_maintenance_workers = 0",
)

# Everything that makes the schema what it is but its rows, as the catalogue tells it.
STATE = """
    SELECT 'index ' || i.indexrelid::regclass || ' ' || pg_get_indexdef(i.indexrelid)
           || format(' %s %s %s', i.indisvalid, i.indisready, i.indislive)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
           || format(' %s %s', convalidated, conenforced)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'trigger ' || tgrelid::regclass || ' ' || CASE WHEN tgisinternal THEN tgfoid::regproc::text ELSE tgname END
           || ' ' || tgenabled::text || ' ' || tgconstraint::regclass::text
    FROM pg_trigger
    UNION ALL
    SELECT 'table ' || oid::regclass || format(' %s %s %s %s %s %s', relkind, relpersistence, relrowsecurity,
           relforcerowsecurity, relacl, reloptions)
    FROM pg_class WHERE relnamespace = 'public'::regnamespace
    ORDER BY 1"""


async def state(connection: Any) -> list[str]:
    """The schema but its rows, a line a thing."""
    return [row[0] for row in await connection.exec_driver_sql(STATE)]


async def indexes_off(connection: Any, tables: Sequence[str]) -> None:
    """Within a transaction: let rows pass the indexes of these tables by."""
    await connection.exec_driver_sql(
        "UPDATE pg_index SET indisready = FALSE, indisvalid = FALSE WHERE indrelid = ANY ($1::text[]::regclass[])",
        (list(tables),),
    )


async def index_jobs(connection: Any, tables: Sequence[str]) -> list[Job]:
    """What makes the indexes of filled tables: each table is tidied first, then each of its indexes built."""
    found = await connection.exec_driver_sql(
        "SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text,"
        " (pg_relation_size(i.indrelid) / 8192 / CASE WHEN i.indpred IS NULL THEN 1 ELSE 4 END)::bigint"
        " FROM pg_index i WHERE i.indrelid = ANY ($1::text[]::regclass[]) ORDER BY 3 DESC, 2",
        (list(tables),),
    )
    return [(1 + size, run(f'REINDEX INDEX "{index}"')) for _, index, size in found]


async def tidy_jobs(connection: Any, tables: Sequence[str]) -> list[Job]:
    """What leaves nothing for later to be cleaned up: rows frozen, and known to be seen by all."""
    found = await connection.exec_driver_sql(
        "SELECT t, (pg_relation_size(t::regclass) / 8192)::bigint FROM unnest($1::text[]) t ORDER BY 2 DESC",
        (list(tables),),
    )
    return [(1 + pages, run(f'VACUUM (FREEZE) "{table}"')) for table, pages in found]


def run(statement: str) -> Callable[[Any], Awaitable[None]]:
    """A job that runs one statement."""

    async def job(connection: Any) -> None:
        await connection.exec_driver_sql(statement)

    return job


async def in_parallel(
    engine: Engine, connections: int, jobs: Sequence[Job], label: str, progress: Progress, *, alone: bool = False
) -> None:
    """Do the jobs in order, so many at once, each in a transaction of its own; `alone`: outside any."""
    total, done = sum(weight for weight, _ in jobs), 0
    waiting = iter(jobs)
    progress(label, 0, total)

    async def worker() -> None:
        nonlocal done
        async with engine.connect() as opened:
            connection = await opened.execution_options(isolation_level="AUTOCOMMIT")
            for setting in SESSION_SETTINGS:
                await connection.exec_driver_sql(setting)
            for weight, job in waiting:
                if alone:
                    await job(connection)
                else:
                    await connection.exec_driver_sql("BEGIN")
                    await job(connection)
                    await connection.exec_driver_sql("COMMIT")
                done += weight
                progress(label, done, total)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(connections, max(1, len(jobs)))):
            group.create_task(worker())
