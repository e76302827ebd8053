"""The register on a real database: elected, appointed, dismissed; and whom a case may name afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.codes.enums import CaseAction, CaseStatus, Role
from domain.committees import service as register
from domain.committees.codes import CommitteePosition, DismissalGround
from domain.committees.commands import (
    AppointMediator,
    DismissMediator,
    ElectCommittee,
    NewMember,
    NewPerson,
    RegisterCommittee,
)
from domain.committees.models import MediationCommittee, Mediator
from domain.disputes.cases.commands import TakeOnCase
from domain.disputes.cases.handling import take_on
from domain.foundation.basics.errors import RuleRefused
from domain.foundation.basics.grant import Grant
from domain.foundation.database.session import create_engine, unit_of_work
from domain.tenancy.models import Membership
from tests.support.builders import NOW, SmallCounty, a_case, a_county, a_grant, an_actor, at, next_county

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

TODAY = date(2026, 3, 2)


def granted(county: SmallCounty, action: str, subject: UUID) -> Grant:
    actor = an_actor(county, county.dispatcher, county.centre, Role.JUSTICE_OFFICER, "justice_office")
    return Grant(actor, actor.memberships[0], action, county.id, subject, "test")


def members(count: int = 3) -> tuple[NewMember, ...]:
    """So many invented people, the first the director, the second a woman."""
    return tuple(
        NewMember(
            NewPerson(name=f"委员{n}（虚构）", birth_date=date(1980, 1, 1)),
            CommitteePosition.MEMBER if n else CommitteePosition.DIRECTOR,
            woman=n == 1,
        )
        for n in range(count)
    )


async def test_elected_appointed_dismissed_and_named_no_more(fresh_haiyan_urls: DatabaseUrls) -> None:
    engine, number = create_engine(fresh_haiyan_urls.application), next_county()
    try:
        async with unit_of_work(engine, (number,)) as session:
            county = await a_county(session, number)
            committee = await register.register_committee(
                session, granted(county, "register", county.committee), RegisterCommittee(), clock=at()
            )
            elect = granted(county, "elect", committee)
            few = tuple(NewMember(one.person, one.position, woman=False) for one in members())
            with pytest.raises(RuleRefused, match="妇女"):
                await register.elect(session, elect, ElectCommittee(1, TODAY, few), clock=at())
            await register.elect(session, elect, ElectCommittee(1, TODAY, members()), clock=at())
            entry = await session.get_one(MediationCommittee, (number, committee))
            assert (entry.version, entry.elected_on, entry.term_ends_on) == (2, TODAY, date(2029, 3, 2))
            engaged = AppointMediator(
                NewPerson(user_id=county.mediator, birth_date=date(2008, 3, 2)), full_time=True, appointed_on=TODAY
            )
            appoint = granted(county, "appoint", committee)
            mediator = await register.appoint(session, appoint, engaged, clock=at())

            async def named(when: timedelta) -> None:
                case = await a_case(session, county, CaseStatus.DISPATCHED)
                grant = a_grant(county, CaseAction.TAKE_ON, case.id, by="mediator")
                await take_on(session, grant, TakeOnCase(1, (county.mediator,)), clock=at(NOW + when))

            await named(timedelta(hours=1))
            dismiss = granted(county, "dismiss", mediator)
            later = at(NOW + timedelta(hours=2))
            with pytest.raises(RuleRefused) as refused:
                await register.dismiss(session, dismiss, DismissMediator(1, DismissalGround.BIAS), clock=later)
            assert refused.value.rule == "MED2"
            done = DismissMediator(1, DismissalGround.BIAS, "投诉核查记录（虚构）")
            await register.dismiss(session, dismiss, done, clock=later)
            with pytest.raises(RuleRefused) as refused:
                await named(timedelta(hours=3))
            assert refused.value.rule == "MED2"
            ended = await session.scalars(
                select(Membership.valid_until).where(
                    Membership.county_id == number, Membership.user_id == county.mediator
                )
            )
            assert all(one is not None for one in ended)
            kept = await session.get_one(Mediator, (number, mediator))
            assert (kept.appointed_on, kept.dismissal_ground) == (TODAY, "bias")
            # Appointed again, for a day: in office to its end, and no longer.
            again = AppointMediator(NewPerson(user_id=county.mediator), True, TODAY, TODAY + timedelta(days=1))
            await register.appoint(session, appoint, again, clock=at(NOW + timedelta(hours=4)))
            await named(timedelta(hours=5))
            with pytest.raises(RuleRefused) as refused:
                await named(timedelta(days=2))
            assert refused.value.rule == "MED3"
    finally:
        await engine.dispose()
