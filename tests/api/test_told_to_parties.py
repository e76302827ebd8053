"""A party is told of a case what parties are told, and nothing of what is done to protect somebody in it, by no way.

The proof is a difference: all that an account can select of a case, by every way of the schema, is read before and
after each protective step; not a byte may change, neither a count nor a version, a moment nor a message.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from domain.foundation.query.roots import Listing
from domain.registry import CATALOGUE
from tests.api.test_conflicts import conflict
from tests.api.test_protected_paths import identity_number
from tests.support.accounts import a_resident, an_account
from tests.support.api import Client, Server
from tests.support.everything import everything_of, mutation_of, parts_of
from tests.support.road import Road, a_party, ago
from tests.support.rows import execute, fetch, ids_of, key

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

ADDRESS = "试验保护路88号（住址标记）"
ACCUSED = "accused.test"
# In office as well, on the same side; and who stands for the accused.
OFFICIAL, AGENT = "official.test", "agent.test"
REPORTER = "reporter.test"
PROTECTED = "protected.test"
# What goes with the clock alone, whoever does what.
CLOCK = re.compile(r'"remainingHours":-?\d+')
NOWHERE = "0192f000-0000-7000-8000-00000000dead"


@dataclass
class Dispute:
    """A case between two residents, on its way, in which nobody is protected yet."""

    road: Road
    urls: DatabaseUrls

    async def ids(self) -> list[str]:
        """The global ids of every row of every part of the case, behind the platform's back."""
        found: list[str] = []
        for view in CATALOGUE:
            if view.owner is not None and view.owner.view == "case" and view.prefix is not None:
                rows = await fetch(self.urls, f"{ids_of(view)} WHERE w.id = $1 ORDER BY 1", key(self.road.id))
                found += [row["id"] for row in rows]
        return found


async def all_read(client: Client, road: Road, ids: list[str]) -> dict[str, str]:
    """All that an account is answered of the case, and of the lists in which it stands, by the way that was asked."""
    answers: dict[str, str] = {}
    deep = parts_of("Case", 2, page=20)
    ways = {f"case {number}": f"query C($id: ID!) {{ case(id: $id) {{ {part} }} }}" for number, part in enumerate(deep)}
    flat = parts_of("Case", 1, page=20)
    ways |= {f"node {number}": f"query N($id: ID!) {{ node(id: $id) {{ ... on Case {{ {part} }} }} }}"
             for number, part in enumerate(flat)}  # fmt: skip
    for name, query in ways.items():
        answers[name] = await said(client, query, id=road.id)
    for name, listing in ((n, one) for view in CATALOGUE for n, one in view.roots.items() if isinstance(one, Listing)):
        if CATALOGUE[listing.view].owner is None and listing.view != "case":
            continue
        row = everything_of(CATALOGUE[listing.view].type_name, 0)
        page = f"totalCount pageInfo {{ startCursor endCursor }} edges {{ cursor node {{ {row} }} }}"
        answers[name] = await said(client, f"{{ {name} {{ {page} }} }}")
    for name, condition in FILTERS.items():
        answers[name] = await said(client, f"{{ cases(filter: {condition}) {{ totalCount nodes {{ id }} }} }}")
        answers[f"counted {name}"] = await said(
            client, f"{{ caseFigures(filter: {condition}) {{ total {{ broughtIn }} }} }}"
        )
    for dimension in ("STATUS", "RISK_LEVEL", "SOURCE"):
        counted = f"{{ caseFigures(groupBy: [{dimension}]) {{ total {{ broughtIn }} groups {{ key broughtIn }} }} }}"
        answers[f"by {dimension}"] = await said(client, counted)
    for part in range(0, len(ids), 100):
        query = "query I($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
        answers[f"nodes {part}"] = await said(client, query, ids=ids[part : part + 100])
    for mutation, brought in REFUSED.items():
        query = mutation_of(mutation, "... on Problem { code message availableActions { action allowed } }")
        answers[mutation] = await said(client, query, input={"caseId": road.id, "expectedVersion": 99, **brought})
    return answers


