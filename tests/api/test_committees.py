"""The register as people use it: a committee elected, a mediator appointed and dismissed, and named on no case any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from domain.foundation.basics.identity_number import is_valid
from tests.support.api import Server
from tests.support.everything import mutation_of
from tests.support.road import Road

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

KEEPER = "justice.haiyan"
NUMBER = next(number for n in range(20) if is_valid(number := f"44078119800101001{'X' if n == 10 else n % 10}"))
PROBLEM = "... on Problem { code rule message } ... on InvalidInput { field }"
OFFICE = "id version termEndsOn termEnded inOffice dismissedAt dismissalGround dismissalEvidence"
COMMITTEE = "committee { id version electedOn termEndsOn termEnded members { name position woman user { id } leftOn } }"
MEDIATORS = """query M($f: MediatorFilter) { mediators(filter: $f) { totalCount nodes {
    id name basis termEndsOn inOffice birthDate dismissalGround consentAt committee { id }
    idNumber { display masked reason } phone { display masked }
} } }"""


@pytest.fixture(autouse=True)
async def empty_register(fresh_haiyan_urls: DatabaseUrls) -> None:
    """Haiyan's committees as if none had been put on the register yet."""
    connection = await asyncpg.connect(fresh_haiyan_urls.admin)
    try:
        for table in ("mediator", "committee_member", "committee_term", "mediation_committee", "committee_size"):
            await connection.execute(f"DELETE FROM {table}")
    finally:
        await connection.close()


async def done(live: Server, who: str, mutation: str, show: str = "", **given: Any) -> dict[str, Any]:
    name = f"{mutation[0].upper()}{mutation[1:]}"
    document = mutation_of(mutation, f"... on {name}Success {{ clientMutationId {show} }} {PROBLEM}")
    return dict((await (await live.as_(who)).ask(document, input=given))[mutation])


def elected(**director: Any) -> list[dict[str, Any]]:
    others = [
        {
            "person": {"name": f"委员{n}（虚构）", "birthDate": "1980-01-01"},
            "position": "MEMBER",
            "woman": n == 1,
        }
        for n in (1, 2)
    ]
    return [{"person": {"birthDate": "1975-05-05"} | director, "position": "DIRECTOR", "woman": False}, *others]


async def test_a_mediator_is_elected_for_appointed_dismissed_and_named_no_more(live: Server, road: Road) -> None:
    organisation = await road.organisation("海宴镇人民调解委员会")
    director, mediator = await road.user("committee.haiyan"), await road.user("mediator.haiyan")

    # On the register, by whom it is kept.
    for who in ("dispatcher.haiyan", "committee.haiyan", "resident.haiyan"):
        barred = await done(live, who, "committeeRegister", organisationId=organisation)
        assert barred["__typename"] == "Forbidden", who
    made = await done(live, KEEPER, "committeeRegister", COMMITTEE, organisationId=organisation)
    committee = made["committee"]
    assert (committee["version"], committee["termEndsOn"], committee["members"]) == (1, None, [])
    twice = await done(live, KEEPER, "committeeRegister", organisationId=organisation)
    assert (twice["__typename"], twice["code"]) == ("InvalidInput", "ALREADY_REGISTERED")

    # Nobody is appointed before an election (PMC3).
    engaged: dict[str, Any] = {
        "committeeId": committee["id"],
        "person": {"userId": mediator, "idNumber": NUMBER, "phone": "13900001234", "consented": True},
        "fullTime": True,
        "appointedOn": "2026-11-02",
    }
    early = await done(live, KEEPER, "mediatorAppoint", **engaged)
    assert (early["__typename"], early["rule"]) == ("RuleRefused", "PMC3")

    election = {"committeeId": committee["id"], "expectedVersion": 1, "electedOn": "2026-11-01"}
    men = [one | {"woman": False} for one in elected(userId=director)]
    refused = await done(live, KEEPER, "committeeElect", **election, members=men)
    assert (refused["__typename"], refused["rule"]) == ("RuleRefused", "PMC2")
    whole = {**election, "members": elected(userId=director), "idempotencyKey": "elect"}
    held = await done(live, KEEPER, "committeeElect", COMMITTEE, **whole)
    assert held["committee"]["termEndsOn"] == "2029-11-01"
    assert held["committee"]["termEnded"] is False
    assert [one["position"] for one in held["committee"]["members"]] == ["DIRECTOR", "MEMBER", "MEMBER"]
    assert held["committee"]["members"][0]["user"] == {"id": director}
    assert await done(live, KEEPER, "committeeElect", COMMITTEE, **whole) == held
    stale = await done(live, KEEPER, "committeeElect", **{**whole, "idempotencyKey": "again"})
    assert stale["code"] == "STALE_VERSION"

    # The director engages a mediator; the number is kept with consent alone.
    silent = {**engaged, "person": engaged["person"] | {"consented": False}}
    assert (await done(live, "committee.haiyan", "mediatorAppoint", **silent))["rule"] == "PI1"
    child = {**engaged, "person": {"name": "少年（虚构）", "birthDate": "2010-01-01"}}
    assert (await done(live, "committee.haiyan", "mediatorAppoint", **child))["rule"] == "MED1"
    appointed = await done(live, "committee.haiyan", "mediatorAppoint", f"mediator {{ {OFFICE} }}", **engaged)
    office = appointed["mediator"]
    assert (office["inOffice"], office["termEndsOn"]) == (True, None)

    # Who sees what of it.
    asked = {"f": {"committeeId": committee["id"], "nameContains": "邓瑞平"}}
    for who, number, born, phone in (
        (KEEPER, NUMBER, "1980-01-01", "13900001234"),
        ("admin.taishan", NUMBER, "1980-01-01", "13900001234"),
        ("committee.haiyan", NUMBER, "1980-01-01", "13900001234"),
        ("mediator.haiyan", NUMBER, "1980-01-01", "13900001234"),
        ("dispatcher.haiyan", None, None, None),
    ):
        (row,) = (await (await live.as_(who)).ask(MEDIATORS, **asked))["mediators"]["nodes"]
        assert (row["idNumber"]["display"], row["birthDate"], row["phone"]["display"]) == (number, born, phone), who
        assert (row["name"], row["basis"], row["inOffice"]) == ("邓瑞平", "ENGAGED", True)
    everybody = {"mediators": {"totalCount": 0, "nodes": []}}
    for who in ("resident.haiyan", "dispatcher.guanghai", "admin.kaiping", "judge.haiyan"):
        assert await (await live.as_(who)).ask(MEDIATORS) == everybody, who

    # Named on a case, until dismissed: with a ground and what it rests on (MED2).
    await road.register()
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch")
    end = {"mediatorId": office["id"], "expectedVersion": office["version"], "ground": "TAKING_GAIN"}
    bare = await done(live, KEEPER, "mediatorDismiss", **end)
    assert (bare["__typename"], bare["rule"]) == ("RuleRefused", "MED2")
    barred = await done(live, "dispatcher.haiyan", "mediatorDismiss", **end, evidence="核查记录（虚构）")
    assert barred["__typename"] == "Forbidden"
    gone = await done(live, KEEPER, "mediatorDismiss", f"mediator {{ {OFFICE} }}", **end, evidence="核查记录（虚构）")
    assert (gone["mediator"]["inOffice"], gone["mediator"]["dismissalGround"]) == (False, "TAKING_GAIN")
    (row,) = (await (await live.as_("dispatcher.haiyan")).ask(MEDIATORS, **asked))["mediators"]["nodes"]
    assert (row["inOffice"], row["dismissalGround"]) == (False, None)
    named = await road.ask_for("caseTakeOn", "committee.haiyan", mediatorIds=[mediator])
    assert (named["__typename"], named["rule"]) == ("RuleRefused", "MED2")


