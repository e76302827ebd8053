"""A county's own policy rows: proposed, looked at by a second person, in force at once in every process, restored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.api import Client, Server, serving
from tests.support.rows import execute, fetch

if TYPE_CHECKING:
    from pathlib import Path

    from domain.foundation.database.urls import DatabaseUrls

DENIED = {
    "role": "CENTRE_DISPATCHER",
    "resource": "case",
    "action": "read",
    "fieldGroup": "money",
    "scope": "subtree",
    "effect": "DENY",
}
GRANTED = DENIED | {"role": "GRID_WORKER", "fieldGroup": "masked", "effect": "ALLOW"}
MONEY = """{ cases(first: 100) { nodes { access { group level } } } }"""


async def change(client: Client, command: str, **given: Any) -> dict[str, Any]:
    """The payload of one command upon the policy."""
    kind = command[0].upper() + command[1:]
    query = f"""mutation M($input: {kind}Input!) {{ {command}(input: $input) {{ __typename
        ... on {kind}Success {{ number policyRevisionId }}
        ... on Problem {{ code message }} ... on InvalidInput {{ field faults {{ path code message }} }} }} }}"""
    return dict((await client.ask(query, input=given))[command])


async def levels(client: Client, group: str = "money") -> set[str]:
    """How the account sees this field group of the cases that it lists."""
    nodes = (await client.ask(MONEY))["cases"]["nodes"]
    assert nodes
    return {one["level"] for node in nodes for one in node["access"] if one["group"] == group}


async def put_in_force(server: Server, rows: list[dict[str, str]], based_on: int | None = None) -> dict[str, Any]:
    """Proposed and applied by the system administrator, agreed to by the county's."""
    system, admin = await server.as_("system.taishan"), await server.as_("admin.taishan")
    made = await change(system, "policyPropose", rows=rows, reason="试行（虚构）", replaces=based_on)
    assert made["__typename"] == "PolicyProposeSuccess", made
    given = {"policyRevisionId": made["policyRevisionId"]}
    assert (await change(admin, "policyApprove", **given))["__typename"] == "PolicyApproveSuccess"
    done = await change(system, "policyApply", **given)
    assert done["__typename"] == "PolicyApplySuccess", done
    return done


async def test_a_change_needs_two_and_counts_everywhere_at_once(
    live: Server, fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path
) -> None:
    system, admin = await live.as_("system.taishan"), await live.as_("admin.taishan")
    async with serving(fresh_haiyan_urls, secret_key_file) as other:
        here, there = await live.as_("dispatcher.haiyan"), await other.as_("dispatcher.haiyan")
        assert await levels(here) == await levels(there) == {"FULL"}
        made = await change(admin, "policyPropose", rows=[DENIED], reason="试行（虚构）")
        given = {"policyRevisionId": made["policyRevisionId"]}
        assert made["number"] == 1
        # Neither unseen by a second person, nor seen by the proposer alone.
        assert (await change(system, "policyApply", **given))["code"] == "SECOND_PERSON"
        assert (await change(admin, "policyApprove", **given))["code"] == "SECOND_PERSON"
        # Who agreed does not apply it; who is no system administrator never does.
        assert (await change(system, "policyApprove", **given))["__typename"] == "PolicyApproveSuccess"
        assert (await change(system, "policyApply", **given))["code"] == "SECOND_PERSON"
        assert (await change(admin, "policyApply", **given))["code"] == "FORBIDDEN"
        assert await levels(here) == {"FULL"}
        # By three: proposed by one, agreed to by another, applied by a third.
        done = await put_in_force(live, [DENIED])
        assert done["number"] == 2
        assert await levels(here) == await levels(there) == {"HIDDEN"}
        rows = (await admin.ask("{ policyRules { origin county text meaning place } }"))["policyRules"]
        assert [one for one in rows if one["origin"] == "COUNTY"] == [
            {
                "origin": "COUNTY",
                "county": 440781,
                "text": "p, centre_dispatcher, 440781, case, read, money, subtree, always, deny",
                "meaning": "在本县区（440781），综治中心分流员不得查看本单位辖区内的案件的金额",
                "place": "county 440781 revision 2 row 1",
            }
        ]
        # What was proposed when nothing was in force replaces nothing now.
        late = await change(admin, "policyPropose", rows=[], reason="试行（虚构）")
        assert (late["code"], late["field"]) == ("STALE_VERSION", "replaces")
        auditor = await live.as_("auditor.taishan")
        assert (await change(auditor, "policyApprove", **given))["__typename"] == "InvalidInput"
        # And back.
        reverted = await change(system, "policyRevert", number=0, reason="恢复（虚构）", replaces=2)
        back = {"policyRevisionId": reverted["policyRevisionId"]}
        assert (await change(auditor, "policyApprove", **back))["__typename"] == "PolicyApproveSuccess"
        assert await levels(here) == {"HIDDEN"}
        assert (await change(system, "policyApply", **back))["__typename"] == "PolicyApplySuccess"
        assert await levels(here) == await levels(there) == {"FULL"}
        told = await auditor.ask("{ policyChanges { number restores inForce approvedBy rules { text } } }")
        assert [
            (one["number"], one["restores"], one["inForce"], len(one["rules"])) for one in told["policyChanges"]
        ] == [
            (3, 0, True, 0),
            (2, None, False, 1),
            (1, None, False, 1),
        ]


