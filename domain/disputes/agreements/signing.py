"""Signing an agreement (签署): by every party, a mediator and, with its seal, the committee; then it is in effect.

人民调解法 29: a written agreement takes effect on the day on which all parties have signed it, sealed it or put a
fingerprint to it, the mediator has signed it, and the committee has sealed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import AgreementForm, CaseAction
from domain.disputes.agreements.codes import Signer, SigningMethod
from domain.disputes.agreements.commands import NewSignature, SignAgreement
from domain.disputes.agreements.models import AgreementSignature
from domain.disputes.cases.commands import CaseRef
from domain.disputes.cases.models import Agreement
from domain.disputes.cases.repository import LoadedCase
from domain.disputes.cases.workflow import open_case
from domain.disputes.rules.inputs import SignRuleInput
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.ids import new_id


@dataclass(frozen=True, slots=True)
class Effect:
    """When all parties, a mediator and the committee had signed: None for whom somebody is missing."""

    parties_at: datetime | None
    mediator_at: datetime | None
    sealed_at: datetime | None

    @classmethod
    def of(cls, signatures: Sequence[AgreementSignature], party_ids: Sequence[UUID]) -> Effect:
        """What these signatures come to. One mediator's is enough, the first; of the parties all are needed."""
        by_party = {one.party_id: one.signed_at for one in signatures if one.signer == Signer.PARTY}
        mediators = [one.signed_at for one in signatures if one.signer == Signer.MEDIATOR]
        seals = [one.signed_at for one in signatures if one.signer == Signer.COMMITTEE]
        all_parties = bool(party_ids) and set(party_ids) <= set(by_party)
        return cls(
            max(by_party.values()) if all_parties else None, min(mediators, default=None), max(seals, default=None)
        )

    def since(self, reached_at: datetime) -> datetime | None:
        """AGR3: with the last of all of them; None while one is missing."""
        moments = (self.parties_at, self.mediator_at, self.sealed_at)
        known = [moment for moment in moments if moment is not None]
        return max(reached_at, *known) if len(known) == len(moments) else None


@takes_checked
async def sign(session: AsyncSession, grant: Grant, command: SignAgreement, *, clock: Clock) -> CaseRef:
    """Record signatures under a written draft; with the last of them the agreement is in effect (AGR3).

    Raises RefusedByRule SIGN_OPEN for what needs no signature, AGR5 if it would take effect with too few copies.
    """
    change = await open_case(session, grant, CaseAction.SIGN, command.expected_version, clock)
    agreement = change.loaded.agreement
    assert agreement is not None  # SIGN_OPEN
    signed = list(await signatures_of(session, agreement))
    for index, one in enumerate(command.signatures):
        row = _check(one, change.loaded, agreement, signed, change.now, f"signatures.{index}", grant.actor.user_id)
        signed.append(row)
        session.add(row)
    effect = Effect.of(signed, [party.id for party in change.loaded.parties])
    since = effect.since(agreement.reached_at)
    agreement.copies = command.copies or agreement.copies
    change.require(SignRuleInput(since is not None, agreement.copies))
    agreement.parties_signed_at = effect.parties_at
    agreement.mediator_signed_at = effect.mediator_at
    agreement.sealed_at = effect.sealed_at
    agreement.effective_at = since
    change.case.agreement_in_effect = since is not None
    return await change.complete(
        payload={"signatures": len(command.signatures), "effective_at": since.isoformat() if since else None}
    )


async def signatures_of(session: AsyncSession, agreement: Agreement) -> Sequence[AgreementSignature]:
    """What an agreement bears so far."""
    found = await session.scalars(
        select(AgreementSignature).where(
            AgreementSignature.county_id == agreement.county_id, AgreementSignature.agreement_id == agreement.id
        )
    )
    return found.all()


def signatures_at_once(
    agreement: Agreement, loaded: LoadedCase, recorded_by: UUID, now: datetime
) -> list[AgreementSignature]:
    """The signatures behind an agreement that was recorded with all three times (caseAgree): by everybody, then.

    The mediator is who records it, if they mediate the case, else the first of its mediators.
    """
    if agreement.form != AgreementForm.WRITTEN or agreement.effective_at is None:
        return []
    mediators = [one.user_id for one in loaded.mediators]
    mediator = recorded_by if recorded_by in mediators else next(iter(mediators), recorded_by)

    def row(
        signer: Signer, method: SigningMethod, signed_at: datetime | None, **who: UUID | None
    ) -> AgreementSignature:
        return AgreementSignature(
            county_id=agreement.county_id,
            id=new_id(),
            case_id=agreement.case_id,
            agreement_id=agreement.id,
            signer=signer,
            method=method,
            signed_at=signed_at,
            recorded_by=recorded_by,
            recorded_at=now,
            **who,
        )

    return [
        *(
            row(Signer.PARTY, SigningMethod.SIGNATURE, agreement.parties_signed_at, party_id=party.id)
            for party in loaded.parties
        ),
        row(Signer.MEDIATOR, SigningMethod.SIGNATURE, agreement.mediator_signed_at, user_id=mediator),
        row(Signer.COMMITTEE, SigningMethod.SEAL, agreement.sealed_at, organisation_id=loaded.case.handler_id),
    ]


def _check(
    one: NewSignature,
    loaded: LoadedCase,
    agreement: Agreement,
    signed: Sequence[AgreementSignature],
    now: datetime,
    field: str,
    recorded_by: UUID,
) -> AgreementSignature:
    """The row of a signature that can be taken; InvalidInput names what cannot."""
    _check_signer(one, loaded, field)
    if one.signed_at < agreement.reached_at:
        raise InvalidInput(
            "签署时间不得早于达成协议时间", "nobody signs before the agreement was reached", field=f"{field}.signedAt"
        )
    organisation = loaded.case.handler_id if one.signer is Signer.COMMITTEE else None
    who = (one.signer, one.party_id, one.user_id, organisation)
    if any((row.signer, row.party_id, row.user_id, row.organisation_id) == who for row in signed):
        raise InvalidInput("此方已经签署", "signed by this one already", field=field, code="SIGNED_ALREADY")
    return AgreementSignature(
        county_id=agreement.county_id,
        id=new_id(),
        case_id=agreement.case_id,
        agreement_id=agreement.id,
        signer=one.signer,
        party_id=one.party_id,
        user_id=one.user_id,
        organisation_id=organisation,
        method=one.method,
        signed_at=one.signed_at,
        image_name=one.image_name,
        recorded_by=recorded_by,
        recorded_at=now,
    )


def _check_signer(one: NewSignature, loaded: LoadedCase, field: str) -> None:
    """A party of the case, or a mediator of the case; and nobody besides."""
    if one.party_id is not None and one.party_id not in {party.id for party in loaded.parties}:
        raise InvalidInput(
            "签署的当事人应为本案当事人", "who signs as a party must be one of the case", field=f"{field}.partyId"
        )
    if one.user_id is not None and one.user_id not in {mediator.user_id for mediator in loaded.mediators}:
        raise InvalidInput(
            "签署的调解员应为本案调解员", "who signs as a mediator must be one of the case", field=f"{field}.userId"
        )
