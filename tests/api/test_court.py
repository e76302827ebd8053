"""The court's side: applications with material and clocks on its docket, and entrustment down and back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from domain.foundation.basics.clock import CHINA
from tests.support.api import Server
from tests.support.road import Road, a_party, ago
from tests.support.sight import AT_COURT, NOTHING, PARTIES, WHOLE, sight

CONFIRMATION = """confirmation { id status basis place { name } concernsTitle decideBy ruleBy concludeBy applyBy enforceBy
    dueOn daysRemaining overdue materialDueOn extendedAt extensionReason withdrawal withdrawnAt missing
    materials { kind label required provided providedAt }
    consents { party { id side } consentedAt recordedBy { displayName } } }"""
DOCKET = """query D($filter: ConfirmationFilter, $order: ConfirmationOrder) {
    confirmations(filter: $filter, orderBy: $order, first: 100) {
        totalCount nodes { id status dueOn overdue daysRemaining case { id number } } } }"""
ENTRUSTMENT = """entrustment { referenceNumber status acceptBy mediateBy returnReason returnReasonLabel
    court { name } organisation { name } }"""
HAND_OVER = "handOver { court { name } guidance items { kind title included reason } }"


def today() -> date:
    return datetime.now(CHINA).date()


async def docket(server: Server, who: str, **given: Any) -> list[dict[str, Any]]:
    found = (await (await server.as_(who)).ask(DOCKET, **given))["confirmations"]
    assert found["totalCount"] == len(found["nodes"])
    return list(found["nodes"])


async def test_material_is_asked_for_supplied_and_the_ruling_extended_once(live: Server, road: Road) -> None:
    await road.agreed()
    parties = (await road.read("mediator.haiyan", "parties { nodes { id side } }"))["parties"]["nodes"]
    of = {party["side"]: party["id"] for party in parties}
    one_sided = [{"partyId": of["APPLICANT"], "consentedAt": ago(minutes=5)}]
    refusal = await road.ask_for("caseApplyConfirmation", consents=one_sided)
    assert (refusal["__typename"], refusal["rule"]) == ("RuleRefused", "CONF1")
    both = [*one_sided, {"partyId": of["RESPONDENT"], "consentedAt": ago(minutes=4)}]
    before = await docket(live, "tribunal.haiyan")
    await road.step("caseApplyConfirmation", consents=both, materials=["AGREEMENT"], concernsTitle=True)
    found = (await road.read("tribunal.haiyan", CONFIRMATION))["confirmation"]
    assert (found["status"], found["basis"], found["dueOn"]) == ("APPLIED", "COMMITTEE_PLACE", found["decideBy"])
    assert [one["party"]["side"] for one in found["consents"]] == ["APPLICANT", "RESPONDENT"]
    assert found["missing"] == ["MEDIATION_PROOF", "TITLE_PROOF", "IDENTITY_AND_CONTACT"]
    assert [(one["kind"], one["required"], one["provided"]) for one in found["materials"]][:2] == [
        ("AGREEMENT", True, True), ("MEDIATION_PROOF", True, False)
    ]  # fmt: skip
    assert found["daysRemaining"] >= 3
    # On the docket of its court, and of no other; for those who may read the agreement, not for those who may not.
    new = [one for one in await docket(live, "tribunal.haiyan") if one not in before]
    assert [one["case"]["id"] for one in new] == [road.id]
    for who in ("court.taishan", "grid.haiyan", "justice.haiyan", "dispatcher.guanghai", "admin.kaiping"):
        assert road.id not in {one["case"]["id"] for one in await docket(live, who)}, who
    assert road.id in {one["case"]["id"] for one in await docket(live, "mediator.haiyan")}

    refusal = await road.ask_for("caseAcceptConfirmation")
    assert (refusal["__typename"], refusal["rule"]) == ("RuleRefused", "CONF4")
    by = (today() + timedelta(days=5)).isoformat()
    await road.step("caseAcceptConfirmation", accepted=False, number=None, materialDueOn=by)
    found = (await road.read("tribunal.haiyan", CONFIRMATION))["confirmation"]
    assert (found["status"], found["materialDueOn"]) == ("APPLIED", by)
    two = ["MEDIATION_PROOF", "TITLE_PROOF"]
    await road.step("caseSupplyMaterial", "mediator.haiyan", materials=two)
    again = await road.ask_for("caseSupplyMaterial", "mediator.haiyan", materials=two)
    assert (again["__typename"], again["field"]) == ("InvalidInput", "materials")
    overdue = await road.ask_for("caseWithdrawConfirmation", "tribunal.haiyan", withdrawal="MATERIAL_NOT_SUPPLIED")
    assert (overdue["__typename"], overdue["rule"]) == ("RuleRefused", "CONF7")
    # Over the court's counter.
    await road.step("caseSupplyMaterial", "tribunal.haiyan", materials=["IDENTITY_AND_CONTACT"])
    assert (await road.read("tribunal.haiyan", CONFIRMATION))["confirmation"]["missing"] == []
    await road.step("caseAcceptConfirmation")
    found = (await road.read("judge.haiyan", CONFIRMATION))["confirmation"]
    assert (found["status"], found["dueOn"]) == ("ACCEPTED", found["ruleBy"])
    first = date.fromisoformat(found["ruleBy"])

    barred = await road.ask_for("caseExtendConfirmation", "tribunal.haiyan", reason="案情复杂")
    assert barred["__typename"] == "Forbidden", "a judge extends, not a liaison"
    refusal = await road.ask_for("caseExtendConfirmation", "judge.haiyan", reason=" ")
    assert (refusal["__typename"], refusal["rule"]) == ("RuleRefused", "CONF8")
    await road.step("caseExtendConfirmation", "judge.haiyan", reason="案情复杂（虚构）")
    refusal = await road.ask_for("caseExtendConfirmation", "judge.haiyan", reason="案情复杂（虚构）")
    assert (refusal["__typename"], refusal["rule"]) == ("RuleRefused", "CONF8")
    found = (await road.read("judge.haiyan", CONFIRMATION))["confirmation"]
    assert first < date.fromisoformat(found["ruleBy"]) <= date.fromisoformat(found["concludeBy"])
    listed = {
        "status": ["ACCEPTED"], "dueFrom": found["ruleBy"], "dueUntil": found["ruleBy"], "overdue": False,
        "courtId": await road.organisation("海宴人民法庭"),
    }  # fmt: skip
    in_order = {"field": "DUE_ON", "direction": "ASC"}
    rows = await docket(live, "judge.haiyan", filter=listed, order=in_order)
    assert road.id in {one["case"]["id"] for one in rows}
    assert await docket(live, "judge.haiyan", filter={**listed, "overdue": True}) == []
    await road.step("caseRuleConfirmation")
    refusal = await road.ask_for("caseWithdrawConfirmation", "mediator.haiyan")
    assert (refusal["__typename"], refusal["rule"]) == ("RuleRefused", "CONF7")


async def test_of_several_on_a_side_all_apply_or_one_whom_they_chose(live: Server, road: Road) -> None:
    """CONF1: a ruling binds every party to the agreement, so nobody's word is left out."""
    names = [("APPLICANT", "甲"), ("APPLICANT", "乙"), ("RESPONDENT", "丙")]
    await road.register(parties=[a_party(side, f"{name}试样（虚构）") for side, name in names])
    await road.agreed()
    found = (await road.read("mediator.haiyan", "parties { nodes { id } }"))["parties"]["nodes"]
    one, other, third = ({"partyId": party["id"], "consentedAt": ago(minutes=1)} for party in found)
    for consents in ([one, third], [other, third], [one, other]):
        refusal = await road.ask_for("caseApplyConfirmation", consents=consents)
        assert (refusal["__typename"], refusal["rule"]) == ("RuleRefused", "CONF1")
    chosen = {"partyId": one["partyId"], "kind": "GROUP_REPRESENTATIVE"}
    await road.step("caseAddRepresentative", "mediator.haiyan", **chosen)
    refusal = await road.ask_for("caseApplyConfirmation", consents=[other, third])
    assert (refusal["__typename"], refusal["rule"]) == ("RuleRefused", "CONF1")
    await road.step("caseApplyConfirmation", consents=[one, third])


