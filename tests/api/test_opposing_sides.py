"""Opposing sides: what is for one side, for the mediators or for one organisation reaches nobody else, by any path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.accounts import a_resident, an_account
from tests.support.api import Client, Server
from tests.support.road import Road, a_party, ago
from tests.support.rows import fetch, key, value

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

NOWHERE = {
    "note": "note:0192f000-0000-7000-8000-00000000dead",
    "session": "session:0192f000-0000-7000-8000-00000000dead",
}

EVERY_WAY = """query Walk($case: ID!, $id: ID!, $ids: [ID!]!, $number: String!) {
    case(id: $case) {
        notes { totalCount nodes { ...note } edges { cursor node { ...note case { notes { nodes { ...note } } } } } }
        backwards: notes(last: 100) { nodes { ...note } }
        counted: notes { totalCount }
        first: notes(first: 1) { pageInfo { hasNextPage endCursor } nodes { ...note } }
        sessions { totalCount nodes { ...session case { sessions { nodes { ...session } } } } }
        parties { nodes { case { notes { nodes { ...note } } sessions { nodes { ...session } } } } }
        timeline(first: 100) { nodes { action note } }
    }
    cases(filter: {number: $number}) { nodes { notes { totalCount nodes { ...note } } sessions { totalCount } } }
    node(id: $id) { __typename id ...note ...session ... on Note { case { id } } }
    nodes(ids: $ids) { id ...note ...session }
}
fragment note on Note { content visibility side organisation { name } recordedBy { displayName } }
fragment session on Session { record attendees place visibility side }"""

SECRET = {
    "everyone": "给各方的话（虚构）",
    "applicant": "申请人一方的底线（虚构）",
    "respondent": "对方一方的底线（虚构）",
    "mediators": "调解员之间的看法（虚构）",
    "organisation": "心理辅导记录（虚构）",
}
RECORDS = {
    "everyone": "面对面笔录（虚构）",
    "applicant": "与申请人背对背笔录（虚构）",
    "respondent": "与被申请人背对背笔录（虚构）",
    "mediators": "内部笔录（虚构）",
    "organisation": "本单位笔录（虚构）",
}
READERS: dict[str, dict[str, Any]] = {
    "everyone": {"visibility": "EVERYONE"},
    "applicant": {"visibility": "SIDE", "side": "APPLICANT"},
    "respondent": {"visibility": "SIDE", "side": "RESPONDENT"},
    "mediators": {"visibility": "MEDIATORS"},
    "organisation": {"visibility": "ORGANISATION"},
}
EVERYTHING = set(READERS)
HANDLERS = EVERYTHING - {"organisation"}


async def a_case_of_two(road: Road, urls: DatabaseUrls) -> None:
    """Two residents against each other; the police and a law firm assist."""
    await a_resident(urls, "applicant.test")
    await a_resident(urls, "respondent.test")
    # On one side, and an official of the town; on no side, and police as well as mediator of the committee.
    await an_account(urls, "official.test", ("centre_dispatcher", "海宴镇综治中心"), ("resident", "海宴圩社区"))
    await an_account(urls, "double.test", ("police_liaison", "海宴派出所"), ("mediator", "海宴镇人民调解委员会"))
    parties = [
        a_party(
            "APPLICANT",
            "司徒试样（虚构）",
            userId=await road.user("applicant.test"),
            phone="13900000001",
            address="试验路1号",
        ),
        a_party(
            "RESPONDENT",
            "欧阳试样（虚构）",
            userId=await road.user("respondent.test"),
            phone="13900000002",
            address="试验路2号",
        ),
        a_party("RESPONDENT", "上官试样（虚构）", userId=await road.user("official.test")),
    ]
    await road.register(parties=parties)
    await road.along("caseAccept", "caseAssessRisk")
    await road.step("caseDispatch", assistingIds=[await road.organisation("海宴派出所")])
    await road.step("caseTakeOn")


async def say_everything(road: Road) -> None:
    """A note and a session's record for each kind of readers, all by the mediator."""
    for name, readers in READERS.items():
        await road.step("caseAddNote", "mediator.haiyan", content=SECRET[name], **readers)
        form = "JOINT" if name == "everyone" else "SEPARATE"
        await road.step("caseHoldSession", form=form, record=RECORDS[name], **readers)


@pytest.fixture
async def ids(fresh_haiyan_urls: DatabaseUrls, road: Road) -> dict[str, str]:
    """The global ids of all notes and sessions of such a case, behind the platform's back, by what is in them."""
    await a_case_of_two(road, fresh_haiyan_urls)
    await say_everything(road)
    notes = await fetch(
        fresh_haiyan_urls, "SELECT id, content FROM case_note WHERE content = ANY ($1)", list(SECRET.values())
    )
    sessions = await fetch(
        fresh_haiyan_urls, "SELECT id, record FROM case_session WHERE record = ANY ($1)", list(RECORDS.values())
    )
    return {row["content"]: f"note:{row['id']}" for row in notes} | {
        row["record"]: f"session:{row['id']}" for row in sessions
    }


