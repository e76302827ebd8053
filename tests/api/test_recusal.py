"""Recusal: who is tied to a party does not mediate unless both sides consent; through the API, on each side of the rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.accounts import a_resident
from tests.support.api import Server
from tests.support.builders import an_identity_number
from tests.support.road import Road, a_party, ago
from tests.support.rows import execute

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

NUMBER = an_identity_number(serial=321)
PERSON = {"idNumber": NUMBER, "consented": True}
BOTH = {"applicantConsentAt": ago(minutes=2), "respondentConsentAt": ago(minutes=2)}
RECUSALS = """recusals { totalCount nodes { relationLabel reason mediator { displayName } party { side }
    applicantConsentAt respondentConsentAt dismissedAt } }"""


async def to_the_committee(road: Road, **person: Any) -> dict[str, str]:
    """Registered and dispatched; the ids of the parties by their sides."""
    await road.register(
        parties=[a_party("APPLICANT", "司徒试样（虚构）", **PERSON | person), a_party("RESPONDENT", "欧阳试样（虚构）")]
    )
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch")
    nodes = (await road.read("dispatcher.haiyan", "parties { nodes { id side } }"))["parties"]["nodes"]
    return {one["side"]: one["id"] for one in nodes}


async def ground(road: Road, party: str, **more: Any) -> dict[str, Any]:
    return {
        "mediatorId": await road.user("mediator.haiyan"),
        "partyId": party,
        "relation": "NEAR_RELATIVE",
        "reason": "试验：表兄弟（虚构）",
    } | more


async def outcome(road: Road, mutation: str, who: str | None = None, **given: Any) -> str:
    """The rule or the code that refuses, or nothing for a step that is done."""
    payload = await road.ask_for(mutation, who, **given)
    if payload["__typename"].endswith("Success"):
        road.version += 1
        return ""
    return str(payload["rule"] or payload["code"])


async def test_a_near_relative_does_not_take_on_until_both_sides_consent(road: Road) -> None:
    sides = await to_the_committee(road)
    declared = await ground(road, sides["APPLICANT"])
    await road.step("caseDeclareRecusal", "committee.haiyan", **declared)
    assert await outcome(road, "caseTakeOn") == "RECUSAL"
    await road.step("caseDeclareRecusal", "committee.haiyan", **declared, applicantConsentAt=ago(minutes=2))
    assert await outcome(road, "caseTakeOn") == "RECUSAL"
    await road.step("caseDeclareRecusal", "committee.haiyan", **declared, respondentConsentAt=ago(minutes=1))
    (kept,) = (await road.read("committee.haiyan", RECUSALS))["recusals"]["nodes"]
    assert kept["applicantConsentAt"]
    assert kept["respondentConsentAt"]
    assert (kept["relationLabel"], kept["party"]) == ("近亲属", {"side": "APPLICANT"})
    assert await outcome(road, "caseTakeOn") == ""


async def test_a_ground_that_comes_up_stops_sessions_and_agreement_until_somebody_else_mediates(
    live: Server, road: Road
) -> None:
    sides = await to_the_committee(road)
    await road.along("caseTakeOn", "caseHoldSession")
    await road.step(
        "caseDeclareRecusal", "mediator.haiyan", **await ground(road, sides["RESPONDENT"], relation="INTEREST")
    )
    assert await outcome(road, "caseHoldSession") == "RECUSAL"
    assert await outcome(road, "caseAgree") == "RECUSAL"
    offered = {
        one["action"]: one
        for one in (await road.read("mediator.haiyan", "availableActions { action allowed blockedBy { code } }"))[
            "availableActions"
        ]
    }
    assert offered["HOLD_SESSION"]["blockedBy"] == [{"code": "RECUSAL"}]
    replaced = {"mediatorId": await road.user("mediator.haiyan"), "reason": "当事人申请（虚构）"}
    # The organisation decides, not the mediator.
    assert await outcome(road, "caseReplaceMediator", "mediator.haiyan", **replaced) == "FORBIDDEN"
    other = await road.user("mediator.family.haiyan")
    await road.step("caseReplaceMediator", "committee.haiyan", **replaced, replacementId=other)
    # The old one's term has ended, and with it their sight of the case.
    assert (await (await live.as_("mediator.haiyan")).ask("query C($id: ID!) { case(id: $id) { id } }", id=road.id))[
        "case"
    ] is None
    terms = (await road.read("committee.haiyan", "mediators { nodes { validUntil } }"))["mediators"]["nodes"]
    assert [one["validUntil"] is None for one in terms] == [False, True]
    assert await outcome(road, "caseHoldSession", "mediator.family.haiyan") == ""


async def test_a_ground_is_dismissed_by_the_organisation_and_by_no_mediator_for_themselves(road: Road) -> None:
    sides = await to_the_committee(road)
    await road.along("caseTakeOn")
    replaced = {"mediatorId": await road.user("mediator.haiyan"), "reason": "查无此事（虚构）"}
    assert await outcome(road, "caseReplaceMediator", "committee.haiyan", **replaced) == "INVALID_INPUT"
    declared = await ground(road, sides["APPLICANT"], relation="OTHER")
    await road.step("caseDeclareRecusal", "dispatcher.haiyan", **declared)
    assert await outcome(road, "caseHoldSession") == "RECUSAL"
    await road.step("caseReplaceMediator", "committee.haiyan", **replaced)
    assert await outcome(road, "caseHoldSession") == ""
    assert await outcome(road, "caseDeclareRecusal", "dispatcher.haiyan", **declared) == "RECUSAL_DISMISSED"
    # The director mediates as well, and does not find upon a ground against herself.
    herself = {"mediatorId": await road.user("committee.haiyan")}
    await road.step("caseDeclareRecusal", "dispatcher.haiyan", **await ground(road, sides["APPLICANT"], **herself))
    assert await outcome(road, "caseReplaceMediator", "committee.haiyan", **replaced | herself) == "RECUSAL"
    assert await outcome(road, "caseReplaceMediator", "director.haiyan", **replaced | herself) == ""


async def test_kinship_declared_in_one_case_counts_in_the_next_with_the_same_person_and_an_interest_does_not(
    live: Server, road: Road
) -> None:
    sides = await to_the_committee(road)
    await road.step("caseDeclareRecusal", "committee.haiyan", **await ground(road, sides["APPLICANT"]))
    family = {"mediatorId": await road.user("mediator.family.haiyan"), "relation": "INTEREST"}
    await road.step("caseDeclareRecusal", "committee.haiyan", **await ground(road, sides["APPLICANT"], **family))
    following = Road(live)
    again = await to_the_committee(following)
    assert await outcome(following, "caseTakeOn") == "RECUSAL"
    assert await outcome(following, "caseTakeOn", mediatorIds=[family["mediatorId"]]) == ""
    replaced = {
        "mediatorId": family["mediatorId"],
        "reason": "轮换（虚构）",
        "replacementId": await road.user("mediator.haiyan"),
    }
    assert await outcome(following, "caseReplaceMediator", "committee.haiyan", **replaced) == "RECUSAL"
    # What both sides consent to here, about the same person, lifts it here.
    await following.step(
        "caseDeclareRecusal", "committee.haiyan", **await ground(following, again["APPLICANT"]), **BOTH
    )
    assert await outcome(following, "caseReplaceMediator", "committee.haiyan", **replaced) == ""
    stranger = Road(live)
    await to_the_committee(stranger, idNumber=an_identity_number(serial=322))
    assert await outcome(stranger, "caseTakeOn") == ""


async def test_a_party_may_ask_but_not_consent_for_the_others(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await a_resident(fresh_haiyan_urls, "party.test")
    sides = await to_the_committee(road, userId=await road.user("party.test"))
    await road.along("caseTakeOn")
    declared = await ground(road, sides["RESPONDENT"])
    assert await outcome(road, "caseDeclareRecusal", "party.test", **declared, **BOTH) == "INVALID_INPUT"
    assert await outcome(road, "caseDeclareRecusal", "party.test", **declared) == ""
    assert await outcome(road, "caseHoldSession") == "RECUSAL"
    assert await outcome(road, "caseDeclareRecusal", "justice.haiyan", **declared) == "FORBIDDEN"
    assert await outcome(road, "caseDeclareRecusal", "tribunal.haiyan", **declared) == "NOT_FOUND"
    no_mediator = {"mediatorId": await road.user("dispatcher.haiyan")}
    assert await outcome(road, "caseDeclareRecusal", "committee.haiyan", **declared | no_mediator) == "NOT_A_MEDIATOR"


async def test_who_stands_for_a_party_does_not_mediate_and_who_mediated_does_not_stand_for_one(road: Road) -> None:
    sides = await to_the_committee(road)
    agent = {
        "partyId": sides["APPLICANT"],
        "kind": "AGENT",
        "name": "试验代理（虚构）",
        "userId": await road.user("mediator.haiyan"),
    }
    await road.step("caseAddRepresentative", "dispatcher.haiyan", **agent)
    assert await outcome(road, "caseTakeOn") == "RECUSAL"
    family = await road.user("mediator.family.haiyan")
    assert await outcome(road, "caseTakeOn", mediatorIds=[family]) == ""
    assert await outcome(road, "caseAddRepresentative", "dispatcher.haiyan", **agent | {"userId": family}) == "MED5"
    replaced = {"mediatorId": family, "reason": "轮换（虚构）", "replacementId": await road.user("committee.haiyan")}
    await road.step("caseReplaceMediator", "committee.haiyan", **replaced)
    # Not even afterwards.
    assert await outcome(road, "caseAddRepresentative", "dispatcher.haiyan", **agent | {"userId": family}) == "MED5"
    assert await outcome(road, "caseAddRepresentative", "dispatcher.haiyan", **agent | {"userId": None}) == ""


async def test_a_director_who_stands_for_a_party_mediates_between_nobody(road: Road) -> None:
    sides = await to_the_committee(road)
    await road.along("caseTakeOn", "caseHoldSession")
    agent = {"partyId": sides["APPLICANT"], "kind": "AGENT", "name": "试验代理（虚构）"}
    await road.step("caseAddRepresentative", "dispatcher.haiyan", **agent, userId=await road.user("committee.haiyan"))
    assert await outcome(road, "caseHoldSession", "committee.haiyan") == "RECUSAL"
    assert await outcome(road, "caseAgree", "committee.haiyan") == "RECUSAL"
    assert await outcome(road, "caseHoldSession") == ""


async def test_recusals_are_for_those_who_may_read_the_cases_history(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    sides = await to_the_committee(road)
    await road.step("caseDeclareRecusal", "committee.haiyan", **await ground(road, sides["APPLICANT"]))
    assert (await road.read("grid.haiyan", RECUSALS))["recusals"] is None
    (seen,) = (await road.read("admin.taishan", RECUSALS))["recusals"]["nodes"]
    assert (seen["relationLabel"], seen["reason"]) == ("近亲属", None)
    await execute(fresh_haiyan_urls, "UPDATE case_recusal SET dismissed_at = now(), dismissed_by = declared_by")
    assert (await road.read("committee.haiyan", RECUSALS))["recusals"]["nodes"][0]["dismissedAt"]
