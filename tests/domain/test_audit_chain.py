"""The chain of the audit log: whatever is done to it behind the platform's back is found, and said where."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import pytest

from domain.audit.codes import AuditKind
from domain.audit.entries import Entry
from domain.audit.sealing import Sealer
from domain.audit.verifying import verify
from domain.audit.writer import AuditUnavailable, AuditWriter
from domain.foundation.database.session import Engine, create_engine
from tests.support.rows import execute, fetch, value
from tests.support.waiting import until

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

HERE, THERE = 440781, 440783
SOMEBODY = UUID(int=7)


def now() -> datetime:
    return datetime.now(UTC)


def entry(action: str, county: int = HERE) -> Entry:
    return Entry(counties=(county,), at=now(), kind=AuditKind.COMMAND, action=action, outcome="done", actor_id=SOMEBODY)


class Log:
    """A county's audit log, with what looks after it."""

    def __init__(self, urls: DatabaseUrls, engine: Engine, heads: Path) -> None:
        self.urls = urls
        self.engine = engine
        self.heads = heads
        self.sealer = Sealer(engine, heads, clock=now)

    async def write(self, *actions: str, county: int = HERE) -> None:
        writer = AuditWriter(self.urls.application)
        for one in actions:
            await writer.write(entry(one, county))
        await writer.close()

    async def seal(self, entries: int) -> None:
        """Seal so many entries. Transactions of other databases of the server hold them back for a while."""
        sealed = 0

        async def enough() -> bool:
            nonlocal sealed
            sealed += await self.sealer.seal(HERE)
            return sealed >= entries

        await until(enough, f"{entries} entries to be sealed")
        assert sealed == entries

    async def faults(self, later: timedelta = timedelta(0)) -> list[str]:
        return await verify(self.engine, HERE, self.heads, now() + later, unsealed=timedelta(minutes=5))

    async def behind(self, statement: str, *given: Any) -> None:
        """Do something as the administrator, with the seals off."""
        connection = await asyncpg.connect(self.urls.admin)
        try:
            async with connection.transaction():
                await connection.execute("SET LOCAL session_replication_role = replica")
                await connection.execute(statement, *given)
        finally:
            await connection.close()


@pytest.fixture
async def audit(fresh_haiyan_urls: DatabaseUrls, tmp_path: Path) -> AsyncIterator[Log]:
    """A log with six entries, sealed in two steps."""
    engine = create_engine(fresh_haiyan_urls.application, connections=2)
    made = Log(fresh_haiyan_urls, engine, tmp_path / "heads")
    await made.write("a", "b", "c", "d")
    await made.seal(4)
    await made.write("e", "f")
    await made.seal(2)
    yield made
    await engine.dispose()


async def test_what_nobody_touched_is_as_it_was_written(audit: Log) -> None:
    assert await audit.faults() == []
    assert await audit.sealer.seal(HERE) == 0
    order = await fetch(
        audit.urls,
        "SELECT e.action FROM audit_seal s JOIN audit_entry e ON e.id = s.entry_id WHERE s.county_id = $1 ORDER BY s.position",
        HERE,
    )
    assert "".join(row["action"] for row in order) == "abcdef"
    assert len(audit.heads.read_text().splitlines()) == 2


BROKEN: dict[str, tuple[str, str]] = {
    "changed": ("UPDATE audit_entry SET actor_id = NULL WHERE action = 'c'", "at position 3: entry"),
    "its moment changed": (
        "UPDATE audit_entry SET at = at - interval '1 hour' WHERE action = 'c'",
        "at position 3: entry",
    ),
    "deleted": ("DELETE FROM audit_entry WHERE action = 'b'", "at position 2: entry"),
    "deleted with its seal": (
        "WITH gone AS (DELETE FROM audit_entry WHERE action = 'b' RETURNING id) DELETE FROM audit_seal WHERE entry_id IN (SELECT id FROM gone)",
        "the seals 2 to 2 were deleted",
    ),
    "cut": (
        "WITH gone AS (DELETE FROM audit_entry WHERE action = 'f' RETURNING id) DELETE FROM audit_seal WHERE entry_id IN (SELECT id FROM gone)",
        "the chain was cut: it ends at position 5, and its head was seen at 6",
    ),
    "two exchanged": (
        "UPDATE audit_entry e SET action = CASE e.action WHEN 'b' THEN 'c' ELSE 'b' END WHERE action IN ('b', 'c')",
        "at position 2: entry",
    ),
    "two seals exchanged": (
        """ALTER TABLE audit_seal DROP CONSTRAINT uq_audit_seal__county_id_entry_id;
        UPDATE audit_seal SET (entry_id, entry_at, digest) = (SELECT o.entry_id, o.entry_at, o.digest FROM audit_seal o
        WHERE o.county_id = audit_seal.county_id AND o.position = 5 - audit_seal.position) WHERE position IN (2, 3)""",
        "at position 2: the seal does not follow",
    ),
    "a seal made anew": ("UPDATE audit_seal SET hash = sha256(hash) WHERE position = 4", "at position 4: the seal"),
}


@pytest.mark.parametrize("what", BROKEN)
async def test_what_was_done_behind_its_back_is_found(what: str, audit: Log) -> None:
    statement, said = BROKEN[what]
    await audit.behind(statement)
    faults = await audit.faults()
    assert any(one.startswith(f"county {HERE}: {said}") for one in faults), faults


