"""What was measured, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figures:
    """One operation: medians over the alternations. CPU in microseconds a request; None where it cannot be known.

    `server_cpu_beyond_socket_us`: less what the same server takes to answer as many bytes that it need not work out.
    `generator_cpu_us`: the load generator's own. `asyncpg_…`: the bare loop's. `spread`: the difference between the
    fastest and the slowest alternation, as a part of the median. Memory: of the server process, before and after.
    """

    name: str
    rps: float
    p50_ms: float
    p99_ms: float
    server_cpu_us: float | None
    database_cpu_us: float | None
    ratio_to_asyncpg: float | None
    ratio_to_pgbench: float | None
    server_cpu_beyond_socket_us: float | None
    generator_cpu_us: float
    asyncpg_rps: float | None
    asyncpg_p50_ms: float | None
    asyncpg_cpu_us: float | None
    asyncpg_database_cpu_us: float | None
    pgbench_rps: float | None
    spread: float
    memory_before_mib: float | None
    memory_after_mib: float | None


OPERATIONS = {
    "name": "", "rps": "req/s", "p50_ms": "p50 ms", "p99_ms": "p99 ms", "server_cpu_us": "server µs",
    "server_cpu_beyond_socket_us": "- socket", "database_cpu_us": "database µs", "generator_cpu_us": "load µs",
    "asyncpg_rps": "asyncpg/s", "asyncpg_database_cpu_us": "database µs", "pgbench_rps": "pgbench/s",
    "ratio_to_asyncpg": "of asyncpg", "ratio_to_pgbench": "of pgbench", "spread": "±",
    "memory_before_mib": "MiB", "memory_after_mib": "MiB after",
}  # fmt: skip
"""Columns of the table of operations; everything else is told in JSON only."""


def round_values(value: Any) -> Any:
    """The same with floats rounded to what means something."""
    match value:
        case float():
            return round(value, 3)
        case dict():
            return {key: round_values(one) for key, one in value.items()}
        case list():
            return [round_values(one) for one in value]
        case _:
            return value


def as_json(told: dict[str, Any]) -> dict[str, Any]:
    """`{"operations": [{"name", "rps", …}], …}`, ready to be written."""
    plain = {key: [asdict(one) if isinstance(one, Figures) else one for one in value] if isinstance(value, list) else value
             for key, value in told.items()}  # fmt: skip
    return dict(round_values(plain))


def console() -> Console:
    """Standard output: as wide as the terminal, and wide enough where there is none."""
    made = Console()
    return made if made.is_terminal else Console(width=220)


def show(console: Console, told: dict[str, Any]) -> None:
    """A table for each list, and below them what was measured on what."""
    about = {}
    for key, value in as_json(told).items():
        if not isinstance(value, list):
            about[key] = value
        elif value:
            console.print(f"\n[bold]{key}[/bold]")
            console.print(table(value, OPERATIONS if key == "operations" else {name: name for name in value[-1]}))
    console.print("\n" + ", ".join(f"{name} {value}" for name, value in about.items()), highlight=False)


def table(rows: Sequence[dict[str, Any]], columns: dict[str, str]) -> Table:
    """Rows under headings, numbers to the right."""
    made = Table(box=None, pad_edge=False)
    for key, heading in columns.items():
        words = all(isinstance(row.get(key), str) for row in rows)
        made.add_column(heading, justify="left" if words else "right", overflow="fold")
    for row in rows:
        made.add_row(*(number(row.get(key)) for key in columns))
    return made


def number(value: Any) -> str:
    """A figure, or a dash where there is none."""
    match value:
        case None:
            return "–"
        case float():
            return f"{value:,.{0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2}f}"
        case list():
            return " → ".join(number(one) for one in value)
        case int():
            return f"{value:,}"
        case _:
            return str(value)
