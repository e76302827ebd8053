"""Commands that only add: notes, visits, representatives, measures, notices. They need no version and do not collide."""

from __future__ import annotations

import asyncio

from domain.foundation.basics.commands import EXPECTED_VERSION, inputs_of
from domain.registry import COMMANDS
from tests.support.api import Server
from tests.support.every_command import NOTE
from tests.support.road import Road

AT_ONCE = 6


def test_these_only_add() -> None:
    adding = {
        name
        for name, one in COMMANDS.items()
        for each in inputs_of(one.form)
        if each.name == EXPECTED_VERSION and each.optional
    }
    assert adding == {"caseAddNote", "caseFollowUp", "caseAddRepresentative", "caseRecordMeasure", "caseSendClue"}


async def test_notes_written_at_once_are_all_kept(live: Server, road: Road) -> None:
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn")
    client = await live.as_("mediator.haiyan")
    given = {"caseId": road.id, "visibility": "EVERYONE"}
    query = """mutation N($input: CaseAddNoteInput!) { caseAddNote(input: $input) {
        __typename ... on CaseAddNoteSuccess { note { id content } case { version } } ... on Problem { code } } }"""
    sent = [client.ask(query, input=given | {"content": f"{NOTE}{n}"}) for n in range(AT_ONCE)]
    answers = [one["caseAddNote"] for one in await asyncio.gather(*sent)]
    assert {one["__typename"] for one in answers} == {"CaseAddNoteSuccess"}
    assert {one["note"]["content"] for one in answers} == {f"{NOTE}{n}" for n in range(AT_ONCE)}
    found = await road.read("mediator.haiyan", "version notes { totalCount } timeline { nodes { version } }")
    assert (found["version"], found["notes"]["totalCount"]) == (road.version + AT_ONCE, AT_ONCE)
    assert [one["version"] for one in found["timeline"]["nodes"]] == list(range(1, found["version"] + 1))
    # A version that is given is still checked.
    stale = await road.ask_for("caseAddNote", "mediator.haiyan", content=NOTE, visibility="EVERYONE")
    assert (stale["__typename"], stale["code"]) == ("CaseConflict", "STALE_VERSION")


async def test_visits_recorded_at_once_are_all_kept(live: Server, road: Road) -> None:
    await road.agreed()
    await road.along("caseFulfil")
    given = await road.given("caseFollowUp") | {"expectedVersion": None}
    answers = await asyncio.gather(*(road.ask_for("caseFollowUp", **given) for _ in range(AT_ONCE)))
    assert {one["__typename"] for one in answers} == {"CaseFollowUpSuccess"}
    found = await road.read("mediator.haiyan", "version followUps { totalCount }")
    assert (found["version"], found["followUps"]["totalCount"]) == (road.version + AT_ONCE, AT_ONCE)
