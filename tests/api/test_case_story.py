"""The issue's story: a dispute from a grid worker's registration to a confirmed and fulfilled agreement, closed; and
at each step what everybody else sees of it. The second story takes the ways back: returned, refused, failed, declined."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Server
from tests.support.road import RECORD, WHO, Road, a_party, ago
from tests.support.sight import (
    AGREED,
    AT_COURT,
    COUNTED,
    EXISTENCE,
    FIGURES,
    NOTHING,
    OUTLINE,
    PARTIES,
    WHOLE,
    Groups,
    sight,
)

# Account -> what it sees from the registration on, until a step says otherwise.
AT_FIRST: dict[str, Groups] = {
    "grid.haiyan": OUTLINE,
    "building.haiyan": EXISTENCE,
    "dispatcher.haiyan": WHOLE,
    "director.haiyan": WHOLE,
    "admin.haiyan": FIGURES,
    "admin.taishan": FIGURES,
    "auditor.taishan": COUNTED,
    "admin.jiangmen": COUNTED | {"money"},
    "justice.haiyan": FIGURES,
    "mediator.haiyan": NOTHING,
    "committee.haiyan": NOTHING,
    "invited.haiyan": NOTHING,
    "police.haiyan": NOTHING,
    "women.haiyan": NOTHING,
    "tribunal.haiyan": NOTHING,
    "judge.haiyan": NOTHING,
    "court.taishan": NOTHING,
    "procuratorate.haiyan": NOTHING,
    "counsel.haiyan": NOTHING,
    "resident.haiyan": NOTHING,
    "hotline.taishan": NOTHING,
    "system.taishan": NOTHING,
    "mediator.guanghai": NOTHING,
    "police.guanghai": NOTHING,
    "dispatcher.guanghai": NOTHING,
    "dispatcher.kaiping": NOTHING,
    "admin.kaiping": NOTHING,
}

# Step -> (status afterwards, what changes in what accounts see).
STORY: dict[str, tuple[str, dict[str, Groups]]] = {
    "caseAccept": ("ACCEPTED", {}),
    "caseAssessRisk": ("ACCEPTED", {}),
    # The police are called in to assist: from now on they see who it is, and never the notes.
    "caseDispatch": ("DISPATCHED", {"committee.haiyan": WHOLE, "mediator.haiyan": EXISTENCE, "police.haiyan": AGREED}),
    "caseTakeOn": ("HANDLING", {"mediator.haiyan": WHOLE}),
    "caseHoldSession": ("HANDLING", {}),
    "caseAgree": ("AGREED", {}),
    # Both sides apply: the tribunal applied to sees it, and no other court.
    "caseApplyConfirmation": ("AGREED", {"tribunal.haiyan": AT_COURT, "judge.haiyan": AT_COURT}),
    "caseAcceptConfirmation": ("AGREED", {}),
    "caseRuleConfirmation": ("AGREED", {}),
    "caseFulfil": ("FULFILLED", {}),
    "caseFollowUp": ("FULFILLED", {}),
    # Who assisted sees it no more; the court keeps what it ruled on.
    "caseClose": ("CLOSED", {"police.haiyan": NOTHING}),
}

AVAILABLE = "availableActions { action allowed }"


async def everybody_sees(server: Server, road: Road, expected: dict[str, Groups]) -> None:
    """Compare what each account sees, all at once so that a failure shows the whole picture."""
    found = {who: await sight(await server.as_(who), road.id, road.number) for who in expected}
    assert found == expected


def action_of(mutation: str) -> str:
    """caseTakeOn -> TAKE_ON."""
    return "".join(f"_{c}" if c.isupper() else c.upper() for c in mutation.removeprefix("case")).lstrip("_")


async def test_from_registration_to_a_confirmed_and_fulfilled_agreement(live: Server, road: Road) -> None:
    payload = await road.register()
    assert payload["case"]["status"] == "REGISTERED"
    assert len({WHO[step] for step in STORY} | {WHO["caseRegister"]}) >= 6
    expected = dict(AT_FIRST)
    await everybody_sees(live, road, expected)
    for step, (status, changes) in STORY.items():
        offered = {one["action"]: one["allowed"] for one in (await road.read(WHO[step], AVAILABLE))["availableActions"]}
        assert offered[action_of(step)], f"{WHO[step]} is not offered {step}"
        assisting: dict[str, Any] = (
            {"assistingIds": [await road.organisation("海宴派出所")]} if step == "caseDispatch" else {}
        )
        done = await road.step(step, **assisting)
        assert done["case"]["status"] == status
        expected |= changes
        await everybody_sees(live, road, expected)
    await the_file_is_complete(road)


async def the_file_is_complete(road: Road) -> None:
    """What the centre's director reads at the end."""
    case = await road.read(
        "director.haiyan",
        """status version settledAt fulfilledAt closedAt dueAt overdue settlementMode handler { name } court { name }
        registeredBy { displayName } mediators { nodes { user { displayName } organisation { name } } }
        sessions { nodes { ordinal form record recordedBy { displayName } } }
        agreement { form content copies obligations { amount fulfilledAt evidence debtor { name { display } } } }
        confirmation { status number court { name } decidedAt ruledAt enforceBy }
        followUps { nodes { satisfaction relapse visitedBy { displayName } } }
        participants { nodes { organisation { name } relation validUntil } }
        timeline(first: 100) { totalCount nodes { version action fromStatus toStatus role actor { displayName } } }""",
    )
    assert case["status"] == "CLOSED"
    assert case["version"] == case["timeline"]["totalCount"] == len(STORY) + 1
    assert [entry["version"] for entry in case["timeline"]["nodes"]] == list(range(1, len(STORY) + 2))
    assert [entry["action"] for entry in case["timeline"]["nodes"]] == ["REGISTER", *map(action_of, STORY)]
    tos = [entry["toStatus"] for entry in case["timeline"]["nodes"]]
    assert [entry["fromStatus"] for entry in case["timeline"]["nodes"]] == [None, *tos[:-1]]
    assert len({entry["actor"]["displayName"] for entry in case["timeline"]["nodes"]}) >= 6
    assert case["handler"]["name"] == "海宴镇人民调解委员会"
    assert case["court"]["name"] == case["confirmation"]["court"]["name"] == "海宴人民法庭"
    assert case["confirmation"]["status"] == "CONFIRMED"
    assert case["confirmation"]["number"] == "试验裁定号"
    assert case["confirmation"]["enforceBy"] is not None
    assert [one["amount"] for one in case["agreement"]["obligations"]] == ["8000.50", "8000.00"]
    assert all(one["evidence"] for one in case["agreement"]["obligations"])
    assert case["sessions"]["nodes"][0]["record"] == RECORD
    assert case["settlementMode"] == "PEOPLES_MEDIATION"
    assert case["overdue"] is False
    ended = {one["organisation"]["name"]: one["validUntil"] for one in case["participants"]["nodes"]}
    assert ended["海宴镇人民调解委员会"] is None
    assert ended["海宴派出所"] is not None


