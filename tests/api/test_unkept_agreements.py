"""An agreement that is not kept, or was never signed: mediated again, given up, taken to court, enforced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.api import Server
from tests.support.road import Road
from tests.support.rows import execute, key
from tests.support.sight import AT_COURT, NOTHING, PARTIES, sight

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

from tests.api.test_exceptional_actions import mine, refusal


async def test_a_confirmed_agreement_that_is_not_kept_is_enforced(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await road.agreed()
    await road.step("casePerform")
    await confirmed(road, fresh_haiyan_urls)
    await road.step("caseBreach", refused=True)
    found = await road.read("mediator.haiyan", "breaches { nodes { remedy enforceBy } } confirmation { enforceBy }")
    (breach,) = found["breaches"]["nodes"]
    assert breach["remedy"] == "ENFORCEMENT"
    assert breach["enforceBy"] == found["confirmation"]["enforceBy"] is not None
    await road.along("caseFulfil", "caseFollowUp", "caseClose")
    assert await refusal(road, "caseReopen") == ("RuleRefused", "REOPEN_CONFIRMED")


async def confirmed(road: Road, urls: DatabaseUrls) -> None:
    """The court's ruling upon this agreement, put there as the court linkage would."""
    await execute(
        urls,
        """INSERT INTO judicial_confirmation
             (county_id, id, case_id, court_id, status, applied_at, applied_by, apply_by, decided_at, ruled_at, enforce_by)
           SELECT c.county_id, gen_random_uuid(), c.id, o.id, 'confirmed', now(), c.registered_by, current_date, now(),
             now(), current_date + 730 FROM dispute_case c JOIN organisation o ON o.county_id = c.county_id
           WHERE c.id = $1 AND o.name = '海宴人民法庭'""",
        key(road.id),
    )


DRAFT: dict[str, Any] = dict.fromkeys(("partiesSignedAt", "mediatorSignedAt", "sealedAt", "copies"))
LEFT = """status settledAt failedAt concludedAt mediatedAgainAt reopenCount dueAt settlementMode agreement { id }
    earlierAgreements { nodes { effectiveAt supersededAt } } deadlines { kind state }"""


async def broken(road: Road) -> Road:
    """An agreement in effect that was not kept."""
    await road.agreed()
    await road.step("casePerform")
    for step in ("caseMediateAgain", "caseFail"):
        assert await refusal(road, step) == ("RuleRefused", "BINDS")
    assert await refusal(road, "caseWithdraw") == ("RuleRefused", "LIFECYCLE")
    await road.step("caseBreach", refused=True)
    return road


async def test_what_is_not_kept_is_mediated_again(road: Road) -> None:
    await broken(road)
    assert await refusal(road, "caseMediateAgain", allConsented=False) == ("RuleRefused", "CASE2")
    assert await refusal(road, "caseMediateAgain", reason=" ") == ("InvalidInput", "reason")
    assert await refusal(road, "caseMediateAgain", "tribunal.haiyan") == ("NotFound", "NOT_FOUND")
    assert await refusal(road, "caseMediateAgain", "dispatcher.haiyan") == ("Forbidden", "FORBIDDEN")
    assert await refusal(road, "caseApplyEnforcement") == ("RuleRefused", "ENFORCE")
    await road.step("caseMediateAgain")
    found = await road.read("mediator.haiyan", LEFT)
    assert (found["status"], found["settledAt"], found["concludedAt"], found["agreement"]) == (
        "HANDLING", None, None, None
    )  # fmt: skip
    assert (found["reopenCount"], found["mediatedAgainAt"] is None) == (0, False)
    assert found["dueAt"] > found["mediatedAgainAt"]
    (old,) = found["earlierAgreements"]["nodes"]
    assert old["supersededAt"] == found["mediatedAgainAt"]
    states = sorted(one["state"] for one in found["deadlines"] if one["kind"] == "MEDIATION")
    assert states == ["RUNNING", "SATISFIED"]
    assert [one["state"] for one in found["deadlines"] if one["kind"] == "CONFIRMATION_APPLICATION"] == ["CANCELLED"]
    # Another round: what was held before counts no more.
    assert await refusal(road, "caseAgree") == ("RuleRefused", "CASE9")
    await road.along("caseHoldSession", "caseAgree", "caseFulfil")


