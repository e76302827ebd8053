"""Ways off the main road through GraphQL: rest, withdrawal, referral, performance and breach, reopening, archive."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from domain.foundation.basics.calendar import (
    NATIONAL,
    china_date,
    corresponding_day,
    end_of_day,
)
from tests.support.api import Server
from tests.support.road import RESPONDENT, Road, a_party, ago
from tests.support.rows import execute, fetch, key
from tests.support.sight import NOTHING, sight

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls


HANDLING = ("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn", "caseHoldSession")
CLOCKS = "status dueAt overdue paused pausedAt pauseReason pauseReasonLabel"


async def refusal(road: Road, mutation: str, who: str | None = None, **given: Any) -> tuple[str, str | None]:
    """How a step is refused: the kind of problem, and the rule, field or code; nothing has changed."""
    before = await road.read("director.haiyan", "version status")
    payload = await road.ask_for(mutation, who, **given)
    assert await road.read("director.haiyan", "version status") == before
    return payload["__typename"], payload.get("rule") or payload.get("field") or payload.get("code")


async def mine(road: Road) -> None:
    """A case whose applicant is resident.haiyan, by their own account, under way."""
    own = a_party("APPLICANT", "伍试样（虚构）", phone="13900000001", userId=await road.user("resident.haiyan"))
    await road.register(parties=[own, a_party("RESPONDENT", RESPONDENT, phone="13900000002")])
    await road.along(*HANDLING)


async def test_a_rest_stops_the_work_and_an_appraisal_the_clock(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await road.along(*HANDLING)
    assert await refusal(road, "caseResume") == ("RuleRefused", "RESUMED")
    assert (await road.ask_for("casePause", "dispatcher.haiyan"))["__typename"] == "Forbidden"
    await road.step("casePause")
    found = await road.read("mediator.haiyan", CLOCKS)
    assert (found["paused"], found["pauseReason"], found["pauseReasonLabel"]) == (True, "APPRAISAL", "鉴定评估")
    for step in ("casePause", "caseHoldSession", "caseAgree", "caseFail"):
        assert await refusal(road, step) == ("RuleRefused", "PAUSED")
    # It began fifty days ago, and mediation would have been due in the meantime.
    today = china_date(datetime.now(UTC))
    began = datetime.now(UTC) - timedelta(days=50)
    await execute(fresh_haiyan_urls, "UPDATE case_pause SET paused_at = $1 WHERE case_id = $2", began, key(road.id))
    await execute(
        fresh_haiyan_urls,
        "UPDATE deadline SET paused_at = $1 WHERE case_id = $2 AND rule = 'CASE5'",
        began,
        key(road.id),
    )
    passed = datetime.now(UTC) - timedelta(days=20)
    await execute(
        fresh_haiyan_urls,
        "UPDATE dispute_case SET paused_at = $1, due_at = $2 WHERE id = $3",
        began,
        passed,
        key(road.id),
    )
    assert (await road.read("mediator.haiyan", CLOCKS))["overdue"] is False, "the clock stands still"
    await road.step("caseResume")
    found = await road.read("mediator.haiyan", f"{CLOCKS} pauses {{ nodes {{ reason workingDays counts resumedAt }} }}")
    (rest,) = found["pauses"]["nodes"]
    worked = sum(NATIONAL.is_working_day(today - timedelta(days=n)) for n in range(50))
    assert (rest["workingDays"], rest["counts"], found["paused"], found["pausedAt"]) == (worked, False, False, None)
    expected = end_of_day(NATIONAL.working_day_from(corresponding_day(today, 1) + timedelta(days=50)))
    assert datetime.fromisoformat(found["dueAt"]) == expected
    # Another rest, whose time counts, leaves the date as it is.
    await road.step("casePause", reason="PARTY_ABSENT")
    await road.step("caseResume")
    assert (await road.read("mediator.haiyan", CLOCKS))["dueAt"] == found["dueAt"]
    await road.along("caseAgree")


async def test_a_party_may_end_it_at_any_time_for_themselves_alone(live: Server, road: Road) -> None:
    await mine(road)
    await road.step("casePause")
    resident = "resident.haiyan"
    offered = {
        one["action"]: one["allowed"]
        for one in (await road.read(resident, "availableActions { action allowed }"))["availableActions"]
    }
    assert offered["CASE_WITHDRAW"]
    assert not offered["CASE_FAIL"]
    other = await road.party("RESPONDENT")
    assert await refusal(road, "caseWithdraw", resident, partyId=other) == ("InvalidInput", "partyId")
    assert await refusal(road, "caseWithdraw", resident, partyId=None, otherWaysTold=False) == ("RuleRefused", "CASE8")
    assert await refusal(road, "caseWithdraw", "dispatcher.haiyan") == ("Forbidden", "FORBIDDEN")
    done = await road.step("caseWithdraw", resident, partyId=None)
    assert done["case"]["status"] == "FAILED"
    found = await road.read(
        "director.haiyan",
        "paused failedAt concludedAt failureReason withdrawals { nodes { party { side } recordedBy { id } } }",
    )
    assert found["withdrawals"]["nodes"] == [
        # Residents are in nobody's directory: the party says whose word it was.
        {"party": {"side": "APPLICANT"}, "recordedBy": None}
    ]
    assert found["paused"] is False
    assert found["failedAt"] == found["concludedAt"] is not None


async def test_who_is_no_party_cannot_withdraw_and_a_mediator_names_whose_word_it_is(live: Server, road: Road) -> None:
    resident = "resident.haiyan"
    # Their own request, and another's dispute: registered by them, yet not theirs to end.
    await road.register(who=resident)
    await road.along(*HANDLING)
    payload = await road.ask_for("caseWithdraw", resident, partyId=None)
    assert payload["__typename"] == "Forbidden"
    assert await refusal(road, "caseWithdraw", partyId=None) == ("InvalidInput", "partyId")
    await road.step("caseWithdraw")
    found = await road.read("director.haiyan", "status withdrawals { nodes { recordedBy { id } } }")
    assert found["status"] == "FAILED"
    assert found["withdrawals"]["nodes"] == [{"recordedBy": {"id": await road.user("mediator.haiyan")}}]


async def test_a_failure_is_referred_to_the_court_that_serves_the_place(live: Server, road: Road) -> None:
    await road.along(*HANDLING, "caseFail")
    court = await road.organisation("海宴人民法庭")
    assert await sight(await live.as_("tribunal.haiyan"), road.id, road.number) == NOTHING
    assert await refusal(road, "caseReferToCourt", "mediator.haiyan") == ("Forbidden", "FORBIDDEN")
    assert await refusal(road, "caseReferToCourt", consentedAt=None) == ("RuleRefused", "REF_CONSENT")
    police = await road.organisation("海宴派出所")
    assert await refusal(road, "caseReferToCourt", courtId=police) == ("InvalidInput", "courtId")
    done = await road.step("caseReferToCourt", show="court { id } referredAt referralConsentAt")
    assert done["case"]["court"] == {"id": court}
    assert done["case"]["status"] == "REFERRED_TO_COURT"
    assert done["case"]["referralConsentAt"] < done["case"]["referredAt"]
    assert await sight(await live.as_("tribunal.haiyan"), road.id, road.number) != NOTHING
    assert await sight(await live.as_("court.taishan"), road.id, road.number) == NOTHING
    await road.step("caseClose")


async def test_performance_by_instalments_and_what_is_not_kept(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await mine(road)
    await road.step("caseAgree")
    resident = "resident.haiyan"
    assert await refusal(road, "caseBreach") == ("RuleRefused", "LIFECYCLE")
    await road.step("casePerform", performance=None)
    assert await refusal(road, "casePerform", performance=None) == ("RuleRefused", "EVIDENCE")
    first, second = await road.fulfilments()
    tomorrow = date.today() + timedelta(days=2)  # noqa: DTZ011 - a day ahead, wherever the test runs
    await execute(
        fresh_haiyan_urls, "UPDATE case_obligation SET due_on = $1 WHERE case_id = $2", tomorrow, key(road.id)
    )
    of_second = {"obligationId": second["obligationId"]}
    assert await refusal(road, "caseBreach", **of_second) == ("RuleRefused", "BREACH")
    assert await refusal(road, "caseBreach", "tribunal.haiyan") == ("NotFound", "NOT_FOUND")
    # Refusing is a breach before the day; the day's passing is one by itself.
    await road.step("caseBreach", resident, refused=True, **of_second)
    yesterday = date.today() - timedelta(days=2)  # noqa: DTZ011
    await execute(
        fresh_haiyan_urls, "UPDATE case_obligation SET due_on = $1 WHERE case_id = $2", yesterday, key(road.id)
    )
    await road.step("caseBreach", **of_second)
    shown = "breached breaches { nodes { remedy remedyLabel enforceBy refused party { side } obligation { id } } }"
    found = await road.read(resident, shown)
    assert found["breached"] is True
    assert [(one["remedy"], one["enforceBy"], one["refused"]) for one in found["breaches"]["nodes"]] == [
        ("MEDIATION_OR_COURT", None, True),
        ("MEDIATION_OR_COURT", None, False),
    ]
    assert found["breaches"]["nodes"][0]["party"] == {"side": "APPLICANT"}
    await road.step("casePerform", performance=first)
    assert await refusal(road, "casePerform", performance=first) == ("InvalidInput", "performance.obligationId")
    assert (await road.read(resident, "breached"))["breached"] is True
    await road.step("casePerform", performance=second)
    assert (await road.read(resident, "status breached")) == {"status": "PERFORMING", "breached": False}
    assert await refusal(road, "casePerform", performance=second) == ("RuleRefused", "PERFORMED")
    await road.step("caseFulfil", fulfilments=[])


async def test_what_is_reopened_begins_anew_and_keeps_its_history(live: Server, road: Road) -> None:
    await road.agreed()
    await road.along("caseFulfil", "caseFollowUp", "caseClose")
    figures = "{ caseFigures { total { settled reopened } } }"
    director = await live.as_("director.haiyan")
    before = (await director.ask(figures))["caseFigures"]["total"]
    assert await refusal(road, "caseReopen", "dispatcher.haiyan") == ("Forbidden", "FORBIDDEN")
    assert await refusal(road, "caseReopen", reason=" ") == ("InvalidInput", "reason")
    await road.step("caseReopen")
    after = (await director.ask(figures))["caseFigures"]["total"]
    assert after == {"settled": before["settled"] - 1, "reopened": before["reopened"] + 1}
    cleared = "settledAt concludedAt fulfilledAt closedAt dispatchedAt takenOnAt handler { id } court { id } risk { level } settlementMode agreement { id }"
    found = await road.read(
        "director.haiyan",
        f"status reopenCount reopenedAt acceptedAt dueAt {cleared} earlierAgreements {{ nodes {{ supersededAt obligations {{ id }} }} }}"
        " sessions { totalCount } mediators { nodes { validUntil } } participants { nodes { validUntil } }",
    )
    assert (found["status"], found["reopenCount"], found["sessions"]["totalCount"]) == ("ACCEPTED", 1, 1)
    assert all(
        found[name.split()[0]] is None for name in cleared.replace("{ id }", "").replace("{ level }", "").split()
    )
    (earlier,) = found["earlierAgreements"]["nodes"]
    assert earlier["supersededAt"] == found["reopenedAt"]
    assert len(earlier["obligations"]) == 2
    assert found["dueAt"] > found["reopenedAt"] > found["acceptedAt"]
    assert all(one["validUntil"] for who in ("mediators", "participants") for one in found[who]["nodes"])
    assert await sight(await live.as_("mediator.haiyan"), road.id, road.number) == NOTHING
    # Everything must come again: the risk, a session, the agreement, the visit.
    assert await refusal(road, "caseDispatch") == ("RuleRefused", "ASSESSED")
    await road.along("caseAssessRisk", "caseDispatch", "caseTakeOn")
    assert await refusal(road, "caseAgree") == ("RuleRefused", "CASE9")
    await road.along("caseHoldSession", "caseAgree", "caseFulfil")
    assert await refusal(road, "caseClose") == ("RuleRefused", "FUP1")
    await road.step("caseFollowUp", visitedAt=ago(seconds=0))
    await road.step("caseClose")
    found = await road.read(
        "director.haiyan", "sessions { nodes { ordinal } } earlierAgreements { totalCount } agreement { id }"
    )
    assert [one["ordinal"] for one in found["sessions"]["nodes"]] == [1, 2]
    assert found["earlierAgreements"]["totalCount"] == 1
    assert found["agreement"] is not None
    assert (await director.ask(figures))["caseFigures"]["total"]["settled"] == before["settled"]


async def test_a_declined_case_is_reopened_only_if_it_can_be_mediated_and_the_parties_are_told(road: Road) -> None:
    await road.along("caseDecline", "caseClose")
    assert await refusal(road, "caseReopen") == ("RuleRefused", "CASE4")
    await road.step("caseReopen", rightsToldAt=ago(minutes=1))
    found = await road.read("director.haiyan", "status acceptedAt reopenedAt dueAt declinedAt")
    assert found["acceptedAt"] == found["reopenedAt"]
    assert found["declinedAt"] is not None
    other = Road(road.server)
    await other.register(typeCode="1301")
    await other.along("caseDecline", "caseClose")
    assert await refusal(other, "caseReopen", rightsToldAt=ago(minutes=1)) == ("RuleRefused", "MEDIABLE")


async def test_what_is_archived_is_read_only(live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls) -> None:
    await road.along(*HANDLING, "caseFail", "caseClose")
    contacts = await fetch(
        fresh_haiyan_urls, "SELECT id, phone, address FROM case_party WHERE case_id = $1", key(road.id)
    )
    await execute(
        fresh_haiyan_urls, "UPDATE case_party SET phone = NULL, address = NULL WHERE id = $1", contacts[0]["id"]
    )
    assert await refusal(road, "caseArchive") == ("RuleRefused", "FILE")
    await execute(
        fresh_haiyan_urls, "UPDATE case_party SET phone = $2 WHERE id = $1", contacts[0]["id"], contacts[0]["phone"]
    )
    assert await refusal(road, "caseArchive", "mediator.haiyan") == ("Forbidden", "FORBIDDEN")
    done = await road.step("caseArchive", show="archivedAt")
    assert (done["case"]["status"], done["case"]["archivedAt"] is None) == ("ARCHIVED", False)
    for step in ("caseFollowUp", "caseReopen", "caseClose", "caseArchive", "caseAssessRisk"):
        assert await refusal(road, step, "director.haiyan") == ("RuleRefused", "LIFECYCLE")
    actions = (await road.read("director.haiyan", "availableActions { action allowed }"))["availableActions"]
    assert not [one for one in actions if one["allowed"]]


async def test_after_two_returns_the_centres_dispatch_binds(road: Road) -> None:
    await road.along("caseAccept", "caseAssessRisk")
    for times in (1, 2):
        await road.along("caseDispatch")
        assert (await road.read("director.haiyan", "dispatchBinding"))["dispatchBinding"] is False
        await road.step("caseReturn")
        assert (await road.read("director.haiyan", "returnCount"))["returnCount"] == times
    assert (await road.read("director.haiyan", "dispatchBinding"))["dispatchBinding"] is False
    await road.step("caseDispatch")
    assert (await road.read("committee.haiyan", "dispatchBinding"))["dispatchBinding"] is True
    assert await refusal(road, "caseReturn") == ("RuleRefused", "DSP1")
    await road.step("caseTakeOn")


@pytest.mark.parametrize(
    ("mutation", "given", "field"),
    [
        ("casePause", {"note": "长" * 2_001}, "note"),
        ("caseWithdraw", {"reason": "\x00"}, "reason"),
        ("caseWithdraw", {"partyId": "user:0192f000-0000-7000-8000-00000000dead"}, "partyId"),
    ],
)
async def test_bad_input_is_refused_by_its_field(road: Road, mutation: str, given: dict[str, Any], field: str) -> None:
    await road.along(*HANDLING)
    assert await refusal(road, mutation, **given) == ("InvalidInput", field)
