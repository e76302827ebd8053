"""What organisations write to each other about a case reaches no party of either side, and no court it was not said to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.accounts import a_resident
from tests.support.api import Server
from tests.support.road import Road, a_party

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

DEMAND, ANSWER, EVIDENCE = "督办要求秘（虚构）", "申请人私下愿意让步秘（虚构）", "办结依据秘（虚构）"
EXTENDED = "申请人愿再谈秘（虚构）"
MATTER, REFUSAL, CONCLUSION = "对方或有暴力秘（虚构）", "警力不足秘（虚构）", "联调结论秘（虚构）"
SUPERVISED, CALLED = {DEMAND, ANSWER, EVIDENCE, EXTENDED}, {MATTER, REFUSAL, CONCLUSION}
EVERY_WAY = """query W($id: ID!, $s: ID!, $c: ID!) {
    case(id: $id) {
        supervisions { id demand answer evidence case { supervisions { answer } } }
        calls { matter conclusion respondents { reason } }
        timeline(first: 100) { nodes { note } }
        deadlines { kind extensionRecords { days reason } case { supervisions { demand } } }
    }
    supervisions(first: 50) { nodes { demand answer evidence } }
    node(id: $s) { ... on Supervision { demand answer evidence } }
    call: node(id: $c) { ... on JointCall { matter conclusion respondents { reason } } }
}"""


async def read_by(live: Server, road: Road, who: str, ids: dict[str, str]) -> set[str]:
    """Which of the texts an account finds, by any of the ways."""
    text = (await (await live.as_(who)).post(EVERY_WAY, {"id": road.id} | ids)).text
    assert '"errors"' not in text
    return {one for one in SUPERVISED | CALLED if one in text}


async def test_what_officials_write_to_each_other_is_read_by_those_who_handle_the_case(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    for name in ("applicant.test", "respondent.test"):
        await a_resident(fresh_haiyan_urls, name)
    parties = [
        a_party("APPLICANT", "伍试样（虚构）", userId=await road.user("applicant.test"), phone="13900000001"),
        a_party("RESPONDENT", "岑试样（虚构）", userId=await road.user("respondent.test"), phone="13900000002"),
    ]
    await road.register(parties=parties)
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn", "caseHoldSession")
    await road.step("caseOpenSupervision", "director.haiyan", demand=DEMAND)
    (one,) = (await road.read("director.haiyan", "supervisions { id }"))["supervisions"]
    clock = next(
        found["id"]
        for found in (await road.read("mediator.haiyan", "deadlines { id kind }"))["deadlines"]
        if found["kind"] == "MEDIATION"
    )
    longer = {"deadlineId": clock, "days": 10, "reason": EXTENDED, "allConsented": True}
    await road.step("caseExtendDeadline", "mediator.haiyan", **longer)
    await road.step("caseAnswerSupervision", "mediator.haiyan", supervisionId=one["id"], answer=ANSWER)
    await road.step("caseCloseSupervision", "director.haiyan", supervisionId=one["id"], evidence=EVIDENCE)
    police = await road.organisation("海宴派出所")
    await road.step("caseCall", "mediator.haiyan", respondentIds=[police], matter=MATTER, hours=24)
    (call,) = (await road.read("mediator.haiyan", "calls { id }"))["calls"]
    ids = {"s": one["id"], "c": call["id"]}
    assert await read_by(live, road, "police.haiyan", ids) == {MATTER}
    await road.step("caseRespondToCall", "police.haiyan", callId=call["id"], accepted=False, reason=REFUSAL)
    await road.step("caseConcludeCall", "dispatcher.haiyan", callId=call["id"], conclusion=CONCLUSION)
    # Neither side, nor whoever sees the case masked; officials see that there was a supervision, and when, parties do not.
    officials = ("justice.haiyan", "admin.haiyan", "admin.taishan", "auditor.taishan")
    for who in ("applicant.test", "respondent.test", *officials):
        assert await read_by(live, road, who, ids) == set(), who
        shown = (await road.read(who, "supervisions { level openedAt }"))["supervisions"] or []
        assert len(shown) == (who in officials), who
    for who in ("mediator.haiyan", "committee.haiyan", "dispatcher.haiyan", "director.haiyan"):
        assert await read_by(live, road, who, ids) == SUPERVISED | CALLED, who
    # A court that the case comes to learns nothing of what was said in mediation (CRT3).
    await road.along("caseFail", "caseReferToCourt")
    assert await read_by(live, road, "tribunal.haiyan", ids) == set()