async def walk(client: Client, road: Road, ids: dict[str, str]) -> set[str]:
    """What an account reads, the same by every path; of all else not a word is in any answer."""
    found: set[str] | None = None
    for text, one in ids.items():
        given = {"case": road.id, "id": one, "ids": list(ids.values()), "number": road.number}
        response = await client.post(EVERY_WAY, given)
        body = response.json()
        assert "errors" not in body, body["errors"]
        data = body["data"]
        case = data["case"]
        notes = [note["content"] for note in case["notes"]["nodes"]]
        records = [session["record"] for session in case["sessions"]["nodes"]]
        seen = {*notes, *records}
        for other in ids:
            assert (other in response.text) is (other in seen), other
        assert case["notes"]["totalCount"] == case["counted"]["totalCount"] == len(notes)
        assert case["sessions"]["totalCount"] == len(records)
        assert [edge["node"]["content"] for edge in case["notes"]["edges"]] == notes
        assert [note["content"] for note in case["backwards"]["nodes"]] == notes
        assert [note["content"] for note in case["first"]["nodes"]] == notes[:1]
        assert case["first"]["pageInfo"]["hasNextPage"] is (len(notes) > 1)
        listed = data["cases"]["nodes"][0]
        assert (listed["notes"]["totalCount"], listed["sessions"]["totalCount"]) == (len(notes), len(records))
        assert (data["node"] is not None) is (text in seen)
        if text not in seen:
            # Exactly as an id that is nobody's.
            nowhere = {**given, "id": NOWHERE[one.partition(":")[0]]}
            assert response.content == (await client.post(EVERY_WAY, nowhere)).content
        assert {one["id"] for one in data["nodes"] if one} == {ids[other] for other in seen}
        assert found in (None, seen)
        found = seen
    assert found is not None
    return found


def both(names: set[str]) -> set[str]:
    return {SECRET[name] for name in names} | {RECORDS[name] for name in names}


async def test_each_reads_what_is_for_them_and_the_other_side_never_by_any_path(
    live: Server, road: Road, ids: dict[str, str]
) -> None:
    expected = {
        "mediator.haiyan": EVERYTHING,
        "committee.haiyan": EVERYTHING,
        "dispatcher.haiyan": HANDLERS,
        "applicant.test": {"everyone", "applicant"},
        "respondent.test": {"everyone", "respondent"},
        # In office everything that handlers read; as a party, what is the party's.
        "official.test": {"everyone", "respondent"},
        "police.haiyan": {"everyone"},
        # Of the committee, and of the police: what is for one organisation alone is never for the police.
        "double.test": {"everyone"},
        "admin.taishan": set(),
        "grid.haiyan": set(),
        "justice.haiyan": set(),
    }
    seen = {who: await walk(await live.as_(who), road, ids) for who in expected}
    assert seen == {who: both(names) for who, names in expected.items()}
    for stranger in ("tribunal.haiyan", "resident.haiyan", "admin.kaiping"):
        query = "query N($ids: [ID!]!) { nodes(ids: $ids) { id } }"
        assert (await (await live.as_(stranger)).ask(query, ids=list(ids.values())))["nodes"] == [None] * len(ids)


async def test_a_page_is_full_of_what_is_ones_own(live: Server, road: Road, ids: dict[str, str]) -> None:
    respondent = await live.as_("respondent.test")
    query = "query P($id: ID!, $after: String) { case(id: $id) { notes(first: 1, after: $after) { pageInfo { hasNextPage endCursor } nodes { content } } } }"
    page = (await respondent.ask(query, id=road.id))["case"]["notes"]
    assert page["pageInfo"]["hasNextPage"]
    following = (await respondent.ask(query, id=road.id, after=page["pageInfo"]["endCursor"]))["case"]["notes"]
    assert [page["nodes"][0]["content"], following["nodes"][0]["content"]] == [SECRET["everyone"], SECRET["respondent"]]
    assert not following["pageInfo"]["hasNextPage"]


