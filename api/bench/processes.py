"""The processes that are measured: a server started for it, the database's, and what they take of the machine."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from api.settings import Settings

_READY_WITHIN = 30.0
_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Served:
    """A server under measurement: its port, its process, and how long it took to be ready, in seconds."""

    port: int
    pid: int
    ready_after: float


@contextmanager
def server(settings: Settings, database_url: str, workers: int) -> Iterator[Served]:
    """`fengqiao serve` on a free port of this machine, ended afterwards."""
    environment = {name: value for name, value in os.environ.items() if name != "PORT"} | {
        "FENGQIAO_HOME": str(settings.home),
        "FENGQIAO_DATABASE_URL": database_url,
        "FENGQIAO_HOST": "127.0.0.1",
        "FENGQIAO_PORT": "0",
        "FENGQIAO_WORKERS": str(workers),
        "FENGQIAO_LOG_LEVEL": "warning",
    }
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "api.cli", "serve"], env=environment, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        told = process.stdout.readline().decode().strip()
        if not told:
            message = "the server did not start"
            raise RuntimeError(message)
        port = int(told.rpartition(":")[2])
        _wait_until_ready(port, started + _READY_WITHIN)
        yield Served(port, process.pid, time.perf_counter() - started)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(port: int, end: float) -> None:
    while True:
        with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            if answer.status == 200:
                return
        if time.perf_counter() > end:
            message = "the server was not ready in time"
            raise TimeoutError(message)
        time.sleep(0.02)


def cpu_seconds(pid: int) -> float | None:
    """Processor time of a process and all below it, ended ones that were waited for included; None off Linux."""
    if not (_PROC / str(pid) / "stat").exists():
        return None
    children: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for entry in _PROC.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        # After the name: state, parent, … and from the twelfth on: user, system, and both of children waited for.
        children.setdefault(int(fields[1]), []).append(int(entry.name))
        used[int(entry.name)] = sum(map(int, fields[11:15])) / _TICKS
    total, waiting = 0.0, [pid]
    while waiting:
        one = waiting.pop()
        total += used.get(one, 0.0)
        waiting += children.get(one, [])
    return total


def resident_mebibytes(pid: int) -> float | None:
    """Memory of one process that is its own and in use, in MiB; None off Linux."""
    with contextlib.suppress(OSError):
        for line in (_PROC / str(pid) / "status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return None