async def test_the_next_county_is_not_concerned(live: Server) -> None:
    neighbour = await live.as_("admin.kaiping")
    made = await change(await live.as_("admin.taishan"), "policyPropose", rows=[DENIED], reason="试行（虚构）")
    absent = {"policyRevisionId": "policy_revision:01900000-0000-7000-8000-000000000000"}
    for command in ("policyApprove", "policyApply"):
        foreign = await change(neighbour, command, policyRevisionId=made["policyRevisionId"])
        assert foreign == await change(neighbour, command, **absent)
        assert foreign["__typename"] == "NotFound"
    before = await levels(neighbour)
    await put_in_force(live, [DENIED | {"role": "TOWN_ADMIN"}, DENIED])
    assert await levels(neighbour) == before
    query = "{ policyRules { origin } policyChanges { number } }"
    seen = await neighbour.ask(query)
    assert {one["origin"] for one in seen["policyRules"]} == {"SHIPPED"}
    assert seen["policyChanges"] == []


@pytest.mark.parametrize(
    "row",
    [
        {"role": "COUNTY_ADMIN"},
        {"role": "RESIDENT"},
        {"resource": "policy", "fieldGroup": "core", "scope": "any", "effect": "DENY"},
        {"resource": "case_reading", "fieldGroup": "core", "effect": "DENY"},
        {"resource": "organisation", "action": "manage_keys", "fieldGroup": "core", "scope": "organisation"},
        {"resource": "colour"},
        {"action": "paint", "fieldGroup": "core"},
        {"scope": "nearby"},
        {"condition": "sunny"},
        {"fieldGroup": "*"},
        {"fieldGroup": "identity"},
        {"fieldGroup": "address"},
        {"fieldGroup": "notes"},
        {"scope": "any"},
        {"condition": "break_glass"},
        # The county administrator reads no narrative themselves, and accepts no case.
        {"fieldGroup": "narrative"},
        {"action": "accept", "fieldGroup": "core"},
        {"resource": "user", "fieldGroup": "contact", "scope": "organisation"},
    ],
)
async def test_a_row_beyond_its_bounds_is_refused(server: Server, row: dict[str, str]) -> None:
    admin = await server.as_("admin.taishan")
    said = await change(admin, "policyPropose", rows=[GRANTED | row], reason="试行（虚构）", dryRun=True)
    assert said["__typename"] == "InvalidInput", said
    assert {(one["path"], one["code"]) for one in said["faults"]} == {("rows.0", "POLICY_ROW")}
    fine = await change(admin, "policyPropose", rows=[GRANTED], reason="试行（虚构）", dryRun=True)
    assert fine["__typename"] == "PolicyProposeSuccess", fine


@pytest.mark.parametrize("who", ["director.haiyan", "auditor.taishan", "mediator.haiyan"])
async def test_nobody_else_proposes(server: Server, who: str) -> None:
    client = await server.as_(who)
    assert (await change(client, "policyPropose", rows=[DENIED], reason="试行（虚构）"))["code"] == "FORBIDDEN"


