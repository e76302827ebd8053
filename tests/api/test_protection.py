"""Protection over HTTP: addresses hidden at once and everywhere, duties to report, measures with clocks, clue notices."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from domain.foundation.basics.calendar import NATIONAL, china_date, corresponding_day
from domain.foundation.basics.identity_number import check_digit
from tests.support.api import Client, Server, serving

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

ADDRESS = "试验路1号（虚构）"


@pytest.fixture
async def server(fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path) -> AsyncIterator[Server]:
    async with serving(fresh_haiyan_urls, secret_key_file) as running:
        yield running


def number(serial: int, born: str) -> str:
    """An invented identity number, of a district code that does not exist."""
    body = f"440799{born}{serial:03d}"
    return body + check_digit(body)


async def place(server: Server) -> str:
    dispatcher = await server.as_("dispatcher.haiyan")
    data = await dispatcher.ask('{ organisations(filter: {kinds: [TOWN], nameContains: "海宴"}) { nodes { id } } }')
    return str(data["organisations"]["nodes"][0]["id"])


async def registered(server: Server, serial: int = 1, *, by: str = "dispatcher.haiyan", **more: Any) -> dict[str, Any]:
    """A new case between two invented people; `more` is said of the applicant, but for `violenceSuspected`."""
    client = await server.as_(by)
    violence = more.pop("violenceSuspected", False)
    born = "20150203" if more.get("minor") else "19850203"
    applicant = {"side": "APPLICANT", "name": "甲某（虚构）", "address": ADDRESS, "idNumber": number(serial, born)}
    applicant |= {"consented": True} | more
    done = await client.change(
        "caseRegister",
        "parties { nodes { id side } }",
        placeId=await place(server),
        typeCode="0101",
        title="试验家庭纠纷（虚构）",
        facts="试验事实（虚构）。",
        parties=[applicant, {"side": "RESPONDENT", "name": "乙某（虚构）"}],
        violenceSuspected=violence,
    )
    assert done["__typename"] == "CaseRegisterSuccess", done
    return dict(done["case"])


async def address_seen(client: Client, case: dict[str, Any]) -> list[str | None]:
    """The applicant's address by every path: the case, the party's own id, several at once."""
    party = next(one["id"] for one in case["parties"]["nodes"] if one["side"] == "APPLICANT")
    data = await client.ask(
        """query A($case: ID!, $party: ID!) {
            case(id: $case) { parties { nodes { side address { display } } } }
            node(id: $party) { ... on Party { address { display } } }
            nodes(ids: [$party]) { ... on Party { address { display } } } }""",
        case=case["id"],
        party=party,
    )
    of_case = next(one for one in data["case"]["parties"]["nodes"] if one["side"] == "APPLICANT")
    return [(one["address"] or {}).get("display") for one in (of_case, data["node"], data["nodes"][0])]


async def protect(server: Server, case: dict[str, Any], *, by: str = "women.haiyan", **more: Any) -> dict[str, Any]:
    party = next(one["id"] for one in case["parties"]["nodes"] if one["side"] == "APPLICANT")
    client = await server.as_(by)
    given = {"partyIds": [party], "reason": "疑似家庭暴力（虚构）"} | more
    return await client.change("caseProtect", caseId=case["id"], expectedVersion=case["version"], **given)


async def test_an_address_is_hidden_at_once_on_every_path_and_in_every_case_of_the_person(server: Server) -> None:
    case, other = await registered(server), await registered(server)
    dispatcher, women = await server.as_("dispatcher.haiyan"), await server.as_("women.haiyan")
    assert await address_seen(dispatcher, case) == [ADDRESS] * 3
    done = await protect(server, case)
    assert done["__typename"] == "CaseProtectSuccess", done
    for protected in (case, other):
        assert await address_seen(dispatcher, protected) == [None] * 3
        assert await address_seen(await server.as_("admin.taishan"), protected) == [None] * 3
        assert await address_seen(women, protected) == [ADDRESS] * 3
    # And in the next case of the same person, from its first moment.
    third = await registered(server)
    assert await address_seen(dispatcher, third) == [None] * 3
    assert await address_seen(women, third) == [ADDRESS] * 3
    # The other cases tell of it in their own timelines, and no version is skipped.
    query = "query T($id: ID!) { case(id: $id) { version timeline { nodes { version action } } } }"
    found = (await dispatcher.ask(query, id=other["id"]))["case"]
    assert [one["action"] for one in found["timeline"]["nodes"]] == ["REGISTER", "PROTECT"]
    assert found["version"] == 2


async def test_a_protected_address_needs_somebody_who_may_read_it(server: Server) -> None:
    case = await registered(server, 2)
    dispatcher = await server.as_("dispatcher.haiyan")
    stale = await dispatcher.change(
        "caseProtect", caseId=case["id"], expectedVersion=9, partyIds=[case["parties"]["nodes"][0]["id"]], reason="试验"
    )
    assert (stale["__typename"], stale["code"]) == ("CaseConflict", "STALE_VERSION")
    nobody = await protect(server, case, by="women.haiyan", partyIds=[])
    assert (nobody["__typename"], nobody["field"]) == ("InvalidInput", "partyIds")
    elsewhere = await server.as_("dispatcher.guanghai")
    hidden = await elsewhere.change(
        "caseProtect",
        caseId=case["id"],
        expectedVersion=case["version"],
        partyIds=[case["parties"]["nodes"][0]["id"]],
        reason="试验",
    )
    assert hidden["__typename"] == "NotFound"


DUTIES = """query D($id: ID!) { case(id: $id) { version reportDuties { id recipient rule fulfilledAt } } }"""


@pytest.mark.parametrize(
    ("said", "owed"),
    [
        ({}, []),
        ({"violenceSuspected": True}, []),
        ({"violenceSuspected": True, "disabled": True}, ["POLICE"]),
        ({"minor": True, "guardianConsented": True}, []),
        (
            {"violenceSuspected": True, "minor": True, "guardianConsented": True},
            ["POLICE", "CIVIL_AFFAIRS", "EDUCATION"],
        ),
    ],
)
async def test_the_law_s_reports_are_owed_where_somebody_cannot_speak_up_alone(
    server: Server, said: dict[str, Any], owed: list[str]
) -> None:
    case = await registered(server, 3, **said)
    dispatcher = await server.as_("dispatcher.haiyan")
    duties = (await dispatcher.ask(DUTIES, id=case["id"]))["case"]["reportDuties"]
    assert sorted(one["recipient"] for one in duties) == sorted(owed)
    # Who only knows that the case exists learns nothing of it.
    grid = await server.as_("grid.haiyan")
    seen = (await grid.ask(DUTIES, id=case["id"]))["case"]
    assert seen is None or seen["reportDuties"] is None


async def test_a_duty_is_fulfilled_once_and_a_case_is_not_closed_before(server: Server) -> None:
    case = await registered(server, 4, violenceSuspected=True, disabled=True)
    dispatcher = await server.as_("dispatcher.haiyan")
    declined = await dispatcher.change(
        "caseDecline", caseId=case["id"], expectedVersion=case["version"], reason="试验", guidance="向公安机关报案"
    )
    close = {"caseId": case["id"], "expectedVersion": declined["case"]["version"]}
    refused = await dispatcher.change("caseClose", **close)
    assert (refused["__typename"], refused["rule"]) == ("RuleRefused", "DV1")
    (duty,) = (await dispatcher.ask(DUTIES, id=case["id"]))["case"]["reportDuties"]
    told = {"dutyId": duty["id"], "record": "已电话报告派出所（虚构）"}
    done = await dispatcher.change("caseFulfilDuty", **close, **told)
    assert done["__typename"] == "CaseFulfilDutySuccess", done
    close["expectedVersion"] = done["case"]["version"]
    again = await dispatcher.change("caseFulfilDuty", **close, **told)
    assert (again["__typename"], again["rule"]) == ("RuleRefused", "DV1")
    assert (await dispatcher.change("caseClose", **close))["__typename"] == "CaseCloseSuccess"


async def test_who_reported_is_nowhere_in_the_schema(server: Server) -> None:
    director = await server.as_("director.haiyan")
    data = await director.ask('{ __type(name: "ReportDuty") { fields { name } } }')
    names = {one["name"] for one in data["__type"]["fields"]}
    assert names == {"id", "recipient", "recipientLabel", "rule", "openedAt", "fulfilledAt"}


async def organisation(server: Server, username: str) -> str:
    client = await server.as_(username)
    data = await client.ask("{ viewer { memberships { organisation { id } } } }")
    return str(data["viewer"]["memberships"][0]["organisation"]["id"])


async def measured(server: Server, case: dict[str, Any], kind: str, by: str, **more: Any) -> dict[str, Any]:
    dispatcher = await server.as_("dispatcher.haiyan")
    version = (await dispatcher.ask("query V($id: ID!) { case(id: $id) { version } }", id=case["id"]))["case"][
        "version"
    ]
    given = {"kind": kind, "organisationId": await organisation(server, by)}
    given |= {"takenAt": (datetime.now(UTC) - timedelta(minutes=1)).isoformat()} | more
    return await dispatcher.change("caseRecordMeasure", caseId=case["id"], expectedVersion=version, **given)


MEASURES = """query M($id: ID!) { case(id: $id) { deadlines { kind }
    protectionMeasures { kind urgent takenAt decideBy } } }"""


@pytest.mark.parametrize(("urgent", "hours"), [(False, 72), (True, 24)])
async def test_an_application_for_an_order_starts_the_court_s_clock(
    server: Server, *, urgent: bool, hours: int
) -> None:
    case = await registered(server, 5)
    done = await measured(server, case, "ORDER_APPLIED", "tribunal.haiyan", urgent=urgent)
    assert done["__typename"] == "CaseRecordMeasureSuccess", done
    women = await server.as_("women.haiyan")
    seen = (await women.ask(MEASURES, id=case["id"]))["case"]
    (measure,) = seen["protectionMeasures"]
    lasts = datetime.fromisoformat(measure["decideBy"]) - datetime.fromisoformat(measure["takenAt"])
    assert lasts == timedelta(hours=hours)
    # The clock runs where nobody reads of it along with the others: whoever may not know that an order was sought.
    assert "PROTECTION_ORDER" not in [one["kind"] for one in seen["deadlines"]]
    async with server.parts.reader.connection() as connection, connection.transaction():
        await connection.execute("SELECT set_config('app.counties', '{440781}', true)")
        ends = "SELECT outcome FROM deadline WHERE kind = 'protection_order' AND case_id = $1"
        assert [row[0] for row in await connection.fetch(ends, case["id"].partition(":")[2])] == [None]
    refused = await measured(server, case, "ORDER_REFUSED", "tribunal.haiyan")
    assert refused["__typename"] == "CaseRecordMeasureSuccess", refused
    async with server.parts.reader.connection() as connection, connection.transaction():
        await connection.execute("SELECT set_config('app.counties', '{440781}', true)")
        assert [row[0] for row in await connection.fetch(ends, case["id"].partition(":")[2])] == ["satisfied"]


def last_day_of_an_order() -> date:
    return NATIONAL.working_day_from(corresponding_day(china_date(datetime.now(UTC)), 6))


@pytest.mark.parametrize(("later", "fits"), [(0, True), (1, False)])
async def test_an_order_holds_for_six_months_at_most(server: Server, later: int, *, fits: bool) -> None:
    case = await registered(server, 6)
    until = (last_day_of_an_order() + timedelta(days=later)).isoformat()
    done = await measured(server, case, "ORDER_ISSUED", "tribunal.haiyan", validUntil=until)
    assert (done["__typename"] == "CaseRecordMeasureSuccess") is fits
    assert fits or done["rule"] == "DV3"


async def test_each_measure_is_its_own_body_s(server: Server) -> None:
    case = await registered(server, 7)
    assert (await measured(server, case, "WRITTEN_WARNING", "tribunal.haiyan"))["field"] == "organisationId"
    assert (await measured(server, case, "ORDER_APPLIED", "police.haiyan"))["field"] == "organisationId"
    assert (await measured(server, case, "ORDER_ISSUED", "tribunal.haiyan"))["rule"] == "DV3"
    assert (await measured(server, case, "WRITTEN_WARNING", "police.haiyan"))["__typename"].endswith("Success")


async def test_a_clue_notice_opens_the_case_to_its_recipient_who_acknowledges_it_once(server: Server) -> None:
    case = await registered(server, 8)
    women, police = await server.as_("women.haiyan"), await server.as_("police.haiyan")
    query = "query C($id: ID!) { case(id: $id) { version clueNotices { id clue acknowledgedAt } } }"
    assert (await police.ask(query, id=case["id"]))["case"] is None
    sent = await women.change(
        "caseSendClue",
        caseId=case["id"],
        expectedVersion=case["version"],
        recipientId=await organisation(server, "police.haiyan"),
        clue="试验线索（虚构）",
    )
    assert sent["__typename"] == "CaseSendClueSuccess", sent
    seen = (await police.ask(query, id=case["id"]))["case"]
    (notice,) = seen["clueNotices"]
    given = {"caseId": case["id"], "clueId": notice["id"]}
    done = await police.change("caseAcknowledgeClue", **given, expectedVersion=seen["version"])
    assert done["__typename"] == "CaseAcknowledgeClueSuccess", done
    again = await police.change("caseAcknowledgeClue", **given, expectedVersion=done["case"]["version"])
    assert (again["__typename"], again["rule"]) == ("RuleRefused", "CLUE_OPEN")
