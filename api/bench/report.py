"""What was measured, for people and for programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figures:
    """One operation: medians over the alternations. CPU in microseconds a request; None where it cannot be known.

    `spread` is the difference between the fastest and the slowest alternation, as a part of the median.
    """

    name: str
    rps: float
    p50_ms: float
    p99_ms: float
    server_cpu_us: float | None
    database_cpu_us: float | None
    asyncpg_rps: float | None
    pgbench_rps: float | None
    ratio_to_asyncpg: float | None
    ratio_to_pgbench: float | None
    spread: float
    resident_mib: float | None


def as_json(operations: list[Figures], about: dict[str, Any]) -> dict[str, Any]:
    """`{"operations": [{"name", "rps", …}], …}`, rounded to what means something."""
    rounded = [
        {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(one).items()}
        for one in operations
    ]
    return {**about, "operations": rounded}


def show(console: Console, operations: list[Figures], about: dict[str, Any]) -> None:
    """A table, and below it what was measured on what."""
    table = Table(box=None, pad_edge=False)
    headings = ("", "req/s", "p50 ms", "p99 ms", "server µs", "database µs", "asyncpg/s", "pgbench/s", "of asyncpg",
                "of pgbench", "±", "MiB")  # fmt: skip
    for heading in headings:
        table.add_column(heading, justify="left" if not heading else "right")
    for one in operations:
        table.add_row(
            one.name,
            *(number(value, 0 if value is None or value >= 100 else 1) for value in (one.rps,)),
            number(one.p50_ms, 2),
            number(one.p99_ms, 2),
            number(one.server_cpu_us, 0),
            number(one.database_cpu_us, 0),
            number(one.asyncpg_rps, 0),
            number(one.pgbench_rps, 0),
            number(one.ratio_to_asyncpg, 2),
            number(one.ratio_to_pgbench, 2),
            "" if one.spread is None else f"{one.spread:.0%}",
            number(one.resident_mib, 0),
        )
    console.print(table)
    console.print(", ".join(f"{name} {value}" for name, value in about.items()), highlight=False)


def number(value: float | None, digits: int) -> str:
    """A figure, or nothing where there is none."""
    return "–" if value is None else f"{value:,.{digits}f}"
