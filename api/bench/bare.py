"""The same SQL without the platform: statements with their values, run by an asyncpg loop, and by pgbench.

The loop uses the reading role's connections as the server opens them: as many, with the same settings.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from api.bench.load import Sample
from api.bench.operations import Operation, Variables
from api.graphql.callers import caller_of
from api.graphql.documents import coerce_variables
from api.http.app import Parts
from api.http.authentication import Unauthenticated
from domain.foundation.basics.actor import Actor
from domain.foundation.basics.clock import system_clock
from domain.foundation.query.connection import SETTINGS
from domain.foundation.query.run import Reader
from domain.tenancy.actors import read_actor

Statement = tuple[str, list[Any]]
# Of an operation with many variants pgbench runs so many: it keeps a prepared statement for each.
PGBENCH_VARIANTS = 16
_PLACEHOLDER = re.compile(r"\$(\d+)")


async def actor_of(parts: Parts, account: str) -> Actor:
    """Who an account is now."""
    found = await parts.credentials.find(account)
    if found is None:
        raise Unauthenticated
    actor = await read_actor(parts.reader, found.county_id, found.user_id, account, system_clock())
    if actor is None:
        raise Unauthenticated
    return actor


async def statements(parts: Parts, operation: Operation, variants: Sequence[Variables]) -> list[list[Statement]]:
    """For each variant, the statements that its root fields become, with the values they bind."""
    actor = await actor_of(parts, operation.account)
    document = parts.endpoint.documents.of(operation.text)
    chosen = document.operation(None)
    now = system_clock()
    caller = caller_of(actor, parts.reads.policies.current, now)
    values = caller.values(now)
    bound = []
    for one in variants:
        given = coerce_variables(parts.reads.schema, chosen, one).coerced
        plans = [root.plan for root in parts.reads.plans(document, chosen, given, caller.access)]
        bound.append([(plan.sql, plan.bind(values, given)) for plan in plans if plan is not None])
    return bound


async def loop(
    reader: Reader, connections: int, callers: int, requests: Sequence[Sequence[Statement]], seconds: float
) -> Sample:
    """Run the statements of request after request: so many callers at once, who share so many connections."""
    async with AsyncExitStack() as held:
        borrowed = [await held.enter_async_context(reader.connection()) for _ in range(connections)]

        async def one(connection: Any, number: int) -> None:
            for sql, values in requests[number % len(requests)]:
                await connection.fetchrow(sql, *values)

        return await run_callers(borrowed, callers, len(requests), one, seconds)


async def run_callers(
    resources: Sequence[Any], callers: int, variants: int, once: Callable[[Any, int], Awaitable[None]], seconds: float
) -> Sample:
    """Callers who each, again and again, take what was given back last, do the thing once, and give it back."""
    latencies: list[float] = []
    free, slots = list(resources), asyncio.Semaphore(len(resources))
    used, start = process_time(), perf_counter()
    end = start + seconds

    async def caller(index: int) -> None:
        number = index * variants // callers
        while (sent := perf_counter()) < end:
            async with slots:
                one = free.pop()
                try:
                    await once(one, number)
                finally:
                    free.append(one)
            latencies.append(perf_counter() - sent)
            number += 1

    async with asyncio.TaskGroup() as group:
        for index in range(callers):
            group.create_task(caller(index))
    return Sample(perf_counter() - start, latencies, process_time() - used)


async def pgbench(
    program: Path, url: str, connections: int, requests: Sequence[Sequence[Statement]], seconds: float
) -> float | None:
    """Requests a second that pgbench reaches; None where it cannot bind a value (it knows no NULL)."""
    some = requests[:: max(1, len(requests) // PGBENCH_VARIANTS)][:PGBENCH_VARIANTS]
    if any(value is None for request in some for _, values in request for value in values):
        return None
    with tempfile.TemporaryDirectory(prefix="fengqiao-bench-") as directory:
        arguments: list[str] = []
        for number, request in enumerate(some):
            script = []
            for place, (sql, values) in enumerate(request):
                name = f"v{number}_{place}_"
                script.append(_PLACEHOLDER.sub(rf":{name}\1", sql) + ";\n")
                for index, value in enumerate(values, start=1):
                    arguments += ["-D", f"{name}{index}={as_text(value)}"]
            path = Path(directory) / f"{number}.sql"
            path.write_text("".join(script), encoding="utf-8")
            arguments += ["-f", str(path)]
        time = str(max(1, round(seconds)))
        fixed = ["-n", "-M", "prepared", "-c", str(connections), "-j", str(min(2, connections)), "-T", time]
        ended = await asyncio.to_thread(
            subprocess.run, [str(program), *fixed, *arguments], env=environment(url), capture_output=True, text=True
        )
    found = re.search(r"^tps = ([0-9.]+)", ended.stdout, re.MULTILINE)
    if ended.returncode or found is None:
        message = f"pgbench: {ended.stderr.strip()[-500:]}"
        raise RuntimeError(message)
    return float(found[1])


def as_text(value: Any) -> str:
    """A bound value as PostgreSQL reads it."""
    if isinstance(value, (list, tuple)):
        return "{" + ",".join("NULL" if one is None else _quote(as_text(one)) for one in value) + "}"
    if isinstance(value, bool):
        return "t" if value else "f"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _quote(text: str) -> str:
    """An element of an array, whatever it holds."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def environment(url: str) -> dict[str, str]:
    """Libpq's variables for a login, so that no password stands on a command line, and a reading connection's settings."""
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    settings = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items() if name != "application_name")
    told = {
        "PGHOST": parts.hostname or query.get("host"),
        "PGPORT": str(parts.port) if parts.port else query.get("port"),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
        "PGOPTIONS": settings,
    }
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"} | {k: v for k, v in told.items() if v}