async def test_a_party_withdraws_and_the_court_sees_it_no_more(live: Server, road: Road) -> None:
    party = a_party("APPLICANT", "司徒试样（虚构）", userId=await road.user("resident.haiyan"))
    await road.register(parties=[party, a_party("RESPONDENT", "欧阳试样（虚构）")])
    await road.agreed()
    await road.step("caseApplyConfirmation")
    assert await sight(await live.as_("tribunal.haiyan"), road.id, road.number) == AT_COURT
    barred = await road.ask_for("caseWithdrawConfirmation", "grid.haiyan")
    assert barred["__typename"] == "Forbidden", "who registered it is no party"
    await road.step("caseWithdrawConfirmation", "resident.haiyan")
    found = (await road.read("mediator.haiyan", CONFIRMATION))["confirmation"]
    assert (found["status"], found["withdrawal"]) == ("WITHDRAWN", "BY_PARTIES")
    assert await sight(await live.as_("tribunal.haiyan"), road.id, road.number) == NOTHING
    assert road.id not in {one["case"]["id"] for one in await docket(live, "tribunal.haiyan")}
    await road.step("caseApplyConfirmation")


async def test_which_court_may_be_asked(live: Server, road: Road) -> None:
    await road.agreed()
    elsewhere = await road.organisation("广海镇", "court.taishan")
    respondent = await road.party("RESPONDENT")
    for basis, whose in (("RESIDENCE", {"residentId": respondent}), ("OBJECT_PLACE", {})):
        refusal = await road.ask_for("caseApplyConfirmation", basis=basis, **whose)
        assert (refusal["__typename"], refusal["field"]) == ("InvalidInput", "placeId")
        refusal = await road.ask_for("caseApplyConfirmation", basis=basis, placeId=elsewhere, **whose)
        assert (refusal["__typename"], refusal["rule"]) == ("RuleRefused", "CONF3")
    # A residence is a party's, and only a residence is.
    stranger = "party:0192f000-0000-7000-8000-00000000dead"
    for given in ({"basis": "RESIDENCE"}, {"basis": "RESIDENCE", "residentId": stranger}, {"residentId": respondent}):
        refusal = await road.ask_for("caseApplyConfirmation", placeId=elsewhere, **given)
        assert (refusal["__typename"], refusal["field"]) == ("InvalidInput", "residentId")
    refusal = await road.ask_for("caseApplyConfirmation", basis="INVITING_COURT")
    assert (refusal["__typename"], refusal["rule"]) == ("RuleRefused", "CONF3")
    # The county's court serves the respondent's residence in another town.
    county = await road.organisation("台山市人民法院")
    await road.step(
        "caseApplyConfirmation", basis="RESIDENCE", placeId=elsewhere, courtId=county, residentId=respondent
    )
    found = (await road.read("court.taishan", CONFIRMATION))["confirmation"]
    assert (found["basis"], found["place"]["name"]) == ("RESIDENCE", "广海镇")


