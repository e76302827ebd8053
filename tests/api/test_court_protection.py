"""CRT3 (特邀调解规定 22): what was said in mediation never reaches a court, by any path that the schema has.

For an entrusted case, a referred one and one with an application for confirmation: every field of a case and of what
belongs to it is selected, every row is asked for by its id, and every message is read.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLNonNull, GraphQLObjectType, get_named_type, is_leaf_type

from api.graphql.schema import graphql_schema
from tests.api.test_court import entrusted
from tests.support.api import Server
from tests.support.road import CONTENT, RECORD, Road, ago
from tests.support.rows import fetch, key

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

# What is said in mediation: none of it may be found in anything that the court is given.
SAID = {
    "record": "甲方愿意让步至三千元（笔录标记）",
    "attendees": "到场人员标记",
    "failure": "乙方只肯付两千元（不成原因标记）",
    "note": "调解员认为乙方理亏（备注标记）",
    "draft": "草案：付三千五百元（草案标记）",
    "visit": "回访时仍有怨言（回访标记）",
    "matter": "乙方松口，请派员劝其再加五百（呼叫标记）",
    "answer_to_call": "甲方已让步，本单位不必到场（响应标记）",
    "conclusion": "甲方同意减至三千元（联调结论标记）",
    "demand": "双方只差五百元，为何未成（督办标记）",
    "answer": "乙方愿付两千五百元（督办答复标记）",
    "evidence": "乙方已当面认错（督办办结标记）",
    "longer": "甲方愿再让一步（延期标记）",
    "recusal": "调解员曾劝乙方认错（回避标记）",
    "again": "乙方愿加价再谈（再次调解标记）",
    "pause": "乙方要求冷静后再让价（中止标记）",
}
# Table of a case's parts -> prefix of its ids.
ROWS = {
    "case_session": "session",
    "case_note": "note",
    "case_follow_up": "followup",
    "case_agreement": "agreement",
    "case_obligation": "obligation",
    "agreement_signature": "signature",
    "court_entrustment": "entrustment",
    "judicial_confirmation": "confirmation",
    "case_party": "party",
    "joint_call": "call",
    "supervision": "supervision",
    "deadline": "deadline",
    "case_recusal": "recusal",
    "case_pause": "pause",
    "clue_notice": "clue",
}
DEPTH = 3


def everything(type_: GraphQLObjectType, depth: int, seen: tuple[str, ...] = ()) -> str:
    """A selection of every field without required arguments, as deep as that, leaving out the way back."""
    chosen = []
    for name, field in type_.fields.items():
        named: Any = get_named_type(field.type)
        if any(isinstance(argument.type, GraphQLNonNull) for argument in field.args.values()):
            continue
        if is_leaf_type(named):
            chosen.append(name)
        elif isinstance(named, GraphQLObjectType) and depth and named.name not in seen:
            inner = everything(named, depth - 1, (*seen, type_.name))
            few = "(first: 5)" if "first" in field.args else ""
            if inner:
                chosen.append(f"{name}{few} {{ {inner} }}")
    return " ".join(chosen)


async def given_to(
    server: Server, urls: DatabaseUrls, who: str, road: Road, tables: Collection[str] = ROWS.keys()
) -> str:
    """All that an account gets of the case, by every way, as text."""
    case_type: Any = graphql_schema().type_map["Case"]
    client = await server.as_(who)
    answers = []
    for name, field in case_type.fields.items():
        named: Any = get_named_type(field.type)
        inner = everything(named, DEPTH - 1, ("Case",)) if isinstance(named, GraphQLObjectType) else ""
        if not is_leaf_type(named) and not inner:
            continue
        few = "(first: 40)" if "first" in field.args else ""
        member = f"{name}{few} {{ {inner} }}" if inner else name
        for query in (
            f"query A($id: ID!) {{ case(id: $id) {{ {member} }} }}",
            f"query B($id: ID!) {{ node(id: $id) {{ ... on Case {{ {member} }} }} }}",
        ):
            response = await client.post(query, {"id": road.id})
            assert "errors" not in response.json(), response.json()
            answers.append(response.text)
    for table, prefix in ((table, ROWS[table]) for table in sorted(tables)):
        found = await fetch(urls, f"SELECT id FROM {table} WHERE case_id = $1", key(road.id))
        for row in found:
            view: Any = next(
                type_ for type_ in graphql_schema().type_map.values()
                if isinstance(type_, GraphQLObjectType) and prefix_of(type_) == prefix
            )  # fmt: skip
            query = f"query N($id: ID!) {{ node(id: $id) {{ ... on {view.name} {{ {everything(view, 1)} }} }} }}"
            answers.append((await client.post(query, {"id": f"{prefix}:{row['id']}"})).text)
    return "\n".join(answers)


def prefix_of(type_: GraphQLObjectType) -> str | None:
    from api.graphql.binding import view_of
    from domain.registry import CATALOGUE

    name = view_of(type_)
    return None if name is None else CATALOGUE[name].prefix


async def nothing_reaches_the_court(
    server: Server, urls: DatabaseUrls, road: Road, *, agreed: bool, tables: Collection[str] = ROWS.keys()
) -> None:
    kept = [said for name, said in SAID.items() if not (agreed and name == "draft")]
    # The looking itself is good: whoever mediated finds it all.
    told = await given_to(server, urls, "dispatcher.haiyan", road)
    present = [said for said in kept if said in told]
    assert len(present) >= 12, sorted({*kept} - {*present})
    for who in ("tribunal.haiyan", "judge.haiyan"):
        told = await given_to(server, urls, who, road, tables)
        assert road.number in told
        assert [said for said in kept if said in told] == [], who
    messages = await fetch(
        urls, "SELECT payload::text FROM outbox WHERE subject_id = $1 OR payload->>'case' = $1::text", key(road.id)
    )
    assert messages
    written = "\n".join(row["payload"] for row in messages)
    assert [said for said in (*SAID.values(), RECORD, CONTENT) if said in written] == []


async def mediated(road: Road) -> None:
    """From an accepted case to one that was mediated, with things said, and written of it by those who handle it."""
    await road.along("caseAssessRisk", "caseDispatch", "caseTakeOn")
    await written_of(road)
    await road.step("caseHoldSession", record=SAID["record"], attendees=SAID["attendees"])
    await road.step("caseAddNote", "mediator.haiyan", content=SAID["note"], visibility="EVERYONE")


async def written_of(road: Road) -> None:
    """A joint call, answered and concluded; supervision, answered and closed; more time, a recusal, a rest."""
    called = [await road.organisation("海宴派出所"), await road.organisation("海宴镇妇女联合会")]
    await road.step("caseCall", "dispatcher.haiyan", respondentIds=called, matter=SAID["matter"], hours=24)
    (call,) = (await road.read("dispatcher.haiyan", "calls { id }"))["calls"]
    await road.step("caseRespondToCall", "police.haiyan", callId=call["id"], accepted=True)
    no: dict[str, Any] = {"accepted": False, "reason": SAID["answer_to_call"]}
    await road.step("caseRespondToCall", "women.haiyan", callId=call["id"], **no)
    await road.step("caseConcludeCall", "dispatcher.haiyan", callId=call["id"], conclusion=SAID["conclusion"])
    await road.step("caseOpenSupervision", "director.haiyan", demand=SAID["demand"])
    (one,) = (await road.read("director.haiyan", "supervisions { id }"))["supervisions"]
    of = {"supervisionId": one["id"]}
    await road.step("caseAnswerSupervision", "mediator.haiyan", **of, answer=SAID["answer"])
    await road.step("caseCloseSupervision", "director.haiyan", **of, evidence=SAID["evidence"])
    clocks = (await road.read("mediator.haiyan", "deadlines { id kind }"))["deadlines"]
    clock = next(one["id"] for one in clocks if one["kind"] in {"MEDIATION", "ENTRUSTED_MEDIATION"})
    more: dict[str, Any] = {"deadlineId": clock, "days": 10, "reason": SAID["longer"], "allConsented": True}
    await road.step("caseExtendDeadline", "mediator.haiyan", **more)
    party, mediator = await road.party("APPLICANT"), await road.user("mediator.family.haiyan")
    ground = {"mediatorId": mediator, "partyId": party, "relation": "OTHER", "reason": SAID["recusal"]}
    await road.step("caseDeclareRecusal", "committee.haiyan", **ground)
    await road.step("casePause", note=SAID["pause"])
    await road.step("caseResume")


@pytest.mark.parametrize("way", ["entrusted", "referred"])
async def test_of_a_mediation_that_failed(live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls, way: str) -> None:
    if way == "entrusted":
        await entrusted(road)
        await road.step("caseAcceptEntrustment", "committee.haiyan", rightsToldAt=ago(hours=3))
    else:
        await road.along("caseAccept")
    await mediated(road)
    await road.step("caseFail", reason=SAID["failure"])
    await road.step("caseFollowUp", record=SAID["visit"])
    if way == "entrusted":
        await road.step("caseReturnEntrustment", "committee.haiyan", reason="NOT_SETTLED", note=SAID["note"])
    else:
        court = await road.organisation("海宴人民法庭")
        await road.step(
            "caseReferToCourt", "dispatcher.haiyan", courtId=court, consentedAt=ago(minutes=1), note=SAID["note"]
        )
        over = (await road.read("judge.haiyan", "handOver { court { name } items { kind included } }"))["handOver"]
        assert over["court"]["name"] == "海宴人民法庭"
        assert {one["kind"] for one in over["items"] if one["included"]} == {
            "CASE_PARTICULARS", "PARTY_PARTICULARS", "MEDIATION_PROOF"
        }  # fmt: skip
    await nothing_reaches_the_court(live, fresh_haiyan_urls, road, agreed=False)


async def test_of_an_entrusted_case_with_a_draft(live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls) -> None:
    await entrusted(road)
    await road.step("caseAcceptEntrustment", "committee.haiyan", rightsToldAt=ago(hours=3))
    await mediated(road)
    unsigned: dict[str, Any] = dict.fromkeys(("partiesSignedAt", "mediatorSignedAt", "sealedAt"))
    await road.step("caseAgree", content=SAID["draft"], **unsigned)
    await nothing_reaches_the_court(live, fresh_haiyan_urls, road, agreed=False)


async def test_of_a_case_with_an_application_the_agreement_alone(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await road.along("caseAccept")
    await mediated(road)
    await road.step("caseAgree", content=SAID["draft"])
    await road.step("caseApplyConfirmation", note=SAID["note"])
    await nothing_reaches_the_court(live, fresh_haiyan_urls, road, agreed=True)
    told = await given_to(live, fresh_haiyan_urls, "judge.haiyan", road)
    assert SAID["draft"] in told, "in effect it is an agreement, and what the court is asked to confirm"


async def test_a_draft_that_came_to_nothing_is_not_shown_beside_the_agreement(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await entrusted(road)
    await road.step("caseAcceptEntrustment", "committee.haiyan", rightsToldAt=ago(hours=3))
    await mediated(road)
    unsigned: dict[str, Any] = dict.fromkeys(("partiesSignedAt", "mediatorSignedAt", "sealedAt"))
    await road.step("caseAgree", content=SAID["draft"], **unsigned)
    await road.step("caseMediateAgain", reason=SAID["again"])
    await road.along("caseHoldSession", "caseAgree", "caseApplyConfirmation")
    told = await road.read("mediator.haiyan", "earlierAgreements { nodes { content } }")
    assert told["earlierAgreements"]["nodes"] == [{"content": SAID["draft"]}]
    seen = await road.read("judge.haiyan", "agreement { content } earlierAgreements { totalCount }")
    assert seen == {"agreement": {"content": CONTENT}, "earlierAgreements": None}
    # As far as the schema leads: whoever has the draft's own id has read the draft.
    kept = ROWS.keys() - {"case_agreement", "case_obligation", "agreement_signature"}
    await nothing_reaches_the_court(live, fresh_haiyan_urls, road, agreed=False, tables=kept)


async def test_a_court_that_is_called_in_reads_what_for_and_no_conclusion(live: Server, road: Road) -> None:
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn")
    tribunal = [await road.organisation("海宴人民法庭")]
    await road.step("caseCall", "dispatcher.haiyan", respondentIds=tribunal, matter=SAID["matter"], hours=24)
    shown = "calls { id matter conclusion respondents { status reason } }"
    (call,) = (await road.read("judge.haiyan", shown))["calls"]
    assert call["matter"] == SAID["matter"]
    await road.step("caseRespondToCall", "judge.haiyan", callId=call["id"], accepted=True, reason="届时到场")
    await road.step("caseConcludeCall", "dispatcher.haiyan", callId=call["id"], conclusion=SAID["conclusion"])
    await road.along("caseHoldSession", "caseFail", "caseReferToCourt")
    (after,) = (await road.read("judge.haiyan", shown))["calls"]
    assert after == {
        "id": call["id"], "matter": None, "conclusion": None, "respondents": [{"status": "ACCEPTED", "reason": None}]
    }  # fmt: skip
    (told,) = (await road.read("dispatcher.haiyan", shown))["calls"]
    assert (told["matter"], told["conclusion"]) == (SAID["matter"], SAID["conclusion"])
