"""`fengqiao bench`: the data set if need be, a server on it, what was asked for, and what came out."""

from __future__ import annotations

import gc
import os
import platform
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import uvloop
from rich.console import Console

from api.bench import auditing, compiling, cost, homes, measure, profiling, report, scaling
from api.bench.operations import NAMES, READS
from api.bench.processes import FIXED, UNRECORDED, Served, server
from api.fast_path.door import fast_path
from api.progress import Steps
from api.settings import Settings

GENERATOR = "own: one process, prepared requests on raw sockets with epoll"


@dataclass(frozen=True, slots=True)
class Asked:
    """What to do. `only`: operations; empty: all. 0 or False of the others: not at all."""

    cases: int
    plan: measure.Plan
    only: Sequence[str] = ()
    workers: int = 1
    processes: int = 0
    writers: int = 0
    requests: int = 0
    access: bool = False
    audit: bool = False
    profile: bool = False
    build_only: bool = False
    growth: Sequence[int] = field(default=())

    @property
    def names(self) -> list[str]:
        """The operations asked for, in order. RuntimeError if there is no such operation."""
        if unknown := set(self.only) - set(NAMES):
            message = f"no operation {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}"
            raise RuntimeError(message)
        return [name for name in NAMES if not self.only or name in self.only]

    @property
    def something_else(self) -> bool:
        """Whether something other than the plain measurement of operations was asked for."""
        return bool(self.processes or self.writers or self.requests or self.access or self.audit or self.profile)


def bench(asked: Asked, *, json: bool) -> None:
    """Measure and print. Nothing of it touches any database but the bench's own. Raises RuntimeError."""
    with Steps(Console(stderr=True)) as steps:
        if asked.growth:
            runs = [on_size(replace(asked, cases=cases), steps) for cases in asked.growth]
            told: dict[str, Any] = {"runs": runs, "growth": scaling.growth([report.as_json(run) for run in runs])}
        else:
            told = on_size(asked, steps)
    if not json:
        for run in told.get("runs", [told]):
            report.show(report.console(), run)
        if "growth" in told:
            report.show(report.console(), {"growth": told["growth"]})
        return
    if "runs" in told:
        told["runs"] = [report.as_json(run) for run in told["runs"]]
    print(orjson.dumps(report.as_json(told), option=orjson.OPT_INDENT_2).decode())  # noqa: T201


def grown(files: Sequence[Path], *, json: bool) -> None:
    """Print how operations grew over the sizes of several results. FileNotFoundError, RuntimeError for none of ours."""
    runs: list[dict[str, Any]] = []
    for file in files:
        try:
            found = orjson.loads(file.read_bytes())
            runs += found.get("runs", [found])
        except (orjson.JSONDecodeError, AttributeError):
            runs.append({})
    if any("operations" not in run for run in runs):
        message = "give files that `fengqiao bench --json` wrote"
        raise RuntimeError(message)
    told = {"growth": scaling.growth(runs)}
    if json:
        print(orjson.dumps(report.as_json(told), option=orjson.OPT_INDENT_2).decode())  # noqa: T201
    else:
        report.show(report.console(), told)


def on_size(asked: Asked, steps: Steps) -> dict[str, Any]:
    """What was asked for, on one data set."""
    names = asked.names
    with homes.standing(asked.cases, steps, workers=asked.workers) as stood:
        about = about_run(asked, stood)
        if asked.build_only:
            return about
        with ExitStack() as running:
            served = running.enter_context(server(stood.settings, asked.workers))
            fixed = several = None
            if not asked.something_else:
                fixed = running.enter_context(server(stood.settings, 1, FIXED))
            if asked.processes:
                several = running.enter_context(server(stood.settings, asked.processes))
            if asked.audit:
                several = running.enter_context(server(stood.settings, 1, UNRECORDED))
            found = uvloop.run(measure_operations(asked, stood, served, fixed, several, names, steps))
    return {**found, **about, "ready_after_s": served.ready_after}


def about_run(asked: Asked, stood: homes.Standing) -> dict[str, Any]:
    """What was measured on what."""
    return {
        "cases": asked.cases,
        "generator": stood.data.generator,
        "built_in_s": stood.data.built_in_s,
        "gigabytes": homes.size_of(stood.settings.home) / 1e9,
        "connections": asked.plan.connections,
        "database_connections": stood.settings.read_connections,
        "workers": asked.workers,
        "seconds": asked.plan.seconds,
        "alternations": asked.plan.alternations,
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "python": platform.python_version(),
        "load_generator": GENERATOR,
    }


async def measure_operations(
    asked: Asked, stood: homes.Standing, served: Served, fixed: Served | None, several: Served | None,
    names: list[str], steps: Steps,
) -> dict[str, Any]:  # fmt: skip
    """Everything asked for, one after the other."""
    settings: Settings = stood.settings
    # As the server does: the bare loop, too, runs beside the database.
    fast = fast_path(settings)
    if fast is not None:
        fast.schedule()
    async with measure.assembled(settings) as parts:
        bench = measure.Bench(
            plan=asked.plan,
            settings=settings,
            served=served,
            postmaster=stood.postmaster,
            world=await measure.world_of(parts, datetime.fromisoformat(stood.data.until)),
            parts=parts,
            tokens=await measure.tokens_of(settings, parts),
            fixed=fixed,
            pgbench=measure.pgbench_program(),
            tell=steps,
        )
        # What was loaded to measure with is not looked through again and again while measuring.
        gc.collect()
        gc.freeze()
        try:
            told: dict[str, Any] = {}
            if asked.audit and several is not None:
                told["audit"] = await auditing.auditing(bench, several)
            elif several is not None:
                reads = [one.name for one in READS if one.name in names] if asked.only else ["case_by_id"]
                told["processes"] = await scaling.processes(bench, several, asked.processes, reads)
            if asked.writers:
                told["writers"] = await scaling.writers(bench, asked.writers)
            if asked.access:
                told["access"] = await cost.access(parts, settings.database_urls().admin, bench.world)
            if asked.requests:
                told["memory"] = await scaling.memory(bench, asked.requests)
            if asked.profile:
                for name in names:
                    count, told[f"profile of {name}"] = await profiling.profile_operation(bench, settings, name)
                    told[f"profiled requests of {name}"] = count
            if not asked.something_else:
                told["operations"] = [await bench.measure(name) for name in names]
                compiled = await compiling.measure_compiling(parts, bench.world, names)
                told["compiling"] = [compiling.as_dict(one) for one in compiled]
            return told
        finally:
            await bench.close()