async def test_a_town_narrows_how_many_members_its_committees_have(live: Server, road: Road) -> None:
    organisation = await road.organisation("海宴镇人民调解委员会")
    town = await road.organisation("海宴镇")
    made = await done(live, KEEPER, "committeeRegister", COMMITTEE, organisationId=organisation)
    sized: dict[str, Any] = {"areaId": town, "fewest": 5, "most": 9, "source": "镇人民调解工作意见（虚构）"}
    wide = await done(live, KEEPER, "committeeSetSize", **{**sized, "most": 10})
    assert (wide["__typename"], wide["rule"]) == ("RuleRefused", "PMC1")
    assert (await done(live, "committee.haiyan", "committeeSetSize", **sized))["__typename"] == "Forbidden"
    assert (await done(live, KEEPER, "committeeSetSize", "fewest most", **sized))["fewest"] == 5
    three: dict[str, Any] = {"committeeId": made["committee"]["id"], "expectedVersion": 1, "electedOn": "2026-11-01"}
    few = await done(live, KEEPER, "committeeElect", **three, members=elected(name="主任（虚构）"))
    assert (few["__typename"], few["rule"]) == ("RuleRefused", "PMC1")


async def test_a_term_that_ended_is_shown_and_elects_before_it_appoints(live: Server, road: Road) -> None:
    organisation = await road.organisation("海宴镇人民调解委员会")
    made = await done(live, KEEPER, "committeeRegister", COMMITTEE, organisationId=organisation)
    long_ago: dict[str, Any] = {"committeeId": made["committee"]["id"], "expectedVersion": 1, "electedOn": "2020-06-30"}
    held = await done(live, KEEPER, "committeeElect", COMMITTEE, **long_ago, members=elected(name="主任（虚构）"))
    assert (held["committee"]["termEndsOn"], held["committee"]["termEnded"]) == ("2023-06-30", True)
    keeper = await live.as_(KEEPER)
    query = "query C($f: CommitteeFilter) { committees(filter: $f) { nodes { id } } }"
    listed = [(await keeper.ask(query, f={"termEnded": over}))["committees"]["nodes"] for over in (True, False)]
    assert listed == [[{"id": made["committee"]["id"]}], []]
    person = {"name": "新人（虚构）", "birthDate": "1990-01-01"}
    late: dict[str, Any] = {
        "committeeId": made["committee"]["id"],
        "person": person,
        "fullTime": False,
        "appointedOn": "2026-11-02",
    }
    assert (await done(live, KEEPER, "mediatorAppoint", **late))["rule"] == "PMC3"
