"""Nobody decides in a case in which they are a party, or stand for one, whatever office they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.accounts import an_account
from tests.support.road import Road, a_party

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

OFFERED = "availableActions { action allowed }"


async def offered(road: Road, account: str) -> set[str]:
    """What an account may do to the case now."""
    return {one["action"] for one in (await road.read(account, OFFERED))["availableActions"] if one["allowed"]}


@pytest.fixture
async def officials(fresh_haiyan_urls: DatabaseUrls) -> None:
    for name in ("first.test", "second.test"):
        await an_account(fresh_haiyan_urls, name, ("centre_dispatcher", "海宴镇综治中心"), ("resident", "海宴圩社区"))


async def test_a_dispatcher_who_is_a_party_leaves_the_case_to_a_colleague(officials: None, road: Road) -> None:
    parties = [
        a_party("APPLICANT", "司徒试样（虚构）"),
        a_party("RESPONDENT", "上官试样（虚构）", userId=await road.user("first.test")),
    ]
    await road.register(parties=parties)
    assert "ACCEPT" in await offered(road, "second.test")
    own = await offered(road, "first.test")
    assert not own & {"ACCEPT", "DECLINE", "ASSESS_RISK", "DISPATCH", "CALL"}
    refused = await road.ask_for("caseAccept", "first.test")
    assert (refused["__typename"], refused["code"]) == ("Forbidden", "FORBIDDEN")
    await road.step("caseAccept", "second.test")
    # Whoever stands for a party, and while they do.
    await road.step(
        "caseAddRepresentative",
        "dispatcher.haiyan",
        partyId=await road.party("APPLICANT"),
        name="上官试样（虚构）",
        kind="AGENT",
        userId=await road.user("second.test"),
        authority="代为参加调解（虚构）",
    )
    assert "ASSESS_RISK" not in await offered(road, "second.test")
    assert (await road.ask_for("caseAssessRisk", "second.test"))["__typename"] == "Forbidden"
    await road.step("caseAssessRisk", "dispatcher.haiyan")
