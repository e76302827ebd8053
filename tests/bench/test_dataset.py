"""The bench's data set: whole, as a migrated database would hold it, found again, begun anew when it was interrupted."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import asyncpg
import pytest

from api.bench import cases_sql, dataset, homes
from domain.foundation.database import embedded
from tests.support.database import MIGRATED, TestServer, new_home

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

CASES = 3_000
UNTIL = datetime(2026, 11, 20, 4, tzinfo=UTC)
# Of every key between tables: rows on this side whose other side is missing. NULL in any column satisfies a key.
KEYS = """
    SELECT conname, format('SELECT count(*) FROM %s a WHERE %s AND NOT EXISTS (SELECT FROM %s b WHERE %s)',
        conrelid::regclass,
        (SELECT string_agg(format('a.%I IS NOT NULL', x.attname), ' AND ') FROM unnest(conkey) k
           JOIN pg_attribute x ON x.attrelid = conrelid AND x.attnum = k),
        confrelid::regclass,
        (SELECT string_agg(format('a.%I = b.%I', x.attname, y.attname), ' AND ')
           FROM unnest(conkey, confkey) u(k, f) JOIN pg_attribute x ON x.attrelid = conrelid AND x.attnum = k
           JOIN pg_attribute y ON y.attrelid = confrelid AND y.attnum = f)) AS missing
    FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace"""


@pytest.fixture(scope="module")
def filled_urls(database_server: TestServer) -> Iterator[DatabaseUrls]:
    with database_server.database(MIGRATED) as urls:
        asyncio.run(dataset.fill(urls.admin, CASES, lambda _label, _done, _total: None, now=UNTIL))
        yield urls


@pytest.fixture
async def connection(filled_urls: DatabaseUrls) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    opened = await asyncpg.connect(filled_urls.admin)
    yield opened
    await opened.close()


async def test_every_key_between_tables_holds(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    keys = await connection.fetch(KEYS)
    assert len(keys) > 100
    broken = {name: missing for name, sql in keys if (missing := await connection.fetchval(sql))}
    assert not broken


async def test_the_schema_is_that_of_a_migrated_database(
    connection: asyncpg.Connection[asyncpg.Record], database_urls: DatabaseUrls
) -> None:
    from api.bench.bulk import STATE

    migrated = await asyncpg.connect(database_urls.admin)
    try:
        assert [row[0] for row in await connection.fetch(STATE)] == [row[0] for row in await migrated.fetch(STATE)]
    finally:
        await migrated.close()


async def test_indexes_hold_every_row(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    for table in cases_sql.TABLES:
        whole = await connection.fetchval(f"SELECT count(*) FROM {table}")
        found = await connection.fetch(
            "SELECT i.indexrelid::regclass::text, c.reltuples FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE i.indrelid = $1::text::regclass AND i.indpred IS NULL",
            table,
        )
        assert {name: int(rows) for name, rows in found} == dict.fromkeys((name for name, _ in found), whole)


async def test_it_is_a_county_as_promised(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    found = await connection.fetch(
        "SELECT kind, count(*) FROM organisation WHERE county_id = 990101 AND is_area GROUP BY 1"
    )
    assert {row[0]: row[1] for row in found} == {"county": 1, "town": 16, "community": 234, "grid": 781}
    told = await connection.fetchrow(
        """
        SELECT count(*) AS cases, (SELECT count(*) FROM case_party WHERE county_id = 990101) AS parties,
               (SELECT count(*) FROM case_timeline WHERE county_id = 990101) AS entries,
               count(DISTINCT type_code) AS types, count(DISTINCT status) AS statuses,
               count(*) FILTER (WHERE status = 'closed') AS closed, max(registered_at) AS newest,
               (SELECT count(DISTINCT case_id) FROM case_participant WHERE relation = 'assisting') AS joint,
               count(*) FILTER (WHERE town_id = (SELECT town_id FROM dispute_case GROUP BY 1 ORDER BY count(*) DESC
                                                 LIMIT 1)) AS of_largest
        FROM dispute_case WHERE county_id = 990101"""
    )
    assert told is not None
    assert (told["cases"], told["parties"]) == (CASES, 2 * CASES)
    assert 4.5 < told["entries"] / CASES < 5.5
    assert told["types"] > 50
    assert told["statuses"] >= 8
    assert 0.8 < told["closed"] / CASES < 0.95
    assert 0.08 < told["joint"] / CASES < 0.2
    assert 0.1 < told["of_largest"] / CASES < 0.25
    assert told["newest"] <= UNTIL


async def test_a_timeline_has_no_gaps_and_ends_as_the_case(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    wrong = await connection.fetchval(
        """
        SELECT count(*) FROM dispute_case c JOIN LATERAL (
            SELECT count(*) AS entries, max(t.version) AS last, bool_or(t.at > $1) AS later FROM case_timeline t
            WHERE t.county_id = c.county_id AND t.case_id = c.id) t ON TRUE
        WHERE t.entries <> c.version OR t.last <> c.version OR t.later""",
        UNTIL,
    )
    assert wrong == 0


def test_one_that_was_interrupted_is_begun_anew_and_a_whole_one_found(monkeypatch: pytest.MonkeyPatch) -> None:
    base = new_home()
    monkeypatch.setenv("FENGQIAO_HOME", str(base))
    said: list[str] = []

    def progress(label: str, _done: int, _total: int) -> None:
        said.append(label)

    def built() -> bool:
        said.clear()
        with homes.standing(500, progress) as stood:
            assert stood.data.cases == 500
        return "cases" in said

    told = homes.home_of(500) / "dataset.json"
    try:
        assert built()
        assert not built()
        # As kill -9 in the middle of building leaves it.
        told.unlink()
        assert built()
        assert any(label.startswith("removing") for label in said)
        # As another version of what makes the rows leaves it.
        told.write_text(json.dumps(json.loads(told.read_text()) | {"generator": "another"}))
        assert built()
        assert not homes.home_of(501).exists()
    finally:
        embedded.remove(homes.home_of(500))
        shutil.rmtree(base)
