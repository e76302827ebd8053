"""What the policy says is read by those who may, and everybody is told why they may or may not do something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from authz.enforcer import load_policy
from authz.wording import without_words
from tests.support.api import Client, Server
from tests.support.rows import execute, fetch

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

EXPLAIN = """query E($id: ID!, $action: Action, $group: String, $who: ID) {
  explainAccess(id: $id, action: $action, fieldGroup: $group, userId: $who) {
    allowed resource action fieldGroup withheld grounds { role roleName rule { text meaning effect origin place } } } }"""


async def explained(client: Client, id_: str, **given: Any) -> Any:
    return (await client.ask(EXPLAIN, id=id_, **given))["explainAccess"]


async def user(urls: DatabaseUrls, name: str) -> str:
    (row,) = await fetch(urls, "SELECT user_id FROM credential WHERE username = $1", name)
    return f"user:{row['user_id']}"


async def a_case(urls: DatabaseUrls, where: str) -> str:
    return (
        f"case:{(await fetch(urls, f'SELECT c.id FROM dispute_case c WHERE {where} ORDER BY c.id LIMIT 1'))[0]['id']}"
    )


IN_HAIYAN = (
    "c.town_id = (SELECT id FROM organisation WHERE name = '海宴镇' AND kind = 'town') AND NOT c.address_protected"
)


def test_every_name_has_its_word() -> None:
    assert without_words() == []


@pytest.mark.parametrize("who", ["auditor.taishan", "admin.taishan", "system.taishan"])
async def test_the_policy_is_read_by_those_who_answer_for_it(server: Server, who: str) -> None:
    query = "{ policyRules { text meaning origin originLabel place county } }"
    rows = (await (await server.as_(who)).ask(query))["policyRules"]
    assert [one["text"] for one in rows] == [str(row) for row in load_policy().rows]
    assert {(one["origin"], one["originLabel"]) for one in rows} == {("SHIPPED", "平台规则")}
    assert "人民调解员可以查看本人正在承办的案件的全部内容" in {one["meaning"] for one in rows}


@pytest.mark.parametrize("who", ["resident.haiyan", "mediator.haiyan", "director.haiyan", "women.haiyan"])
async def test_nobody_else_reads_it(server: Server, who: str) -> None:
    assert await (await server.as_(who)).refused("{ policyRules { text } }") == ["FORBIDDEN"]


async def test_it_is_narrowed_by_role_and_resource(server: Server) -> None:
    auditor = await server.as_("auditor.taishan")
    rows = await auditor.ask('{ policyRules(role: JUSTICE_OFFICER, resource: "mediator") { role resource } }')
    assert {(one["role"], one["resource"]) for one in rows["policyRules"]} == {("justice_officer", "mediator")}


async def test_one_is_told_which_rows_decided_about_oneself(server: Server, haiyan_urls: DatabaseUrls) -> None:
    case = await a_case(haiyan_urls, IN_HAIYAN)
    dispatcher = await server.as_("dispatcher.haiyan")
    seen = await explained(dispatcher, case, group="identity")
    assert (seen["allowed"], seen["resource"], seen["action"], seen["fieldGroup"]) == (True, "case", "read", "identity")
    assert "p, centre_dispatcher, *, case, read, *, subtree, always, allow" in {
        one["rule"]["text"] for one in seen["grounds"]
    }
    assert all(one["rule"]["place"].startswith("domain/disputes/policy.csv line ") for one in seen["grounds"])
    # Nothing allows it.
    assert (await explained(dispatcher, case, action="CASE_RULE_CONFIRMATION")) | {"grounds": []} == {
        "allowed": False,
        "resource": "case",
        "action": "rule_confirmation",
        "fieldGroup": "core",
        "withheld": False,
        "grounds": [],
    }
    # A denial is told instead of what would allow it.
    protected = await a_case(haiyan_urls, "c.number LIKE '%2023%' AND c.address_protected")
    shut = await explained(dispatcher, protected, group="address")
    assert not shut["allowed"]
    assert {one["rule"]["effect"] for one in shut["grounds"]} == {"DENY"}


async def test_what_one_does_not_see_is_not_explained(server: Server, haiyan_urls: DatabaseUrls) -> None:
    case = await a_case(haiyan_urls, IN_HAIYAN)
    for who in ("dispatcher.guanghai", "tribunal.haiyan"):
        client = await server.as_(who)
        hidden = await explained(client, case)
        absent = await explained(client, "case:01900000-0000-7000-8000-000000000000")
        assert hidden is None
        assert absent is None


async def test_a_party_is_told_nothing_of_protection(server: Server, haiyan_urls: DatabaseUrls) -> None:
    (row,) = await fetch(
        haiyan_urls,
        """SELECT p.case_id FROM case_party p JOIN credential c ON c.user_id = p.user_id
           WHERE c.username = 'resident.haiyan' ORDER BY 1 LIMIT 1""",
    )
    resident = await server.as_("resident.haiyan")
    for group in ("core", "address", "internal"):
        told = await explained(resident, f"case:{row['case_id']}", group=group)
        assert (told["allowed"], told["withheld"], told["grounds"]) == (group == "core", True, [])


async def test_about_others_ask_auditors_and_county_administrators(server: Server, haiyan_urls: DatabaseUrls) -> None:
    case, mediator = await a_case(haiyan_urls, IN_HAIYAN), await user(haiyan_urls, "dispatcher.haiyan")
    for who in ("auditor.taishan", "admin.taishan"):
        told = await explained(await server.as_(who), case, who=mediator)
        assert told["allowed"]
        assert {one["role"] for one in told["grounds"]} == {"centre_dispatcher"}
    director = await server.as_("director.haiyan")
    assert await director.refused(EXPLAIN, id=case, who=mediator) == ["FORBIDDEN"]
    own = await user(haiyan_urls, "director.haiyan")
    assert await explained(director, case, who=own) == await explained(director, case)


async def test_an_explanation_does_not_tell_an_auditor_who_the_parties_are(
    live: Server, fresh_haiyan_urls: DatabaseUrls
) -> None:
    """Of somebody who serves it is told the same, whether they are a party of the case or not."""
    mediator = await user(fresh_haiyan_urls, "mediator.haiyan")
    key = mediator.partition(":")[2]
    case = await a_case(
        fresh_haiyan_urls,
        f"""{IN_HAIYAN} AND c.registered_by <> '{key}' AND EXISTS (SELECT FROM case_party p WHERE p.case_id = c.id)
            AND NOT EXISTS (SELECT FROM case_mediator m WHERE m.case_id = c.id AND m.user_id = '{key}')""",
    )
    auditor, themselves = await live.as_("auditor.taishan"), await live.as_("mediator.haiyan")
    before = await explained(auditor, case, who=mediator)
    assert (before["allowed"], before["withheld"]) == (False, True)
    assert await explained(themselves, case) is None
    await execute(
        fresh_haiyan_urls,
        f"""UPDATE case_party SET user_id = '{key}' WHERE (county_id, id) =
            (SELECT county_id, id FROM case_party WHERE case_id = '{case.partition(":")[2]}' ORDER BY id LIMIT 1)""",
    )
    assert (await explained(themselves, case))["allowed"]
    assert await explained(auditor, case, who=mediator) == before


@pytest.mark.parametrize(
    ("given", "argument"),
    [
        ({"id": "agreement:01900000-0000-7000-8000-000000000000"}, "id"),
        ({"id": "nothing"}, "id"),
        ({"group": "colour"}, "fieldGroup"),
        ({"action": "MEDIATOR_DISMISS"}, "action"),
        ({"action": "CASE_ACCEPT", "group": "identity"}, "fieldGroup"),
    ],
)
async def test_a_question_that_cannot_be_asked_is_refused(
    server: Server, haiyan_urls: DatabaseUrls, given: dict[str, str], argument: str
) -> None:
    variables = {"id": await a_case(haiyan_urls, IN_HAIYAN)} | given
    errors = (await (await server.as_("dispatcher.haiyan")).post(EXPLAIN, variables)).json()["errors"]
    assert [one["extensions"] for one in errors] == [{"code": "BAD_USER_INPUT", "argument": [argument]}]
