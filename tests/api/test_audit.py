"""The audit log: who did what, was refused what, and read what of people; a reading that cannot be recorded is not answered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from domain.audit.sealing import Sealer
from domain.foundation.database.session import create_engine
from domain.tenancy.passwords import DEMO_PASSWORD
from tests.support.api import Server
from tests.support.road import Road, a_party
from tests.support.rows import execute, fetch, key
from tests.support.waiting import until

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

NAMES = "query($id: ID!) { case(id: $id) { id parties { nodes { name { display masked } } } } }"
PLAIN = "query($id: ID!) { case(id: $id) { id number status parties { nodes { id side } } } }"
ADDRESS = "query($id: ID!) { case(id: $id) { parties { nodes { address { display } } } } }"


async def entries(urls: DatabaseUrls, kind: str) -> list[dict[str, Any]]:
    """Entries of a kind, in the order in which they were written."""
    found = [dict(row) for row in await fetch(urls, "SELECT * FROM audit_entry WHERE kind = $1 ORDER BY id", kind)]
    return [one | {"shown": None if one["shown"] is None else orjson.loads(one["shown"])} for one in found]


async def readings(urls: DatabaseUrls) -> list[tuple[str, list[str]]]:
    """What was read, each with the groups that were open."""
    return [(row[1], sorted(row[2].split())) for one in await entries(urls, "reading") for row in one["shown"]]


async def test_a_command_is_recorded_with_whose_and_why(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await road.along("caseAccept")
    _register, accept = await entries(fresh_haiyan_urls, "command")
    assert (accept["action"], accept["outcome"], accept["subject_kind"]) == ("caseAccept", "done", "case")
    assert str(accept["subject_id"]) == key(road.id)
    assert accept["role"] == "centre_dispatcher"
    assert accept["grounds"].startswith("p, centre_dispatcher")
    assert accept["policy_version"] == live.parts.reads.policies.current.version
    assert None not in {accept["actor_id"], accept["membership_id"], accept["organisation_id"], accept["request_id"]}


async def test_what_is_refused_or_only_tried_is_recorded_too(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await road.register("dispatcher.haiyan")
    outsider = await live.as_("dispatcher.guanghai")
    given: dict[str, Any] = {"caseId": road.id, "expectedVersion": 1} | await road.given("caseAccept")
    assert (await outsider.change("caseAccept", **given))["code"] == "NOT_FOUND"
    tried = await (await live.as_("dispatcher.haiyan")).change("caseAccept", **given, dryRun=True)
    assert tried["__typename"] == "CaseAcceptSuccess"
    (refused,) = await entries(fresh_haiyan_urls, "refusal")
    assert (refused["action"], refused["outcome"], str(refused["subject_id"])) == (
        "caseAccept",
        "NOT_FOUND",
        key(road.id),
    )
    assert [one["outcome"] for one in await entries(fresh_haiyan_urls, "command")] == ["done", "tried"]


async def test_sign_ins_are_recorded(live: Server, fresh_haiyan_urls: DatabaseUrls) -> None:
    for name, password in (
        ("mediator.haiyan", "wrong"),
        ("nobody.at.all", "wrong"),
        ("mediator.haiyan", DEMO_PASSWORD),
    ):
        await live.http.post("/auth/token", json={"username": name, "password": password})
    await live.parts.audit.close()
    found = await entries(fresh_haiyan_urls, "sign_in_refused") + await entries(fresh_haiyan_urls, "sign_in")
    assert [(one["outcome"], one["detail"]) for one in found] == [
        ("WRONG_PASSWORD", "127.0.0.1"),
        ("done", "127.0.0.1"),
    ]
    assert found[0]["actor_id"] == found[1]["actor_id"]


async def test_a_reading_tells_which_case_and_which_groups(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await road.register("dispatcher.haiyan")
    dispatcher = await live.as_("dispatcher.haiyan")
    await dispatcher.ask(PLAIN, id=road.id)
    # Masked to whom it is closed: nothing was read.
    masked = await (await live.as_("admin.haiyan")).ask(NAMES, id=road.id)
    assert masked["case"]["parties"]["nodes"][0]["name"]["masked"]
    assert await readings(fresh_haiyan_urls) == []
    await dispatcher.ask(NAMES, id=road.id)
    await dispatcher.ask(ADDRESS, id=road.id)
    assert await readings(fresh_haiyan_urls) == [(road.id, ["identity"]), (road.id, ["address"])]
    first = (await entries(fresh_haiyan_urls, "reading"))[0]
    assert "centre_dispatcher case identity subtree always by " in first["grounds"]
    assert (first["role"], first["county_id"]) == ("centre_dispatcher", 440781)


async def test_a_page_tells_of_each_of_its_cases_and_of_no_other(live: Server, fresh_haiyan_urls: DatabaseUrls) -> None:
    page = """{ cases(first: 5) { pageInfo { hasNextPage } totalCount nodes { id
        parties { nodes { name { display } } } timeline(last: 1) { nodes { note } } } } }"""
    found = (await (await live.as_("dispatcher.haiyan")).ask(page))["cases"]
    assert found["pageInfo"]["hasNextPage"]
    (entry,) = await entries(fresh_haiyan_urls, "reading")
    assert [(row[1], sorted(row[2].split())) for row in entry["shown"]] == [
        (one["id"], ["identity", "notes"]) for one in found["nodes"]
    ]


async def test_a_payload_that_shows_people_is_a_reading(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await road.register("dispatcher.haiyan")
    await road.step("caseAccept", "dispatcher.haiyan")
    assert await readings(fresh_haiyan_urls) == []
    await (await live.as_("dispatcher.haiyan")).change(
        "caseAssessRisk",
        "parties { nodes { idNumber { display } } }",
        **await road.given("caseAssessRisk"),
        caseId=road.id,
        expectedVersion=2,
    )
    assert await readings(fresh_haiyan_urls) == [(road.id, ["identity"])]


async def test_what_cannot_be_recorded_is_not_shown(live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls) -> None:
    await road.register("dispatcher.haiyan")
    dispatcher = await live.as_("dispatcher.haiyan")
    await execute(fresh_haiyan_urls, "REVOKE INSERT ON audit_entry FROM fengqiao_app")
    body = (await dispatcher.post(NAMES, {"id": road.id})).json()
    assert body["data"] == {"case": None}
    assert [one["extensions"]["code"] for one in body["errors"]] == ["AUDIT_UNAVAILABLE"]
    # Of what is not sensitive nothing is recorded, and it is answered.
    assert (await dispatcher.ask(PLAIN, id=road.id))["case"]["id"] == road.id
    # Nor is anything done, or told why not.
    assert await dispatcher.refused(
        "mutation($input: CaseAcceptInput!) { caseAccept(input: $input) { __typename } }",
        input={"caseId": road.id, "expectedVersion": 9},
    ) == ["AUDIT_UNAVAILABLE"]
    signed = await live.http.post("/auth/token", json={"username": "mediator.haiyan", "password": DEMO_PASSWORD})
    assert signed.status_code == 503
    await execute(fresh_haiyan_urls, "GRANT INSERT ON audit_entry TO fengqiao_app")
    assert (await dispatcher.ask(NAMES, id=road.id))["case"]["parties"]["nodes"]


LOG = """query($filter: AuditEntryFilter, $first: Int, $after: String) { auditLog(filter: $filter, first: $first, after: $after) {
  totalCount pageInfo { endCursor hasNextPage }
  nodes { writtenAt kind kindLabel action outcome actor { displayName } organisation { name } role grounds policyVersion requestId subjects groups detail }
} }"""
SAW = """query($id: ID!) { whoSaw(caseId: $id) {
  totalCount nodes { readOn readAt reader { displayName } organisation { name } role groups } } }"""


async def sealed(urls: DatabaseUrls, entries: int) -> None:
    """Seal so many entries of the county."""
    engine = create_engine(urls.application, connections=1)
    sealer = Sealer(engine, None, clock=lambda: datetime.now(UTC))
    done = 0

    async def enough() -> bool:
        nonlocal done
        done += await sealer.seal(440781)
        return done >= entries

    await until(enough, f"{entries} entries to be sealed")
    await engine.dispose()


async def test_auditors_read_the_log_of_their_county_and_nobody_else(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await road.register("dispatcher.haiyan")
    await (await live.as_("dispatcher.haiyan")).ask(NAMES, id=road.id)
    await sealed(fresh_haiyan_urls, 2)
    auditor = await live.as_("auditor.taishan")
    found = (await auditor.ask(LOG))["auditLog"]
    assert [(one["kind"], one["action"], one["subjects"], one["groups"]) for one in found["nodes"]] == [
        ("READING", "read", [road.id], ["identity"]),
        ("COMMAND", "caseRegister", [road.id], []),
    ]
    assert found["nodes"][0]["kindLabel"] == "查阅"
    assert found["nodes"][0]["role"] == "CENTRE_DISPATCHER"
    assert "曹伟华" in {one["actor"]["displayName"] for one in found["nodes"]}
    page = (await auditor.ask(LOG, first=1))["auditLog"]
    rest = (await auditor.ask(LOG, first=5, after=page["pageInfo"]["endCursor"]))["auditLog"]
    assert [one["kind"] for one in page["nodes"] + rest["nodes"]] == ["READING", "COMMAND"]
    assert (await auditor.ask(LOG, filter={"kinds": ["READING"], "caseId": road.id}))["auditLog"]["totalCount"] == 1
    assert (await auditor.ask(LOG, filter={"outcome": "NOT_FOUND"}))["auditLog"]["totalCount"] == 0
    assert (await (await live.as_("admin.taishan")).ask(LOG))["auditLog"]["totalCount"] == 2
    for who in (
        "admin.kaiping",
        "director.haiyan",
        "system.taishan",
        "resident.haiyan",
        "admin.haiyan",
        "judge.taishan",
    ):
        assert (await (await live.as_(who)).ask(LOG))["auditLog"]["totalCount"] == 0, who


async def test_who_saw_a_case_is_told_to_its_director_and_its_parties(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    own = a_party("APPLICANT", "司徒试样（虚构）", userId=await road.user("applicant.haiyan"))
    other = a_party("RESPONDENT", "方试样（虚构）", userId=await road.user("respondent.haiyan"))
    await road.register("dispatcher.haiyan", parties=[own, other], violenceSuspected=True, publicSecurity=True)
    for who in ("dispatcher.haiyan", "women.haiyan", "applicant.haiyan"):
        await (await live.as_(who)).ask(NAMES, id=road.id)
    await sealed(fresh_haiyan_urls, 4)

    async def seen(who: str) -> list[dict[str, Any]]:
        return list((await (await live.as_(who)).ask(SAW, id=road.id))["whoSaw"]["nodes"])

    told = await seen("director.haiyan")
    assert {(one["role"], tuple(one["groups"])) for one in told} == {
        ("CENTRE_DISPATCHER", ("identity",)),
        ("WOMENS_FEDERATION_OFFICER", ("identity",)),
        ("RESIDENT", ("identity",)),
    }
    assert {one["reader"]["displayName"] for one in told if one["role"] == "CENTRE_DISPATCHER"} == {"曹伟华"}
    assert all(one["readAt"] for one in told)
    for who in ("applicant.haiyan", "respondent.haiyan"):
        told = await seen(who)
        # Neither who protects, nor a private name, nor a moment.
        assert {one["role"] for one in told} == {"CENTRE_DISPATCHER", "RESIDENT"}
        assert all(one["reader"] is None and one["readAt"] is None and one["readOn"] for one in told)
        assert [one["organisation"] is None for one in told if one["role"] == "RESIDENT"] == [True]
        assert [bool(one["organisation"]["name"]) for one in told if one["role"] == "CENTRE_DISPATCHER"] == [True]
    for who in (
        "resident.haiyan",
        "mediator.haiyan",
        "dispatcher.haiyan",
        "women.haiyan",
        "admin.taishan",
        "admin.kaiping",
    ):
        assert await seen(who) == [], who