async def entrusted(road: Road, who: str = "tribunal.haiyan", **changes: Any) -> dict[str, Any]:
    """The payload of an entrustment to the town's committee."""
    given = await road.registration()
    del given["source"]
    given |= {
        "courtId": await road.organisation("海宴人民法庭"),
        "organisationId": await road.organisation("海宴镇人民调解委员会"),
        "referenceNumber": "(2026)粤0781诉前调9号",
    }
    payload = await (await road.server.as_(who)).change("courtEntrust", **(given | changes))
    if payload["__typename"] == "CourtEntrustSuccess":
        case = payload["case"]
        road.id, road.number, road.version = case["id"], case["number"], case["version"]
    return payload


async def test_a_court_entrusts_and_gets_back_what_failed(live: Server, road: Road) -> None:
    barred = await entrusted(road, "mediator.haiyan")
    assert barred["__typename"] == "Forbidden"
    barred = await entrusted(road, courtId=await road.organisation("台山市人民法院"))
    assert barred["__typename"] == "Forbidden", "of another court"
    wrong = await entrusted(road, organisationId=await road.organisation("海宴派出所"))
    assert (wrong["__typename"], wrong["field"]) == ("InvalidInput", "organisationId")
    done = await entrusted(road)
    assert done["__typename"] == "CourtEntrustSuccess", done
    assert (done["case"]["status"], done["case"]["version"]) == ("REGISTERED", 1)
    # The court sees it from the beginning; so does whoever is entrusted, and no other court.
    for who, seen in {
        "tribunal.haiyan": PARTIES, "judge.haiyan": PARTIES, "committee.haiyan": WHOLE,
        "dispatcher.haiyan": WHOLE, "court.taishan": NOTHING, "dispatcher.guanghai": NOTHING,
    }.items():  # fmt: skip
        assert await sight(await live.as_(who), road.id, road.number) == seen, who
    case = await road.read("tribunal.haiyan", f"source {ENTRUSTMENT} handOver {{ guidance }}")
    assert case["source"] == "COURT_ENTRUSTED"
    assert case["handOver"] is None
    assert case["entrustment"]["organisation"]["name"] == "海宴镇人民调解委员会"
    refusal = await road.ask_for("caseAccept", rightsToldAt=ago(minutes=1))
    assert (refusal["__typename"], refusal["rule"]) == ("RuleRefused", "CRT_ORDER")
    refusal = await road.ask_for("caseAcceptEntrustment", "committee.haiyan")
    assert (refusal["__typename"], refusal["rule"]) == ("RuleRefused", "CASE4")
    await road.step("caseAcceptEntrustment", "committee.haiyan", rightsToldAt=ago(hours=3))
    case = await road.read("tribunal.haiyan", f"status dueAt {ENTRUSTMENT}")
    assert (case["status"], case["entrustment"]["status"]) == ("ACCEPTED", "ACCEPTED")
    assert case["dueAt"].startswith(case["entrustment"]["mediateBy"])
    assert date.fromisoformat(case["entrustment"]["mediateBy"]) >= today() + timedelta(days=30)
    await road.along("caseAssessRisk", "caseDispatch", "caseTakeOn", "caseHoldSession", "caseFail")
    refusal = await road.ask_for("caseReferToCourt", "dispatcher.haiyan", courtId=await road.organisation("海宴人民法庭"),
                                 consentedAt=ago(minutes=1))  # fmt: skip
    assert (refusal["__typename"], refusal["rule"]) == ("RuleRefused", "CRT_ORDER")
    wrong = await road.ask_for("caseReturnEntrustment", "committee.haiyan", reason="NOT_COMPETENT")
    assert (wrong["__typename"], wrong["field"]) == ("InvalidInput", "reason")
    await road.step("caseReturnEntrustment", "committee.haiyan", reason="NOT_SETTLED", note="双方各让一步未成")
    case = await road.read("judge.haiyan", f"status failureReason {ENTRUSTMENT} {HAND_OVER}")
    assert case["status"] == "REFERRED_TO_COURT"
    assert case["failureReason"] is None
    assert case["entrustment"]["returnReason"] == "NOT_SETTLED"
    over = case["handOver"]
    assert over["court"]["name"] == "海宴人民法庭"
    assert "海宴人民法庭" in over["guidance"]
    handed = {one["kind"] for one in over["items"] if one["included"]}
    assert handed == {"CASE_PARTICULARS", "PARTY_PARTICULARS", "MEDIATION_PROOF"}
    withheld = {one["kind"]: one["reason"] for one in over["items"] if not one["included"]}
    assert set(withheld) == {"AGREEMENT", "SESSION_RECORDS", "NOTES", "PROPOSALS", "FAILURE_DETAILS"}
    assert "不得作为证据" in withheld["SESSION_RECORDS"]


