"""The figures kept of cases, looked after by hand: `fengqiao figures`."""

from api.settings import Settings
from domain.disputes.figures import upkeep as figure_upkeep
from domain.foundation.database.session import create_engine
from domain.law.supervision import watch


async def differing(settings: Settings) -> list[str]:
    """What is kept wrongly, a line a cell, in every county."""
    engine = create_engine(settings.database_urls().application, connections=1)
    try:
        return [
            line
            for county_id in await watch.counties(engine)
            for line in await figure_upkeep.differing(engine, county_id)
        ]
    finally:
        await engine.dispose()


async def rebuild_figures(settings: Settings) -> int:
    """Put it right; returns how many cells were wrong."""
    engine = create_engine(settings.database_urls().application, connections=1)
    try:
        return sum([await figure_upkeep.rebuild(engine, county_id) for county_id in await watch.counties(engine)])
    finally:
        await engine.dispose()
