"""An agreement as a legal object: a draft that binds nobody until every party, a mediator and the committee signed."""

from __future__ import annotations

from typing import Any

from tests.support.api import Server
from tests.support.road import Road, ago
from tests.support.sight import FIGURES, sight

AGREEMENT = """agreement { form effectiveAt partiesSignedAt mediatorSignedAt sealedAt copies
    missingSignatures { signer partyId side }
    signatures { signer signerLabel method methodLabel signedAt imageName party { id } user { displayName }
        organisation { name } recordedBy { displayName } recordedAt } }"""


async def a_draft(road: Road) -> dict[str, str]:
    """A written agreement that nobody has signed; the parties' ids by side."""
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn", "caseHoldSession")
    unsigned: dict[str, Any] = dict.fromkeys(("partiesSignedAt", "mediatorSignedAt", "sealedAt", "copies"))
    await road.step("caseAgree", **unsigned)
    found = await road.read("mediator.haiyan", "parties { nodes { id side } }")
    return {party["side"]: party["id"] for party in found["parties"]["nodes"]}


async def sign(road: Road, *signatures: dict[str, Any], who: str = "mediator.haiyan", **more: Any) -> dict[str, Any]:
    return await road.ask_for("caseSign", who, signatures=list(signatures), **more)


def by_party(party: str, minutes: int = 30, method: str = "FINGERPRINT") -> dict[str, Any]:
    return {"signer": "PARTY", "method": method, "signedAt": ago(minutes=minutes), "partyId": party}


SEAL = {"signer": "COMMITTEE", "method": "SEAL"}


async def test_a_draft_binds_when_the_last_has_signed(live: Server, road: Road) -> None:
    parties = await a_draft(road)
    case = await road.read("mediator.haiyan", f"status {AGREEMENT}")
    assert case["status"] == "AGREED"
    assert case["agreement"]["effectiveAt"] is None
    assert case["agreement"]["signatures"] == []
    assert case["agreement"]["missingSignatures"] == [
        {"signer": "PARTY", "partyId": parties["APPLICANT"], "side": "APPLICANT"},
        {"signer": "PARTY", "partyId": parties["RESPONDENT"], "side": "RESPONDENT"},
        {"signer": "MEDIATOR", "partyId": None, "side": None},
        {"signer": "COMMITTEE", "partyId": None, "side": None},
    ]
    for step in ("caseApplyConfirmation", "caseFulfil"):
        refusal = await road.ask_for(step)
        assert (refusal["__typename"], refusal["rule"]) == ("RuleRefused", "AGR3"), step

    picture = {"imageName": "申请人指印.jpg"}
    first = await sign(road, by_party(parties["APPLICANT"]) | picture, {**SEAL, "signedAt": ago(minutes=20)})
    assert first["__typename"] == "CaseSignSuccess", first
    road.version += 1
    case = await road.read("mediator.haiyan", AGREEMENT)
    assert case["agreement"]["effectiveAt"] is None
    assert [one["signer"] for one in case["agreement"]["missingSignatures"]] == ["PARTY", "MEDIATOR"]

    mediator = {"signer": "MEDIATOR", "method": "SIGNATURE", "signedAt": ago(minutes=10)}
    mediator["userId"] = await road.user("mediator.haiyan")
    rest = (by_party(parties["RESPONDENT"], method="SIGNATURE"), mediator)
    refusal = await sign(road, *rest, copies=2)
    assert (refusal["__typename"], refusal["rule"]) == ("RuleRefused", "AGR5")
    done = await sign(road, *rest, copies=3)
    assert done["__typename"] == "CaseSignSuccess", done
    road.version += 1
    case = await road.read("mediator.haiyan", AGREEMENT)
    agreement = case["agreement"]
    assert agreement["missingSignatures"] == []
    assert agreement["copies"] == 3
    # AGR3: with the last of them, the mediator's.
    assert agreement["effectiveAt"] == agreement["mediatorSignedAt"] == agreement["signatures"][-1]["signedAt"]
    assert [(one["signer"], one["method"]) for one in agreement["signatures"]] == [
        ("PARTY", "FINGERPRINT"), ("PARTY", "SIGNATURE"), ("COMMITTEE", "SEAL"), ("MEDIATOR", "SIGNATURE")
    ]  # fmt: skip
    assert agreement["signatures"][0]["imageName"] == "申请人指印.jpg"
    assert agreement["signatures"][2]["organisation"]["name"] == "海宴镇人民调解委员会"
    assert all(one["recordedBy"] and one["recordedAt"] for one in agreement["signatures"])
    refusal = await sign(road, {**SEAL, "signedAt": ago(minutes=1)})
    assert (refusal["__typename"], refusal["rule"]) == ("RuleRefused", "SIGN_OPEN")
    await road.along("caseApplyConfirmation")


async def test_who_cannot_sign(live: Server, road: Road) -> None:
    parties = await a_draft(road)
    other = await road.user("committee.haiyan")
    signed = {"method": "SIGNATURE", "signedAt": ago(minutes=5)}
    wrong: list[tuple[tuple[dict[str, Any], ...], str]] = [
        ((), "signatures"),
        (({"signer": "PARTY", **signed},), "signatures.0.partyId"),
        (({"signer": "MEDIATOR", **signed, "userId": other},), "signatures.0.userId"),
        (({"signer": "COMMITTEE", **signed},), "signatures.0.method"),
        ((by_party(parties["APPLICANT"], minutes=90),), "signatures.0.signedAt"),
        ((by_party(parties["APPLICANT"], minutes=-60),), "signatures.0.signedAt"),
        ((by_party(parties["APPLICANT"]), by_party(parties["APPLICANT"])), "signatures.1"),
    ]
    for signatures, field in wrong:
        refusal = await sign(road, *signatures)
        assert (refusal["__typename"], refusal["field"]) == ("InvalidInput", field), refusal
    # The centre sees the case, and it is not the centre's agreement; another town's dispatcher finds nothing.
    barred = await sign(road, by_party(parties["APPLICANT"]), who="dispatcher.haiyan")
    assert barred["__typename"] == "Forbidden"
    absent = await sign(road, by_party(parties["APPLICANT"]), who="dispatcher.guanghai")
    assert absent["__typename"] == "NotFound"
    case = await road.read("mediator.haiyan", f"version {AGREEMENT}")
    assert case["version"] == road.version
    assert case["agreement"]["signatures"] == []


async def test_signed_at_once_is_signed_by_everybody(live: Server, road: Road) -> None:
    await road.agreed()
    case = await road.read("mediator.haiyan", AGREEMENT)
    assert case["agreement"]["missingSignatures"] == []
    assert sorted(one["signer"] for one in case["agreement"]["signatures"]) == [
        "COMMITTEE", "MEDIATOR", "PARTY", "PARTY"
    ]  # fmt: skip
    assert await sight(await live.as_("justice.haiyan"), road.id, road.number) == FIGURES
    hidden = await road.read("justice.haiyan", AGREEMENT)
    assert hidden["agreement"] is None
