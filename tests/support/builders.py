"""Rows for tests, made by plain functions. Every person here is invented.

`a_county()` writes a small county of its own, so that tests sharing a database do not meet. Everything else is added
to it: `an_organisation()`, `a_user()`, `a_case(status=…)`. The caller flushes by leaving its unit of work.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseSource, CaseStatus, PartyKind, PartySide, Role
from domain.codes.models import DisputeType
from domain.disputes.cases.commands import NewParty, RegisterCase
from domain.disputes.cases.models import (
    Agreement,
    Case,
    CaseFollowUp,
    CaseMediator,
    CaseParticipant,
    CaseParty,
    CaseSession,
    Obligation,
)
from domain.disputes.judicial_confirmation.models import JudicialConfirmation
from domain.foundation.basics.actor import Actor, Membership
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.identity_number import check_digit
from domain.foundation.basics.ids import new_id
from domain.tenancy import models as tenancy

# A Monday, ten in the morning in China.
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MEDIABLE, NOT_MEDIABLE, FAMILY = "0901", "1301", "0101"
NUMBER_WORD = "试镇人调"

_counties = itertools.count(900_001)
_serials = itertools.count(1)


@dataclass(frozen=True, slots=True)
class SmallCounty:
    """A county, one town, one community, one grid; a centre, a committee, a tribunal that serve the town; people."""

    id: int
    area: UUID
    town: UUID
    community: UUID
    grid: UUID
    centre: UUID
    committee: UUID
    tribunal: UUID
    dispatcher: UUID
    mediator: UUID
    judge: UUID


def at(moment: datetime = NOW) -> Callable[[], datetime]:
    """A clock that stands still."""
    return lambda: moment


def an_identity_number(born: date = date(1980, 5, 17), *, district: str = "440781", serial: int = 123) -> str:
    """An invented number with its right check digit."""
    digits = f"{district}{born:%Y%m%d}{serial:03d}"
    return digits + check_digit(digits)


async def dispute_types(session: AsyncSession) -> None:
    """A mediable type, one that is not, and a family one."""
    rows = [
        {"code": code, "parent_code": None, "label": label, "mediable": mediable}
        for code, label, mediable in (
            (MEDIABLE, "试验类型", True),
            (NOT_MEDIABLE, "不可调解的试验类型", False),
            (FAMILY, "婚姻家庭试验类型", True),
        )
    ]
    await session.execute(insert(DisputeType).values(rows).on_conflict_do_nothing())


def next_county() -> int:
    """The number of a county that no other test of this process uses: the unit of work is confined to it."""
    return next(_counties)


async def a_county(session: AsyncSession, county_id: int) -> SmallCounty:
    """Write the county; the session must be let into it."""
    session.add(
        tenancy.County(
            id=county_id, parent_id=None, level="county", name=f"试验县{county_id}", division_code=f"{county_id}000000"
        )
    )
    await session.flush()
    await dispute_types(session)
    county = await an_organisation(session, county_id, "county")
    town = await an_organisation(session, county_id, "town", parent=county)
    community = await an_organisation(session, county_id, "community", parent=town)
    grid = await an_organisation(session, county_id, "grid", parent=community)
    centre = await an_organisation(
        session, county_id, "governance_centre", home=town, serves=(town.id,), number_word=NUMBER_WORD
    )
    committee = await an_organisation(session, county_id, "mediation_committee", home=town, serves=(town.id,))
    tribunal = await an_organisation(session, county_id, "tribunal", home=town, serves=(town.id,))
    return SmallCounty(
        id=county_id,
        area=county.id,
        town=town.id,
        community=community.id,
        grid=grid.id,
        centre=centre.id,
        committee=committee.id,
        tribunal=tribunal.id,
        dispatcher=await a_user(session, county_id, centre.id, Role.CENTRE_DISPATCHER),
        mediator=await a_user(session, county_id, committee.id, Role.MEDIATOR),
        judge=await a_user(session, county_id, tribunal.id, Role.JUDGE),
    )


async def an_organisation(
    session: AsyncSession,
    county_id: int,
    kind: str,
    *,
    parent: tenancy.Organisation | None = None,
    home: tenancy.Organisation | None = None,
    serves: tuple[UUID, ...] = (),
    number_word: str | None = None,
    valid_until: datetime | None = None,
) -> tenancy.Organisation:
    """An area below `parent`, or a partner at `home` that serves those areas."""
    identifier, above, serial = new_id(), parent or home, next(_serials)
    levels = {level: getattr(above, f"{level}_id", None) for level in ("town", "community", "grid")}
    is_area = home is None
    if is_area and kind in levels:
        levels[kind] = identifier
    organisation = tenancy.Organisation(
        county_id=county_id,
        id=identifier,
        kind=kind,
        is_area=is_area,
        name=f"试验{kind}{serial}",
        division_code=f"{serial:012d}" if is_area else None,
        virtual=False,
        parent_id=parent.id if parent else None,
        home_id=home.id if home else None,
        number_word=number_word,
        valid_from=LONG_AGO,
        valid_until=valid_until,
        town_id=levels["town"],
        community_id=levels["community"],
        grid_id=levels["grid"],
    )
    session.add(organisation)
    await session.flush()
    session.add_all(
        tenancy.Jurisdiction(county_id=county_id, organisation_id=identifier, area_id=area) for area in serves
    )
    await session.flush()
    return organisation


async def a_user(session: AsyncSession, county_id: int, organisation_id: UUID, role: Role) -> UUID:
    """A person with one membership that runs."""
    user_id = new_id()
    session.add(
        tenancy.User(county_id=county_id, id=user_id, display_name="试验人员（虚构）", sample=True, active=True)
    )
    await session.flush()
    session.add(
        tenancy.Membership(
            county_id=county_id,
            id=new_id(),
            user_id=user_id,
            organisation_id=organisation_id,
            role=role,
            valid_from=LONG_AGO,
        )
    )
    await session.flush()
    return user_id


def an_actor(county: SmallCounty, user_id: UUID, organisation_id: UUID, role: Role, kind: str) -> Actor:
    """The actor with that one membership."""
    membership = Membership(new_id(), county.id, role, organisation_id, kind, (), ())
    return Actor(user_id, county.id, "tester", "试验人员（虚构）", (membership,), (county.id,), stamp=1)


def a_grant(county: SmallCounty, action: StrEnum, case_id: UUID, *, by: str = "dispatcher") -> Grant:
    """The grant that the gate would give the dispatcher, the mediator or the judge."""
    user, organisation, role, kind = {
        "dispatcher": (county.dispatcher, county.centre, Role.CENTRE_DISPATCHER, "governance_centre"),
        "mediator": (county.mediator, county.committee, Role.MEDIATOR, "mediation_committee"),
        "judge": (county.judge, county.tribunal, Role.JUDGE, "tribunal"),
    }[by]
    actor = an_actor(county, user, organisation, role, kind)
    return Grant(actor, actor.memberships[0], action.value, county.id, case_id, "test")


def a_registration(county: SmallCounty, **changes: Any) -> RegisterCase:
    """A command that registers a plain dispute between two invented people."""
    plain = RegisterCase(
        place_id=county.grid,
        type_code=MEDIABLE,
        source=CaseSource.ON_APPLICATION,
        title="试验纠纷",
        facts="两户因试验发生纠纷。",
        parties=(
            NewParty(PartySide.APPLICANT, PartyKind.PERSON, "甲某（虚构）"),
            NewParty(PartySide.RESPONDENT, PartyKind.PERSON, "乙某（虚构）"),
        ),
    )
    return replace(plain, **changes)


_HANDLED = frozenset(
    {CaseStatus.DISPATCHED, CaseStatus.HANDLING, CaseStatus.AGREED, CaseStatus.PERFORMING, CaseStatus.FULFILLED}
)


async def a_case(
    session: AsyncSession,
    county: SmallCounty,
    status: CaseStatus = CaseStatus.REGISTERED,
    *,
    sessions: int = 0,
    follow_ups: int = 0,
    agreement: str | None = None,
    obligations: int = 0,
    confirmation: str | None = None,
    effective_at: datetime = NOW - timedelta(days=3),
    **columns: Any,
) -> Case:
    """A case in that status with an applicant, a respondent and, from the dispatch on, a handler and a mediator."""
    serial, handled = next(_serials), status in _HANDLED
    values: dict[str, Any] = {
        "organisation_id": county.centre,
        "town_id": county.town,
        "community_id": county.community,
        "grid_id": county.grid,
        "number": f"(2019){NUMBER_WORD}字第{serial:05d}号",
        "number_year": 2019,
        "number_serial": serial,
        "type_code": MEDIABLE,
        "source": CaseSource.ON_APPLICATION,
        "title": "试验纠纷",
        "facts": "两户因试验发生纠纷。",
        "version": 1,
        "registered_by": county.dispatcher,
        "registered_at": NOW - timedelta(days=10),
        "rights_told_at": NOW - timedelta(days=9) if status is not CaseStatus.REGISTERED else None,
        "handler_id": county.committee if handled else None,
    }
    case = Case(county_id=county.id, id=new_id(), status=status, **(values | columns))
    session.add(case)
    await session.flush()
    key = {"county_id": county.id, "case_id": case.id}
    parties = [
        CaseParty(**key, id=new_id(), ordinal=ordinal, side=side, kind=PartyKind.PERSON, name=f"某{side}（虚构）")
        for ordinal, side in enumerate((PartySide.APPLICANT, PartySide.RESPONDENT), start=1)
    ]
    session.add_all(parties)
    if handled:
        session.add(
            CaseParticipant(
                **key,
                id=new_id(),
                organisation_id=county.committee,
                relation="lead",
                valid_from=NOW - timedelta(days=8),
            )
        )
        session.add(
            CaseMediator(
                **key,
                id=new_id(),
                user_id=county.mediator,
                organisation_id=county.committee,
                valid_from=NOW - timedelta(days=7),
            )
        )
    session.add_all(
        CaseSession(
            **key,
            id=new_id(),
            ordinal=ordinal,
            form="joint",
            held_at=NOW - timedelta(days=5),
            attendees="双方",
            record="试验笔录",
            recorded_by=county.mediator,
            recorded_at=NOW - timedelta(days=5),
        )
        for ordinal in range(1, sessions + 1)
    )
    session.add_all(
        CaseFollowUp(**key, id=new_id(), visited_at=NOW, visited_by=county.mediator, record="试验回访", relapse=False)
        for _ in range(follow_ups)
    )
    if agreement is not None:
        agreed = Agreement(
            **key,
            id=new_id(),
            form=agreement,
            content="试验协议",
            reached_at=effective_at,
            effective_at=effective_at,
        )
        session.add(agreed)
        await session.flush()
        session.add_all(
            Obligation(
                **key,
                id=new_id(),
                agreement_id=agreed.id,
                ordinal=ordinal,
                description="付款（试验）",
                debtor_id=parties[1].id,
                creditor_id=parties[0].id,
                amount_cents=100 * ordinal,
                due_on=date(2026, 5, ordinal),
            )
            for ordinal in range(1, obligations + 1)
        )
    if confirmation is not None:
        session.add(
            JudicialConfirmation(
                **key,
                id=new_id(),
                court_id=county.tribunal,
                status=confirmation,
                applied_at=NOW - timedelta(days=1),
                applied_by=county.dispatcher,
                apply_by=date(2026, 4, 1),
            )
        )
    await session.flush()
    return case
