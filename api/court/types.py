"""What signing, confirmation and court linkage add to a case, as the schema shows it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.enums import (
    ConfirmationMaterial,
    CourtLevel,
    EntrustmentReturn,
    EntrustmentStatus,
    HandOverItem,
    PartySide,
    Signer,
    SigningMethod,
)
from api.fields import Node, described
from api.tenancy.types import Organisation, User

if TYPE_CHECKING:
    from api.cases.types import Case, Party

LazyCase = Annotated["Case", strawberry.lazy("api.cases.types")]
LazyParty = Annotated["Party", strawberry.lazy("api.cases.types")]


@strawberry.type(description="One signature, fingerprint or seal under an agreement 签署")
class AgreementSignature(Node):
    """A signature."""

    __view__ = "agreement_signature"

    signer: Signer | None = described("Party, mediator or committee 签署方")
    signer_label: str | None = described("The signer's Chinese word 签署方名称")
    party: LazyParty | None = described("Which party 当事人")
    user: User | None = described("Which mediator 调解员")
    organisation: Organisation | None = described("Whose seal 盖章单位")
    method: SigningMethod | None = described("How 签署方式")
    method_label: str | None = described("The method's Chinese word 签署方式名称")
    signed_at: dt.datetime | None = described("When 签署时间")
    image_name: str | None = described("Name of a picture of it among the papers 签名图片名称")
    recorded_by: User | None = described("Who recorded it 记录人")
    recorded_at: dt.datetime | None = described("When recorded 记录时间")


@strawberry.type(description="A signature without which the agreement is not in effect (AGR3) 缺少的签署")
class MissingSignature:
    """A signature that is missing."""

    signer: Signer = described("Party, mediator or committee 签署方")
    party_id: strawberry.ID | None = described("Which party 当事人编号")
    side: PartySide | None = described("The party's side 当事方")


@strawberry.type(description="A party's word that it applies with the others (CONF1) 申请人同意")
class ConfirmationConsent:
    """A consent."""

    __view__ = "confirmation_consent"

    party: LazyParty | None = described("Which party 当事人")
    consented_at: dt.datetime | None = described("When given 同意时间")
    recorded_by: User | None = described("Who recorded it 记录人")


@strawberry.type(description="A creditor's application for enforcement (CONF10) 申请执行")
class EnforcementApplication(Node):
    """An application for enforcement."""

    __view__ = "enforcement_application"

    court: Organisation | None = described("Which court got it 执行法院")
    place: Organisation | None = described("Where property lies, for another court 被执行财产所在地")
    party: LazyParty | None = described("Whose application 申请执行人")
    applied_at: dt.datetime | None = described("When 申请时间")
    recorded_by: User | None = described("Who recorded it 记录人")


@strawberry.type(description="One kind of material and where it stands (CONF4) 材料")
class ConfirmationMaterialState:
    """Material."""

    kind: ConfirmationMaterial = described("What 材料")
    label: str = described("Its Chinese words 材料名称")
    required: bool = described("Whether this application needs it 是否必需")
    provided: bool = described("Whether it was provided 是否已提交")
    provided_at: dt.datetime | None = described("When provided 提交时间")


@strawberry.type(description="Pre-litigation mediation that a court entrusted 委派调解")
class CourtEntrustment(Node):
    """An entrustment."""

    __view__ = "court_entrustment"

    case: LazyCase | None = described("The case it made 案件")
    court: Organisation | None = described("Which court 委派法院")
    organisation: Organisation | None = described("Who is to mediate 受委派组织")
    reference_number: str | None = described("The court's own number 法院案号")
    status: EntrustmentStatus | None = described("Where it stands 状态")
    status_label: str | None = described("The status's Chinese word 状态名称")
    entrusted_at: dt.datetime | None = described("When 委派时间")
    entrusted_by: User | None = described("By whom 委派人")
    accept_by: dt.date | None = described("Last day to accept (CRT2) 接受期限")
    accepted_at: dt.datetime | None = described("Accepted 接受时间")
    mediate_by: dt.date | None = described("Last day to mediate, as first counted (CRT1) 调解期限")
    returned_at: dt.datetime | None = described("Given back 退回时间")
    return_reason: EntrustmentReturn | None = described("Why given back 退回理由")
    return_reason_label: str | None = described("The reason's Chinese words 退回理由名称")


@strawberry.type(description="One thing a court may ask for: handed over or withheld (CRT3) 移送材料")
class HandOverEntry:
    """An item of a hand-over."""

    kind: HandOverItem = described("What 材料类别")
    title: str = described("Its Chinese words 材料名称")
    included: bool = described("Whether it is handed over 是否移送")
    reason: str | None = described("Why not 不移送的原因")


@strawberry.type(description="What goes to court when mediation failed 诉非对接移送")
class HandOver:
    """A hand-over."""

    __view__ = "hand_over"

    court: Organisation | None = described("Which court, once referred or entrusted by one 法院")
    items: list[HandOverEntry] | None = described("What is handed over and what is not 移送材料清单")
    guidance: str | None = described("How to file 立案指引")


@strawberry.type(description="A station or court on the way up 诉非对接层级")
class EscalationStep:
    """A step of the four levels."""

    __view__ = "escalation_step"

    level: CourtLevel = described("Which level 层级")
    level_label: str = described("The level's Chinese word 层级名称")
    organisation: Organisation | None = described("Which organisation 单位")
