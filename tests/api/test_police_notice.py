"""Notices to the police over HTTP (POL2): what was mediated and performed is not punished, if all ask and the police agree."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Server
from tests.support.every_command import POLICE, applications
from tests.support.road import RESPONDENT, Road, a_party, ago

OTHER_POLICE = "广海派出所"
NOTICE = """policeNotices { id statement sentAt answeredAt recognised reason sender { name } recipient { name }
    applications { appliedAt party { name { display } } } }"""


async def performed(road: Road, **registration: Any) -> Road:
    """A dispute in which somebody was hit, mediated and paid for."""
    await road.register("dispatcher.haiyan", **({"publicSecurity": True} | registration))
    await road.agreed()
    return await road.along("caseFulfil")


async def notice(road: Road, **changes: Any) -> dict[str, Any]:
    """What a notice that may be sent brings."""
    plain: dict[str, Any] = {
        "recipientId": await road.organisation(POLICE, "dispatcher.haiyan"),
        "applications": await applications(road),
        "minorCircumstances": True,
        "statement": "因停车争执推搡致轻微伤，已赔礼并赔付（虚构）",
    }
    return plain | changes


async def refusal(road: Road, mutation: str, who: str, **given: Any) -> tuple[str, str]:
    """How a step is refused: the type of problem, and the rule or code."""
    found = await road.ask_for(mutation, who, **given)
    return found["__typename"], found.get("rule") or found["code"]


async def test_the_police_are_told_once_and_agree(road: Road) -> None:
    await performed(road)
    given = await notice(road)
    before = await road.read("police.haiyan", "agreement { content } policeNotices { id }")
    assert before == {"agreement": None, "policeNotices": []}
    once = given | {"idempotencyKey": "notice", "expectedVersion": road.version}
    await road.step("caseNotifyPolice", "mediator.haiyan", **once)
    # A repeat does nothing and answers the same; a version that is past is refused.
    again = await road.ask_for("caseNotifyPolice", "mediator.haiyan", **once)
    assert (again["__typename"], again["case"]["version"]) == ("CaseNotifyPoliceSuccess", road.version)
    stale = given | {"expectedVersion": road.version - 1}
    assert await refusal(road, "caseNotifyPolice", "mediator.haiyan", **stale) == ("CaseConflict", "STALE_VERSION")
    assert await refusal(road, "caseNotifyPolice", "mediator.haiyan", **given) == ("RuleRefused", "POL_ONCE")

    # The station sees the notice, with the agreement that it rests on and whose applications.
    seen = await road.read("police.haiyan", f"agreement {{ content }} {NOTICE}")
    (told,) = seen["policeNotices"]
    assert seen["agreement"] is not None
    assert (told["recipient"]["name"], told["statement"], told["recognised"]) == (POLICE, given["statement"], None)
    assert len(told["applications"]) == 2
    assert all(one["party"]["name"]["display"] for one in told["applications"])

    # No other answers it, and a refusal has its reason.
    answer: dict[str, Any] = {"noticeId": told["id"], "recognised": False}
    for who in ("mediator.haiyan", "dispatcher.haiyan"):
        assert await refusal(road, "caseAnswerPoliceNotice", who, **answer) == ("Forbidden", "FORBIDDEN")
    assert await refusal(road, "caseAnswerPoliceNotice", "police.haiyan", **answer) == ("RuleRefused", "POL_REASON")
    await road.step("caseAnswerPoliceNotice", "police.haiyan", **(answer | {"recognised": True}))
    (told,) = (await road.read("mediator.haiyan", NOTICE))["policeNotices"]
    assert told["recognised"] is True
    assert told["answeredAt"] is not None
    twice = await refusal(road, "caseAnswerPoliceNotice", "police.haiyan", **(answer | {"recognised": True}))
    assert twice == ("RuleRefused", "POL_OPEN")
    entries = (await road.read("mediator.haiyan", "timeline { nodes { action version } }"))["timeline"]["nodes"]
    assert [one["action"] for one in entries][-2:] == ["NOTIFY_POLICE", "ANSWER_POLICE_NOTICE"]
    assert [one["version"] for one in entries] == list(range(1, len(entries) + 1))


async def test_no_notice_of_what_is_no_matter_of_public_security(road: Road) -> None:
    await performed(road, publicSecurity=False)
    given = await notice(road)
    assert await refusal(road, "caseNotifyPolice", "mediator.haiyan", **given) == ("RuleRefused", "POL2")


async def test_no_notice_before_everything_is_performed(road: Road) -> None:
    await road.register("dispatcher.haiyan", publicSecurity=True)
    await road.agreed()
    given = await notice(road)
    assert await refusal(road, "caseNotifyPolice", "mediator.haiyan", **given) == ("RuleRefused", "LIFECYCLE")
    await road.along("casePerform")
    assert await refusal(road, "caseNotifyPolice", "mediator.haiyan", **given) == ("RuleRefused", "LIFECYCLE")
    await road.along("caseFulfil")
    await road.step("caseNotifyPolice", "mediator.haiyan", **await notice(road))


async def test_every_party_of_both_sides_applies_in_writing_and_in_time(road: Road) -> None:
    parties = [
        a_party("APPLICANT", "司徒试样（虚构）"),
        a_party("APPLICANT", "司马试样（虚构）"),
        a_party("RESPONDENT", RESPONDENT),
        a_party("THIRD_PARTY", "公孙试样（虚构）"),
    ]
    await performed(road, parties=parties)
    of = (await road.read("mediator.haiyan", "parties { nodes { id side } }"))["parties"]["nodes"]
    sided = [one["id"] for one in of if one["side"] != "THIRD_PARTY"]
    made = [{"partyId": one, "appliedAt": ago(minutes=1)} for one in sided]

    async def refused(**changes: Any) -> tuple[str, str]:
        return await refusal(road, "caseNotifyPolice", "mediator.haiyan", **await notice(road, **changes))

    assert await refused(applications=[]) == ("RuleRefused", "POL2")
    # The second injured party has not asked.
    assert await refused(applications=[made[0], made[2]]) == ("RuleRefused", "POL2")
    early = [*made[:2], made[2] | {"appliedAt": ago(hours=2)}]
    assert await refused(applications=early) == ("RuleRefused", "POL2")
    assert await refused(applications=made, minorCircumstances=False) == ("RuleRefused", "POL2")
    assert await refused(applications=[*made, made[0]]) == ("InvalidInput", "INVALID_INPUT")
    to_come = [*made[:2], made[2] | {"appliedAt": ago(hours=-1)}]
    assert await refused(applications=to_come) == ("InvalidInput", "INVALID_INPUT")
    assert (await road.read("mediator.haiyan", NOTICE))["policeNotices"] == []
    # A third party need not.
    await road.step("caseNotifyPolice", "mediator.haiyan", **await notice(road, applications=made))


async def test_the_notice_goes_to_police_who_serve_the_place(road: Road) -> None:
    await performed(road)
    elsewhere = await road.organisation(OTHER_POLICE, "admin.taishan")
    given = await notice(road, recipientId=elsewhere)
    assert await refusal(road, "caseNotifyPolice", "mediator.haiyan", **given) == ("RuleRefused", "POL_PLACE")
    justice = await notice(road, recipientId=await road.organisation("海宴司法所", "admin.taishan"))
    assert await refusal(road, "caseNotifyPolice", "mediator.haiyan", **justice) == ("InvalidInput", "NOT_POLICE")
    bureau = await notice(road, recipientId=await road.organisation("台山市公安局", "admin.taishan"))
    await road.step("caseNotifyPolice", "mediator.haiyan", **bureau)
    # The station serves the place too, but the notice is not its own to answer.
    (told,) = (await road.read("police.haiyan", NOTICE))["policeNotices"]
    answer = {"noticeId": told["id"], "recognised": True}
    assert await refusal(road, "caseAnswerPoliceNotice", "police.haiyan", **answer) == ("Forbidden", "FORBIDDEN")
    elsewhere_seen = await (await road.server.as_("police.guanghai")).ask(
        "query N($id: ID!) { node(id: $id) { id } }", id=told["id"]
    )
    assert elsewhere_seen["node"] is None


@pytest.mark.parametrize("who", ["committee.haiyan", "dispatcher.haiyan"])
async def test_a_closed_case_is_told_of_and_seen_until_the_answer(road: Road, who: str) -> None:
    await performed(road)
    if who == "committee.haiyan":
        await road.along("caseFollowUp", "caseClose")
        await road.step("caseNotifyPolice", who, **await notice(road))
    else:
        await road.step("caseNotifyPolice", who, **await notice(road))
        await road.along("caseFollowUp", "caseClose")
    seen = await road.read("police.haiyan", "agreement { content } policeNotices { id }")
    assert seen["agreement"] is not None
    answer = {"noticeId": seen["policeNotices"][0]["id"], "recognised": False, "reason": "情节并非较轻（虚构）"}
    await road.step("caseAnswerPoliceNotice", "police.haiyan", **answer)
    seen = await road.read("police.haiyan", f"agreement {{ content }} {NOTICE}")
    assert (seen["agreement"], seen["policeNotices"][0]["reason"]) == (None, answer["reason"])


async def test_who_may_not_is_told_so(road: Road) -> None:
    await performed(road)
    given = await notice(road)
    for who in ("police.haiyan", "justice.haiyan", "admin.taishan"):
        assert await refusal(road, "caseNotifyPolice", who, **given) == ("Forbidden", "FORBIDDEN")
    assert await refusal(road, "caseNotifyPolice", "dispatcher.guanghai", **given) == ("NotFound", "NOT_FOUND")


async def test_the_rule_is_listed(live: Server) -> None:
    rules = (await (await live.as_("mediator.haiyan")).ask("{ rules { id source message messageEn appliesTo } }"))[
        "rules"
    ]
    (found,) = [one for one in rules if one["id"] == "POL2"]
    assert found["source"] == "《治安管理处罚法》第九条"
    assert found["appliesTo"] == ["CASE_NOTIFY_POLICE"]