async def test_an_entrustment_that_is_not_accepted(live: Server, road: Road) -> None:
    await entrusted(road)
    await road.step("caseReturnEntrustment", "committee.haiyan", reason="CANNOT_TAKE_ON")
    case = await road.read("tribunal.haiyan", f"status declineGuidance {ENTRUSTMENT}")
    assert case["status"] == "DECLINED"
    assert "委派法院" in case["declineGuidance"]
    assert case["entrustment"]["status"] == "RETURNED"
    assert await sight(await live.as_("committee.haiyan"), road.id, road.number) == NOTHING


async def test_the_inviting_court_confirms(live: Server, road: Road) -> None:
    await entrusted(road)
    await road.step("caseAcceptEntrustment", "committee.haiyan", rightsToldAt=ago(hours=3))
    await road.along("caseAssessRisk", "caseDispatch", "caseTakeOn", "caseHoldSession", "caseAgree")
    refusal = await road.ask_for("caseApplyConfirmation", courtId=await road.organisation("台山市人民法院"))
    assert (refusal["__typename"], refusal["rule"]) == ("RuleRefused", "CONF3")
    await road.along("caseApplyConfirmation")
    assert (await road.read("judge.haiyan", CONFIRMATION))["confirmation"]["basis"] == "INVITING_COURT"
    await road.step("caseWithdrawConfirmation", "committee.haiyan")
    seen = await sight(await live.as_("tribunal.haiyan"), road.id, road.number)
    assert seen == AT_COURT, "it entrusted the case and keeps it"


async def test_the_four_levels_of_the_way_up(road: Road) -> None:
    await road.register()
    found = await road.read("grid.haiyan", "escalationPath { level levelLabel organisation { name } }")
    steps = [(one["level"], one["organisation"]["name"]) for one in found["escalationPath"]]
    assert steps == [
        ("COMMUNITY_STATION", "海宴圩社区群众诉求服务站"),
        ("TOWN_STATION", "海宴镇综治中心"),
        ("TRIBUNAL", "海宴人民法庭"),
        ("COUNTY_COURT", "台山市人民法院"),
    ]