async def test_the_figures_move_with_the_case_for_those_who_see_it(live: Server, road: Road) -> None:
    query = "{ caseFigures { total { broughtIn settled settlementRate } } cases { totalCount } }"

    async def figures(who: str) -> dict[str, Any]:
        found = await (await live.as_(who)).ask(query)
        assert found["caseFigures"]["total"]["broughtIn"] == found["cases"]["totalCount"]
        return dict(found["caseFigures"]["total"])

    accounts = ("director.haiyan", "admin.taishan", "tribunal.haiyan", "dispatcher.guanghai", "admin.kaiping")
    before = {who: await figures(who) for who in accounts}
    assert before["director.haiyan"] == {"broughtIn": 182, "settled": 176, "settlementRate": 176 / 182}
    await road.agreed()
    await road.step("caseApplyConfirmation")
    after = {who: await figures(who) for who in accounts}
    more = {
        who: (after[who]["broughtIn"] - before[who]["broughtIn"], after[who]["settled"] - before[who]["settled"])
        for who in accounts
    }
    assert more == {
        "director.haiyan": (1, 1),
        "admin.taishan": (1, 1),
        "tribunal.haiyan": (1, 1),
        "dispatcher.guanghai": (0, 0),
        "admin.kaiping": (0, 0),
    }


