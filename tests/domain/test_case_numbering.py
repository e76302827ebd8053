"""Case numbers under concurrency, in real transactions, and at the turn of the year."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.codes.enums import CaseAction, CaseSource, CaseStatus
from domain.disputes.cases import service as cases
from domain.disputes.cases.commands import RegisterCase
from domain.disputes.cases.models import Case
from domain.disputes.cases.numbering import NewCase, write_numbered
from domain.foundation.basics.ids import new_id
from domain.foundation.database.session import create_engine, unit_of_work
from domain.foundation.database.urls import DatabaseUrls
from tests.domain.conftest import Begin
from tests.support.builders import MEDIABLE, SmallCounty, a_grant, a_registration, at

REGISTRATIONS = 50
EVERY_SEVENTH = 7


class GivenUp(Exception):  # noqa: N818
    pass


async def test_fifty_at_once_are_numbered_without_gap_though_some_give_up(
    database_urls: DatabaseUrls, county: SmallCounty, begin: Begin
) -> None:
    engine = create_engine(database_urls.application, connections=REGISTRATIONS)
    together = asyncio.Barrier(REGISTRATIONS)

    async def register(nth: int) -> str:
        async with unit_of_work(engine, [county.id]) as session:
            await together.wait()  # all fifty transactions are open before the first writes
            outcome = await cases.register(
                session, a_grant(county, CaseAction.REGISTER, new_id()), a_registration(county), clock=at()
            )
            if nth % EVERY_SEVENTH == 0:
                raise GivenUp
        return outcome.number

    try:
        results = await asyncio.gather(*(register(nth) for nth in range(REGISTRATIONS)), return_exceptions=True)
    finally:
        await engine.dispose()
    assert {type(result) for result in results} == {str, GivenUp}
    given = sorted(result for result in results if isinstance(result, str))
    assert given == [f"(2026)试镇人调字第{serial:05d}号" for serial in range(1, len(given) + 1)]
    async with begin() as session:
        assert sorted(await session.scalars(select(Case.number))) == given


async def test_the_year_begins_at_midnight_in_china_and_each_organisation_counts_alone(
    engine: AsyncEngine, county: SmallCounty
) -> None:
    async def number(organisation: str, *moment: int) -> str:
        async with unit_of_work(engine, [county.id]) as session:
            told = RegisterCase(
                place_id=county.grid,
                type_code=MEDIABLE,
                source=CaseSource.PROACTIVE,
                title="试",
                facts="试",
                parties=(),
            )
            case = NewCase(
                command=told,
                county_id=county.id,
                id=new_id(),
                organisation_id=getattr(county, organisation),
                town_id=None,
                community_id=None,
                grid_id=None,
                status=CaseStatus.REGISTERED,
                version=1,
                minor_involved=False,
                address_protected=False,
                registered_by=county.dispatcher,
                registered_at=datetime(*moment, tzinfo=UTC),  # type: ignore[misc, arg-type]
                court_id=None,
                handler_id=None,
            )
            return await write_numbered(session, case, "试")

    assert await number("centre", 2026, 12, 31, 15, 59, 59) == "(2026)试字第00001号"
    assert await number("centre", 2026, 12, 31, 16, 0, 0) == "(2027)试字第00001号"
    assert await number("centre", 2027, 1, 5) == "(2027)试字第00002号"
    assert await number("committee", 2027, 1, 5) == "(2027)试字第00001号"
    assert await number("centre", 2026, 12, 31, 15, 0, 0) == "(2026)试字第00002号"
