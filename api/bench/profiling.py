"""Where a server process spends its time on an operation: the functions that take most, by their own time."""

from __future__ import annotations

import os
import pstats
import signal
import tempfile
from pathlib import Path
from typing import Any

from api.bench import load
from api.bench.measure import WARM_UP, Bench, Http
from api.bench.operations import READS, REGISTER, STORY
from api.bench.processes import server
from api.settings import Settings

MOST = 30
_TREE = Path(__file__).resolve().parents[2]


async def profile_operation(bench: Bench, settings: Settings, name: str) -> tuple[int, list[dict[str, Any]]]:
    """How many requests a profiled server answered, and its dearest functions, in µs a request.

    The profiler makes everything slower, functions called often most: shares mean something, sums do not.
    """
    with tempfile.TemporaryDirectory(prefix="fengqiao-bench-") as directory:
        file = Path(directory) / "profile"
        with server(settings, 1, ("api.bench.variants", "profiled", str(file))) as served:
            bench.served = served
            if name == STORY:
                way: Http = bench.stories
            else:
                (operation,) = [one for one in (*READS, REGISTER) if one.name == name]
                way = bench.sender(operation, served)
            await way(WARM_UP)
            os.kill(served.pid, signal.SIGUSR1)
            sample = await way(bench.plan.seconds)
        return len(sample.latencies), dearest(file, sample)


def dearest(file: Path, sample: load.Sample) -> list[dict[str, Any]]:
    """The functions of a profile that take most time of their own; waiting for the socket left out."""
    found: Any = pstats.Stats(str(file)).stats  # type: ignore[attr-defined]
    count = max(1, len(sample.latencies))
    rows = [
        {
            "function": f"{place(path, line)} {name}",
            "calls": calls / count,
            "own_us": own / count * 1e6,
            "with_called_us": whole / count * 1e6,
        }
        for (path, line, name), (_, calls, own, whole, _) in found.items()
        if "run_until_complete" not in name and "run_forever" not in name
    ]
    return sorted(rows, key=lambda row: -row["own_us"])[:MOST]


def place(path: str, line: int) -> str:
    """Where a function is, as short as it is clear."""
    if path == "~":
        return ""
    file = Path(path)
    short = file.relative_to(_TREE) if file.is_relative_to(_TREE) and ".venv" not in path else Path(*file.parts[-2:])
    return f"{short}:{line}"
