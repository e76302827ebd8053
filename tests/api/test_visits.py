"""Visits over HTTP: recorded in a grid, corrected within their time, read by whose grid it is, counted without households."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.accounts import an_account
from tests.support.api import Server
from tests.support.everything import mutation_of
from tests.support.road import Road, ago
from tests.support.rows import execute, fetch, key

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

pytestmark = pytest.mark.usefixtures("none_yet")

GRID, COMMUNITY, TOWN, OTHER_GRID = "海宴圩网格", "海宴圩社区", "海宴镇", "沙栏网格"
SHOW = """id version status statusLabel findingKind findingKindLabel peopleMet finding visitedAt registeredBy { id }
    household { display masked } grid { name } community { name } town { name }"""
HOME, FOUND = "东街12号（虚构）", "屋顶漏雨，老人独居（虚构）"


@pytest.fixture
async def none_yet(fresh_haiyan_urls: DatabaseUrls) -> None:
    """These tests count their own visits. Those of the sample are taken away with their timeline, past its seal."""
    await execute(fresh_haiyan_urls, "SET session_replication_role = replica; TRUNCATE visit, visit_timeline")


async def change(server: Server, who: str, mutation: str, **given: Any) -> dict[str, Any]:
    """The visit as it is shown, or the problem."""
    kind = mutation[0].upper() + mutation[1:]
    show = f"... on {kind}Success {{ visit {{ {SHOW} }} }} ... on Problem {{ code rule source }}"
    show += " ... on InvalidInput { faults { path code } }"
    client = await server.as_(who)
    found = dict((await client.ask(mutation_of(mutation, show), input=given))[mutation])
    return found["visit"] if found["__typename"].endswith("Success") else found


async def a_visit(server: Server, who: str = "grid.haiyan", place: str = GRID, **given: Any) -> dict[str, Any]:
    """One visit that found something, or what stands in the way of it."""
    plain: dict[str, Any] = {
        "household": HOME,
        "findingKind": "NEEDS_HELP",
        "finding": FOUND,
        "visitedAt": ago(hours=2),
    }
    plain["placeId"] = await Road(server).organisation(place)
    return await change(server, who, "visitRecord", **(plain | given))


def corrected(visit: dict[str, Any], **given: Any) -> dict[str, Any]:
    """What corrects a visit's household and finding."""
    plain = {"visitId": visit["id"], "expectedVersion": visit["version"], "reason": "门牌写错（虚构）"}
    return plain | {"household": "东街21号（虚构）", "findingKind": "HAZARD", "finding": FOUND, "peopleMet": 1} | given


async def seen(server: Server, who: str, visit: dict[str, Any]) -> dict[str, Any] | None:
    """A visit as somebody finds it, by its own root and as a node."""
    document = f"query V($id: ID!) {{ visit(id: $id) {{ {SHOW} }} node(id: $id) {{ ... on Visit {{ {SHOW} }} }} }}"
    found = await (await server.as_(who)).ask(document, id=visit["id"])
    assert found["visit"] == found["node"]
    one: dict[str, Any] | None = found["visit"]
    return one


