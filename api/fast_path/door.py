"""The door of the fast path: all that the rest of the server knows of it.

The fast path does three things beside the standard way, each measured (docs/decisions/fast-path.md): it answers a whole
request by uvicorn's own request cycle, runs statements by the driver's own protocol over connections of its own, and has
the kernel let the database finish. The first two lean on what those libraries do not promise, so on exact versions.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive

    from api.http.endpoint import Exchange
    from api.settings import Settings
    from domain.foundation.query.run import Reader

# As pinned in pyproject.toml, where a test compares them.
LEANED_UPON = {"asyncpg": "0.32.0", "uvicorn": "0.54.0"}

log = logging.getLogger("fengqiao.fast_path")


class ReaderMaker(Protocol):
    """Makes a reader: (URL of the reading role, connections, how many times longer reads may take)."""

    def __call__(self, url: str, size: int, *, slowness: float) -> Reader: ...


@dataclass(frozen=True, slots=True)
class FastPath:
    """What takes the place of the standard way: the reader, the answer at one go, and the scheduling of processes."""

    reader: ReaderMaker
    exchange_of: Callable[[Receive], Exchange | None]
    schedule: Callable[[], None]


def fast_path(settings: Settings) -> FastPath | None:
    """The fast path; None where it is switched off, or where what it leans on is another version: one line is logged."""
    if not settings.fast_path:
        return None
    missing = difference()
    if missing is not None:
        log.warning("the standard way is taken: the fast path needs %s", missing)
        return None
    from api.fast_path.exchange import exchange_of
    from api.fast_path.processors import schedule_as_batch
    from api.fast_path.reader import FastReader

    return FastPath(FastReader, exchange_of, schedule_as_batch)


def difference() -> str | None:
    """The first library that is not what the fast path leans on, with what is there; None where all are."""
    for name, version in LEANED_UPON.items():
        found = getattr(import_module(name), "__version__", None)
        if found != version:
            return f"{name} {version}, not {found}"
    return None
