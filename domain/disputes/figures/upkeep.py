"""Upkeep of the figures kept of cases: folding changes into cells, counting anew and comparing, putting right.

The work is done by functions of the database, let into the county alone: `fold_case_figures`,
`differing_case_figures`, `rebuild_case_figures`. Folding and rebuilding take turns; neither keeps anybody from writing
cases, and figures are exact at every moment, whether anybody folds or not.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.foundation.database.session import unit_of_work

FOLDED_AT_ONCE = 20_000
"""Changes in one transaction: some seconds' work at most."""

# Counting ten million cases anew takes minutes; the connection's own limit is for commands.
_UNHURRIED = text("SELECT set_config('statement_timeout', '0', true)")


async def fold(engine: AsyncEngine, county_id: int) -> int:
    """Fold what waits in a county; returns how many changes. None while somebody else folds there."""
    done = 0
    while folded := await _number(engine, county_id, "SELECT fold_case_figures(:county, :most)", most=FOLDED_AT_ONCE):
        done += folded
        if folded < FOLDED_AT_ONCE:
            break
    return done


async def differing(engine: AsyncEngine, county_id: int) -> list[str]:
    """Count a county's cases anew and compare; returns what differs, a line a cell, without names of anybody."""
    async with unit_of_work(engine, (county_id,)) as session:
        await session.execute(_UNHURRIED)
        rows = await session.execute(
            text("SELECT * FROM differing_case_figures(:county) ORDER BY breakdown, period, starts_on, cell_key"),
            {"county": county_id},
        )
        return [_describe(row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's name for a row as a mapping


async def rebuild(engine: AsyncEngine, county_id: int) -> int:
    """Put every cell of a county right; returns how many were not."""
    return await _number(engine, county_id, "SELECT rebuild_case_figures(:county)")


async def _number(engine: AsyncEngine, county_id: int, statement: str, **given: int) -> int:
    async with unit_of_work(engine, (county_id,)) as session:
        await session.execute(_UNHURRIED)
        # Whoever else folds or rebuilds in the county may take longer than a command may wait.
        await session.execute(text("SELECT set_config('lock_timeout', '0', true)"))
        found: int = (await session.execute(text(statement), {"county": county_id, **given})).scalar_one()
        return found


def _describe(cell: Any) -> str:
    """A cell that is wrong: which, and by how much too little it says (a minus: too much)."""
    aside = {"county_id", "breakdown", "period", "starts_on", "cell_key"}
    counts = {"cases", "settled", "reopened", "returned", "declined", "concluded", "timed", "on_time"}
    of = " ".join(f"{name}={value}" for name, value in cell.items() if name not in aside | counts and value is not None)
    missing = " ".join(f"{name}{cell[name]:+d}" for name in cell if name in counts and cell[name])
    return f"county {cell['county_id']} {cell['breakdown']} {cell['period']} {cell['starts_on']} {of}: {missing}"
