"""Joint handling over HTTP: a call, answers in time or not, sight of the case with the term, a joint conclusion."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.api import Client, Server, serving
from tests.support.road import Road
from tests.support.sight import AT_COURT, NOTHING, PARTIES, sight

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

CALLS = """query C($id: ID!) { case(id: $id) { version calls { id matter respondBy concludedAt conclusion
    respondents { organisation { id } status silent reason } } participants { nodes { relation validUntil } } } }"""


class Time:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def server(fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path, time: Time) -> AsyncIterator[Server]:
    async with serving(fresh_haiyan_urls, secret_key_file, clock=time) as running:
        yield running


async def organisation_of(client: Client) -> str:
    data = await client.ask("{ viewer { memberships { organisation { id } } } }")
    return str(data["viewer"]["memberships"][0]["organisation"]["id"])


async def accepted_case(server: Server) -> dict[str, Any]:
    """A case that the called do not see beforehand."""
    dispatcher = await server.as_("dispatcher.haiyan")
    department = await server.as_("department.haiyan")
    data = await dispatcher.ask("{ cases(filter: {status: [ACCEPTED]}, first: 50) { nodes { id version } } }")
    for one in data["cases"]["nodes"]:
        if (await department.ask("query C($id: ID!) { case(id: $id) { id } }", id=one["id"]))["case"] is None:
            return dict(one)
    raise AssertionError("no accepted case is hidden from the department")


async def calls_of(client: Client, case_id: str) -> dict[str, Any]:
    return dict((await client.ask(CALLS, id=case_id))["case"])


async def called(server: Server, case: dict[str, Any], **more: Any) -> dict[str, Any]:
    dispatcher = await server.as_("dispatcher.haiyan")
    respondents = [await organisation_of(await server.as_(name)) for name in ("department.haiyan", "justice.haiyan")]
    given: dict[str, Any] = {"respondentIds": respondents, "matter": "请到现场联合处置", "hours": 24} | more
    return await dispatcher.change("caseCall", caseId=case["id"], expectedVersion=case["version"], **given)


async def test_a_call_is_answered_and_concluded_and_sight_follows_the_term(server: Server) -> None:
    dispatcher, department, justice = [
        await server.as_(name) for name in ("dispatcher.haiyan", "department.haiyan", "justice.haiyan")
    ]
    case = await accepted_case(server)
    done = await called(server, case)
    assert done["__typename"] == "CaseCallSuccess", done
    seen = await calls_of(department, case["id"])
    (call,) = seen["calls"]
    assert call["matter"] == "请到现场联合处置"
    assert {one["status"] for one in call["respondents"]} == {"ASKED"}

    answer = {"caseId": case["id"], "callId": call["id"]}
    refused = await justice.change(
        "caseRespondToCall", **answer, expectedVersion=seen["version"], accepted=False, reason=None
    )
    assert (refused["__typename"], refused["rule"]) == ("RuleRefused", "CALL2")
    came = await department.change("caseRespondToCall", **answer, expectedVersion=seen["version"], accepted=True)
    assert came["__typename"] == "CaseRespondToCallSuccess", came
    again = await department.change(
        "caseRespondToCall", **answer, expectedVersion=came["case"]["version"], accepted=True
    )
    assert (again["__typename"], again["field"]) == ("InvalidInput", "callId")
    went = await justice.change(
        "caseRespondToCall", **answer, expectedVersion=came["case"]["version"], accepted=False, reason="不属本所职责"
    )
    assert went["__typename"] == "CaseRespondToCallSuccess", went

    state = await calls_of(dispatcher, case["id"])
    concluded = await dispatcher.change(
        "caseConcludeCall", **answer, expectedVersion=state["version"], conclusion="已会同处置，继续调解"
    )
    assert concluded["__typename"] == "CaseConcludeCallSuccess", concluded
    # The term ended with the call, and with it the sight of the case.
    assert (await department.ask("query C($id: ID!) { case(id: $id) { id } }", id=case["id"]))["case"] is None
    assert (await department.ask("query N($id: ID!) { node(id: $id) { id } }", id=call["id"]))["node"] is None
    (after,) = (await calls_of(dispatcher, case["id"]))["calls"]
    assert after["conclusion"] == "已会同处置，继续调解"
    assert sorted(one["status"] for one in after["respondents"]) == ["ACCEPTED", "REFUSED"]
    late = await dispatcher.change(
        "caseConcludeCall", **answer, expectedVersion=concluded["case"]["version"], conclusion="再次"
    )
    assert (late["__typename"], late["rule"]) == ("RuleRefused", "CALL_OPEN")


@pytest.mark.parametrize(("hours", "fits"), [(0, False), (1, True), (72, True), (73, False)])
async def test_a_call_leaves_one_to_seventy_two_hours(server: Server, hours: int, *, fits: bool) -> None:
    done = await called(server, await accepted_case(server), hours=hours)
    assert (done["__typename"] == "CaseCallSuccess") is fits
    assert fits or done["rule"] == "CALL1"


async def test_nobody_the_caller_itself_and_who_does_not_serve_the_place_cannot_be_called(server: Server) -> None:
    case = await accepted_case(server)
    assert (await called(server, case, respondentIds=[]))["field"] == "respondentIds"
    own = await organisation_of(await server.as_("dispatcher.haiyan"))
    assert (await called(server, case, respondentIds=[own]))["field"] == "respondentIds"
    elsewhere = await organisation_of(await server.as_("police.guanghai"))
    assert (await called(server, case, respondentIds=[elsewhere]))["rule"] == "COVERS"


async def test_only_who_is_called_answers_and_others_do_not_learn_of_it(server: Server) -> None:
    case = await accepted_case(server)
    await called(server, case)
    dispatcher, guanghai = await server.as_("dispatcher.haiyan"), await server.as_("dispatcher.guanghai")
    state = await calls_of(dispatcher, case["id"])
    answer = {"caseId": case["id"], "callId": state["calls"][0]["id"], "expectedVersion": state["version"]}
    assert (await guanghai.change("caseRespondToCall", **answer, accepted=True))["__typename"] == "NotFound"
    assert (await dispatcher.change("caseRespondToCall", **answer, accepted=True))["__typename"] == "Forbidden"


async def test_silence_shows_and_its_clock_runs_out(server: Server, time: Time) -> None:
    case = await accepted_case(server)
    await called(server, case, hours=1)
    dispatcher = await server.as_("dispatcher.haiyan")
    query = """query D($id: ID!) { case(id: $id) { deadlines { kind state } } }"""
    kinds = [one["kind"] for one in (await dispatcher.ask(query, id=case["id"]))["case"]["deadlines"]]
    assert kinds.count("JOINT_RESPONSE") == 2
    time.now += timedelta(hours=2)
    server._tokens.clear()  # those of before have expired
    dispatcher = await server.as_("dispatcher.haiyan")
    department = await server.as_("department.haiyan")
    state = await calls_of(department, case["id"])
    answer = {"caseId": case["id"], "callId": state["calls"][0]["id"], "expectedVersion": state["version"]}
    # Late is better than never: the answer still counts, and its clock is closed.
    assert (await department.change("caseRespondToCall", **answer, accepted=True))["__typename"].endswith("Success")
    found = (await dispatcher.ask(query, id=case["id"]))["case"]["deadlines"]
    assert sorted(one["state"] == "SATISFIED" for one in found if one["kind"] == "JOINT_RESPONSE") == [False, True]


async def test_nobody_is_called_who_could_only_be_silent(server: Server) -> None:
    case = await accepted_case(server)
    centre = await organisation_of(await server.as_("dispatcher.guanghai"))
    refused = await called(server, case, respondentIds=[centre])
    assert (refused["code"], refused["field"]) == ("CANNOT_RESPOND", "respondentIds.0")


@pytest.mark.parametrize("who", ["tribunal.haiyan", "committee.haiyan"])
async def test_courts_and_committees_take_part_for_their_term(server: Server, who: str) -> None:
    """Called in, they see the case and answer; of mediation itself a court reads nothing (CRT3)."""
    dispatcher, respondent = await server.as_("dispatcher.haiyan"), await server.as_(who)
    data = await dispatcher.ask("{ cases(filter: {status: [ACCEPTED]}, first: 50) { nodes { id version number } } }")
    case = None
    for one in data["cases"]["nodes"]:
        if await sight(respondent, one["id"], one["number"]) == NOTHING:
            case = dict(one)
    assert case is not None, "no accepted case is hidden from them"
    done = await called(server, case, respondentIds=[await organisation_of(respondent)])
    assert done["__typename"] == "CaseCallSuccess", done
    seen = await sight(respondent, case["id"], case["number"])
    assert seen >= PARTIES
    assert not seen & {"notes", "address"}
    state = await calls_of(respondent, case["id"])
    answer = {"caseId": case["id"], "callId": state["calls"][0]["id"], "expectedVersion": state["version"]}
    assert (await respondent.change("caseRespondToCall", **answer, accepted=True))["__typename"].endswith("Success")
    end = {"caseId": case["id"], "callId": answer["callId"], "expectedVersion": state["version"] + 1}
    await dispatcher.change("caseConcludeCall", **end, conclusion="联合处置完毕（虚构）")
    assert await sight(respondent, case["id"], case["number"]) == NOTHING


async def test_a_committee_that_assists_sees_the_case_until_it_is_returned(server: Server) -> None:
    road = await Road(server).along("caseAccept", "caseAssessRisk")
    assisting = await server.as_("committee.haiyan")
    assert await sight(assisting, road.id, road.number) == NOTHING
    lead = await road.organisation("海宴派出所")
    await road.step("caseDispatch", handlerId=lead, assistingIds=[await road.organisation("海宴镇人民调解委员会")])
    assert await sight(assisting, road.id, road.number) >= AT_COURT
    await road.step("caseReturn", "police.haiyan")
    assert await sight(assisting, road.id, road.number) == NOTHING