async def test_an_entry_inserted_among_others_is_found(audit: Log) -> None:
    await audit.behind(
        "INSERT INTO audit_entry (county_id, id, at, kind, action, outcome)"
        " SELECT county_id, gen_random_uuid(), at - interval '1 day', kind, 'x', outcome FROM audit_entry WHERE action = 'b'"
    )
    assert [one for one in await audit.faults() if "is not sealed" in one]
    # Sealed, it comes last, and is dated before those that came first.
    await audit.seal(1)
    assert any("at position 7" in one and "long before" in one for one in await audit.faults())


async def test_a_chain_made_anew_is_not_the_one_whose_head_was_kept(audit: Log) -> None:
    await audit.behind("DELETE FROM audit_entry WHERE action = 'b'")
    await audit.behind("DELETE FROM audit_seal WHERE county_id = $1", HERE)
    await audit.write("g")
    audit.sealer = Sealer(audit.engine, None, clock=now)
    await audit.seal(6)
    assert await verify(audit.engine, HERE, None, now(), unsealed=timedelta(minutes=5)) == []
    assert any("made anew" in one for one in await audit.faults())


async def test_an_entry_that_is_never_sealed_is_told_in_time(audit: Log) -> None:
    await audit.write("g")
    assert await audit.faults() == []
    (one,) = await audit.faults(timedelta(minutes=6))
    assert "is not sealed" in one


async def test_nobody_changes_or_deletes_an_entry_whatever_their_rights(audit: Log) -> None:
    for table in ("audit_entry", "audit_seal", "case_reading", "audit.entry_other"):
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(asyncpg.RestrictViolationError):
                await execute(audit.urls, statement)
    partition = await value(audit.urls, "SELECT tableoid::regclass::text FROM audit_entry WHERE action = 'a'")
    with pytest.raises(asyncpg.RestrictViolationError):
        await execute(audit.urls, f"UPDATE {partition} SET action = 'z'")


async def test_what_commits_late_is_not_missed(audit: Log) -> None:
    """An entry of a transaction that is still under way holds back those behind it, and comes first."""
    slow = await asyncpg.connect(audit.urls.application)
    await slow.execute("BEGIN")
    await slow.execute(f"SELECT set_config('app.counties', '{{{HERE}}}', true)")
    await slow.execute(
        "INSERT INTO audit_entry (county_id, id, at, kind, action, outcome) VALUES ($1, gen_random_uuid(), now(), 'command', 'slow', 'done')",
        HERE,
    )
    await audit.write("quick")
    assert await audit.sealer.seal(HERE) == 0
    await slow.execute("COMMIT")
    await slow.close()
    await audit.seal(2)
    found = await fetch(
        audit.urls,
        "SELECT e.action FROM audit_seal s JOIN audit_entry e ON e.id = s.entry_id WHERE s.position > 6 ORDER BY s.position",
    )
    assert [row["action"] for row in found] == ["slow", "quick"]
    assert await audit.faults() == []


async def test_several_sealers_make_one_chain(audit: Log) -> None:
    await audit.write(*"ghijklmnop")
    others = [Sealer(audit.engine, None, clock=now) for _ in range(4)]
    sealed = 0
    while sealed < 10:
        sealed += sum(await asyncio.gather(*(one.seal(HERE) for one in others)))
    assert sealed == 10
    assert await audit.faults() == []


async def test_counties_have_chains_of_their_own(audit: Log) -> None:
    await audit.write("there", county=THERE)
    assert await audit.sealer.seal(HERE) == 0
    await until(lambda: audit.sealer.seal(THERE), "the other county's entry to be sealed")
    assert await verify(audit.engine, THERE, audit.heads, now(), unsealed=timedelta(minutes=5)) == []


async def test_months_are_added_once_and_what_lies_outside_is_kept(audit: Log) -> None:
    await audit.sealer.add_months()
    await audit.sealer.add_months()
    writer = AuditWriter(audit.urls.application)
    await writer.write(
        Entry(counties=(HERE,), at=datetime(1999, 1, 1, tzinfo=UTC), kind=AuditKind.EXPORT, action="x", outcome="done")
    )
    await writer.close()
    assert await value(audit.urls, "SELECT count(*) FROM audit.entry_other") == 1


async def held(urls: DatabaseUrls, work: Callable[[], Awaitable[None]]) -> None:
    """Do something while nobody can write to the log."""
    connection = await asyncpg.connect(urls.admin)
    async with connection.transaction():
        await connection.execute("LOCK TABLE audit_entry IN SHARE MODE")
        await work()
    await connection.close()


async def test_a_batch_is_durable_for_all_or_for_none(audit: Log) -> None:
    writer = AuditWriter(audit.urls.application, patience=0.2)

    async def refused() -> None:
        outcomes = await asyncio.gather(*(writer.write(entry("late")) for _ in range(5)), return_exceptions=True)
        assert [type(one) for one in outcomes] == [AuditUnavailable] * 5

    await held(audit.urls, refused)
    await writer.close()
    writer = AuditWriter(audit.urls.application, patience=60)
    await writer.write(entry("g"))
    assert await value(audit.urls, "SELECT count(*) FROM audit_entry WHERE action = 'late'") == 0
    await writer.close()


async def test_what_comes_as_a_connection_has_done_is_written_too(audit: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.audit.writer.CONNECTIONS", 1)
    writer = AuditWriter(audit.urls.application, patience=60)
    async with asyncio.timeout(60):
        for one in "ghi":
            await writer.write(entry(one))
    await writer.close()


async def test_no_more_wait_than_may(audit: Log) -> None:
    writer = AuditWriter(audit.urls.application, most_waiting=3)
    outcomes = await asyncio.gather(*(writer.write(entry("g")) for _ in range(5)), return_exceptions=True)
    assert [one is None for one in outcomes] == [True, True, True, False, False]
    await writer.close()
