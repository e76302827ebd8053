"""The clocks of a case as people see them: opened, kept, extended, moved by the calendar; and the day view of each role."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.api import Server
from tests.support.road import Road

CLOCKS = "deadlines { id kind kindLabel due remaining remainingHours state source rule late closedAt extensions }"
DAY = """query Day($filter: DeadlineFilter, $first: Int, $after: String) {
    deadlines(filter: $filter, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        edges { cursor node { id kind state due case { id number title } } }
        nodes { id kind state due remaining steps { step at } case { id handler { name } parties { nodes { name { display } } } } }
    }
}"""


async def clocks(road: Road, who: str = "dispatcher.haiyan") -> dict[str, dict[str, Any]]:
    """The case's deadlines by kind."""
    return {one["kind"]: one for one in (await road.read(who, CLOCKS))["deadlines"]}


async def test_the_clocks_of_the_main_road_open_and_end_with_its_actions(live: Server, road: Road) -> None:
    await road.register()
    assert await clocks(road) == {}
    await road.along("caseAccept")
    mediation = (await clocks(road))["MEDIATION"]
    case = await road.read("dispatcher.haiyan", "dueAt")
    assert mediation["due"] == case["dueAt"]
    assert (mediation["state"], mediation["rule"], mediation["late"]) == ("RUNNING", "CASE5", False)
    assert mediation["kindLabel"] == "调解期限"
    assert "人民调解工作若干规定" in mediation["source"]
    due = datetime.fromisoformat(mediation["due"])
    assert mediation["remaining"] == (due.date() - (datetime.now(UTC) + timedelta(hours=8)).date()).days
    await road.along("caseAssessRisk", "caseDispatch", "caseTakeOn", "caseHoldSession", "caseAgree")
    found = await clocks(road)
    assert found["MEDIATION"]["state"] == "SATISFIED"
    assert found["MEDIATION"]["remaining"] is None
    assert found["CONFIRMATION_APPLICATION"]["state"] == "RUNNING"
    await road.along("caseApplyConfirmation")
    found = await clocks(road)
    assert found["CONFIRMATION_APPLICATION"]["state"] == "SATISFIED"
    assert found["CONFIRMATION_ACCEPTANCE"]["state"] in {"RUNNING", "WARNED"}
    await road.along("caseAcceptConfirmation")
    found = await clocks(road)
    assert {one: found[one]["state"] for one in found if one.startswith("CONFIRMATION")} == {
        "CONFIRMATION_APPLICATION": "SATISFIED",
        "CONFIRMATION_ACCEPTANCE": "SATISFIED",
        "CONFIRMATION_RULING": "RUNNING",
        "CONFIRMATION_PROCEDURE": "RUNNING",
    }
    await road.along("caseRuleConfirmation")
    found = await clocks(road, "tribunal.haiyan")
    assert {found[one]["state"] for one in ("CONFIRMATION_RULING", "CONFIRMATION_PROCEDURE")} == {"SATISFIED"}
    assert found["ENFORCEMENT"]["state"] == "RUNNING"
    confirmed = await road.read("tribunal.haiyan", "confirmation { enforceBy }")
    assert found["ENFORCEMENT"]["due"].startswith(confirmed["confirmation"]["enforceBy"])
    await road.along("caseFulfil")
    found = await clocks(road)
    assert found["ENFORCEMENT"]["state"] == "SATISFIED"
    assert found["FOLLOW_UP"]["state"] == "RUNNING"
    await road.along("caseFollowUp", "caseClose")
    assert {one["state"] for one in (await clocks(road)).values()} <= {"SATISFIED", "CANCELLED"}


async def day(server: Server, who: str, **filter: Any) -> list[dict[str, Any]]:
    """An account's day view, whole, as the pages give it; the count and both forms of the page must agree."""
    client = await server.as_(who)
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = (await client.ask(DAY, filter=filter, first=40, after=after))["deadlines"]
        assert [one["node"]["id"] for one in page["edges"]] == [one["id"] for one in page["nodes"]]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            assert page["totalCount"] == len(found) == len({one["id"] for one in found})
            assert [one["due"] for one in found] == sorted(one["due"] for one in found)
            return found
        after = page["pageInfo"]["endCursor"]


