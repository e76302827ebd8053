"""The register as Haiyan has it: who reads what of it, and what a dismissal does to a case under way (MED2)."""

from __future__ import annotations

from typing import Any

from domain.registry import COMMANDS
from tests.api.test_committees import KEEPER, done
from tests.support.api import Server
from tests.support.road import Road

COMMITTEES = """{ committees(first: 50) { totalCount nodes {
    id termEnded fewestMembers mostMembers sizeSource organisation { name }
    members { name position woman } terms { electedOn endsOn endedOn fewestMembers mostMembers members { name } }
} } }"""
APPOINTMENTS = """query M($f: MediatorFilter) { mediators(filter: $f) { nodes {
    id version name inOffice dismissalGround dismissalEvidence } } }"""
TOWN = "海宴镇人民调解委员会"
CASE = """status mediators { nodes { validUntil toBeReplaced user { displayName } } } supervisions { cause }
    timeline { nodes { action note } }"""


async def test_every_committee_has_its_members(server: Server) -> None:
    found = (await (await server.as_("admin.taishan")).ask(COMMITTEES))["committees"]
    assert found["totalCount"] == 11
    for one in found["nodes"]:
        assert one["fewestMembers"] <= len(one["members"]) <= one["mostMembers"]
        assert [member["position"] for member in one["members"]].count("DIRECTOR") == 1
        assert any(member["woman"] for member in one["members"])
        assert one["termEnded"] is False
    # The neighbouring county's is its own.
    neighbours = (await (await server.as_("admin.kaiping")).ask(COMMITTEES))["committees"]
    assert [one["organisation"]["name"] for one in neighbours["nodes"]] == ["赤坎镇人民调解委员会"]


async def test_earlier_terms_and_the_place_s_bounds_are_read(server: Server) -> None:
    for who, count in (("justice.haiyan", 9), ("mediator.haiyan", 1), ("resident.haiyan", 0)):
        listed = (await (await server.as_(who)).ask(COMMITTEES))["committees"]["nodes"]
        assert len(listed) >= count if who == "mediator.haiyan" else len(listed) == count, who
    keeper = (await (await server.as_(KEEPER)).ask(COMMITTEES))["committees"]["nodes"]
    (town,) = [one for one in keeper if one["organisation"]["name"] == TOWN]
    first, second = town["terms"]
    assert (len(first["members"]), len(second["members"])) == (5, 7)
    assert [one["name"] for one in second["members"]] == [one["name"] for one in town["members"]]
    assert first["endsOn"] < second["electedOn"] < second["endsOn"]
    # The bounds hold from the next election on; the first one was before the town's own.
    assert (first["mostMembers"], second["mostMembers"]) == (9, 7)
    assert (town["fewestMembers"], town["mostMembers"], town["sizeSource"]) == (3, 7, "海宴镇人民调解工作意见（虚构）")
    county = (await (await server.as_("admin.taishan")).ask(COMMITTEES))["committees"]["nodes"]
    (guanghai,) = [one for one in county if one["organisation"]["name"] == "广海镇人民调解委员会"]
    assert (guanghai["mostMembers"], guanghai["sizeSource"]) == (9, None)


async def test_a_dismissed_mediator_is_shown_with_ground_and_evidence_to_whom_it_concerns(server: Server) -> None:
    for who, ground in ((KEEPER, "TAKING_GAIN"), ("committee.haiyan", "TAKING_GAIN"), ("dispatcher.haiyan", None)):
        found = await (await server.as_(who)).ask(APPOINTMENTS, f={"nameContains": "黄启荣"})
        (one,) = found["mediators"]["nodes"]
        assert (one["inOffice"], one["dismissalGround"], bool(one["dismissalEvidence"])) == (
            False,
            ground,
            bool(ground),
        )


async def dismiss(live: Server, name: str) -> None:
    """Dismiss a mediator of Haiyan's by name."""
    found = await (await live.as_(KEEPER)).ask(APPOINTMENTS, f={"nameContains": name, "inOffice": True})
    (one,) = found["mediators"]["nodes"]
    given: dict[str, Any] = {"mediatorId": one["id"], "ground": "BIAS", "evidence": "核查记录（虚构）"}
    stale = await done(live, KEEPER, "mediatorDismiss", **given, expectedVersion=one["version"] + 1)
    assert (stale["code"], "调解员" in stale["message"], "案件" in stale["message"]) == ("STALE_VERSION", True, False)
    assert (await done(live, KEEPER, "mediatorDismiss", **given, expectedVersion=one["version"]))["__typename"] == (
        "MediatorDismissSuccess"
    )