async def test_what_is_not_sound_any_more_is_not_applied_and_the_old_rows_stay(
    live: Server, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await put_in_force(live, [DENIED])
    system, auditor = await live.as_("system.taishan"), await live.as_("auditor.taishan")
    made = await change(system, "policyPropose", rows=[], reason="试行（虚构）", replaces=1)
    given = {"policyRevisionId": made["policyRevisionId"]}
    id_ = made["policyRevisionId"].partition(":")[2]
    await execute(
        fresh_haiyan_urls,
        f"""INSERT INTO policy_row (county_id, id, revision_id, ordinal, role, resource, action, field_group, scope, condition, effect)
            VALUES (440781, gen_random_uuid(), '{id_}', 1, 'mediator', 'case', 'read', 'core', 'nearby', 'always', 'allow')""",
    )
    assert (await change(auditor, "policyApprove", **given))["__typename"] == "InvalidInput"
    await execute(
        fresh_haiyan_urls,
        f"""INSERT INTO policy_step (county_id, id, revision_id, step, taken_at, taken_by)
            SELECT 440781, gen_random_uuid(), '{id_}', 'approve', now(), user_id FROM credential WHERE username = 'auditor.taishan'""",
    )
    assert (await change(system, "policyApply", **given))["__typename"] == "InvalidInput"
    assert await levels(await live.as_("dispatcher.haiyan")) == {"HIDDEN"}
    with pytest.raises(Exception, match="rows come with their revision"):
        await execute(
            fresh_haiyan_urls,
            f"""INSERT INTO policy_row (county_id, id, revision_id, ordinal, role, resource, action, field_group, scope, condition, effect)
                VALUES (440781, gen_random_uuid(), '{id_}', 2, 'mediator', 'case', 'read', 'core', 'any', 'always', 'allow')""",
        )


async def test_a_preview_counts_what_each_role_gains_and_loses(live: Server, fresh_haiyan_urls: DatabaseUrls) -> None:
    admin = await live.as_("admin.taishan")
    made = await change(admin, "policyPropose", rows=[DENIED, GRANTED], reason="试行（虚构）")
    query = """query P($id: ID!) { policyPreview(policyRevisionId: $id) {
      role action fieldGroup holders holdersLeftOut kinds { kind label gained lost } gainedSamples lostSamples } }"""
    told = {one["role"]: one for one in (await admin.ask(query, id=made["policyRevisionId"]))["policyPreview"]}
    # Directors have whatever dispatchers have, leaders of grids whatever their workers have.
    assert {"centre_dispatcher", "centre_director", "grid_worker", "grid_leader"} <= set(told)
    lost = told["centre_dispatcher"]
    seen = set()
    for username in ("dispatcher.haiyan", "dispatcher.guanghai"):
        nodes = await live.as_(username)
        seen |= {one["id"] for one in (await nodes.ask("{ cases(first: 100) { nodes { id } } }"))["cases"]["nodes"]}
    (count,) = await fetch(
        fresh_haiyan_urls,
        """SELECT count(*) AS n FROM dispute_case c WHERE EXISTS (SELECT FROM membership m
             JOIN organisation o ON o.county_id = m.county_id AND o.id = m.organisation_id
             JOIN organisation h ON h.county_id = o.county_id AND h.id = coalesce(o.home_id, o.id)
           WHERE m.role = 'centre_dispatcher' AND m.valid_until IS NULL AND m.county_id = c.county_id
             AND c.county_id = 440781 AND (h.kind = 'county' OR h.id = c.town_id))""",
    )
    assert sum(one["lost"] for one in lost["kinds"]) == count["n"]
    assert all(one["gained"] == 0 for one in lost["kinds"])
    assert len(lost["lostSamples"]) == 3
    gained = told["grid_worker"]
    assert sum(one["gained"] for one in gained["kinds"]) > 0
    assert sum(one["lost"] for one in gained["kinds"]) == 0
    # Samples are what the one who asks sees: the system administrator sees no case.
    system = await live.as_("system.taishan")
    for one in (await system.ask(query, id=made["policyRevisionId"]))["policyPreview"]:
        assert (one["gainedSamples"], one["lostSamples"]) == ([], [])
    assert await (await live.as_("director.haiyan")).refused(query, id=made["policyRevisionId"]) == ["FORBIDDEN"]
