"""Where data sets stand: a home for each size, with a PostgreSQL of its own; found again when built, begun anew when not.

`dataset.json` in a home says that what stands there is whole, of which size and made by what. A home without it holds
what an interrupted build left, and loses it. No other database is ever touched: rows by the million are nobody's wish
for a configured one.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from api.bench import bulk, dataset
from api.bench.bulk import Progress
from api.settings import Settings
from domain.foundation.database import embedded
from domain.foundation.database.embedded_process import hold_lock
from domain.foundation.database.migrate import upgrade
from domain.foundation.database.urls import with_database

HOME = Path(".fengqiao-bench")
_WAIT_FOR_ANOTHER = 3600.0
"""Seconds: somebody else may be building the same."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """A built data set: how many cases, made by what, registered until when (ISO 8601); how long it took, how big it is."""

    cases: int
    generator: str
    until: str
    built_in_s: float
    gigabytes: float


@dataclass(frozen=True, slots=True)
class Standing:
    """A data set whose server runs: settings that lead to it, and the process id of its postmaster."""

    settings: Settings
    postmaster: int
    data: DataSet


def home_of(cases: int) -> Path:
    """The home of this size, under `.fengqiao-bench` or FENGQIAO_HOME."""
    return Path(os.environ.get("FENGQIAO_HOME") or HOME).absolute() / f"cases-{cases}"


@contextmanager
def standing(cases: int, progress: Progress, *, workers: int = 1) -> Iterator[Standing]:
    """The data set of this size, built if need be, its server running that long."""
    home = home_of(cases)
    home.mkdir(parents=True, exist_ok=True)
    own = Settings().model_copy(
        update={"home": home, "database_url": None, "secret_key_file": None, "workers": workers, "host": "127.0.0.1"}
    )
    with hold_lock(home / "build.lock", _WAIT_FOR_ANOTHER):
        built = find_data_set(home, cases) or build(own, cases, progress)
    server = embedded.start(home, die_with_parent=True)
    try:
        url = with_database(server.admin_url, dataset.name_of(cases))
        # The schema may have moved on since; the rows are the same.
        upgrade(url, own.secret_key())
        # As a worker keeps them: what earlier runs registered would be counted row by row with each question.
        asyncio.run(dataset.fold_figures(url))
        yield Standing(own.model_copy(update={"database_url": SecretStr(url)}), server.pid, built)
    finally:
        server.stop()


def find_data_set(home: Path, cases: int) -> DataSet | None:
    """What stands in a home, if it is whole and what would be built today."""
    try:
        told = DataSet(**json.loads((home / "dataset.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return told if (told.cases, told.generator) == (cases, dataset.generator()) else None


def build(own: Settings, cases: int, progress: Progress) -> DataSet:
    """Build a data set in a home; what an interrupted or older build left there goes first."""
    done = own.home / "dataset.json"
    done.unlink(missing_ok=True)
    if (own.home / "postgres").exists():
        progress("removing what an interrupted or older build left", 0, 1)
        embedded.remove(own.home)
    started, until = time.monotonic(), datetime.now(UTC)
    server = embedded.start(own.home, settings=bulk.BUILD_SETTINGS, die_with_parent=True)
    try:
        url = asyncio.run(dataset.create(server.admin_url, own.secret_key(), cases))
        upgrade(url, own.secret_key())
        asyncio.run(dataset.fill(url, cases, progress, now=until))
    finally:
        server.stop()
    # The server was told not to wait for the disk; what is said to be whole must be there.
    os.sync()
    built = DataSet(
        cases=cases,
        generator=dataset.generator(),
        until=until.isoformat(),
        built_in_s=round(time.monotonic() - started, 1),
        gigabytes=round(size_of(own.home) / 1e9, 2),
    )
    beside = done.with_suffix(".new")
    beside.write_text(json.dumps(asdict(built)) + "\n", encoding="utf-8")
    beside.replace(done)
    return built


def size_of(home: Path) -> int:
    """Bytes that everything in a home takes on the disk."""
    seen = (Path(at) / name for at, _, names in os.walk((home / "postgres").resolve()) for name in names)
    return sum(path.stat().st_blocks * 512 for path in seen if path.exists() and not path.is_symlink())


def remove(cases: int) -> None:
    """Delete the data set of this size, and its home. Nothing to do is no error."""
    home = home_of(cases)
    if not home.exists():
        return
    with hold_lock(home / "build.lock", _WAIT_FOR_ANOTHER):
        (home / "dataset.json").unlink(missing_ok=True)
        embedded.remove(home)
        shutil.rmtree(home)
