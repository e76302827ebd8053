"""Input that nobody means and somebody sends: each is refused as what it is, or taken as it was meant; nothing faults."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.api import Server
from tests.support.road import APPLICANT, Road, a_party, ago
from tests.support.rows import fetch, key

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

UNDER_WAY = ("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn", "caseHoldSession")
NOTHING_SEEN = ("", " \u3000 ", "\u200b\u200b", "\u2060\ufeff", "\u200d", "\u202e", "\n\t")


async def registered(live: Server, road: Road, **changes: Any) -> dict[str, Any]:
    given = await road.registration(**changes)
    return await (await live.as_("grid.haiyan")).change("caseRegister", **given)


@pytest.mark.parametrize("code", ["09\0", "0901 ", "\uff10\uff19\uff10\uff11", "9999", "", "09" * 500])
async def test_there_is_no_such_type(live: Server, road: Road, code: str) -> None:
    payload = await registered(live, road, typeCode=code)
    assert (payload["__typename"], payload["field"]) == ("InvalidInput", "typeCode")


@pytest.mark.parametrize("text", NOTHING_SEEN)
async def test_what_cannot_be_seen_is_no_name_and_no_title(live: Server, road: Road, text: str) -> None:
    payload = await registered(live, road, title=text)
    assert (payload["__typename"], payload["field"]) == ("InvalidInput", "title")
    parties = [a_party("APPLICANT", text), a_party("RESPONDENT", "伍试样（虚构）")]
    payload = await registered(live, road, parties=parties)
    assert (payload["__typename"], payload["field"]) == ("InvalidInput", "parties.0.name")


@pytest.mark.parametrize(
    ("field", "mask"),
    [
        ("name", "庄*"),
        ("name", "***"),
        ("name", "\uff0a三"),
        ("phone", "199****3448"),
        ("idNumber", "4407**************"),
        ("address", "海宴镇***"),
    ],
)
async def test_a_mask_is_not_taken_for_what_it_hides(live: Server, road: Road, field: str, mask: str) -> None:
    parties = [a_party("APPLICANT", APPLICANT), a_party("RESPONDENT", "伍试样（虚构）", consented=True) | {field: mask}]
    query = """mutation R($input: CaseRegisterInput!) { caseRegister(input: $input) {
        __typename ... on InvalidInput { faults { path code } } } }"""
    given = await road.registration(parties=parties)
    payload = (await (await live.as_("grid.haiyan")).ask(query, input=given))["caseRegister"]
    assert payload == {"__typename": "InvalidInput", "faults": [{"path": f"parties.1.{field}", "code": "MASKED"}]}


async def test_names_and_numbers_are_kept_as_they_are_read_however_they_were_copied(live: Server, road: Road) -> None:
    """Invisible signs of the clipboard, line ends, full-width digits, spaces in a number, a small x."""
    own = a_party(
        "APPLICANT",
        "\u202e伍\u200b试\n样\ufeff（虚构）",
        idNumber="110105 19491231 00\uff12x",
        phone="\u202d138 0013 8000\u202c",
        address="试验路\r\n1号",
        consented=True,
    )
    long_name = "买买提·" * 24 + "𠮷𡈽"
    assert len(long_name) == 98
    await road.register(
        "dispatcher.haiyan", title="试验\n纠纷😀👨‍👩‍👧", parties=[own, a_party("RESPONDENT", long_name)]
    )
    case = await road.read(
        "dispatcher.haiyan",
        "title parties { nodes { name { display } idNumber { display } phone { display } address { display } } }",
    )
    first, second = case["parties"]["nodes"]
    assert case["title"] == "试验 纠纷😀👨‍👩‍👧"
    assert first["name"]["display"] == "伍试 样（虚构）"
    assert first["idNumber"]["display"] == "11010519491231002X"
    assert first["phone"]["display"] == "138 0013 8000"
    assert first["address"]["display"] == "试验路 1号"
    assert second["name"]["display"] == long_name


@pytest.mark.parametrize(
    "number",
    [
        "110105194912310021",  # the wrong check digit
        "110105491231002",  # fifteen digits, of the first generation
        "110105199013320019",  # no such day
        "11010519491231002Y",
        "110105203001010012",  # not born yet
        "0" * 18,
    ],
)
async def test_an_identity_number_that_is_none(live: Server, road: Road, number: str) -> None:
    parties = [
        a_party("APPLICANT", APPLICANT, idNumber=number, consented=True),
        a_party("RESPONDENT", "伍试样（虚构）"),
    ]
    payload = await registered(live, road, parties=parties)
    assert (payload["__typename"], payload["field"]) == ("InvalidInput", "parties.0.idNumber")


async def test_only_a_court_says_that_a_court_entrusted_it(live: Server, road: Road) -> None:
    payload = await registered(live, road, source="COURT_ENTRUSTED")
    assert (payload["__typename"], payload["field"]) == ("InvalidInput", "source")


@pytest.mark.parametrize(
    "amount", ["1e999999999", "-1e999999999", "1e-999999999", "NaN", "sNaN", "Infinity", "0.001", "9" * 40]
)
async def test_an_amount_that_is_none(live: Server, road: Road, amount: str) -> None:
    await road.register()
    await road.along(*UNDER_WAY)
    given = await road.agreement()
    given["obligations"][0]["amount"] = amount
    payload = await road.ask_for("caseAgree", **given)
    assert (payload["__typename"], payload["field"]) == ("InvalidInput", "obligations.0.amount")


async def test_times_out_of_order_are_refused_and_leave_nothing(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await road.register()
    await road.along(*UNDER_WAY)
    party, mediator = await road.party("APPLICANT"), await road.user("mediator.haiyan")
    agent = {"partyId": party, "kind": "AGENT", "name": "代理试样（虚构）"}
    for until in ("9999-12-31T23:59:59-14:00", "2200-01-01T00:00:00Z", ago(minutes=1), "2030-01-01T00:00:00"):
        payload = await road.ask_for("caseAddRepresentative", "mediator.haiyan", validUntil=until, **agent)
        assert (payload["__typename"], payload["field"]) == ("InvalidInput", "validUntil"), until
    ground = {"mediatorId": mediator, "partyId": party, "relation": "OTHER", "reason": "试验"}
    payload = await road.ask_for("caseDeclareRecusal", "committee.haiyan", applicantConsentAt=ago(days=30), **ground)
    assert (payload["__typename"], payload["field"]) == ("InvalidInput", "applicantConsentAt")
    await road.step("caseFail")
    payload = await road.ask_for("caseReferToCourt", consentedAt=ago(days=4_000))
    assert (payload["__typename"], payload["field"]) == ("InvalidInput", "consentedAt")
    payload = await road.ask_for("caseFollowUp", visitedAt=ago(days=4_000))
    assert (payload["__typename"], payload["field"]) == ("InvalidInput", "visitedAt")
    (row,) = await fetch(fresh_haiyan_urls, "SELECT version FROM dispute_case WHERE id = $1", key(road.id))
    assert row["version"] == road.version
    await road.step("caseFollowUp")


async def test_another_reason_for_a_pause_is_said(live: Server, road: Road) -> None:
    await road.register()
    await road.along(*UNDER_WAY)
    payload = await road.ask_for("casePause", reason="OTHER", note=" ")
    assert (payload["__typename"], payload["field"]) == ("InvalidInput", "note")
    await road.step("casePause", reason="OTHER", note="等候气象证明（虚构）")


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2200-01-01", "9999-12-31"])
async def test_a_day_beyond_the_calendar_is_not_set(live: Server, day: str) -> None:
    admin = await live.as_("admin.taishan")
    for name, given in (("calendarDaySet", {"working": False, "reason": "试验"}), ("calendarDayClear", {})):
        kind = name[0].upper() + name[1:]
        query = f"""mutation M($input: {kind}Input!) {{ {name}(input: $input) {{
            __typename ... on InvalidInput {{ field }} }} }}"""
        found = (await admin.ask(query, input={"day": day} | given))[name]
        assert found == {"__typename": "InvalidInput", "field": "day"}


async def test_another_tie_asks_the_sides_anew(live: Server, road: Road) -> None:
    """Consent to one ground of recusal is no consent to another that is declared in its place."""
    await road.register()
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn")
    ground = {"mediatorId": await road.user("mediator.haiyan"), "partyId": await road.party("APPLICANT")}
    agreed = {"applicantConsentAt": ago(minutes=5), "respondentConsentAt": ago(minutes=5)}
    await road.step("caseDeclareRecusal", "committee.haiyan", relation="OTHER", reason="同村", **ground, **agreed)
    await road.step("caseHoldSession", "committee.haiyan")
    await road.step("caseDeclareRecusal", "committee.haiyan", relation="NEAR_RELATIVE", reason="叔侄", **ground)
    refused = await road.ask_for("caseHoldSession", "committee.haiyan")
    assert (refused["__typename"], refused["rule"]) == ("RuleRefused", "RECUSAL")
    shown = await road.read("committee.haiyan", "recusals { nodes { applicantConsentAt respondentConsentAt } }")
    assert shown["recusals"]["nodes"] == [{"applicantConsentAt": None, "respondentConsentAt": None}]


async def test_nothing_is_archived_that_somebody_has_still_to_answer(live: Server, road: Road) -> None:
    """The archive is read-only: what waited there for an answer would climb the ladder for ever."""
    await road.register()
    await road.along("caseAccept")
    await road.step("caseAssessRisk", level="RED")
    await road.along("caseDispatch", "caseTakeOn", "caseHoldSession", "caseFail", "caseClose")
    refused = await road.ask_for("caseArchive")
    assert (refused["__typename"], refused["rule"]) == ("RuleRefused", "ARCHIVE_OPEN")
    await road.step("caseAcknowledgeRisk", "admin.haiyan")
    await road.step("caseAcknowledgeRisk", "admin.taishan")
    assert (await road.ask_for("caseArchive"))["rule"] == "ARCHIVE_OPEN"
    (one,) = (await road.read("director.haiyan", "supervisions { id }"))["supervisions"]
    await road.step("caseAnswerSupervision", "mediator.haiyan", supervisionId=one["id"], answer="已稳控（虚构）")
    await road.step("caseCloseSupervision", "director.haiyan", supervisionId=one["id"], evidence="现场照片（虚构）")
    await road.step("caseArchive")


async def test_a_moment_at_midnight_in_china_counts_for_its_own_day(live: Server, road: Road) -> None:
    """A session told at midnight sharp, and one at the last moment before, are both kept as they were said."""
    await road.register()
    midnight = (datetime.now(UTC) + timedelta(hours=8)).replace(hour=0, minute=0, second=0, microsecond=0)
    said = [f"{midnight:%Y-%m-%d}T00:00:00+08:00", f"{midnight - timedelta(days=1):%Y-%m-%d}T23:59:59.999999+08:00"]
    await road.step("caseAccept", rightsToldAt=f"{midnight - timedelta(days=2):%Y-%m-%d}T00:00:00+08:00")
    await road.along("caseAssessRisk", "caseDispatch", "caseTakeOn")
    for held_at in said:
        await road.step("caseHoldSession", heldAt=held_at)
    sessions = (await road.read("mediator.haiyan", "sessions { nodes { heldAt } }"))["sessions"]["nodes"]
    assert [datetime.fromisoformat(one["heldAt"]) for one in sessions] == [datetime.fromisoformat(one) for one in said]


async def test_one_answer_tells_everything_that_is_wrong(live: Server, road: Road) -> None:
    """What cannot be read (an id, an amount) and what cannot be taken, each with its path, code and both languages."""
    parties = [a_party("APPLICANT", " ", phone="1"), a_party("RESPONDENT", "伍试样（虚构）", userId="party:1")]
    given = await road.registration(placeId="case:1", title="题" * 201, peopleCount=0, parties=parties)
    query = """mutation M($input: CaseRegisterInput!) { caseRegister(input: $input) {
        ... on InvalidInput { field code message faults { path code message messageEn } } } }"""
    refused = (await (await live.as_("grid.haiyan")).ask(query, input=given))["caseRegister"]
    assert [(one["path"], one["code"]) for one in refused["faults"]] == [
        ("placeId", "MALFORMED_ID"),
        ("parties.1.userId", "MALFORMED_ID"),
        ("title", "TOO_LONG"),
        ("parties.0.name", "REQUIRED"),
        ("parties.0.phone", "MALFORMED"),
        ("peopleCount", "OUT_OF_RANGE"),
    ]
    assert (refused["field"], refused["code"]) == ("placeId", "INVALID_INPUT")
    assert refused["message"] == refused["faults"][0]["message"]
    assert all(one["message"] and one["messageEn"] for one in refused["faults"])
    given["placeId"] = await road.organisation("海宴圩网格")
    given["parties"][1]["userId"] = None
    refused = (await (await live.as_("grid.haiyan")).ask(query, input=given))["caseRegister"]
    assert [one["path"] for one in refused["faults"]] == ["title", "parties.0.name", "parties.0.phone", "peopleCount"]


async def test_ids_of_another_kind_are_told_together_and_only_to_whom_may_act(live: Server, road: Road) -> None:
    await road.register()
    await road.along("caseAccept", "caseAssessRisk")
    query = """mutation M($input: CaseDispatchInput!) { caseDispatch(input: $input) {
        __typename ... on InvalidInput { faults { path code } } } }"""
    given = {
        "caseId": road.id,
        "expectedVersion": road.version,
        "handlerId": road.id,
        "assistingIds": ["x"],
        "note": "\0",
    }
    refused = (await (await live.as_("dispatcher.haiyan")).ask(query, input=given))["caseDispatch"]
    assert refused["faults"] == [
        {"path": "handlerId", "code": "MALFORMED_ID"},
        {"path": "assistingIds.0", "code": "MALFORMED_ID"},
        {"path": "note", "code": "BAD_CHARACTERS"},
    ]
    barred = (await (await live.as_("dispatcher.guanghai")).ask(query, input=given))["caseDispatch"]
    assert barred == {"__typename": "NotFound"}
    wrong = (await (await live.as_("dispatcher.haiyan")).ask(query, input=given | {"caseId": "case:1"}))["caseDispatch"]
    assert wrong == {"__typename": "NotFound"}