async def test_a_case_whose_only_mediator_was_dismissed_rests_until_another_is_named(live: Server, road: Road) -> None:
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn", "caseHoldSession")
    await dismiss(live, "邓瑞平")
    road.version += 1
    seen = await road.read("committee.haiyan", CASE)
    assert [(one["validUntil"], one["toBeReplaced"]) for one in seen["mediators"]["nodes"]] == [(None, True)]
    assert [one["cause"] for one in seen["supervisions"]] == ["MEDIATOR_DISMISSED"]
    assert [one["action"] for one in seen["timeline"]["nodes"]][-1] == "OPEN_SUPERVISION"
    # The dismissed see it no more; nobody mediates on, or records an agreement, in their stead without being named.
    gone = await (await live.as_("mediator.haiyan")).ask("query C($id: ID!) { case(id: $id) { id } }", id=road.id)
    assert gone["case"] is None
    for mutation, given in (
        ("caseHoldSession", {}),
        ("caseAgree", {"form": "ORAL", "content": "口头（虚构）", "reachedAt": "2026-11-01T10:00:00+08:00"}),
    ):
        plain = await road.given(mutation) if mutation == "caseHoldSession" else {"allConsented": True}
        client = await live.as_("committee.haiyan")
        payload = await client.change(mutation, caseId=road.id, expectedVersion=road.version, **(plain | given))
        assert (payload["__typename"], payload.get("rule")) == ("RuleRefused", "MED2"), mutation
    other = {"mediatorId": await road.user("mediator.haiyan"), "reason": "已解聘，更换调解员（虚构）"}
    other["replacementId"] = await road.user("mediator.family.haiyan")
    await road.step("caseReplaceMediator", "committee.haiyan", **other)
    await road.step("caseHoldSession", "mediator.family.haiyan")
    seen = await road.read("committee.haiyan", CASE)
    assert [one["toBeReplaced"] for one in seen["mediators"]["nodes"]] == [False, False]


async def test_of_several_mediators_the_others_go_on(live: Server, road: Road) -> None:
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch")
    both = [await road.user("mediator.haiyan"), await road.user("mediator.family.haiyan")]
    await road.step("caseTakeOn", mediatorIds=both)
    await dismiss(live, "邓瑞平")
    road.version += 1
    seen = await road.read("committee.haiyan", CASE)
    # Whoever served stays named in what they did.
    at_work = {one["user"]["displayName"]: one["validUntil"] is None for one in seen["mediators"]["nodes"]}
    assert at_work == {"邓瑞平": False, "麦金欢": True}
    assert seen["supervisions"] == []
    assert [one["action"] for one in seen["timeline"]["nodes"]][-1] == "REPLACE_MEDIATOR"
    await road.step("caseHoldSession", "mediator.family.haiyan")


async def test_a_case_that_is_over_is_left_as_it_is(live: Server, road: Road) -> None:
    await road.agreed()
    await dismiss(live, "邓瑞平")
    seen = await road.read("committee.haiyan", f"version {CASE}")
    assert (seen["version"], seen["supervisions"]) == (road.version, [])
    director = await live.as_("committee.haiyan")
    payload = await director.change("casePerform", caseId=road.id, expectedVersion=road.version)
    assert payload["__typename"] == "CasePerformSuccess"


async def test_the_rule_table_speaks_of_actions_that_there_are(server: Server) -> None:
    found = await (await server.as_("justice.haiyan")).ask("{ rules { id appliesTo } }")
    named = {one["id"]: one["appliesTo"] for one in found["rules"]}
    assert named["PMC2"] == ["COMMITTEE_ELECT"]
    assert {action for actions in named.values() for action in actions} <= {
        one.code.upper() for one in COMMANDS.values()
    }


async def test_mediators_are_told_apart_by_office(live: Server) -> None:
    await dismiss(live, "邓瑞平")
    client = await live.as_("justice.haiyan")

    async def asked(**given: Any) -> dict[str, bool]:
        nodes = (await client.ask(APPOINTMENTS, f=given))["mediators"]["nodes"]
        return {one["id"]: one["inOffice"] for one in nodes}

    town = (await client.ask("{ committees(first: 50) { nodes { id organisation { name } } } }"))["committees"]["nodes"]
    within = {"committeeId": next(one["id"] for one in town if one["organisation"]["name"] == TOWN)}
    everybody, holding, past = (
        await asked(**within),
        await asked(**within, inOffice=True),
        await asked(**within, inOffice=False),
    )
    assert holding == {key: now for key, now in everybody.items() if now}
    assert past == {key: now for key, now in everybody.items() if not now}
    assert holding
    assert past