async def test_a_visit_is_recorded_read_and_corrected(live: Server, fresh_haiyan_urls: DatabaseUrls) -> None:
    visit = await a_visit(live, peopleMet=2, idempotencyKey="visit")
    assert (visit["version"], visit["status"], visit["statusLabel"]) == (1, "RECORDED", "已登记")
    assert (visit["findingKindLabel"], visit["peopleMet"], visit["finding"]) == ("需帮扶", 2, FOUND)
    assert [visit[level]["name"] for level in ("grid", "community", "town")] == [GRID, COMMUNITY, TOWN]

    for who in ("grid.haiyan", "building.haiyan", "leader.haiyan", "dispatcher.haiyan", "director.haiyan"):
        assert await seen(live, who, visit) == visit, who
    # Administrators and the auditor see that there was one, and neither where nor what.
    for who in ("admin.haiyan", "admin.taishan", "auditor.taishan"):
        hidden = await seen(live, who, visit)
        assert hidden == visit | {"household": {"display": "东****", "masked": True}, "finding": None}, who
    outside = ("mediator.village.haiyan", "dispatcher.guanghai", "resident.haiyan", "mediator.haiyan", "admin.kaiping")
    for who in (*outside, "police.haiyan", "system.taishan"):
        assert await seen(live, who, visit) is None, who

    # Another of the same grid sees it and may not correct it; a stranger finds nothing.
    await an_account(fresh_haiyan_urls, "colleague", ("grid_worker", GRID))
    for who, code in (("colleague", "FORBIDDEN"), ("dispatcher.haiyan", "FORBIDDEN"), ("resident.haiyan", "NOT_FOUND")):
        assert (await change(live, who, "visitCorrect", **corrected(visit)))["code"] == code, who
    once = await change(live, "grid.haiyan", "visitCorrect", **corrected(visit))
    assert (once["version"], once["status"], once["findingKind"]) == (2, "CORRECTED", "HAZARD")
    stale = await change(live, "leader.haiyan", "visitCorrect", **corrected(visit))
    assert (stale["__typename"], stale["code"]) == ("VisitConflict", "STALE_VERSION")
    by_leader = corrected(once, findingKind="NOTHING_FOUND", finding=None, peopleMet=None)
    assert (await change(live, "leader.haiyan", "visitCorrect", **by_leader))["version"] == 3

    document = """query T($id: ID!) { visit(id: $id) { timeline { nodes {
        version action actionLabel fromStatus toStatus role note actor { id } organisation { name } } } } }"""
    told = (await (await live.as_("grid.haiyan")).ask(document, id=visit["id"]))["visit"]["timeline"]["nodes"]
    assert [(one["version"], one["action"], one["fromStatus"], one["role"]) for one in told] == [
        (1, "RECORD", None, "GRID_WORKER"),
        (2, "CORRECT", "RECORDED", "GRID_WORKER"),
        (3, "CORRECT", "CORRECTED", "GRID_LEADER"),
    ]
    assert told[1]["note"] == f"门牌写错（虚构）（更正前：住户 {HOME}；发现类别 需帮扶；见到人数 2）"
    assert told[2]["note"] == f"门牌写错（虚构）（更正前：发现类别 安全隐患；走访情况 {FOUND}；见到人数 1）"
    masked = (await (await live.as_("admin.taishan")).ask(document, id=visit["id"]))["visit"]["timeline"]["nodes"]
    assert [one["note"] for one in masked] == [None, None, None]
    topics = await fetch(fresh_haiyan_urls, "SELECT topic FROM outbox WHERE subject_id = $1::uuid", key(visit["id"]))
    assert [one["topic"] for one in topics] == ["visit.recorded", "visit.corrected", "visit.corrected"]


async def test_a_repeat_records_nothing(live: Server, fresh_haiyan_urls: DatabaseUrls) -> None:
    given: dict[str, Any] = {"visitedAt": ago(hours=1), "idempotencyKey": "once"}
    first = await a_visit(live, **given)
    assert await a_visit(live, **given) == first
    assert len(await fetch(fresh_haiyan_urls, "SELECT 1 FROM visit")) == 1


async def test_who_may_record_where(live: Server) -> None:
    assert "id" in await a_visit(live, "building.haiyan")
    assert "id" in await a_visit(live, "leader.haiyan")
    for who, place in (
        ("grid.haiyan", OTHER_GRID),
        ("grid.haiyan", COMMUNITY),
        ("dispatcher.haiyan", GRID),
        ("admin.taishan", GRID),
        ("resident.haiyan", GRID),
    ):
        assert (await a_visit(live, who, place))["code"] == "FORBIDDEN", (who, place)


async def test_what_was_found_is_said(live: Server) -> None:
    """VIS1."""
    refused = await a_visit(live, finding=None)
    assert (refused["__typename"], refused["rule"]) == ("RuleRefused", "VIS1")
    assert refused["source"]
    nothing = await a_visit(live, finding=None, findingKind="NOTHING_FOUND")
    assert nothing["finding"] is None
    to_say = corrected(nothing, finding=" ", findingKind="OTHER")
    assert (await change(live, "grid.haiyan", "visitCorrect", **to_say))["rule"] == "VIS1"
    faulty = await a_visit(live, visitedAt=ago(hours=-1), household=" ", peopleMet=-1)
    assert {one["path"] for one in faulty["faults"]} == {"visitedAt", "household", "peopleMet"}


