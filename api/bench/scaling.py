"""More of something: server processes, concurrent writers, requests, cases."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from api.bench import measure
from api.bench.operations import READS, REGISTER
from api.bench.processes import Served, confined, cores, resident_mebibytes

# Of a hundred requests, so many of each: what a county's day is made of.
MIX = {"case_by_id": 70, "case_page": 15, "court_docket": 8, "town_day": 4, "figures": 1, "register": 2}
MIXED = 2_000
LOOKS = 20


async def processes(bench: measure.Bench, several: Served, count: int, names: Sequence[str]) -> list[dict[str, Any]]:
    """Requests a second of one server process and of several, in turn: on all cores, and each on a core of its own.

    On all cores, one process shares them with the database and the load generator, which take what it leaves. On cores
    of their own, one process, the database and the load generator share one core, `count` processes share `count`.
    """
    told = []
    own = cores()
    for name in names:
        (operation,) = [one for one in (*READS, REGISTER) if one.name == name]
        one, more = bench.sender(operation), bench.sender(operation, several)
        rates: dict[str, list[float]] = {}

        async def rate(way: str, http: measure.Http, served: Served, rates: dict[str, list[float]] = rates) -> None:
            rates.setdefault(way, []).append((await bench.once(http, served)).sample.rate)

        for number in range(bench.plan.alternations):
            bench.tell(f"{name} on processes", number, bench.plan.alternations)
            await rate("one", one, bench.served)
            await rate("several", more, several)
            if len(own) >= count:
                pids = [bench.served.pid, several.pid, bench.postmaster]
                with confined(pids, set(own[:1])):
                    await rate("one_on_one_core", one, bench.served)
                with confined(pids, set(own[:count])):
                    await rate("several_on_as_many_cores", more, several)
        figures = {f"rps_{way}": median(found) for way, found in rates.items()}
        ratio = figures["rps_several"] / figures["rps_one"]
        told.append({"name": name, "processes": count, **figures, "ratio": ratio})
        if "rps_one_on_one_core" in figures:
            told[-1]["ratio_of_cores"] = figures["rps_several_on_as_many_cores"] / figures["rps_one_on_one_core"]
    return told


async def writers(bench: measure.Bench, count: int) -> list[dict[str, Any]]:
    """Registering in one organisation, with as many callers as always and with `count`, beside the same SQL bare."""
    told = []
    for callers in (bench.plan.connections, count):
        one = replace(bench, plan=replace(bench.plan, connections=callers), _wires={})
        found = await one.measure(REGISTER.name)
        for wire in one.wires(one.served):
            wire.close()
        told.append({"writers": callers, "rps": found.rps, "p50_ms": found.p50_ms, "p99_ms": found.p99_ms,
                     "asyncpg_rps": found.asyncpg_rps, "ratio_to_asyncpg": found.ratio_to_asyncpg})  # fmt: skip
    first, last = (one["ratio_to_asyncpg"] for one in told)
    told[-1]["ratio_kept"] = last / first if first and last else None
    return told


async def memory(bench: measure.Bench, requests: int) -> list[dict[str, Any]]:
    """So many requests, mixed, and what the server process holds at intervals, in MiB."""
    payloads = {name: bench.payloads(one) for one in (*READS, REGISTER) if (name := one.name) in MIX}
    drawn = random.Random(1)  # noqa: S311 - the same mixture every time
    kinds = drawn.choices(list(MIX), list(MIX.values()), k=MIXED)
    mixed = [drawn.choice(payloads[kind]) for kind in kinds]
    told: list[dict[str, Any]] = [{"requests": 0, "rss_mib": resident_mebibytes(bench.served.pid), "rps": None}]
    each = max(1, requests // LOOKS)
    while told[-1]["requests"] < requests:
        bench.tell("mixed requests", told[-1]["requests"], requests)
        most = min(each, requests - told[-1]["requests"])
        # Clients in turn begin where they began: turned, so that all of the mixture is sent.
        mixed = mixed[997:] + mixed[:997]
        sample = await bench.driver(mixed, bench.served, max(most, bench.plan.connections))(float("inf"))
        told.append({"requests": told[-1]["requests"] + len(sample.latencies),
                     "rss_mib": resident_mebibytes(bench.served.pid), "rps": sample.rate})  # fmt: skip
    bench.tell("mixed requests", requests, requests)
    return told


def growth(runs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """From what several sizes gave, smallest first: each operation's p50, p99 and memory, and how they grew."""
    ordered = sorted(runs, key=lambda run: run["cases"])
    told = []
    for name in (one["name"] for one in ordered[0]["operations"]):
        found = [next((one for one in run["operations"] if one["name"] == name), None) for run in ordered]
        if None in found:
            continue
        first, last = found[0], found[-1]

        def grew(key: str, first: Any = first, last: Any = last) -> float | None:
            return last[key] / first[key] if first.get(key) and last.get(key) else None

        told.append({
            "name": name,
            "cases": [run["cases"] for run in ordered],
            "p50_ms": [one["p50_ms"] for one in found if one],
            "p99_ms": [one["p99_ms"] for one in found if one],
            "memory_mib": [one.get("memory_after_mib") for one in found if one],
            "p50_grew": grew("p50_ms"), "p99_grew": grew("p99_ms"), "memory_grew": grew("memory_after_mib"),
        })  # fmt: skip
    return told
