"""The processes that are measured: a server started for it, the database's, and what they take of the machine."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
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


PLATFORM = ("api.shell.cli", "serve")
FIXED = ("api.bench.variants", "fixed")
UNRECORDED = ("api.bench.variants", "unrecorded")


@contextmanager
def server(settings: Settings, workers: int = 1, module: Sequence[str] = PLATFORM) -> Iterator[Served]:
    """`fengqiao serve`, or a variant of it, on a free port of this machine; ended afterwards."""
    assert settings.database_url is not None
    environment = {name: value for name, value in os.environ.items() if name != "PORT"} | {
        "FENGQIAO_HOME": str(settings.home),
        "FENGQIAO_DATABASE_URL": settings.database_url.get_secret_value(),
        "FENGQIAO_HOST": "127.0.0.1",
        "FENGQIAO_PORT": "0",
        "FENGQIAO_WORKERS": str(workers),
        "FENGQIAO_LOG_LEVEL": "warning",
    }
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", *module], env=environment, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        told = process.stdout.readline().decode().strip()
        if not told:
            message = "the server did not start"
            raise RuntimeError(message)
        port = int(told.rpartition(":")[2])
        _wait_until_ready(port, "/0" if module == FIXED else "/readyz", started + _READY_WITHIN)
        yield Served(port, process.pid, time.perf_counter() - started)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(port: int, path: str, end: float) -> None:
    while True:
        with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            if answer.status == 200:
                return
        if time.perf_counter() > end:
            message = "the server was not ready in time"
            raise TimeoutError(message)
        time.sleep(0.02)


def _all() -> dict[int, tuple[int, float]]:
    """Of every process its parent, and the processor time of it and of ended ones that it waited for, in seconds."""
    found = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                told = (entry / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
                # After the name: state, parent, … and from the twelfth on: user, system, and both of children.
                found[int(entry.name)] = int(told[1]), sum(map(int, told[11:15])) / _TICKS
    return found


def _below(pid: int, processes: dict[int, tuple[int, float]]) -> list[int]:
    """A process and all below it."""
    family = [pid]
    for one in family:
        family += [child for child, (parent, _) in processes.items() if parent == one]
    return family


def cpu_seconds(pid: int) -> float | None:
    """Processor time of a process and all below it, ended ones that were waited for included; None off Linux."""
    if not (_PROC / str(pid) / "stat").exists():
        return None
    processes = _all()
    return sum(processes[one][1] for one in _below(pid, processes) if one in processes)


def cores() -> list[int]:
    """The cores that this process may run on."""
    return sorted(os.sched_getaffinity(0))


@contextmanager
def confined(pids: Sequence[int], cores: set[int]) -> Iterator[None]:
    """While this lasts, these processes and all below them, and this one, run on these cores alone."""
    before = os.sched_getaffinity(0)

    def put(where: set[int]) -> None:
        processes = _all()
        for pid in [os.getpid(), *(one for root in pids for one in _below(root, processes))]:
            for thread in (_PROC / str(pid) / "task").iterdir():
                with contextlib.suppress(OSError):
                    os.sched_setaffinity(int(thread.name), where)

    put(cores)
    try:
        yield
    finally:
        put(before)


def resident_mebibytes(pid: int) -> float | None:
    """Memory that the largest of a process and those below it holds in use (RSS), in MiB; None off Linux."""
    sizes = []
    for one in _below(pid, _all()):
        with contextlib.suppress(OSError):
            lines = (_PROC / str(one) / "status").read_text().splitlines()
            sizes += [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")]
    return max(sizes, default=None)