async def test_nothing_is_told_beside_the_note(
    fresh_haiyan_urls: DatabaseUrls, road: Road, ids: dict[str, str]
) -> None:
    """Neither timeline, nor outbox, nor what is kept for repeats has a word of it, nor whose side it was."""
    for table, column in (("case_timeline", "note"), ("outbox", "payload::text"), ("idempotency_key", "outcome::text")):
        kept = "\n".join(
            row[0] for row in await fetch(fresh_haiyan_urls, f"SELECT coalesce({column}, '') FROM {table}")
        )
        assert not any(text in kept for text in ids)
    payloads = await fetch(
        fresh_haiyan_urls,
        "SELECT payload::text FROM outbox WHERE topic = 'case.note_added' AND subject_id = $1",
        key(road.id),
    )
    assert len(payloads) == len(READERS)
    assert not any("applicant" in row[0] or "respondent" in row[0] for row in payloads)


async def test_who_may_not_read_a_note_may_not_write_it(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await a_case_of_two(road, fresh_haiyan_urls)

    async def write(who: str, name: str) -> str:
        payload = await road.ask_for("caseAddNote", who, content="试验（虚构）", **READERS[name])
        if payload["__typename"] == "CaseAddNoteSuccess":
            road.version += 1
        return str(payload["__typename"]).removeprefix("CaseAddNote")

    written = {
        (who, name): await write(who, name)
        for who in ("applicant.test", "dispatcher.haiyan", "official.test", "police.haiyan", "tribunal.haiyan")
        for name in READERS
    }
    assert {key for key, outcome in written.items() if outcome == "Success"} == {
        ("applicant.test", "everyone"),
        ("applicant.test", "applicant"),
        ("dispatcher.haiyan", "everyone"),
        ("dispatcher.haiyan", "applicant"),
        ("dispatcher.haiyan", "respondent"),
        ("dispatcher.haiyan", "mediators"),
        ("dispatcher.haiyan", "organisation"),
        ("official.test", "everyone"),
        ("official.test", "respondent"),
    }
    assert {outcome for (who, _), outcome in written.items() if who == "tribunal.haiyan"} == {"NotFound"}
    assert {outcome for key, outcome in written.items() if outcome not in {"Success", "NotFound"}} == {"Forbidden"}
    assert await value(fresh_haiyan_urls, "SELECT count(*) FROM case_note WHERE case_id = $1", key(road.id)) == 9


async def test_readers_are_named_as_they_should_be(live: Server, road: Road) -> None:
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn")

    async def refused(mutation: str, **given: Any) -> tuple[str, str]:
        payload = await road.ask_for(mutation, "mediator.haiyan", **given)
        return payload["__typename"], payload.get("field") or payload.get("rule") or ""

    note = {"content": "试验（虚构）"}
    assert await refused("caseAddNote", **note, visibility="SIDE") == ("InvalidInput", "side")
    assert await refused("caseAddNote", **note, visibility="EVERYONE", side="APPLICANT") == ("InvalidInput", "side")
    assert await refused("caseAddNote", **note, visibility="SIDE", side="THIRD_PARTY") == ("InvalidInput", "side")
    assert await refused("caseAddNote", content=" ", visibility="EVERYONE") == ("InvalidInput", "content")
    assert await refused("caseHoldSession", form="JOINT", side="APPLICANT") == ("InvalidInput", "side")
    assert await refused("caseHoldSession", form="SEPARATE", visibility="SIDE") == ("InvalidInput", "side")
    # SEPARATE: what one side said with the other away is not opened to both; with both there, it may be.
    assert await refused("caseHoldSession", form="SEPARATE", visibility="EVERYONE") == ("RuleRefused", "SEPARATE")
    await road.step("caseHoldSession", form="JOINT", visibility="EVERYONE")
    await road.step("caseHoldSession", form="SEPARATE", side="APPLICANT", heldAt=ago(minutes=5))
    shown = (await road.read("mediator.haiyan", "sessions { nodes { visibility visibilityLabel side sideLabel } }"))[
        "sessions"
    ]["nodes"]
    assert shown == [
        {"visibility": "EVERYONE", "visibilityLabel": "案件各方", "side": None, "sideLabel": None},
        {"visibility": "MEDIATORS", "visibilityLabel": "仅调解人员", "side": "APPLICANT", "sideLabel": "申请人"},
    ]


async def test_a_stale_note_changes_nothing_and_a_repeat_writes_one(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn")
    given: dict[str, Any] = {
        "caseId": road.id,
        "expectedVersion": road.version,
        "content": "试验（虚构）",
        "visibility": "EVERYONE",
        "idempotencyKey": "一次",
    }
    mediator = await live.as_("mediator.haiyan")
    first, again = [await mediator.change("caseAddNote", **given) for _ in range(2)]
    assert first["case"]["version"] == again["case"]["version"] == road.version + 1
    stale = await mediator.change("caseAddNote", **given | {"idempotencyKey": "另一次"})
    assert stale["code"] == "STALE_VERSION"
    assert await value(fresh_haiyan_urls, "SELECT count(*) FROM case_note WHERE case_id = $1", key(road.id)) == 1