async def test_what_is_not_kept_goes_to_court_with_the_agreement(live: Server, road: Road) -> None:
    await broken(road)
    assert await refusal(road, "caseFail", otherWaysTold=False) == ("RuleRefused", "CASE8")
    await road.step("caseFail")
    found = await road.read("mediator.haiyan", LEFT + " breached")
    assert (found["status"], found["settledAt"], found["settlementMode"]) == ("FAILED", None, None)
    assert found["agreement"] is not None
    assert found["concludedAt"] < found["failedAt"]
    assert found["breached"] is True
    await road.step("caseReferToCourt")
    assert await sight(await live.as_("tribunal.haiyan"), road.id, road.number) == AT_COURT
    handed = (await road.read("tribunal.haiyan", "handOver { items { kind included } }"))["handOver"]["items"]
    assert {one["kind"] for one in handed if one["included"]} >= {"AGREEMENT", "MEDIATION_PROOF"}
    await road.along("caseClose", "caseReopen")


@pytest.mark.parametrize("step", ["caseMediateAgain", "caseFail", "caseWithdraw"])
async def test_a_draft_that_is_not_signed_is_given_up(live: Server, road: Road, step: str) -> None:
    await mine(road)
    await road.step("caseAgree", **DRAFT)
    await road.step(step, "resident.haiyan" if step == "caseWithdraw" else None)
    found = await road.read("mediator.haiyan", LEFT)
    assert found["status"] == ("HANDLING" if step == "caseMediateAgain" else "FAILED")
    assert (found["settledAt"], found["agreement"]) == (None, None)
    assert found["concludedAt"] == found["failedAt"]
    (old,) = found["earlierAgreements"]["nodes"]
    assert (old["effectiveAt"], old["supersededAt"] is None) == (None, False)
    if step != "caseMediateAgain":
        await road.step("caseReferToCourt")
        assert await sight(await live.as_("tribunal.haiyan"), road.id, road.number) == PARTIES


async def test_what_binds_is_not_given_up(road: Road) -> None:
    await road.agreed()
    for step in ("caseMediateAgain", "caseFail", "caseWithdraw"):
        assert await refusal(road, step) == ("RuleRefused", "BINDS")


ENFORCED = "confirmation { enforcements { court { name } place { name } party { side } } } deadlines { kind state }"


async def test_a_creditor_applies_for_enforcement_in_time(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await mine(road)
    await road.along("caseAgree", "casePerform")
    await confirmed(road, fresh_haiyan_urls)
    assert await refusal(road, "caseApplyEnforcement") == ("RuleRefused", "ENFORCE")
    await road.step("caseBreach", refused=True)
    for step in ("caseMediateAgain", "caseFail"):
        assert await refusal(road, step) == ("RuleRefused", "REOPEN_CONFIRMED")
    debtor = await road.party("RESPONDENT")
    assert await refusal(road, "caseApplyEnforcement", partyId=debtor) == ("InvalidInput", "partyId")
    assert await refusal(road, "caseApplyEnforcement", partyId=None) == ("InvalidInput", "partyId")
    county = await road.organisation("台山市人民法院")
    assert await refusal(road, "caseApplyEnforcement", courtId=county) == ("InvalidInput", "placeId")
    elsewhere = await road.organisation("广海镇", "court.taishan")
    own = await road.organisation("海宴人民法庭")
    assert await refusal(road, "caseApplyEnforcement", courtId=own, placeId=elsewhere) == ("InvalidInput", "placeId")
    # The last day has passed.
    late = "UPDATE judicial_confirmation SET enforce_by = current_date - 2 WHERE case_id = $1"
    await execute(fresh_haiyan_urls, late, key(road.id))
    assert await refusal(road, "caseApplyEnforcement") == ("RuleRefused", "CONF10")
    again = "UPDATE judicial_confirmation SET enforce_by = current_date + 2 WHERE case_id = $1"
    await execute(fresh_haiyan_urls, again, key(road.id))
    assert await sight(await live.as_("court.taishan"), road.id, road.number) == NOTHING
    await road.step("caseApplyEnforcement", "resident.haiyan", partyId=None, courtId=county, placeId=elsewhere)
    found = await road.read("mediator.haiyan", ENFORCED)
    assert found["confirmation"]["enforcements"] == [
        {"court": {"name": "台山市人民法院"}, "place": {"name": "广海镇"}, "party": {"side": "APPLICANT"}}
    ]
    # The court that got it sees what it is to enforce, and nothing of how it was mediated.
    assert await sight(await live.as_("court.taishan"), road.id, road.number) == AT_COURT
    assert await refusal(road, "caseApplyEnforcement") == ("InvalidInput", "partyId")
    await road.along("caseFulfil", "caseFollowUp", "caseClose")
    assert await sight(await live.as_("court.taishan"), road.id, road.number) == NOTHING
