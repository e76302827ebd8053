"""Registration: what it takes in, what it refuses, and what follows from who the parties are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.codes.enums import CaseAction, PartyKind, PartySide, Role
from domain.disputes.cases import service as cases
from domain.disputes.cases.commands import NewParty, RegisterOutcome
from domain.disputes.cases.models import Case, CaseParty, CaseProtector
from domain.disputes.rules.asking import RefusedByRule
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.ids import new_id
from domain.foundation.outbox.models import OutboxMessage
from domain.tenancy.models import Organisation
from tests.domain.conftest import Begin
from tests.support.builders import (
    FAMILY,
    NOW,
    SmallCounty,
    a_grant,
    a_registration,
    a_user,
    an_identity_number,
    an_organisation,
    at,
)

APPLICANT = NewParty(PartySide.APPLICANT, PartyKind.PERSON, "甲某（虚构）")
RESPONDENT = NewParty(PartySide.RESPONDENT, PartyKind.PERSON, "乙某（虚构）")
COMPANY = NewParty(PartySide.RESPONDENT, PartyKind.ORGANISATION, "某某公司（虚构）")


async def _register(
    begin: Begin, county: SmallCounty, *, by: str = "dispatcher", now: datetime = NOW, **changes: Any
) -> RegisterOutcome:
    async with begin() as session:
        grant = a_grant(county, CaseAction.REGISTER, new_id(), by=by)
        return await cases.register(session, grant, a_registration(county, **changes), clock=at(now))


async def _stored(begin: Begin, outcome: RegisterOutcome) -> Case:
    async with begin() as session:
        found = await session.scalar(select(Case).where(Case.id == outcome.case.id))
        assert found is not None
        return found


async def _parties(begin: Begin, outcome: RegisterOutcome) -> list[CaseParty]:
    async with begin() as session:
        found = await session.scalars(
            select(CaseParty).where(CaseParty.case_id == outcome.case.id).order_by(CaseParty.ordinal)
        )
        return list(found)


def _with(**changes: Any) -> dict[str, Any]:
    return {"parties": (replace(APPLICANT, **changes), RESPONDENT)}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "　 "}, "title"),
        ({"title": "纠" * 201}, "title"),
        ({"facts": ""}, "facts"),
        ({"facts": "纷" * 10_001}, "facts"),
        ({"facts": "有\x00字"}, "facts"),
        ({"people_count": 0}, "peopleCount"),
        ({"type_code": "9999"}, "typeCode"),
        ({"parties": (APPLICANT,)}, "parties"),
        ({"parties": (RESPONDENT,)}, "parties"),
        ({"parties": (APPLICANT, RESPONDENT) * 251}, "parties"),
        (_with(name=" "), "parties.0.name"),
        (_with(name="长" * 101), "parties.0.name"),
        (_with(phone="12a"), "parties.0.phone"),
        (_with(phone="23800138000"), "parties.0.phone"),
        (_with(id_number="440781198005171231", consented=True), "parties.0.idNumber"),
        (_with(id_number=an_identity_number(date(2027, 1, 1)), guardian_consented=True), "parties.0.idNumber"),
        ({"parties": (APPLICANT, replace(COMPANY, id_number="91440000"))}, "parties.1.idNumber"),
        ({"parties": (APPLICANT, replace(COMPANY, minor=True))}, "parties.1"),
        (
            {
                "parties": tuple(
                    replace(party, id_number=an_identity_number(), consented=True) for party in (APPLICANT, RESPONDENT)
                )
            },
            "parties",
        ),
        ({"protector_ids": (UUID(int=1),)}, "protectorIds"),
        (_with(address_protected=True) | {"protector_ids": (UUID(int=1),)}, "protectorIds"),
        (_with(user_id=UUID(int=1)), "parties"),
        ({"place_id": UUID(int=1)}, "placeId"),
    ],
)
async def test_what_cannot_be_taken_names_its_field(
    county: SmallCounty, begin: Begin, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await _register(begin, county, **changes)
    assert refused.value.field == field
    async with begin() as session:
        assert (await session.scalars(select(Case.id))).all() == []


async def test_the_limits_themselves_are_taken(county: SmallCounty, begin: Begin) -> None:
    outcome = await _register(
        begin,
        county,
        title="纠" * 200,
        facts="纷" * 10_000,
        parties=(
            replace(APPLICANT, name="买买提·阿卜杜热西提·" + "长" * 89, phone="+86 138-0013-8000"),
            replace(COMPANY, name="限" * 100, id_number="91440700MA4ABCDE1X", phone="0750-5588123转8"),
        ),
    )
    applicant, company = await _parties(begin, outcome)
    assert len(applicant.name) == len(company.name) == 100
    assert applicant.phone == "+86 138-0013-8000"
    assert company.consent_at is None


@pytest.mark.parametrize(
    "phone", ["13800138000", "0750-5588123", "(0750) 5588123", "5588123", "400-820-8820", "12345", "+85298765432"]
)
async def test_phone_numbers_as_people_write_them(county: SmallCounty, begin: Begin, phone: str) -> None:
    outcome = await _register(begin, county, **_with(phone=phone))
    assert (await _parties(begin, outcome))[0].phone == phone


async def test_a_district_code_that_never_was_is_taken(county: SmallCounty, begin: Begin) -> None:
    number = an_identity_number(district="999999")
    outcome = await _register(begin, county, **_with(id_number=number.lower(), consented=True))
    applicant = (await _parties(begin, outcome))[0]
    assert (applicant.id_number, applicant.consent_at) == (number, NOW)


@pytest.mark.parametrize(
    ("changes", "taken"),
    [
        ({"id_number": an_identity_number()}, False),
        ({"id_number": an_identity_number(), "consented": True}, True),
        # Fourteen on the day of registration, and a day short of it.
        ({"id_number": an_identity_number(date(2012, 3, 2)), "consented": True}, True),
        ({"id_number": an_identity_number(date(2012, 3, 3)), "consented": True}, False),
        ({"id_number": an_identity_number(date(2012, 3, 3)), "guardian_consented": True}, True),
        ({"minor": True}, False),
        ({"minor": True, "guardian_consented": True}, True),
    ],
)
async def test_consent_comes_before_sensitive_data(
    county: SmallCounty, begin: Begin, changes: dict[str, Any], taken: bool
) -> None:
    if taken:
        assert (await _parties(begin, await _register(begin, county, **_with(**changes))))[0].consent_at == NOW
    else:
        with pytest.raises(RefusedByRule) as refused:
            await _register(begin, county, **_with(**changes))
        assert refused.value.rule == "PI1"


@pytest.mark.parametrize(("born", "minor"), [(date(2008, 3, 2), False), (date(2008, 3, 3), True)])
async def test_minors_are_known_by_their_birth_date(county: SmallCounty, begin: Begin, born: date, minor: bool) -> None:
    outcome = await _register(begin, county, **_with(id_number=an_identity_number(born), consented=True))
    assert (await _stored(begin, outcome)).minor_involved is minor
    assert (await _parties(begin, outcome))[0].minor is minor


async def test_the_protection_team_is_named_or_the_centres_registrar(county: SmallCounty, begin: Begin) -> None:
    async with begin() as session:
        officer = await a_user(session, county.id, county.committee, Role.WOMENS_FEDERATION_OFFICER)

    async def team(by: str, **changes: Any) -> set[UUID]:
        outcome = await _register(begin, county, by=by, **changes)
        assert (await _stored(begin, outcome)).address_protected is bool(changes)
        async with begin() as session:
            found = await session.scalars(select(CaseProtector.user_id).where(CaseProtector.case_id == outcome.case.id))
            return set(found)

    protected = _with(address="某处（虚构）", address_protected=True)
    assert await team("dispatcher") == set()
    assert await team("dispatcher", **protected) == {county.dispatcher}
    assert await team("mediator", **protected) == set()
    assert await team("mediator", **protected, protector_ids=(officer,)) == {officer}


async def test_a_resident_can_only_name_their_own_account(county: SmallCounty, begin: Begin) -> None:
    async with begin() as session:
        resident = await a_user(session, county.id, county.community, Role.RESIDENT)
        other = await a_user(session, county.id, county.community, Role.RESIDENT)
    grant = a_grant(county, CaseAction.REGISTER, new_id())
    membership = replace(grant.membership, role=Role.RESIDENT, organisation_id=county.community)
    own = replace(grant, actor=replace(grant.actor, user_id=resident), membership=membership)
    with pytest.raises(InvalidInput, match="本人账号"):
        async with begin() as session:
            await cases.register(session, own, a_registration(county, **_with(user_id=other)), clock=at())
    async with begin() as session:
        await cases.register(session, own, a_registration(county, **_with(user_id=resident)), clock=at())


async def test_the_nearest_centre_that_serves_the_place_answers(county: SmallCounty, begin: Begin) -> None:
    async with begin() as session:
        home = await an_organisation(session, county.id, "town")
        whole = await an_organisation(
            session, county.id, "governance_centre", home=home, serves=(county.area,), number_word="试县人调"
        )
        near = await an_organisation(
            session, county.id, "governance_centre", home=home, serves=(county.community,), number_word="试社人调"
        )
        await an_organisation(session, county.id, "governance_centre", home=home, serves=(county.grid,))
    expected = {
        county.grid: (near.id, "(2026)试社人调字第00001号"),  # the grid's own gives no numbers
        county.town: (county.centre, "(2026)试镇人调字第00001号"),
        county.area: (whole.id, "(2026)试县人调字第00001号"),
    }
    for place, (centre, number) in expected.items():
        outcome = await _register(begin, county, place_id=place)
        assert ((await _stored(begin, outcome)).organisation_id, outcome.number) == (centre, number)


async def test_a_place_without_a_centre_and_one_that_ended(county: SmallCounty, begin: Begin) -> None:
    async with begin() as session:
        lonely = await an_organisation(session, county.id, "town")
        ended = await an_organisation(session, county.id, "community", parent=lonely, valid_until=NOW)
    with pytest.raises(InvalidInput) as nobody:
        await _register(begin, county, place_id=lonely.id)
    assert nobody.value.code == "NO_CENTRE"
    for no_area in (ended.id, county.centre):
        with pytest.raises(InvalidInput, match="没有该区域"):
            await _register(begin, county, place_id=no_area)


async def test_possible_duplicates(county: SmallCounty, begin: Begin) -> None:
    number = an_identity_number()
    known = replace(APPLICANT, name="另名（虚构）", id_number=number, consented=True)
    third = replace(RESPONDENT, name="丙某（虚构）")
    async with begin() as session:
        town = await session.scalar(select(Organisation).where(Organisation.id == county.town))
        await an_organisation(
            session, county.id, "governance_centre", home=town, serves=(county.area,), number_word="试县人调"
        )
    first = (await _register(begin, county)).case.id
    by_number = (await _register(begin, county, parties=(known, third))).case.id

    async def found(now: datetime = NOW, **changes: Any) -> tuple[UUID, ...]:
        """What a registration would find; it is not kept."""
        async with begin() as session:
            grant = a_grant(county, CaseAction.REGISTER, new_id())
            outcome = await cases.register(session, grant, a_registration(county, **changes), clock=at(now))
            await session.rollback()
        return outcome.possible_duplicates

    assert await found() == (first,)
    swapped = (replace(RESPONDENT, side=PartySide.APPLICANT), replace(APPLICANT, side=PartySide.RESPONDENT))
    assert await found(parties=swapped) == (first,)
    assert await found(parties=(APPLICANT, third)) == ()
    assert await found(parties=(replace(APPLICANT, id_number=number, consented=True), third)) == (by_number,)
    assert await found(type_code=FAMILY) == ()
    assert await found(place_id=county.area) == ()
    assert await found(now=NOW + timedelta(days=90)) == (first,)
    assert await found(now=NOW + timedelta(days=90, seconds=1)) == ()


async def test_public_security_is_told_to_the_police_at_once(county: SmallCounty, begin: Begin) -> None:
    outcome = await _register(begin, county, public_security=True)
    async with begin() as session:
        topics = await session.scalars(
            select(OutboxMessage.topic).where(OutboxMessage.subject_id == outcome.case.id).order_by(OutboxMessage.id)
        )
        assert topics.all() == ["case.registered", "case.police_told"]