async def test_a_visit_is_corrected_within_its_time(live: Server, fresh_haiyan_urls: DatabaseUrls) -> None:
    """VIS2: by when it was recorded, whoever would correct it."""
    visit = await a_visit(live)
    document = "UPDATE visit SET registered_at = now() - interval '30 days' + $1::interval"
    await execute(fresh_haiyan_urls, document, timedelta(hours=1))
    visit = await change(live, "grid.haiyan", "visitCorrect", **corrected(visit))
    assert visit["version"] == 2
    await execute(fresh_haiyan_urls, document, timedelta(0))
    for who in ("grid.haiyan", "leader.haiyan"):
        late = await change(live, who, "visitCorrect", **corrected(visit))
        assert (late["__typename"], late["rule"]) == ("RuleRefused", "VIS2")


async def test_visits_are_listed_and_counted(live: Server, fresh_haiyan_urls: DatabaseUrls) -> None:
    early: dict[str, Any] = {"visitedAt": "2026-01-31T23:30:00+08:00", "findingKind": "NOTHING_FOUND", "finding": None}
    first = await a_visit(live, **early)
    second = await a_visit(live, visitedAt="2026-02-01T08:00:00+08:00", findingKind="HAZARD")
    third = await a_visit(live, "mediator.village.haiyan", OTHER_GRID, visitedAt="2026-02-02T08:00:00+08:00")
    document = """query L($filter: VisitFilter, $order: VisitOrder) {
        visits(filter: $filter, orderBy: $order) { totalCount nodes { id } } }"""

    async def found(who: str, order: Any = None, **narrowed: Any) -> list[str]:
        answer = (await (await live.as_(who)).ask(document, filter=narrowed, order=order))["visits"]
        assert answer["totalCount"] == len(answer["nodes"])
        return [one["id"] for one in answer["nodes"]]

    every = [third["id"], second["id"], first["id"]]
    assert await found("dispatcher.haiyan") == await found("admin.taishan") == every
    assert await found("dispatcher.haiyan", {"field": "VISITED_AT", "direction": "ASC"}) == every[::-1]
    assert await found("grid.haiyan") == every[1:]
    assert await found("dispatcher.guanghai") == await found("resident.haiyan") == []
    road = Road(live)
    for place, some in ((GRID, every[1:]), (COMMUNITY, every[1:]), (OTHER_GRID, every[:1]), (TOWN, every)):
        assert await found("admin.taishan", placeId=await road.organisation(place)) == some, place
    assert await found("admin.taishan", findingKind=["HAZARD", "NEEDS_HELP"]) == every[:2]
    # From, inclusive, and until, exclusive.
    february = "2026-02-01T08:00:00+08:00"
    assert await found("admin.taishan", visitedFrom=february) == every[:2]
    assert await found("admin.taishan", visitedUntil=february) == every[2:]
    visitor = second["registeredBy"]["id"]
    assert await found("admin.taishan", registeredById=visitor) == every[1:]

    figures = """query F($by: [VisitDimension!]) { visitFigures(groupBy: $by) {
        total { visits withFindings } groups { keys { label value } visits withFindings } } }"""

    async def counted(who: str, *by: str) -> tuple[Any, dict[str, tuple[int, int]]]:
        answer = (await (await live.as_(who)).ask(figures, by=list(by)))["visitFigures"]
        groups = {
            " ".join(key["label"] or key["value"] for key in one["keys"]): (one["visits"], one["withFindings"])
            for one in answer["groups"]
        }
        return (answer["total"]["visits"], answer["total"]["withFindings"]), groups

    assert await counted("admin.taishan", "GRID", "MONTH") == (
        (3, 2),
        {f"{GRID} 2026-01": (1, 0), f"{GRID} 2026-02": (1, 1), f"{OTHER_GRID} 2026-02": (1, 1)},
    )
    assert (await counted("admin.taishan", "TOWN"))[1] == {TOWN: (3, 2)}
    assert (await counted("admin.taishan", "COMMUNITY"))[1][COMMUNITY] == (2, 1)
    kinds = {"无异常": (1, 0), "安全隐患": (1, 1), "需帮扶": (1, 1)}
    assert (await counted("dispatcher.haiyan", "FINDING_KIND"))[1] == kinds
    assert (await counted("grid.haiyan"))[0] == (2, 1)
    assert (await counted("resident.haiyan"))[0] == (0, 0)
    assert await fetch(fresh_haiyan_urls, "SELECT 1 FROM visit WHERE version <> 1") == []