async def test_the_ways_back(live: Server, road: Road) -> None:
    """A family's case with a child: returned once, settled, the court refuses, then another application is rejected."""
    child = a_party("APPLICANT", "司徒小试（虚构）", minor=True, consented=True, guardianConsented=True)
    parties = [child, a_party("RESPONDENT", "欧阳试样（虚构）")]
    await road.register(typeCode="0101", parties=parties)
    # Family matters, and minors: the federation and the procuratorate (masked) see it at once.
    seen = {
        "women.haiyan": PARTIES,
        "women.taishan": PARTIES,
        "procuratorate.haiyan": OUTLINE | {"history", "masked"},
        "police.haiyan": NOTHING,
        "tribunal.haiyan": NOTHING,
        "committee.haiyan": NOTHING,
        "invited.haiyan": NOTHING,
        "dispatcher.guanghai": NOTHING,
        "admin.kaiping": NOTHING,
    }
    await everybody_sees(live, road, seen)
    await road.along("caseAccept")
    # The risk touches public security: the police see it from the moment it is judged so.
    await road.step("caseAssessRisk", publicSecurity=True)
    seen |= {"police.haiyan": PARTIES}
    await everybody_sees(live, road, seen)
    await road.step("caseDispatch")
    seen |= {"committee.haiyan": WHOLE, "mediator.haiyan": EXISTENCE}
    await everybody_sees(live, road, seen)
    returned = await road.step("caseReturn")
    assert returned["case"] is None, "who returned it sees it no more"
    seen |= {"committee.haiyan": NOTHING, "mediator.haiyan": NOTHING}
    await everybody_sees(live, road, seen)
    assert await road.read("dispatcher.haiyan", "status returnCount handler { id }") == {
        "status": "ACCEPTED",
        "returnCount": 1,
        "handler": None,
    }
    await road.along("caseDispatch", "caseTakeOn", "caseHoldSession")
    parties = (await road.read("mediator.haiyan", "parties { nodes { id side } }"))["parties"]["nodes"]
    (minor,) = [one["id"] for one in parties if one["side"] == "APPLICANT"]
    await road.step("caseAddRepresentative", "mediator.haiyan", partyId=minor, kind="GUARDIAN", name="监护试样（虚构）")
    await road.along("caseAgree", "caseApplyConfirmation")
    seen |= {"committee.haiyan": WHOLE, "mediator.haiyan": WHOLE, "tribunal.haiyan": AT_COURT, "judge.haiyan": AT_COURT}
    await everybody_sees(live, road, seen)
    refused = await road.step("caseAcceptConfirmation", accepted=False, number=None, ground="STATUS_RELATIONS")
    assert refused["case"] is None, "a court that refused sees it no more"
    seen |= {"tribunal.haiyan": NOTHING, "judge.haiyan": NOTHING}
    await everybody_sees(live, road, seen)
    await road.along("caseApplyConfirmation", "caseAcceptConfirmation")
    await road.step("caseRuleConfirmation", confirmed=False, number=None, ground="UNCLEAR")
    seen |= {"tribunal.haiyan": AT_COURT, "judge.haiyan": AT_COURT}
    await everybody_sees(live, road, seen)
    found = await road.read(
        "director.haiyan", "status confirmation { status ground } availableActions { action allowed }"
    )
    assert found["confirmation"] == {"status": "REJECTED", "ground": "UNCLEAR"}


async def test_an_agreement_that_is_not_reached(live: Server, road: Road) -> None:
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn", "caseHoldSession", "caseFail")
    assert await sight(await live.as_("tribunal.haiyan"), road.id, road.number) == NOTHING
    refusal = await road.ask_for("caseApplyConfirmation")
    assert (refusal["__typename"], refusal["rule"]) == ("RuleRefused", "LIFECYCLE")
    await road.along("caseFollowUp", "caseClose")
    case = await road.read("director.haiyan", "status failureReason settledAt failedAt")
    assert case["status"] == "CLOSED"
    assert case["failureReason"] == "试验：差距过大"
    assert case["settledAt"] is None


@pytest.mark.parametrize("type_code", ["1301"])
async def test_a_dispute_that_mediation_is_not_open_to_is_declined(road: Road, type_code: str) -> None:
    await road.register(typeCode=type_code)
    refusal = await road.ask_for("caseAccept", rightsToldAt=ago(minutes=1))
    assert (refusal["__typename"], refusal["rule"]) == ("RuleRefused", "MEDIABLE")
    await road.along("caseDecline", "caseClose")
    case = await road.read("grid.haiyan", "status declineReason declineGuidance")
    assert case == {"status": "CLOSED", "declineReason": "试验理由", "declineGuidance": "可向人民法院起诉"}
