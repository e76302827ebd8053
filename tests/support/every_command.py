"""Cases that take every action there is, off the main road too: for tests of what each command leaves behind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.support.api import Server
from tests.support.road import RESPONDENT, Road, a_party, ago
from tests.support.rows import execute

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

UNDER_WAY = ("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn", "caseHoldSession")
COMMITTEE, TRIBUNAL, POLICE = "海宴镇人民调解委员会", "海宴人民法庭", "海宴派出所"
NOTE = "试验记录（虚构）"
NUMBER = "11010519491231002X"


async def roads(server: Server, ids: dict[str, str]) -> list[Road]:
    """Cases whose timelines together name every action."""
    return [await way(Road(server, ids=ids)) for way in WAYS]


async def main_road(road: Road) -> Road:
    """From the register to the archive, confirmed and fulfilled; returned once on the way."""
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseReturn", "caseDispatch", "caseTakeOn")
    await road.along("caseHoldSession", "caseAgree", "caseApplyConfirmation", "caseAcceptConfirmation")
    return await road.along("caseRuleConfirmation", "caseFulfil", "caseFollowUp", "caseClose", "caseArchive")


async def declined(road: Road) -> Road:
    """Declined at once."""
    return await road.along("caseDecline")


async def with_people_and_clocks(road: Road) -> Road:
    """Notes, representatives, clocks, supervision, rest, another mediator and a joint call; then given to the court."""
    await road.along(*UNDER_WAY, "casePause", "caseResume")
    party, mediator = await road.party("APPLICANT"), await road.user("mediator.haiyan")
    await road.step("caseAddNote", "mediator.haiyan", content=NOTE, visibility="EVERYONE")
    await road.step("caseAddRepresentative", "mediator.haiyan", partyId=party, kind="AGENT", name="代理试样（虚构）")
    clock = next(
        one["id"]
        for one in (await road.read("mediator.haiyan", "deadlines { id kind }"))["deadlines"]
        if one["kind"] == "MEDIATION"
    )
    longer = {"deadlineId": clock, "days": 10, "reason": NOTE, "allConsented": True}
    await road.step("caseExtendDeadline", "mediator.haiyan", **longer)
    await road.step("caseOpenSupervision", "director.haiyan", demand=NOTE)
    (one,) = (await road.read("director.haiyan", "supervisions { id }"))["supervisions"]
    await road.step("caseAnswerSupervision", "mediator.haiyan", supervisionId=one["id"], answer=NOTE)
    await road.step("caseCloseSupervision", "director.haiyan", supervisionId=one["id"], evidence=NOTE)
    await _called(road)
    ground = {"mediatorId": mediator, "partyId": party, "relation": "NEAR_RELATIVE", "reason": NOTE}
    await road.step("caseDeclareRecusal", "committee.haiyan", **ground)
    other = {"mediatorId": mediator, "replacementId": await road.user("mediator.family.haiyan"), "reason": NOTE}
    await road.step("caseReplaceMediator", "committee.haiyan", **other)
    await road.step("caseFail", "committee.haiyan")
    return await road.along("caseReferToCourt")


async def _called(road: Road) -> None:
    """A call of the police station, which comes, and its end."""
    called: dict[str, Any] = {"respondentIds": [await road.organisation(POLICE)], "matter": NOTE, "hours": 24}
    await road.step("caseCall", "dispatcher.haiyan", **called)
    (call,) = (await road.read("dispatcher.haiyan", "calls { id }"))["calls"]
    await road.step("caseRespondToCall", "police.haiyan", callId=call["id"], accepted=True)
    await road.step("caseConcludeCall", "dispatcher.haiyan", callId=call["id"], conclusion=NOTE)


async def signed_and_at_court(road: Road) -> Road:
    """Signed after it was agreed; withdrawn from the court and applied for again; paid in part, and then no more."""
    await road.along(*UNDER_WAY)
    unsigned: dict[str, Any] = dict.fromkeys(("partiesSignedAt", "mediatorSignedAt", "sealedAt", "copies"))
    await road.step("caseAgree", **unsigned)
    at = {"signedAt": ago(minutes=30)}
    signatures: list[dict[str, Any]] = [
        {"signer": "PARTY", "method": "FINGERPRINT", "partyId": await road.party(side)} | at
        for side in ("APPLICANT", "RESPONDENT")
    ]
    signatures.append({"signer": "MEDIATOR", "method": "SIGNATURE", "userId": await road.user("mediator.haiyan")} | at)
    signatures.append({"signer": "COMMITTEE", "method": "SEAL"} | at)
    await road.step("caseSign", "mediator.haiyan", signatures=signatures, copies=3)
    await road.step("caseApplyConfirmation", materials=["AGREEMENT", "MEDIATION_PROOF"])
    await road.step("caseSupplyMaterial", "mediator.haiyan", materials=["IDENTITY_AND_CONTACT"])
    await road.step("caseWithdrawConfirmation", "mediator.haiyan")
    await road.along("caseApplyConfirmation", "caseAcceptConfirmation")
    await road.step("caseExtendConfirmation", "judge.haiyan", reason=NOTE)
    await road.along("caseRuleConfirmation", "casePerform")
    await road.step("caseBreach", refused=True)
    return await road.along("caseApplyEnforcement")


async def mediated_again(road: Road) -> Road:
    """Not kept, and mediated again."""
    await road.agreed()
    await road.along("casePerform")
    await road.step("caseBreach", refused=True)
    return await road.along("caseMediateAgain")


async def entrusted(road: Road) -> Road:
    """Handed down by a court, to which it goes back when mediation fails."""
    given = await road.registration()
    del given["source"]
    given |= {"courtId": await road.organisation(TRIBUNAL), "organisationId": await road.organisation(COMMITTEE)}
    given |= {"referenceNumber": "试验委派号"}
    case = (await (await road.server.as_("tribunal.haiyan")).change("courtEntrust", **given))["case"]
    road.id, road.number, road.version = case["id"], case["number"], case["version"]
    await road.step("caseAcceptEntrustment", "committee.haiyan", rightsToldAt=ago(hours=3))
    await road.along("caseAssessRisk", "caseDispatch", "caseTakeOn", "caseHoldSession", "caseFail")
    await road.step("caseReturnEntrustment", "committee.haiyan", reason="NOT_SETTLED", note=NOTE)
    return road


async def given_up(road: Road) -> Road:
    """A red risk, which the town reads; withdrawn, closed and taken up again."""
    await road.along("caseAccept")
    await road.step("caseAssessRisk", level="RED")
    await road.step("caseAcknowledgeRisk", "admin.haiyan")
    return await road.along("caseDispatch", "caseTakeOn", "caseWithdraw", "caseClose", "caseReopen")


async def protected(road: Road) -> Road:
    """Violence against somebody without full capacity: protected, warned, reported, and the police told."""
    parties = [a_party("APPLICANT", "司徒试样（虚构）", disabled=True), a_party("RESPONDENT", RESPONDENT)]
    await road.register("dispatcher.haiyan", parties=parties, typeCode="0101", violenceSuspected=True)
    who, police = "dispatcher.haiyan", await road.organisation(POLICE)
    duties = (await road.read(who, "reportDuties { id }"))["reportDuties"]
    hidden: dict[str, Any] = {"partyIds": [await road.party("APPLICANT")], "reason": NOTE}
    await road.step("caseProtect", "women.haiyan", **hidden)
    warned = {"kind": "WRITTEN_WARNING", "organisationId": police, "takenAt": ago(minutes=5)}
    await road.step("caseRecordMeasure", who, **warned)
    for duty in duties:
        await road.step("caseFulfilDuty", who, dutyId=duty["id"], record=NOTE)
    await road.step("caseSendClue", "women.haiyan", recipientId=police, clue=NOTE)
    (clue,) = (await road.read("women.haiyan", "clueNotices { id }"))["clueNotices"]
    await road.step("caseAcknowledgeClue", "police.haiyan", clueId=clue["id"])
    return road


async def police_notified(road: Road) -> Road:
    """An act against public security, mediated and performed: the police are told, and agree."""
    await road.register("dispatcher.haiyan", publicSecurity=True)
    await road.agreed()
    await road.along("caseFulfil")
    given: dict[str, Any] = {"recipientId": await road.organisation(POLICE), "minorCircumstances": True}
    given |= {"statement": NOTE, "applications": await applications(road)}
    await road.step("caseNotifyPolice", "mediator.haiyan", **given)
    (notice,) = (await road.read("police.haiyan", "policeNotices { id }"))["policeNotices"]
    await road.step("caseAnswerPoliceNotice", "police.haiyan", noticeId=notice["id"], recognised=True)
    return road


async def applications(road: Road) -> list[dict[str, Any]]:
    """The written applications of both sides, made just now."""
    return [{"partyId": await road.party(side), "appliedAt": ago(minutes=1)} for side in ("APPLICANT", "RESPONDENT")]


WAYS: tuple[Callable[[Road], Awaitable[Road]], ...] = (
    main_road,
    declined,
    with_people_and_clocks,
    signed_and_at_court,
    entrusted,
    given_up,
    protected,
    mediated_again,
    police_notified,
)
"""What makes each of them of a road about to begin."""

Do = Callable[..., Awaitable[dict[str, Any]]]
"""Sends a command: `(who, mutation, what to show, **input)`; gives its payload, which is a success."""


def in_days(days: int) -> str:
    """A day from now."""
    return f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}"


async def empty_register(urls: DatabaseUrls) -> None:
    """Take everybody off the register, so that it can be written anew."""
    for table in ("mediator", "committee_member", "committee_term", "mediation_committee", "committee_size"):
        await execute(urls, f"DELETE FROM {table}")


async def the_register_and_the_calendar(road: Road, do: Do) -> None:
    """Every command upon the register of committees, which is empty, and upon the county's calendar."""
    keeper, committee = "justice.haiyan", await road.organisation("海宴镇人民调解委员会")
    people = [
        {"person": {"name": f"委员{n}（虚构）", "birthDate": "1980-01-01"}, "position": "MEMBER", "woman": n == 1}
        for n in range(3)
    ]
    people.append(
        {"person": {"name": "主任（虚构）", "birthDate": "1975-05-05"}, "position": "DIRECTOR", "woman": False}
    )
    people[0]["person"] = {"name": "委员（虚构）", "idNumber": NUMBER, "consented": True, "phone": "13900000001"}
    town = await road.organisation("海宴镇")
    await do(keeper, "committeeSetSize", "fewest", areaId=town, fewest=3, most=8, source=NOTE)
    made = await do(keeper, "committeeRegister", "committee { id }", organisationId=committee)
    of: dict[str, Any] = {"committeeId": made["committee"]["id"]}
    elected: dict[str, Any] = of | {"expectedVersion": 1, "electedOn": in_days(-2), "members": people}
    await do(keeper, "committeeElect", "committee { id }", **elected)
    known = {"userId": await road.user("mediator.haiyan"), "birthDate": "1990-01-01"}
    for person in (people[0]["person"], known):
        engaged: dict[str, Any] = of | {"person": person, "fullTime": True, "appointedOn": in_days(-1)}
        done = await do(keeper, "mediatorAppoint", "mediator { id version }", **engaged)
    end: dict[str, Any] = {"mediatorId": done["mediator"]["id"], "expectedVersion": done["mediator"]["version"]}
    await do(keeper, "mediatorDismiss", "mediator { id }", **end, ground="TAKING_GAIN", evidence=NOTE)
    day: dict[str, Any] = {"day": in_days(3)}
    await do("admin.taishan", "calendarDaySet", "day", **day, working=False, reason=NOTE)
    await do("admin.taishan", "calendarDayClear", "day", **day)
    await the_policy(do)


async def the_policy(do: Do) -> None:
    """Every command upon the county's own rows of the policy."""
    row = {"role": "MEDIATOR", "resource": "visit", "action": "read", "fieldGroup": "core", "scope": "subtree"}
    row |= {"condition": "always", "effect": "DENY"}
    made = await do("system.taishan", "policyPropose", "policyRevisionId number", rows=[row], reason=NOTE)
    of = {"policyRevisionId": made["policyRevisionId"]}
    await do("admin.taishan", "policyApprove", "number", **of)
    await do("system.taishan", "policyApply", "number", **of)
    await do("system.taishan", "policyRevert", "number", number=1, reason=NOTE, replaces=1)
