"""The audit log, looked after by hand: `fengqiao audit`."""

from datetime import timedelta

from api.settings import Settings
from domain.audit.sealing import Sealer
from domain.audit.verifying import verify
from domain.foundation.basics.clock import system_clock
from domain.foundation.database.session import create_engine
from domain.law.supervision import watch
from domain.registry import metadata


async def faults(settings: Settings, *, county: int | None, minutes: float) -> list[str]:
    """What is wrong with the audit log, a line each, in one county or in all."""
    engine = create_engine(settings.database_urls().application, connections=1)
    try:
        counties = await watch.counties(engine) if county is None else [county]
        heads, now = settings.heads_file(), system_clock()
        return [
            line
            for county_id in counties
            for line in await verify(engine, county_id, heads, now, unsealed=timedelta(minutes=minutes))
        ]
    finally:
        await engine.dispose()


async def seal(settings: Settings) -> int:
    """Seal what can be; returns how many entries."""
    # Every table must be known before a row is written that refers to one.
    assert metadata.tables
    engine = create_engine(settings.database_urls().application, connections=1)
    try:
        sealer = Sealer(engine, settings.heads_file(), clock=system_clock)
        return sum([await sealer.seal(county_id) for county_id in await watch.counties(engine)])
    finally:
        await engine.dispose()