async def test_the_day_view_shows_each_role_the_clocks_of_the_cases_they_see(server: Server) -> None:
    mine = await day(server, "dispatcher.haiyan", open=True)
    assert {"RUNNING", "WARNED", "OVERDUE"} <= {one["state"] for one in mine}
    assert {"MEDIATION", "CONFIRMATION_APPLICATION"} <= {one["kind"] for one in mine}
    for who in (
        "dispatcher.haiyan",
        "admin.haiyan",
        "mediator.haiyan",
        "tribunal.haiyan",
        "grid.haiyan",
        "court.taishan",
    ):
        client = await server.as_(who)
        seen: set[str] = set()
        after = None
        while True:
            page = (
                await client.ask(
                    "query C($a: String) { cases(first: 100, after: $a) { pageInfo { hasNextPage endCursor }"
                    " nodes { id deadlines { id } } } }",
                    a=after,
                )
            )["cases"]
            seen |= {one["id"] for case in page["nodes"] for one in case["deadlines"]}
            if not page["pageInfo"]["hasNextPage"]:
                break
            after = page["pageInfo"]["endCursor"]
        assert {one["id"] for one in await day(server, who)} == seen, who
    # The court sees clocks of what lies before it; another town's centre none of ours, another county nothing of both.
    at_court = await day(server, "tribunal.haiyan")
    assert at_court
    assert {one["case"]["id"] for one in at_court} < {
        one["case"]["id"] for one in await day(server, "dispatcher.haiyan")
    }
    ours = {one["id"] for one in await day(server, "dispatcher.haiyan")}
    for who in ("dispatcher.guanghai", "dispatcher.kaiping", "admin.kaiping", "system.taishan"):
        assert not ours & {one["id"] for one in await day(server, who)}, who
    assert await day(server, "system.taishan") == []


async def test_what_is_masked_of_a_case_is_masked_in_its_clocks(server: Server) -> None:
    for one in (await day(server, "admin.haiyan"))[:20]:
        assert all("*" in party["name"]["display"] for party in one["case"]["parties"]["nodes"])


async def test_a_clock_out_of_reach_is_not_found(server: Server) -> None:
    (one, *_) = await day(server, "dispatcher.haiyan")
    query = "query N($id: ID!) { node(id: $id) { id } }"
    assert (await (await server.as_("dispatcher.haiyan")).ask(query, id=one["id"]))["node"] == {"id": one["id"]}
    assert (await (await server.as_("dispatcher.guanghai")).ask(query, id=one["id"]))["node"] is None


