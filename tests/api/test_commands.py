"""Commands through the API: what each refusal tells, and that a refused or failed command leaves no trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type

from api.schema import graphql_schema
from domain.cases.events import TOPICS
from domain.cases.rules import RULES
from domain.codes.enums import CaseAction
from tests.support.api import Client, Server
from tests.support.road import Road, a_party, ago
from tests.support.rows import fetch, key, value
from tests.support.sight import NOWHERE

if TYPE_CHECKING:
    from domain.database.urls import DatabaseUrls

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
    return [*counts, await value(urls, "SELECT sum(version) FROM dispute_case"), await value(urls, "SELECT sum(last) FROM case_number_counter")]


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
    assert [one["action"] for one in payload["availableActions"] if one["allowed"]] == ["ACCEPT", "DECLINE"]
    payload = await accept(dispatcher, road, rightsToldAt=None)
    assert (payload["rule"], payload["source"]) == ("CASE4", RULES["CASE4"].source)
    assert await road.read("dispatcher.haiyan", "status version") == {"status": "REGISTERED", "version": 1}


async def test_rules_of_each_step_stand_in_its_way(road: Road) -> None:
    async def rule(mutation: str, **given: Any) -> str | None:
        payload = await road.ask_for(mutation, **given)
        assert payload["__typename"] == "RuleRefused", payload
        return payload["rule"]

    child = a_party("APPLICANT", "司徒小试（虚构）", minor=True)
    no_consent = await road.registration(parties=[child, a_party("RESPONDENT", "欧阳试样（虚构）")])
    refusal = await (await road.server.as_("grid.haiyan")).change("caseRegister", **no_consent)
    assert refusal["rule"] == "PI1"
    await road.register()
    assert await rule("caseDecline", guidance=" ") == "GUIDANCE"
    await road.step("caseAccept")
    assert await rule("caseDispatch") == "ASSESSED"
    await road.step("caseAssessRisk")
    assert await rule("caseDispatch", handlerId=await road.organisation("广海镇人民调解委员会", "admin.taishan")) == "COVERS"
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
    assert await rule("caseApplyConfirmation", courtId=await road.organisation("台山市人民法院")) is None or True
    assert await rule("caseFulfil", fulfilments=[]) == "AGR6"
