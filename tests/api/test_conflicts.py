"""Somebody else was first: a command upon an older version is told what there is now, and what was done in between."""

from __future__ import annotations

from typing import Any

from api.graphql.schema import graphql_schema
from domain.registry import COMMANDS
from tests.support.api import Server
from tests.support.every_command import NOTE
from tests.support.road import Road

CONFLICT = """__typename
    ... on Problem { code message clientMutationId availableActions { allowed } }
    ... on Conflict { expectedVersion currentVersion }
    ... on CaseConflict { case { id status version } changes { version action note } }"""


async def conflict(road: Road, mutation: str, who: str, **given: Any) -> dict[str, Any]:
    kind = f"{mutation[0].upper()}{mutation[1:]}"
    query = f"mutation M($input: {kind}Input!) {{ {mutation}(input: $input) {{ {CONFLICT} }} }}"
    brought = {"caseId": road.id, "clientMutationId": "甲"} | await road.given(mutation) | given
    return dict((await (await road.server.as_(who)).ask(query, input=brought))[mutation])


async def test_a_conflict_tells_the_state_and_what_changed_since(live: Server, road: Road) -> None:
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch")
    found = await conflict(road, "caseAssessRisk", "dispatcher.haiyan", expectedVersion=2)
    actions = found.pop("availableActions")
    changes = found.pop("changes")
    assert found == {
        "__typename": "CaseConflict",
        "code": "STALE_VERSION",
        "message": "该案件已被他人更新（您看到的版本为2，当前版本为4），请刷新后重试",
        "clientMutationId": "甲",
        "expectedVersion": 2,
        "currentVersion": 4,
        "case": {"id": road.id, "status": "DISPATCHED", "version": 4},
    }
    assert actions
    assert [(one["version"], one["action"]) for one in changes] == [(3, "ASSESS_RISK"), (4, "DISPATCH")]
    # A version that there has not been yet: nothing has changed since.
    ahead = await conflict(road, "caseAssessRisk", "dispatcher.haiyan", expectedVersion=9)
    assert (ahead["__typename"], ahead["currentVersion"], ahead["changes"]) == ("CaseConflict", 4, [])
    # Nothing that somebody cannot read otherwise: the notes of the timeline are a field group of their own.
    whole = await road.read("dispatcher.haiyan", "timeline { nodes { version note } }")
    noted = {one["version"]: one["note"] for one in whole["timeline"]["nodes"]}
    assert {one["version"]: one["note"] for one in changes} == {version: noted[version] for version in (3, 4)}


async def test_to_whom_the_timeline_is_closed_its_changes_are_null(live: Server, road: Road) -> None:
    # A lawyer who stands for a party does not read the history of the case, and may write notes.
    await road.along("caseAccept", "caseAssessRisk")
    lawyer = {
        "partyId": await road.party("APPLICANT"),
        "kind": "AGENT",
        "name": "代理试样（虚构）",
        "authority": "一般授权",
    }
    who = "counsel.haiyan"
    await road.step("caseAddRepresentative", "dispatcher.haiyan", **lawyer, userId=await road.user(who))
    assert (await road.read(who, "timeline { totalCount }"))["timeline"] is None
    stale: dict[str, Any] = {"content": NOTE, "visibility": "SIDE", "side": "APPLICANT", "expectedVersion": 9}
    found = await conflict(road, "caseAddNote", who, **stale)
    # Registered, accepted, represented: who stands for a party counts what parties are told.
    assert (found["__typename"], found["changes"], found["case"]["version"]) == ("CaseConflict", None, 3)


async def test_what_the_caller_cannot_see_has_no_conflict(live: Server, road: Road) -> None:
    await road.along("caseAccept")
    found = await conflict(road, "caseAccept", "dispatcher.guanghai", expectedVersion=1)
    assert found["__typename"] == "NotFound"


def test_every_command_upon_a_version_has_a_conflict_and_no_other() -> None:
    types = graphql_schema().type_map
    for name, command in COMMANDS.items():
        union: Any = types[f"{name[0].upper()}{name[1:]}Result"]
        conflicts = {one.name for one in union.types if "Conflict" in {each.name for each in one.interfaces}}
        of = "" if command.upon is None else command.upon.name.capitalize()
        assert conflicts == ({f"{of}Conflict"} if command.versioned else set()), name