async def test_filters_of_the_day_view(server: Server) -> None:
    everything = await day(server, "dispatcher.haiyan")
    late = await day(server, "dispatcher.haiyan", states=["OVERDUE"])
    assert late
    assert {one["id"] for one in late} == {one["id"] for one in everything if one["state"] == "OVERDUE"}
    kinds = await day(server, "dispatcher.haiyan", kinds=["MEDIATION", "FOLLOW_UP"])
    assert {one["kind"] for one in kinds} == {"MEDIATION", "FOLLOW_UP"}
    turn = everything[len(everything) // 2]["due"]
    before = await day(server, "dispatcher.haiyan", dueUntil=turn)
    after = await day(server, "dispatcher.haiyan", dueFrom=turn)
    assert len(before) + len(after) == len(everything)


async def test_an_extension_needs_consent_a_rule_that_allows_it_and_a_clock_that_runs(live: Server, road: Road) -> None:
    await road.register()
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn")
    before = (await clocks(road))["MEDIATION"]
    given = {"deadlineId": before["id"], "days": 10, "reason": "双方同意继续协商", "allConsented": True}
    for refusal, change in (("EXT_CONSENT", {"allConsented": False}), ("EXT_LIMIT", {"days": 31})):
        refused = await road.ask_for("caseExtendDeadline", "mediator.haiyan", **given | change)
        assert (refused["__typename"], refused["rule"]) == ("RuleRefused", refusal)
    assert (await road.ask_for("caseExtendDeadline", "admin.haiyan", **given))["__typename"] == "Forbidden"
    await road.step("caseExtendDeadline", "mediator.haiyan", **given)
    case = await road.read(
        "dispatcher.haiyan",
        "dueAt deadlines { kind due extensions extendedBy extensionRecords { days reason consented } }",
    )
    (after,) = [one for one in case["deadlines"] if one["kind"] == "MEDIATION"]
    assert (datetime.fromisoformat(after["due"]) - datetime.fromisoformat(before["due"])).days in range(6, 20)
    assert after["due"] == case["dueAt"]
    assert after["extensionRecords"] == [{"days": 10, "reason": "双方同意继续协商", "consented": True}]
    await road.step("caseHoldSession")
    await road.step("caseFail")
    over = await road.ask_for("caseExtendDeadline", "dispatcher.haiyan", **given)
    assert over["__typename"] == "RuleRefused"


async def test_a_petitions_time_is_extended_once_and_by_the_centre(live: Server, road: Road) -> None:
    await road.register(source="PETITION")
    assert (await clocks(road))["PETITION_ROUTING"]["remaining"] >= 15
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn")
    found = await clocks(road)
    assert found["PETITION_ROUTING"]["state"] == "SATISFIED"
    given = {"deadlineId": found["PETITION_SETTLEMENT"]["id"], "days": 30, "reason": "情况复杂", "allConsented": False}
    refused = await road.ask_for("caseExtendDeadline", "mediator.haiyan", **given)
    assert (refused["__typename"], refused["rule"]) == ("RuleRefused", "EXT_APPROVED")
    await road.step("caseExtendDeadline", "dispatcher.haiyan", **given)
    again = await road.ask_for("caseExtendDeadline", "dispatcher.haiyan", **given)
    assert (again["__typename"], again["rule"]) == ("RuleRefused", "EXT_LIMIT")


async def test_a_county_admin_moves_open_deadlines_by_the_calendar_and_back(live: Server, road: Road) -> None:
    await road.register()
    await road.along("caseAccept")
    due = (await clocks(road))["MEDIATION"]["due"]
    last = due[:10]
    mutation = """mutation S($input: CalendarDaySetInput!) { calendarDaySet(input: $input) {
        __typename ... on CalendarDaySetSuccess { day working deadlinesMoved } ... on Problem { code message } } }"""
    clear = """mutation C($input: CalendarDayClearInput!) { calendarDayClear(input: $input) {
        __typename ... on CalendarDayClearSuccess { day deadlinesMoved } ... on Problem { code } ... on InvalidInput { field } } }"""
    given = {"day": last, "working": False, "reason": "县政府放假通知（虚构）"}
    for who in ("dispatcher.haiyan", "admin.haiyan", "system.taishan"):
        refused = (await (await live.as_(who)).ask(mutation, input=given))["calendarDaySet"]
        assert refused["__typename"] == "Forbidden", who
    # Another county's administrator sets another county's calendar.
    await (await live.as_("admin.kaiping")).ask(mutation, input=given)
    assert (await clocks(road))["MEDIATION"]["due"] == due
    admin = await live.as_("admin.taishan")
    done = (await admin.ask(mutation, input=given | {"idempotencyKey": "day-off"}))["calendarDaySet"]
    assert done["deadlinesMoved"] >= 1
    again = (await admin.ask(mutation, input=given | {"idempotencyKey": "day-off"}))["calendarDaySet"]
    assert again == done
    case = await road.read("dispatcher.haiyan", "dueAt deadlines { kind due }")
    moved = case["deadlines"][0]["due"]
    assert moved > due
    assert case["dueAt"] == moved
    listed = (
        await road.server.as_("dispatcher.haiyan"),
        "query D($y: Int!) { calendarDays(year: $y) { day working reason setBy { displayName } } }",
    )
    (shown,) = (await listed[0].ask(listed[1], y=int(last[:4])))["calendarDays"]
    assert (shown["day"], shown["working"]) == (last, False)
    # A case that is accepted now is counted by the new calendar.
    other = Road(live)
    await other.register()
    await other.along("caseAccept")
    assert (await clocks(other))["MEDIATION"]["due"] == moved
    done = (await admin.ask(clear, input={"day": last}))["calendarDayClear"]
    assert done["deadlinesMoved"] >= 2
    assert (await clocks(road))["MEDIATION"]["due"] == due
    nothing = (await admin.ask(clear, input={"day": last}))["calendarDayClear"]
    assert (nothing["__typename"], nothing["field"]) == ("InvalidInput", "day")


async def test_the_life_of_a_supervision(live: Server, road: Road) -> None:
    await road.register()
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn")
    demand = {"demand": "五日内报告进展"}
    assert (await road.ask_for("caseOpenSupervision", "dispatcher.haiyan", **demand))["__typename"] == "Forbidden"
    await road.step("caseOpenSupervision", "director.haiyan", **demand)
    again = await road.ask_for("caseOpenSupervision", "director.haiyan", **demand)
    assert (again["__typename"], again["rule"]) == ("RuleRefused", "SUP_ONCE")
    shown = "supervisions { id cause level demand answerDueAt answeredAt answer closedAt evidence openedBy { id } }"
    (one,) = (await road.read("director.haiyan", shown))["supervisions"]
    assert (one["cause"], one["level"], one["demand"]) == ("BY_HAND", "SUPERVISED", "五日内报告进展")
    answer = (await clocks(road, "mediator.haiyan"))["SUPERVISION_ANSWER"]
    assert answer["due"] == one["answerDueAt"]
    assert answer["remaining"] == 5
    named = {"supervisionId": one["id"]}
    early = await road.ask_for("caseCloseSupervision", "director.haiyan", evidence="现场照片", **named)
    assert (early["__typename"], early["rule"]) == ("RuleRefused", "SUP_CLOSE")
    # Whoever supervises does not answer for whom they supervise.
    for who in ("dispatcher.haiyan", "director.haiyan"):
        theirs = await road.ask_for("caseAnswerSupervision", who, answer="已在办", **named)
        assert (theirs["__typename"], theirs["rule"]) == ("RuleRefused", "SUP_BY")
    await road.step("caseAnswerSupervision", "mediator.haiyan", answer="已约定周五调解", **named)
    assert (await clocks(road))["SUPERVISION_ANSWER"]["state"] == "SATISFIED"
    twice = await road.ask_for("caseAnswerSupervision", "mediator.haiyan", answer="又", **named)
    assert (twice["__typename"], twice["rule"]) == ("RuleRefused", "SUP_ANSWER")
    await road.step("caseCloseSupervision", "director.haiyan", evidence="现场照片", **named)
    (one,) = (await road.read("director.haiyan", shown))["supervisions"]
    assert (one["answer"], one["evidence"]) == ("已约定周五调解", "现场照片")
    assert one["closedAt"] is not None
    query = "{ supervisions(filter: {causes: [BY_HAND]}) { totalCount nodes { id case { id } } } }"
    assert (await (await live.as_("director.haiyan")).ask(query))["supervisions"]["nodes"][0]["case"]["id"] == road.id
    assert (await (await live.as_("dispatcher.guanghai")).ask(query))["supervisions"]["totalCount"] == 0
    timeline = await road.read("director.haiyan", "version timeline(first: 100) { totalCount }")
    assert timeline["version"] == timeline["timeline"]["totalCount"]


async def test_a_red_risk_is_reported_and_read_by_town_and_county(live: Server, road: Road) -> None:
    await road.register()
    await road.along("caseAccept")
    early = await road.ask_for("caseAcknowledgeRisk", "admin.haiyan")
    assert (early["__typename"], early["rule"]) == ("RuleRefused", "RISK_READ")
    await road.step("caseAssessRisk", level="RED")
    report = (await clocks(road))["RISK_REPORT"]
    assert (report["rule"], report["remainingHours"], report["remaining"]) == ("RISK1", 1, 0)
    assert (await road.ask_for("caseAcknowledgeRisk", "dispatcher.haiyan"))["__typename"] == "Forbidden"
    await road.step("caseAcknowledgeRisk", "admin.haiyan")
    twice = await road.ask_for("caseAcknowledgeRisk", "admin.haiyan")
    assert (twice["__typename"], twice["rule"]) == ("RuleRefused", "RISK_READ")
    assert (await clocks(road))["RISK_REPORT"]["closedAt"] is None
    await road.step("caseAcknowledgeRisk", "admin.taishan")
    assert (await clocks(road))["RISK_REPORT"]["state"] == "SATISFIED"
    case = await road.read(
        "director.haiyan",
        "supervisions { cause openedBy { id } } riskReports { riskLevel readings { level readAt readBy { id } } }",
    )
    assert case["supervisions"] == [{"cause": "RED_RISK", "openedBy": None}]
    (told,) = case["riskReports"]
    assert [one["level"] for one in told["readings"]] == ["COUNTY", "TOWN"]
    assert all(one["readAt"] and one["readBy"] for one in told["readings"])


async def test_a_case_returned_twice_is_supervised(live: Server, road: Road) -> None:
    await road.register()
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseReturn")
    assert (await road.read("director.haiyan", "supervisions { cause }"))["supervisions"] == []
    await road.along("caseDispatch", "caseReturn")
    found = await road.read("director.haiyan", "supervisions { cause level }")
    assert found["supervisions"] == [{"cause": "RETURNED_TWICE", "level": "SUPERVISED"}]
