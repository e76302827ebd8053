"""What courts leave behind a case of a random place: entrustments, signatures, breaches, what applications came with."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from domain.codes.enums import EntrustmentStatus
from domain.disputes.court_entrustment.codes import EntrustmentReturn
from domain.disputes.exceptional_actions.codes import BreachRemedy
from domain.disputes.judicial_confirmation.codes import ConfirmationBasis, ConfirmationMaterial

if TYPE_CHECKING:
    from tests.reference.world_law import Law

Row = dict[str, Any]

TEXTS = ("虚构一", "虚构二", '虚构 "三"')


def invent(law: Law) -> None:
    """Entrustments; signatures, breaches; and what applications for confirmation came with."""
    world, pick, maybe = law.world, law.world.pick, law.world.maybe
    courts = [one["id"] for one in world.partners[law.county] if one["kind"] in ("court", "tribunal")]
    if world.chance(0.3):
        status = pick.choice(list(EntrustmentStatus))
        back = status is EntrustmentStatus.RETURNED
        moment = world.a_time()
        world.add(
            "court_entrustment", **law.key, id=world.an_id(), court_id=pick.choice(courts),
            organisation_id=law.somewhere(), reference_number="虚构诉前调1号", status=status, entrusted_at=moment,
            entrusted_by=law.somebody(), accept_by=moment.date() + timedelta(days=3), accepted_at=maybe(moment),
            mediate_by=maybe(moment.date()), returned_at=moment if back else None,
            return_reason=pick.choice(list(EntrustmentReturn)) if back else None,
        )  # fmt: skip
    for agreement in [one for one in world.tables.get("case_agreement", ()) if one["case_id"] == law.case["id"]]:
        _sign(law, agreement)
    for obligation in [one for one in world.tables.get("case_obligation", ()) if one["case_id"] == law.case["id"]]:
        if world.chance(0.5):
            remedy = pick.choice(list(BreachRemedy))
            world.add(
                "case_breach", **law.key, id=world.an_id(), obligation_id=obligation["id"],
                reported_at=world.a_time(), reported_by=law.somebody(), party_id=maybe(law.party()),
                refused=world.chance(0.5), description=pick.choice(TEXTS), remedy=remedy,
                enforce_by=world.a_time().date() if remedy is BreachRemedy.ENFORCEMENT else None,
            )  # fmt: skip
    for application in world.tables.get("judicial_confirmation", ()):
        if application["case_id"] == law.case["id"]:
            _application(law, application)


def _sign(law: Law, agreement: Row) -> None:
    world, pick, maybe = law.world, law.world.pick, law.world.maybe
    of = {**law.key, "agreement_id": agreement["id"]}
    none = {"party_id": None, "user_id": None, "organisation_id": None}
    signers: list[Row] = [
        none | {"signer": "party", "party_id": party["id"]} for party in law.parties if world.chance(0.5)
    ]
    signers += [none | {"signer": "mediator", "user_id": law.somebody()}] * world.chance(0.5)
    signers += [none | {"signer": "committee", "organisation_id": law.somewhere()}] * world.chance(0.5)
    for signer in signers:
        seal = signer["signer"] == "committee"
        world.add(
            "agreement_signature", **of, **signer, id=world.an_id(),
            method="seal" if seal else pick.choice(["signature", "fingerprint"]), signed_at=world.a_time(),
            image_name=maybe("签名"), recorded_by=law.somebody(), recorded_at=world.a_time(),
        )  # fmt: skip


def _application(law: Law, application: Row) -> None:
    world, pick, maybe = law.world, law.world.pick, law.world.maybe
    day = lambda: maybe((world.now + timedelta(days=pick.choice([-60, -4, 4, 60]))).date())  # noqa: E731
    extended = maybe(world.a_time(), 0.3)
    gone = maybe(world.a_time(), 0.3)
    application.update(
        basis=maybe(pick.choice(list(ConfirmationBasis))),
        resident_id=maybe(law.party(), 0.4) if law.parties else None,
        place_id=maybe(pick.choice(world.areas[law.county]["city" if law.county == 440700 else "town"])["id"]),
        concerns_title=world.chance(0.4),
        decide_by=day(),
        rule_by=day(),
        conclude_by=day(),
        material_due_on=day(),
        extended_at=extended,
        extension_reason=None if extended is None else "虚构",
        withdrawn_at=gone,
        withdrawal=None if gone is None else pick.choice(["by_parties", "material_not_supplied"]),
    )
    of = {**law.key, "confirmation_id": application["id"]}
    for party in law.parties if world.chance(0.4) else ():
        world.add(
            "enforcement_application", **of, id=world.an_id(), court_id=application["court_id"],
            place_id=maybe(law.somewhere(), 0.3), party_id=party["id"],
            applied_at=world.a_time(), recorded_by=law.somebody(),
        )  # fmt: skip
    for kind in pick.sample(list(ConfirmationMaterial), pick.randrange(5)):
        world.add(
            "confirmation_material", **of, id=world.an_id(), kind=kind, provided_at=world.a_time(),
            provided_by=law.somebody(),
        )  # fmt: skip
    for party in law.parties if world.chance(0.7) else ():
        world.add(
            "confirmation_consent", **of, id=world.an_id(), party_id=party["id"], consented_at=world.a_time(),
            recorded_by=law.somebody(),
        )  # fmt: skip