FILTERS = {
    "of red risk": "{riskLevel: [RED]}",
    "of yellow risk": "{riskLevel: [YELLOW]}",
    "without risk": "{without: [RISK_LEVEL]}",
    "overdue": "{overdue: true}",
    "open": "{open: true}",
    "paused": "{paused: true}",
}
# Commands of others, and of parties upon a version that there never was.
REFUSED: dict[str, dict[str, Any]] = {
    "caseWithdraw": {"reason": "试验", "otherWaysTold": True},
    "caseClose": {},
    "caseConcludeCall": {"callId": f"call:{NOWHERE}", "conclusion": "试验"},
    "caseAcknowledgeRisk": {},
    "caseAcknowledgeClue": {"clueId": f"clue:{NOWHERE}"},
    "caseFulfilDuty": {"dutyId": f"duty:{NOWHERE}", "record": "试验"},
}


async def said(client: Client, query: str, **given: Any) -> str:
    """The whole answer; errors too are answers, but for faults."""
    text = CLOCK.sub("", (await client.post(query, given)).text)
    assert "INTERNAL" not in text, (query, text)
    return text


def differing(before: dict[str, str], after: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Where answers begin to differ, by the way."""
    found = {}
    for way, text in after.items():
        if text != before[way]:
            at = next((i for i, (a, b) in enumerate(zip(text, before[way], strict=False)) if a != b), 0)
            found[way] = (before[way][max(at - 60, 0) : at + 60], text[max(at - 60, 0) : at + 60])
    return found


@pytest.fixture
async def dispute(live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls) -> Dispute:
    urls = fresh_haiyan_urls
    accused, protected = await a_resident(urls, ACCUSED), await a_resident(urls, PROTECTED)
    agent, reporter = await a_resident(urls, AGENT), await a_resident(urls, REPORTER)
    official = await an_account(
        urls,
        OFFICIAL,
        ("centre_dispatcher", "海宴镇综治中心"),
        ("resident", "海宴圩社区"),
        ("police_liaison", "海宴派出所"),
    )
    victim = a_party(
        "APPLICANT", "司徒试样（虚构）", address=ADDRESS, idNumber=identity_number(), consented=True, userId=protected,
        disabled=True,
    )  # fmt: skip
    others = [
        a_party("RESPONDENT", "欧阳试样（虚构）", userId=accused),
        a_party("RESPONDENT", "上官试样（虚构）", userId=official),
    ]
    await road.register(parties=[victim, *others])
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn")
    stands = {
        "partyId": await road.party("RESPONDENT"),
        "kind": "AGENT",
        "name": "代理试样（虚构）",
        "authority": "一般授权",
    }
    await road.step("caseAddRepresentative", "dispatcher.haiyan", **stands, userId=agent)
    await road.step("casePause")
    await road.step("caseResume")
    await road.step("caseHoldSession", visibility="EVERYONE")
    await execute(urls, "UPDATE dispute_case SET registered_by = $1 WHERE id = $2", key(reporter), key(road.id))
    return Dispute(road, urls)


Step = tuple[str, Callable[[], Awaitable[Any]]]


def step(road: Road, mutation: str, who: str, **given: Any) -> Step:
    return mutation, lambda: road.step(mutation, who, **given)


async def while_it_is_mediated(road: Road) -> list[Step]:
    """What is done among those who work a case, each by whose work it is, while it is mediated."""
    police = await road.organisation("海宴派出所")

    async def answer_call() -> None:
        (call,) = (await road.read("police.haiyan", "calls { id }"))["calls"]
        await road.step("caseRespondToCall", "police.haiyan", callId=call["id"], accepted=True)

    async def conclude_call() -> None:
        (call,) = (await road.read("director.haiyan", "calls { id }"))["calls"]
        given: dict[str, Any] = {"sessionHeldAt": ago(minutes=1), "conclusion": "轮流值守（虚构）"}
        await road.step("caseConcludeCall", "director.haiyan", callId=call["id"], **given)

    red = {"level": "RED", "scale": "GROUP", "peopleCount": 12, "massIncident": True, "publicSecurity": True}
    apart = {"form": "SEPARATE", "side": "APPLICANT", "record": "单独谈话（虚构）"}
    return [
        step(road, "caseCall", "director.haiyan", respondentIds=[police], matter="请上门（虚构）", hours=1),
        ("caseRespondToCall", answer_call),
        ("caseConcludeCall", conclude_call),
        step(road, "caseAssessRisk", "dispatcher.haiyan", **red),
        step(road, "caseAcknowledgeRisk", "admin.haiyan"),
        step(road, "caseHoldSession", "mediator.haiyan", **apart),
        step(road, "caseAddNote", "mediator.haiyan", content="调解员之间（虚构）", visibility="MEDIATORS"),
        step(road, "caseAddNote", PROTECTED, content="请不要告诉对方（虚构）", visibility="SIDE", side="APPLICANT"),
    ]


async def once_it_is_agreed(road: Road) -> list[Step]:
    """The same, once there is an agreement: a protected address, an order, a clue, supervision."""
    office, tribunal = await road.organisation("海宴镇信访办公室"), await road.organisation("海宴人民法庭")
    protect = {"partyIds": [await road.party("APPLICANT")], "protectorIds": [await road.user("women.haiyan")]}
    order = {"organisationId": tribunal, "takenAt": ago(minutes=1), "kind": "ORDER_APPLIED"}

    async def acknowledge_clue() -> None:
        (clue,) = (await road.read("petition.haiyan", "clueNotices { id }"))["clueNotices"]
        await road.step("caseAcknowledgeClue", "petition.haiyan", clueId=clue["id"])

    async def answer_supervision() -> None:
        found = (await road.read("mediator.haiyan", "supervisions { id cause }"))["supervisions"]
        (one,) = [one["id"] for one in found if one["cause"] == "BY_HAND"]
        await road.step("caseAnswerSupervision", "mediator.haiyan", supervisionId=one, answer="已上门（虚构）")

    return [
        step(road, "caseProtect", "director.haiyan", **protect, reason="疑似家庭暴力（虚构）", violenceSuspected=True),
        step(road, "caseRecordMeasure", "director.haiyan", **order),
        step(road, "caseSendClue", "director.haiyan", recipientId=office, clue="请关注（虚构）"),
        ("caseAcknowledgeClue", acknowledge_clue),
        step(road, "caseOpenSupervision", "director.haiyan", demand="请每日上门（虚构）"),
        ("caseAnswerSupervision", answer_supervision),
    ]


async def agreed(road: Road) -> None:
    """Agreed, and before the court of the place where the protected person lives."""
    await road.step("caseAgree")
    home = {"residentId": await road.party("APPLICANT"), "placeId": await road.organisation("海宴圩网格")}
    await road.step("caseApplyConfirmation", basis="RESIDENCE", **home)


READERS = [ACCUSED, AGENT, OFFICIAL, REPORTER]


async def test_no_protective_step_changes_a_byte_of_what_the_other_side_reads(live: Server, dispute: Dispute) -> None:
    """Neither who has nothing to do with it reads it, but the accused, who stands for them, who registered the case, and
    an official who is a party besides."""
    road = dispute.road
    clients = {who: await live.as_(who) for who in READERS}
    for stage in (while_it_is_mediated, once_it_is_agreed):
        if stage is once_it_is_agreed:
            await agreed(road)
        steps = await stage(road)
        known = await dispute.ids()
        before = {who: await all_read(client, road, known) for who, client in clients.items()}
        assert road.number in str(before[ACCUSED])
        for name, take in steps:
            await take()
            after = await all_read(clients[ACCUSED], road, known)
            assert differing(before[ACCUSED], after) == {}, name
        for who, client in clients.items():
            assert differing(before[who], await all_read(client, road, known)) == {}, who
        # Nor is anything that the steps added found by its id.
        made = [one for one in await dispute.ids() if one not in known]
        assert len(made) > len(steps)
        for who, client in clients.items():
            found = await client.ask("query I($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=made)
            assert found["nodes"] == [None] * len(made), who


async def test_those_at_work_read_all_of_it(live: Server, dispute: Dispute) -> None:
    """The same search finds what was done where it may be found: it does not miss it."""
    road = dispute.road
    for _, take in await while_it_is_mediated(road):
        await take()
    await agreed(road)
    for _, take in await once_it_is_agreed(road):
        await take()
    found = await dispute.ids()
    read = str(await all_read(await live.as_("director.haiyan"), road, found))
    # But the clock of the protection order, which nobody reads along with the others.
    hidden = await fetch(dispute.urls, "SELECT id FROM deadline WHERE confidential AND case_id = $1", key(road.id))
    assert {one for one in found if one not in read} == {f"deadline:{row['id']}" for row in hidden}


TOLD = "version timeline { totalCount nodes { version action actor { id } } edges { cursor } }"


async def test_a_party_counts_what_parties_are_told_and_acts_upon_it(live: Server, dispute: Dispute) -> None:
    road = dispute.road
    before = await road.read(ACCUSED, TOLD)
    entries = before["timeline"]["nodes"]
    assert [one["version"] for one in entries] == list(range(1, before["version"] + 1))
    assert before["timeline"]["totalCount"] == before["version"] < road.version
    assert "ASSESS_RISK" not in {one["action"] for one in entries}
    assert {one["actor"] for one in entries} == {None}
    for _, take in await while_it_is_mediated(road):
        await take()
    # Nothing that they may not know is in the way of what they do upon what they saw.
    accused = await live.as_(ACCUSED)
    said = {
        "caseId": road.id,
        "expectedVersion": before["version"],
        "content": "我的话（虚构）",
        "visibility": "EVERYONE",
    }
    done = await accused.change("caseAddNote", **said)
    assert (done["__typename"], done["case"]["version"]) == ("CaseAddNoteSuccess", before["version"])
    # What they are told of in the meantime is.
    road.version += 1
    await road.step("casePause")
    stale = await conflict(road, "caseWithdraw", ACCUSED, expectedVersion=before["version"], partyId=None)
    told = before["version"] + 1
    assert (stale["__typename"], stale["currentVersion"], stale["case"]["version"]) == ("CaseConflict", told, told)
    assert f"当前版本为{told}" in stale["message"]
    assert [(one["version"], one["action"]) for one in stale["changes"]] == [(told, "PAUSE")]
    # The version of those at work is none of theirs.
    ahead = await conflict(road, "caseWithdraw", ACCUSED, expectedVersion=road.version, partyId=None)
    assert (ahead["__typename"], ahead["currentVersion"], ahead["changes"]) == ("CaseConflict", told, [])
    await road.step("caseWithdraw", ACCUSED, partyId=None)
    assert (await road.read(ACCUSED, "status version")) == {"status": "FAILED", "version": told + 1}


async def test_a_protected_person_reads_their_own_address_unless_the_team_closed_it(
    live: Server, dispute: Dispute
) -> None:
    road = dispute.road
    shown = "parties { nodes { side address { display } addressProtected addressClosed } }"

    async def own(who: str) -> dict[str, Any]:
        parties = (await road.read(who, shown))["parties"]["nodes"]
        (found,) = [one for one in parties if one.pop("side") == "APPLICANT"]
        return dict(found)

    given: dict[str, Any] = {
        "partyIds": [await road.party("APPLICANT")],
        "protectorIds": [await road.user("women.haiyan")],
    }
    closed = {"address": {"display": None}, "addressProtected": True, "addressClosed": None}
    open_ = {"address": {"display": ADDRESS}, "addressProtected": True, "addressClosed": False}
    steps: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
        ({}, open_, False),
        ({"addressClosed": True}, closed, True),
        ({}, closed, True),
        ({"addressClosed": False}, open_, False),
    ]
    for brought, expected, of_team in steps:
        await road.step(
            "caseProtect", "director.haiyan", **given, **brought, reason="疑似家庭暴力（虚构）", violenceSuspected=True
        )
        assert await own(PROTECTED) == expected
        assert (await own("women.haiyan"))["addressClosed"] is of_team
        for who in (ACCUSED, AGENT, OFFICIAL, REPORTER, "dispatcher.haiyan", "admin.taishan"):
            assert (await own(who))["address"] == {"display": None}, who
