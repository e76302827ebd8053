"""Writes entries that have no transaction of their own: what concurrent requests bring goes out in one, and whoever brought
it goes on when that is durable.

A reading is answered only then, and a refusal told. Where the entry cannot be written the answer is withheld.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import Any

import asyncpg
import orjson

from domain.audit.entries import COLUMNS, Entry
from domain.audit.models import AuditEntry
from domain.foundation.basics.request import REQUEST_ID
from domain.foundation.database.statements import types_of

# Entries that wait for one connection, and that go out together.
MOST_WAITING, MOST_AT_ONCE = 2_000, 200
# Seconds within which a batch must be durable.
PATIENCE = 5.0
# Batches under way at once: while one is made durable the next is sent.
CONNECTIONS = 2
SETTINGS = {
    # Said, not taken for granted: an entry counts when it is on the disk.
    "synchronous_commit": "on",
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "application_name": "fengqiao-audit",
}
_ARRAYS = ", ".join(
    f"${number}::{'text' if kind == 'JSONB' else kind}[]"
    for number, kind in enumerate(types_of(AuditEntry, COLUMNS), start=2)
)
_READ = ", ".join(f"e.{name}::jsonb" if name == "shown" else f"e.{name}" for name in COLUMNS)
# The counties are let in within the statement, which is a transaction of its own: one round trip, and nothing outlives it.
_INSERT = f"""
INSERT INTO audit_entry ({", ".join(COLUMNS)})
SELECT {_READ}
FROM (SELECT set_config('app.counties', $1, true) AS v OFFSET 0) s
CROSS JOIN LATERAL (SELECT * FROM unnest({_ARRAYS}) AS u({", ".join(COLUMNS)}) WHERE s.v IS NOT NULL OFFSET 0) e
"""

log = logging.getLogger("fengqiao.audit")


class AuditUnavailable(Exception):  # noqa: N818 - what became of the entry
    """An entry could not be written: what it tells of must not be shown."""


class AuditWriter:
    """The audit log's writer of one process."""

    def __init__(self, application_url: str, *, patience: float = PATIENCE, most_waiting: int = MOST_WAITING) -> None:
        """`application_url`: the login of the application's role; `patience`: seconds in which a batch must be durable."""
        self._url = application_url
        self._patience = patience
        self._most = most_waiting
        self._waiting: deque[tuple[Entry, str | None, asyncio.Future[None]]] = deque()
        self._at_work: set[asyncio.Task[None]] = set()
        self._idle: list[asyncpg.Connection[Any]] = []

    async def write(self, entry: Entry) -> None:
        """Write an entry. Raises AuditUnavailable unless it is durable; returns when it is."""
        await self._put(entry)

    def write_soon(self, entry: Entry) -> None:
        """Write an entry for which nobody waits; if that fails it is logged that one is missing."""
        try:
            self._put(entry).add_done_callback(_told)
        except AuditUnavailable:
            log.error("an entry of the audit log was not written: too many wait")  # noqa: TRY400

    def _put(self, entry: Entry) -> asyncio.Future[None]:
        if len(self._waiting) >= self._most:
            raise AuditUnavailable
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, REQUEST_ID.get(), written))
        if len(self._at_work) < CONNECTIONS:
            task = asyncio.get_running_loop().create_task(self._work())
            self._at_work.add(task)
        return written

    async def _work(self) -> None:
        """Write what waits, batch after batch, until nothing does."""
        try:
            await self._write_batches()
        finally:
            # At once, not when the loop finds that the task has ended: what comes in between would wait for nobody.
            task = asyncio.current_task()
            assert task is not None
            self._at_work.discard(task)

    async def _write_batches(self) -> None:
        # What came in the same turn of the loop goes out together.
        await asyncio.sleep(0)
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]
            try:
                async with asyncio.timeout(self._patience):
                    await self._insert([(entry, request_id) for entry, request_id, _ in batch])
            except BaseException as failed:
                # The kind alone: what a database says may hold values.
                log.error("%d entries of the audit log were not written (%s)", len(batch), type(failed).__name__)  # noqa: TRY400
                for _, _, written in batch:
                    if not written.done():
                        written.set_exception(AuditUnavailable())
                if not isinstance(failed, Exception):
                    raise
            else:
                for _, _, written in batch:
                    if not written.done():
                        written.set_result(None)

    async def _insert(self, batch: list[tuple[Entry, str | None]]) -> None:
        rows = [row for entry, request_id in batch for row in rows_of(entry, request_id)]
        counties = {county for entry, _ in batch for county in entry.counties}
        connection = self._idle.pop() if self._idle else None
        if connection is None or connection.is_closed():
            connection = await asyncpg.connect(self._url, server_settings=SETTINGS)
        try:
            setting = "{" + ",".join(map(str, sorted(counties))) + "}"
            await connection.execute(_INSERT, setting, *map(list, zip(*rows, strict=True)))
        except BaseException:
            connection.terminate()
            raise
        self._idle.append(connection)

    async def close(self) -> None:
        """Write what waits, and close the connections."""
        while self._at_work:
            tasks = tuple(self._at_work)
            await asyncio.gather(*tasks, return_exceptions=True)
            # One that was cancelled before it began takes itself out of nothing.
            self._at_work.difference_update(tasks)
        for connection in self._idle:
            await connection.close()


def rows_of(entry: Entry, request_id: str | None) -> list[tuple[Any, ...]]:
    """The rows of an entry: one, or one for each county that was read in."""
    if entry.shown is None or len(entry.counties) == 1:
        return [entry.values(request_id)]
    found: dict[int, list[Any]] = {}
    for one in orjson.loads(entry.shown):
        found.setdefault(one[0], []).append(one)
    return [entry.values(request_id, county, orjson.dumps(shown).decode()) for county, shown in found.items()]


def _told(written: asyncio.Future[None]) -> None:
    """Nobody waits for it, and it was logged if it failed."""
    if not written.cancelled():
        written.exception()
