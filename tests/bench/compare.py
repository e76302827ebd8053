"""What a compiled statement costs the database beside one written by hand, without access, and without row-level security.

    python -m tests.bench.compare [CASES]

Uses the data set of `fengqiao bench`, and builds it if need be. Figures are told as `api/bench/cost.py` says. What
access costs beside none at all, `fengqiao bench --access` tells.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from api.bench import bare, homes, measure
from api.bench.cost import REPEATS, Request, least
from api.bench.operations import OPEN, READS, key
from api.settings import Settings
from domain.foundation.query.run import PooledReader

HERE = Path(__file__).parent / "hand_written"
COUNTY, COUNTIES = 990101, "{990101}"
TOWN, CENTRE, COURT = UUID(key(2, 1)), UUID(key(20, 1)), UUID(key(31, 1))


def by_hand(name: str, values: Sequence[Any]) -> Request | None:
    """The hand-written statement with the values that the compiled one binds."""
    path = HERE / f"{name}.sql"
    if not path.exists():
        return None
    text = path.read_text(encoding="utf-8")
    match name:
        case "case_by_id":
            return text, [values[0], COUNTY, TOWN, CENTRE, COUNTIES]
        case "case_page":
            return text, [[one.lower() for one in OPEN], COUNTY, TOWN, CENTRE, COUNTIES]
        case "court_docket":
            return text, [COUNTY, COURT, COUNTIES]
        case _:
            times = sorted(value for value in values if hasattr(value, "isoformat"))
            return text, [times[0], times[1], COUNTY, COUNTIES]


async def compare(settings: Settings, until: datetime) -> None:
    """Print a line for each operation that is written by hand, and what row-level security costs."""
    urls = settings.database_urls()
    # The administrator is bound by no policy of the database: the same statement without row-level security.
    unrestricted = PooledReader(urls.admin, 1)
    async with measure.assembled(settings) as parts:
        world = await measure.world_of(parts, until)
        print(f"{'operation':14}{'compiled':>10}{'by hand':>10}{'ratio':>8}{'no RLS':>10}{'ratio':>8}   (µs)")
        for operation in READS:
            variants = operation.variables(world)[:100]
            compiled: list[Request] = [request[0] for request in await bare.statements(parts, operation, variants)]
            hand = [found for _, values in compiled if (found := by_hand(operation.name, values))]
            repeats = 10 if operation.name == "figures" else REPEATS
            async with parts.reader.connection() as restricted, unrestricted.connection() as free:
                if not hand:
                    continue
                await same(restricted, compiled, hand)
                first, by, bare_of_policy = await least(
                    [(restricted, compiled), (restricted, hand), (free, compiled)], repeats
                )
            print(
                f"{operation.name:14}{first:10.0f}{by:10.0f}{first / by:8.2f}"
                f"{bare_of_policy:10.0f}{first / bare_of_policy:8.2f}"
            )
    await unrestricted.close()


async def same(connection: Any, compiled: Sequence[Request], hand: Sequence[Request]) -> None:
    """Refuse to compare statements that answer differently."""
    for (sql, values), (other, others) in list(zip(compiled, hand, strict=True))[:20]:
        one, two = await connection.fetchval(sql, *values), await connection.fetchval(other, *others)
        assert json.loads(one) == json.loads(two), (json.loads(one), json.loads(two))


def main() -> None:
    """Compare on the data set of that size."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with homes.standing(cases, lambda _label, _done, _total: None) as stood:
        asyncio.run(compare(stood.settings, datetime.fromisoformat(stood.data.until)))


if __name__ == "__main__":
    main()
