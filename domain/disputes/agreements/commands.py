"""What a caller asks to be signed: the signatures of an agreement, one or several at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from domain.disputes.agreements.codes import Signer, SigningMethod
from domain.disputes.cases.commands import MOST_COPIES
from domain.foundation.basics.commands import ExpectedVersion, Record, Takes
from domain.foundation.basics.errors import Fault

MOST_SIGNATURES = 200
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class NewSignature:
    """One signature: `party_id` for a party's, `user_id` for a mediator's; the committee is the one that handles."""

    declared: ClassVar = Record("Signature", "One signature, fingerprint or seal 签署")

    signer: Annotated[Signer, Takes("Party, mediator or committee 签署方")]
    method: Annotated[SigningMethod, Takes("How 签署方式")]
    signed_at: Annotated[datetime, Takes("When 签署时间", past=True)]
    party_id: Annotated[UUID | None, Takes("Which party, for a party's 当事人", id_of="party")] = None
    user_id: Annotated[UUID | None, Takes("Which mediator, for a mediator's 调解员", id_of="user")] = None
    image_name: Annotated[
        str | None, Takes("Name of a picture of it among the papers 签名图片名称", longest=LONGEST_NAME)
    ] = None

    def contradictions(self, _now: datetime) -> Iterator[Fault]:
        """Who signs is named as what they sign as, and signs as such a one does; a picture's name is no way to one."""
        if (self.party_id is not None) != (self.signer is Signer.PARTY):
            english = "a party's signature names the party, and no other does"
            yield Fault("partyId", "当事人签署应当指明当事人，其他签署不得指明", english)
        if (self.user_id is not None) != (self.signer is Signer.MEDIATOR):
            english = "a mediator's signature names the mediator, and no other does"
            yield Fault("userId", "调解员签署应当指明调解员，其他签署不得指明", english)
        if self.signer is Signer.COMMITTEE and self.method is not SigningMethod.SEAL:
            yield Fault("method", "调解组织应当盖章", "a committee seals")
        if self.signer is Signer.MEDIATOR and self.method is not SigningMethod.SIGNATURE:
            yield Fault("method", "调解员应当签名", "a mediator signs")
        name = self.image_name
        if name is not None and (name in {".", ".."} or any(sign in name for sign in '/\\:*?"<>|')):
            english = "imageName has no path and no special characters"
            yield Fault("imageName", "签名图片名称不得含有路径或者特殊字符", english, "BAD_CHARACTERS")


@dataclass(frozen=True, slots=True)
class SignAgreement:
    """Sign (签署), one or several at once. `copies`: how many were made out (AGR5), unless that is known already."""

    expected_version: ExpectedVersion
    signatures: Annotated[
        tuple[NewSignature, ...], Takes("Who signs, and how 签署", fewest=1, most_entries=MOST_SIGNATURES)
    ]
    copies: Annotated[
        int | None, Takes("One for each party, one kept 份数", rules=("AGR5",), least=1, most=MOST_COPIES)
    ] = None
