"""Commands through the API: what each refusal tells, and that a refused or failed command leaves no trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type

from api.graphql.schema import graphql_schema
from domain.codes.enums import CaseAction
from domain.disputes.cases.events import TOPICS
from domain.foundation.outbox import service
from domain.registry import RULES
from tests.support.api import Client, Server
from tests.support.every_command import roads
from tests.support.road import Road, a_party, ago
from tests.support.rows import fetch, key, value
from tests.support.sight import NOWHERE

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

PROBLEM = """... on Problem { code message rule source clientMutationId availableActions { action allowed } }
             ... on InvalidInput { field }"""
ACCEPT = f"""mutation A($input: CaseAcceptInput!) {{ caseAccept(input: $input) {{
    __typename ... on CaseAcceptSuccess {{ clientMutationId case {{ status version }} }} {PROBLEM} }} }}"""
DISPATCH = f"""mutation D($input: CaseDispatchInput!) {{ caseDispatch(input: $input) {{ __typename {PROBLEM} }} }}"""
REGISTER = f"""mutation R($input: CaseRegisterInput!) {{ caseRegister(input: $input) {{
    __typename ... on CaseRegisterSuccess {{ case {{ id number title parties {{ nodes {{ name {{ display masked }} }} }} }} }}
    {PROBLEM} }} }}"""


async def accept(client: Client, road: Road, **changes: Any) -> dict[str, Any]:
    given = {"caseId": road.id, "expectedVersion": road.version, "rightsToldAt": ago(hours=1), "clientMutationId": "一"}
    return dict((await client.ask(ACCEPT, input=given | changes))["caseAccept"])


async def register(client: Client, road: Road, **changes: Any) -> dict[str, Any]:
    return dict((await client.ask(REGISTER, input=await road.registration(**changes)))["caseRegister"])


async def traces(urls: DatabaseUrls) -> list[Any]:
    """How many rows there are of all that a command may write."""
    tables = ("dispute_case", "case_party", "case_timeline", "outbox", "idempotency_key", "case_number_counter")
    counts = [await value(urls, f"SELECT count(*) FROM {table}") for table in tables]
    return [
        *counts,
        await value(urls, "SELECT sum(version) FROM dispute_case"),
        await value(urls, "SELECT sum(last) FROM case_number_counter"),
    ]


async def test_what_is_not_there_is_not_found(live: Server, road: Road) -> None:
    await road.register()
    payload = await accept(await live.as_("dispatcher.haiyan"), road, caseId=NOWHERE)
    assert payload == {
        "__typename": "NotFound",
        "code": "NOT_FOUND",
        "message": "未找到该记录",
        "rule": None,
        "source": None,
        "clientMutationId": "一",
        "availableActions": None,
    }


async def test_what_is_seen_and_barred_is_forbidden(live: Server, road: Road) -> None:
    await road.register()
    payload = await accept(await live.as_("grid.haiyan"), road)
    actions = payload.pop("availableActions")
    assert payload == {
        "__typename": "Forbidden",
        "code": "FORBIDDEN",
        "message": "您没有执行此操作的权限",
        "rule": None,
        "source": None,
        "clientMutationId": "一",
    }
    assert not any(one["allowed"] for one in actions)


async def test_a_rule_refuses_with_its_id_its_source_and_what_is_open_instead(live: Server, road: Road) -> None:
    await road.register()
    dispatcher = await live.as_("dispatcher.haiyan")
    given = {"caseId": road.id, "expectedVersion": 1, "handlerId": await road.organisation("海宴镇人民调解委员会")}
    payload = (await dispatcher.ask(DISPATCH, input=given))["caseDispatch"]
    rule = RULES["LIFECYCLE"]
    assert (payload["__typename"], payload["code"], payload["rule"]) == ("RuleRefused", "RULE_REFUSED", "LIFECYCLE")
    assert (payload["message"], payload["source"]) == (rule.message, rule.source)
    assert [one["action"] for one in payload["availableActions"] if one["allowed"]][:2] == ["ACCEPT", "DECLINE"]
    payload = await accept(dispatcher, road, rightsToldAt=None)
    assert (payload["rule"], payload["source"]) == ("CASE4", RULES["CASE4"].source)
    assert await road.read("dispatcher.haiyan", "status version") == {"status": "REGISTERED", "version": 1}


async def test_rules_of_each_step_stand_in_its_way(road: Road) -> None:
    async def rule(mutation: str, **given: Any) -> str:
        payload = await road.ask_for(mutation, **given)
        assert payload["__typename"] == "RuleRefused", payload
        return str(payload["rule"])

    child = a_party("APPLICANT", "司徒小试（虚构）", minor=True)
    no_consent = await road.registration(parties=[child, a_party("RESPONDENT", "欧阳试样（虚构）")])
    refusal = await (await road.server.as_("grid.haiyan")).change("caseRegister", **no_consent)
    assert refusal["rule"] == "PI1"
    await road.register()
    assert await rule("caseDecline", guidance=" ") == "GUIDANCE"
    await road.step("caseAccept")
    assert await rule("caseDispatch") == "ASSESSED"
    await road.step("caseAssessRisk")
    assert (
        await rule("caseDispatch", handlerId=await road.organisation("广海镇人民调解委员会", "admin.taishan"))
        == "COVERS"
    )
    await road.step("caseDispatch")
    assert await rule("caseTakeOn", mediatorIds=[]) == "CASE3"
    await road.step("caseTakeOn")
    assert await rule("caseAgree") == "CASE9"
    assert await rule("caseHoldSession", heldAt=ago(days=2)) == "CASE4"
    await road.step("caseHoldSession")
    assert await rule("caseFail", otherWaysTold=False) == "CASE8"
    assert await rule("caseAgree", allConsented=False) == "CASE2"
    assert await rule("caseAgree", form="ORAL") == "AGR1"
    assert await rule("caseAgree", sealedAt=None) == "AGR3"
    assert await rule("caseAgree", copies=2) == "AGR5"
    await road.step("caseAgree")
    assert await rule("caseApplyConfirmation", joint=False) == "CONF1"
    assert await rule("caseFulfil", fulfilments=[]) == "AGR6"
    await road.step("caseApplyConfirmation")
    assert await rule("caseApplyConfirmation") == "CONF_ONCE"
    assert await rule("caseRuleConfirmation") == "CONF_ORDER"
    assert await rule("caseAcceptConfirmation", accepted=False) == "CONF5"
    await road.along("caseAcceptConfirmation", "caseFulfil")
    assert await rule("caseRuleConfirmation", confirmed=False) == "CONF6"
    assert await rule("caseClose") in {"CONF_WAITS", "FUP1"}
    await road.step("caseFollowUp")
    assert await rule("caseClose") == "CONF_WAITS"


async def test_a_case_comes_back_twice_and_no_more(road: Road) -> None:
    await road.along(
        "caseAccept", "caseAssessRisk", "caseDispatch", "caseReturn", "caseDispatch", "caseReturn", "caseDispatch"
    )
    refusal = await road.ask_for("caseReturn")
    assert (refusal["__typename"], refusal["rule"]) == ("RuleRefused", "DSP1")


async def test_an_input_that_cannot_be_taken_says_which_field(live: Server, road: Road) -> None:
    grid = await live.as_("grid.haiyan")
    someone, other = a_party("APPLICANT", "司徒试样（虚构）"), a_party("RESPONDENT", "欧阳试样（虚构）")
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"title": "  "}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"facts": "有\u0000字符"}, "facts"),
        ({"parties": []}, "parties"),
        ({"parties": [someone]}, "parties"),
        ({"parties": [someone, other | {"name": "名" * 101}]}, "parties.1.name"),
        ({"parties": [someone, other | {"phone": "不是电话"}]}, "parties.1.phone"),
        ({"parties": [someone, other | {"idNumber": "440781198001010000", "consented": True}]}, "parties.1.idNumber"),
        ({"parties": [someone, *[other] * 500]}, "parties"),
        ({"typeCode": "9999"}, "typeCode"),
        ({"peopleCount": 0}, "peopleCount"),
        ({"placeId": NOWHERE}, "placeId"),
        ({"placeId": "organisation:0192f000-0000-7000-8000-00000000dead"}, "placeId"),
        ({"protectorIds": [await road.user("women.haiyan")]}, "protectorIds"),
        ({"idempotencyKey": ""}, "idempotencyKey"),
    ]
    for changes, field in wrong:
        payload = await register(grid, road, **changes)
        assert payload["__typename"] == "InvalidInput", (field, payload)
        assert (payload["field"], payload["rule"], payload["source"]) == (field, None, None)


async def test_a_time_that_no_calendar_holds_is_refused_and_poisons_nothing(road: Road) -> None:
    """The ends of the calendar mean infinity to the database: kept, they would make the case unreadable for good."""
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn")
    too_early = ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "1899-12-31T23:59:59Z")
    for moment in (*too_early, "2026-01-01T00:00:00", "9999-12-31T23:59:59-14:00"):
        refusal = await road.ask_for("caseHoldSession", heldAt=moment)
        assert (refusal["__typename"], refusal["field"]) == ("InvalidInput", "heldAt")
    await road.step("caseHoldSession")
    for field in ("reachedAt", "partiesSignedAt", "sealedAt"):
        for moment in too_early:
            refusal = await road.ask_for("caseAgree", **{field: moment})
            assert (refusal["__typename"], refusal["field"]) == ("InvalidInput", field)
    for day in ("0001-01-01", "9999-12-31", "2200-01-01"):
        refusal = await road.ask_for("caseAgree", obligations=[{"description": "试验", "dueOn": day}])
        assert (refusal["__typename"], refusal["field"]) == ("InvalidInput", "obligations.0.dueOn")
    for amount in ("NaN", "Infinity", "-1", "0", "0.001", "1e400", "9" * 40):
        refusal = await road.ask_for("caseAgree", obligations=[{"description": "试验", "amount": amount}])
        assert (refusal["__typename"], refusal["field"]) == ("InvalidInput", "obligations.0.amount")
    far = [{"description": "试验", "dueOn": "2199-12-31", "amount": "0.01"}]
    await road.step("caseAgree", obligations=far)
    found = await road.read("mediator.haiyan", "agreement { obligations { dueOn amount } } availableActions { action }")
    assert found["agreement"]["obligations"] == [{"dueOn": "2199-12-31", "amount": "0.01"}]
    await road.along("caseApplyConfirmation", "caseAcceptConfirmation", "caseRuleConfirmation")


async def test_a_place_outside_the_registrars_reach_is_forbidden(live: Server, road: Road) -> None:
    elsewhere = await road.organisation("广海城社区", "admin.taishan")
    payload = await register(await live.as_("grid.haiyan"), road, placeId=elsewhere)
    assert payload["__typename"] == "Forbidden"
    abroad = await road.organisation("上埠社区", "admin.kaiping")
    payload = await register(await live.as_("grid.haiyan"), road, placeId=abroad)
    assert (payload["__typename"], payload["field"]) == ("InvalidInput", "placeId")


async def test_a_stale_version_changes_nothing(live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls) -> None:
    await road.along("caseAccept")
    before = await traces(fresh_haiyan_urls)
    for version in (1, 3, 0, -1):
        payload = await road.ask_for("caseAssessRisk", expectedVersion=version)
        assert (payload["__typename"], payload["code"], payload["field"]) == (
            "InvalidInput",
            "STALE_VERSION",
            "expectedVersion",
        )
    assert await traces(fresh_haiyan_urls) == before
    await road.step("caseAssessRisk")


async def test_names_are_kept_to_the_last_character(live: Server, road: Road) -> None:
    long_name = "𠮷" * 91 + "（虚构的姓名）·é"
    assert len(long_name) == 100
    title = "纠" * 200
    parties = [a_party("APPLICANT", long_name), a_party("RESPONDENT", "买买提·阿不都热合曼·艾山（虚构）")]
    payload = await register(await live.as_("grid.haiyan"), road, title=title, parties=parties)
    assert payload["__typename"] == "CaseRegisterSuccess"
    road.id = payload["case"]["id"]
    found = await road.read("dispatcher.haiyan", "title parties { nodes { name { display } } }")
    assert found["title"] == title
    assert [party["name"]["display"] for party in found["parties"]["nodes"]] == [
        long_name,
        "买买提·阿不都热合曼·艾山（虚构）",
    ]
    masked = await road.read("admin.taishan", "parties { nodes { name { display masked } } }")
    assert masked["parties"]["nodes"][0]["name"] == {"display": "𠮷****", "masked": True}


async def test_no_input_takes_a_mask(live: Server, road: Road) -> None:
    inputs = [one for one in graphql_schema().type_map.values() if isinstance(one, GraphQLInputObjectType)]
    named = {get_named_type(field.type).name for one in inputs for field in one.fields.values()}
    assert inputs
    assert "MaskedText" not in named
    shown = (await register(await live.as_("grid.haiyan"), road))["case"]["parties"]["nodes"][0]["name"]
    assert shown == {"display": None, "masked": True}
    written_back = [a_party("APPLICANT", "x") | {"name": shown}, a_party("RESPONDENT", "欧阳试样（虚构）")]
    response = await (await live.as_("grid.haiyan")).post(
        REGISTER, {"input": await road.registration(parties=written_back)}
    )
    assert response.status_code == 400
    assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["BAD_USER_INPUT"]


async def test_a_case_that_leaves_the_actors_reach_is_null_in_the_payload(live: Server, road: Road) -> None:
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch")
    payload = await road.step("caseReturn")
    assert payload == {"__typename": "CaseReturnSuccess", "case": None}
    refusal = await road.ask_for("caseReturn")
    assert refusal["__typename"] == "NotFound"


async def test_mutations_of_one_request_run_in_order_each_for_itself(live: Server, road: Road) -> None:
    await road.register()
    query = f"""mutation All($a: CaseAcceptInput!, $r: CaseAssessRiskInput!, $d: CaseDispatchInput!) {{
        one: caseAccept(input: $a) {{ __typename ... on CaseAcceptSuccess {{ case {{ status version }} }} }}
        again: caseAccept(input: $a) {{ __typename {PROBLEM} }}
        two: caseAssessRisk(input: $r) {{ __typename ... on CaseAssessRiskSuccess {{ case {{ version }} }} }}
        kind: __typename
        three: caseDispatch(input: $d) {{ __typename ... on CaseDispatchSuccess {{ case {{ status version }} }} }}
    }}"""
    given = [
        {"caseId": road.id, "expectedVersion": n + 1} | await road.given(m)
        for n, m in enumerate(("caseAccept", "caseAssessRisk", "caseDispatch"))
    ]
    data = await (await live.as_("dispatcher.haiyan")).ask(query, a=given[0], r=given[1], d=given[2])
    assert list(data) == ["one", "again", "two", "kind", "three"]
    assert data["one"] == {"__typename": "CaseAcceptSuccess", "case": {"status": "ACCEPTED", "version": 2}}
    assert (data["again"]["__typename"], data["again"]["code"]) == ("InvalidInput", "STALE_VERSION")
    assert data["two"]["case"]["version"] == 3
    assert data["kind"] == "Mutation"
    assert data["three"]["case"] == {"status": "DISPATCHED", "version": 4}


async def test_every_command_leaves_one_entry_and_its_message(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    found = set()
    for one in await roads(live, road.ids):
        entries = await fetch(
            fresh_haiyan_urls,
            "SELECT version, action, at FROM case_timeline WHERE case_id = $1 ORDER BY version",
            key(one.id),
        )
        assert [entry["version"] for entry in entries] == list(range(1, one.version + 1))
        messages = await fetch(
            fresh_haiyan_urls,
            "SELECT topic, payload::jsonb->>'action' AS action, (payload::jsonb->>'version')::int AS version, payload::text, created_at"
            " FROM outbox WHERE subject_id = $1 AND payload ? 'version' ORDER BY version",
            key(one.id),
        )
        assert [(m["version"], m["action"], m["created_at"]) for m in messages] == [
            (e["version"], e["action"], e["at"]) for e in entries
        ]
        assert [m["topic"] for m in messages] == [TOPICS[CaseAction(e["action"])] for e in entries]
        # Whoever is told needs no personal data for it.
        assert not any("试" in m["payload"] or "虚构" in m["payload"] for m in messages)
        found |= {entry["action"] for entry in entries}
    assert found == {action.value for action in CaseAction}
    # A court hands a case down by a command of its own.
    commands = {f"case{''.join(w.capitalize() for w in action.split('_'))}" for action in found - {"entrust"}}
    assert commands | {"courtEntrust"} <= mutations()


def mutations() -> set[str]:
    root = graphql_schema().mutation_type
    assert root is not None
    return set(root.fields)


async def test_refusals_leave_no_trace(live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls) -> None:
    await road.register()
    before = await traces(fresh_haiyan_urls)
    await accept(await live.as_("grid.haiyan"), road, idempotencyKey="k1")
    await accept(await live.as_("dispatcher.guanghai"), road, idempotencyKey="k2")
    await accept(await live.as_("dispatcher.haiyan"), road, rightsToldAt=None, idempotencyKey="k3")
    await accept(await live.as_("dispatcher.haiyan"), road, note="长" * 2001, idempotencyKey="k4")
    await register(await live.as_("grid.haiyan"), road, typeCode="9999", idempotencyKey="k5")
    assert await traces(fresh_haiyan_urls) == before


async def test_a_fault_in_one_mutation_leaves_the_answers_of_the_others(
    live: Server, road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is a transaction of its own: the response says what the first did, and that the second faulted."""
    two = """mutation T($one: CaseRegisterInput!, $two: CaseRegisterInput!, $three: CaseRegisterInput!) {
        one: caseRegister(input: $one) { __typename ... on CaseRegisterSuccess { case { number } } }
        two: caseRegister(input: $two) { __typename }
        three: caseRegister(input: $three) { __typename } }"""
    titles = {name: f"试验{name}（虚构）" for name in ("one", "two", "three")}
    given = {name: await road.registration(title=title) for name, title in titles.items()}
    real = service.record
    counted = {"calls": 0}

    def second_breaks(*args: Any, **more: Any) -> None:
        if more["topic"] == "case.registered":
            counted["calls"] += 1
            if counted["calls"] == 2:
                raise RuntimeError("司徒试样 in a message")
        real(*args, **more)

    with monkeypatch.context() as patched:
        patched.setattr("domain.foundation.kernel.workflow.add_message", second_breaks)
        response = await (await live.as_("grid.haiyan")).post(two, given)
    assert response.status_code == 200
    body = response.json()
    assert "司徒试样 in" not in response.text
    assert body["data"]["one"]["__typename"] == body["data"]["three"]["__typename"] == "CaseRegisterSuccess"
    assert body["data"]["one"]["case"]["number"]
    assert body["data"]["two"] is None
    (error,) = body["errors"]
    assert error["path"] == ["two"]
    assert error["extensions"] == {"code": "INTERNAL", "requestId": response.headers["x-request-id"]}
    director = await live.as_("director.haiyan")
    found = await director.ask(
        "query C($t: String!) { cases(filter: {titleContains: $t}) { totalCount } }", t=titles["two"]
    )
    assert found["cases"]["totalCount"] == 0


async def test_a_fault_leaves_no_trace_and_takes_no_number(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await traces(fresh_haiyan_urls)
    given = await road.registration(idempotencyKey="k")

    def broken(*_given: Any, **_more: Any) -> None:
        raise RuntimeError("司徒试样 in a message")

    with monkeypatch.context() as patched:
        # The last thing a command writes.
        patched.setattr("domain.foundation.kernel.workflow.add_message", broken)
        response = await (await live.as_("grid.haiyan")).post(REGISTER, {"input": given})
    assert response.status_code == 500
    assert "司徒" not in response.text
    assert "data" not in response.json()
    assert await traces(fresh_haiyan_urls) == before
    first = await (await live.as_("grid.haiyan")).ask(REGISTER, input=given)
    assert first["caseRegister"]["__typename"] == "CaseRegisterSuccess"


async def test_what_is_said_at_registration_is_read_again(live: Server, road: Road) -> None:
    said = {"demands": "试验诉求：付清余款（虚构）", "title": "试验标题（虚构）", "facts": "试验经过（虚构）"}
    await road.register(**said)
    assert await road.read("dispatcher.haiyan", "demands title facts") == said
