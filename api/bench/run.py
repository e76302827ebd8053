"""`fengqiao bench`: the data set if need be, a server on it, every operation in turn, and what came out."""

from __future__ import annotations

import asyncio
import os
import platform
from pathlib import Path
from typing import Any

import orjson
import uvloop
from pydantic import SecretStr
from rich.console import Console

from api.bench import dataset, measure, report
from api.bench.load import Client
from api.bench.operations import NAMES
from api.bench.processes import Served, server
from api.bench.tenants_sql import ACCOUNTS
from api.database import running_database
from api.progress import Steps
from api.settings import Settings
from domain.database.urls import with_database

HOME = Path(".fengqiao-bench")


def bench(
    *, cases: int, seconds: float, alternations: int, only: list[str], connections: int, workers: int, json: bool
) -> None:
    """Measure and print. Nothing of it touches any database but the bench's own. Raises RuntimeError."""
    unknown = set(only) - set(NAMES)
    if unknown:
        message = f"no operation {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}"
        raise RuntimeError(message)
    console = Console(stderr=True)
    home = Path(os.environ.get("FENGQIAO_HOME", HOME)).absolute()
    own = Settings().model_copy(update={"home": home, "database_url": None, "secret_key_file": None})
    with Steps(console) as steps, running_database(own) as ready:
        administrator = ready.database_urls().admin
        prepare(administrator, own.secret_key(), cases, steps)
        settings = ready.model_copy(
            update={"database_url": SecretStr(with_database(administrator, dataset.name_of(cases)))}
        )
        plan = measure.Plan(connections, seconds, alternations)
        postmaster = postmaster_of(home)
        with server(settings, settings.database_urls().admin, workers) as served:
            names = [name for name in NAMES if not only or name in only]
            found = uvloop.run(measured(settings, plan, served, postmaster, names, steps))
    about: dict[str, Any] = {
        "cases": cases,
        "connections": connections,
        "workers": workers,
        "seconds": seconds,
        "alternations": alternations,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "ready_after_s": round(served.ready_after, 2),
    }
    if json:
        print(orjson.dumps(report.as_json(found, about), option=orjson.OPT_INDENT_2).decode())  # noqa: T201
    else:
        report.show(Console(), found, about)


def prepare(administrator: str, secret: bytes, cases: int, steps: Steps) -> None:
    """Build the data set unless it is there; bring its schema up to date if it is."""
    if asyncio.run(dataset.exists(administrator, cases)):
        dataset.migrate(with_database(administrator, dataset.name_of(cases)), secret)
        return
    building = asyncio.run(dataset.create(administrator, secret, cases))
    dataset.migrate(building, secret)
    asyncio.run(dataset.fill(building, cases, steps))
    steps("statistics", 0, 1)
    asyncio.run(dataset.finish(administrator, cases))
    steps("statistics", 1, 1)


def postmaster_of(home: Path) -> int:
    """The process id of the embedded PostgreSQL that runs in this home."""
    from domain.database import embedded

    attached = embedded.start(home, die_with_parent=True)
    try:
        return attached.pid
    finally:
        attached.stop()


async def measured(
    settings: Settings, plan: measure.Plan, served: Served, postmaster: int, names: list[str], steps: Steps
) -> list[report.Figures]:
    """Every operation asked for, one after the other."""
    async with measure.assembled(settings) as parts:
        found = [await parts.credentials.find(name) for name in ACCOUNTS]
        accounts = [
            {"username": one.username, "county_id": one.county_id, "user_id": one.user_id}
            for one in found
            if one is not None
        ]
        clients = [Client(served.port) for _ in range(plan.connections)]
        bench = measure.Bench(
            plan=plan,
            settings=settings,
            served=served,
            postmaster=postmaster,
            world=await measure.world_of(parts),
            parts=parts,
            tokens=measure.tokens_for(settings, accounts),
            clients=clients,
            pgbench=measure.pgbench_program(),
            tell=steps,
        )
        try:
            return [await bench.measure(name) for name in names]
        finally:
            for client in clients:
                client.close()
            await bench.close()
