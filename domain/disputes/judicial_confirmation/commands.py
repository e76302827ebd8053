"""What a caller asks to be done about judicial confirmation: one frozen command for each action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from domain.disputes.judicial_confirmation.codes import ConfirmationBasis, ConfirmationMaterial, ConfirmationWithdrawal
from domain.disputes.judicial_confirmation.rules import RefusalGround, RejectionGround
from domain.foundation.basics.checks import LONGEST_NOTE, LONGEST_NUMBER
from domain.foundation.basics.commands import (
    ExpectedVersion,
    Note,
    Record,
    Takes,
)


@dataclass(frozen=True, slots=True)
class Consent:
    """A party's word that it applies with the others, and when it was given."""

    declared: ClassVar = Record("Consent", "A party's word that it applies with the others (CONF1) 申请人同意")

    party_id: Annotated[UUID, Takes("Which party 当事人", id_of="party")]
    consented_at: Annotated[datetime, Takes("When given 同意时间", past=True)]


@dataclass(frozen=True, slots=True)
class ApplyConfirmation:
    """Apply for judicial confirmation (申请司法确认). `joint`: both sides apply together (CONF1).

    `consents`: who of each side; none named, every party of both sides consents with the application. `basis`: why
    this court (CONF3): the inviting one where a court entrusted the case, else the committee's place unless said
    otherwise; `place_id` is the residence or the object's place, `resident_id` the party whose residence. `materials`: what is enclosed (CONF4).
    """

    expected_version: ExpectedVersion
    court_id: Annotated[UUID, Takes("Which court 法院", rules=("CONF3",), id_of="organisation")]
    joint: Annotated[bool, Takes("Both sides apply together 是否双方共同申请", rules=("CONF1",))]
    note: Note = None
    consents: Annotated[
        tuple[Consent, ...],
        Takes(
            "Who of each side applies; everybody of both sides, now, when empty 申请人同意",
            label="当事人",
            distinct="party_id",
        ),
    ] = ()
    basis: Annotated[
        ConfirmationBasis | None,
        Takes(
            "Why this court: the inviting one if a court entrusted the case, else the committee's place 管辖依据",
            rules=("CONF3",),
        ),
    ] = None
    place_id: Annotated[
        UUID | None, Takes("The residence or the object's place 住所地或标的物所在地", id_of="organisation")
    ] = None
    concerns_title: Annotated[
        bool, Takes("Title is concerned, and must be proven 是否涉及财产权利", rules=("CONF4",))
    ] = False
    materials: Annotated[
        tuple[ConfirmationMaterial, ...],
        Takes("What is enclosed 随附材料", rules=("CONF4",), label="材料", distinct=True),
    ] = ()
    resident_id: Annotated[
        UUID | None, Takes("Whose residence it is 住所地所属当事人", rules=("CONF3",), id_of="party")
    ] = None


@dataclass(frozen=True, slots=True)
class SupplyMaterial:
    """Supply material that was missing (补充材料)."""

    expected_version: ExpectedVersion
    materials: Annotated[
        tuple[ConfirmationMaterial, ...], Takes("What is supplied 材料", rules=("CONF4",), fewest=1, distinct=True)
    ]
    note: Note = None


@dataclass(frozen=True, slots=True)
class AcceptConfirmation:
    """The court accepts the application with its own case `number`, or refuses it on a `ground` (CONF5).

    With `material_due_on` it does neither yet: missing material is to be supplied by that day (CONF7).
    """

    expected_version: ExpectedVersion
    accepted: Annotated[bool, Takes("Accepted or refused 是否受理")]
    number: Annotated[str | None, Takes("The court's number 案号", label="法院案号", longest=LONGEST_NUMBER)] = None
    ground: Annotated[RefusalGround | None, Takes("Ground of a refusal 不予受理理由", rules=("CONF5",))] = None
    note: Note = None
    material_due_on: Annotated[
        date | None,
        Takes(
            "Neither accepted nor refused yet: missing material is to be supplied by this day 补充材料期限",
            rules=("CONF7",),
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class ExtendConfirmation:
    """The court takes ten days more to rule (CONF8), for a reason."""

    expected_version: ExpectedVersion
    reason: Annotated[str, Takes("Why 理由", rules=("CONF8",), label="延长理由", longest=LONGEST_NOTE, blank=True)]


@dataclass(frozen=True, slots=True)
class WithdrawConfirmation:
    """The application ends before the ruling (CONF7)."""

    expected_version: ExpectedVersion
    withdrawal: Annotated[ConfirmationWithdrawal, Takes("Why 撤回原因", rules=("CONF7",))] = (
        ConfirmationWithdrawal.BY_PARTIES
    )
    note: Note = None


@dataclass(frozen=True, slots=True)
class ApplyEnforcement:
    """A creditor applies for enforcement (申请执行) at the court that confirmed, or at one where property lies.

    `court_id`: None for the court that confirmed; for another, `place_id` says where property lies. `party_id`: whose
    application. A party who applies from their own account may leave it out.
    """

    expected_version: ExpectedVersion
    party_id: Annotated[
        UUID | None, Takes("Whose; left out by a party from their own account 申请执行的当事人", id_of="party")
    ] = None
    court_id: Annotated[
        UUID | None, Takes("Which court; the one that confirmed if left out 法院", id_of="organisation")
    ] = None
    place_id: Annotated[
        UUID | None, Takes("Where property lies, for another court 被执行财产所在地", id_of="organisation")
    ] = None
    note: Note = None


@dataclass(frozen=True, slots=True)
class RuleConfirmation:
    """The court confirms the agreement, or rejects the application on a `ground` (CONF6)."""

    expected_version: ExpectedVersion
    confirmed: Annotated[bool, Takes("Confirmed or rejected 是否确认有效")]
    number: Annotated[str | None, Takes("The court's number 案号", label="法院案号", longest=LONGEST_NUMBER)] = None
    ground: Annotated[RejectionGround | None, Takes("Ground of a rejection 驳回理由", rules=("CONF6",))] = None
    note: Note = None
