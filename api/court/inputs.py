"""Arguments of the mutations of signing, confirmation and court linkage."""

from __future__ import annotations

import datetime as dt

import strawberry

from api.cases.inputs import CaseChange, Change, PartyInput, given, key, optional, optional_key
from api.enums import ConfirmationMaterial, ConfirmationWithdrawal, EntrustmentReturn, Signer, SigningMethod
from domain.cases import signing
from domain.cases.commands import RegisterCase
from domain.codes.enums import CaseSource
from domain.court_linkage import commands as entrustment
from domain.judicial_confirmation import commands as confirmation


@strawberry.input(description="One signature, fingerprint or seal 签署")
class SignatureInput:
    """A signature."""

    signer: Signer = given("Party, mediator or committee 签署方")
    method: SigningMethod = given("How 签署方式")
    signed_at: dt.datetime = given("When 签署时间")
    party_id: strawberry.ID | None = optional("Which party, for a party's 当事人")
    user_id: strawberry.ID | None = optional("Which mediator, for a mediator's 调解员")
    image_name: str | None = optional("Name of a picture of it among the papers 签名图片名称")

    def command(self, field: str) -> signing.NewSignature:
        """As the domain takes it."""
        return signing.NewSignature(
            self.signer,
            self.method,
            self.signed_at,
            optional_key(self.party_id, "party", f"{field}.partyId"),
            optional_key(self.user_id, "user", f"{field}.userId"),
            self.image_name,
        )


@strawberry.input(description="Sign a written agreement, one or several at once 签署协议")
class CaseSignInput(CaseChange):
    """Signing."""

    signatures: list[SignatureInput] = given("Who signs, and how 签署")
    copies: int | None = optional("One for each party, one kept (AGR5) 份数")

    def command(self) -> signing.SignAgreement:
        """As the domain takes it."""
        return signing.SignAgreement(
            self.expected_version,
            tuple(one.command(f"signatures.{index}") for index, one in enumerate(self.signatures)),
            self.copies,
        )


@strawberry.input(description="Supply material that was missing 补充材料")
class CaseSupplyMaterialInput(CaseChange):
    """Material."""

    materials: list[ConfirmationMaterial] = given("What is supplied (CONF4) 材料")
    note: str | None = optional("Note 备注")

    def command(self) -> confirmation.SupplyMaterial:
        """As the domain takes it."""
        return confirmation.SupplyMaterial(self.expected_version, tuple(self.materials), self.note)


@strawberry.input(description="Take ten days more to rule 延长审查期限")
class CaseExtendConfirmationInput(CaseChange):
    """Extension."""

    reason: str = given("Why (CONF8) 理由")

    def command(self) -> confirmation.ExtendConfirmation:
        """As the domain takes it."""
        return confirmation.ExtendConfirmation(self.expected_version, self.reason)


@strawberry.input(description="End the application before the ruling 撤回司法确认申请")
class CaseWithdrawConfirmationInput(CaseChange):
    """Withdrawal."""

    withdrawal: ConfirmationWithdrawal = optional("Why (CONF7) 撤回原因", ConfirmationWithdrawal.BY_PARTIES)
    note: str | None = optional("Note 备注")

    def command(self) -> confirmation.WithdrawConfirmation:
        """As the domain takes it."""
        return confirmation.WithdrawConfirmation(self.expected_version, self.withdrawal, self.note)


@strawberry.input(description="Apply for enforcement of a confirmed agreement that was not kept 申请执行")
class CaseApplyEnforcementInput(CaseChange):
    """An application for enforcement."""

    party_id: strawberry.ID | None = optional("Whose; left out by a party from their own account 申请执行的当事人")
    court_id: strawberry.ID | None = optional("Which court; the one that confirmed if left out 法院")
    place_id: strawberry.ID | None = optional("Where property lies, for another court 被执行财产所在地")
    note: str | None = optional("Note 备注")

    def command(self) -> confirmation.ApplyEnforcement:
        """As the domain takes it."""
        return confirmation.ApplyEnforcement(
            self.expected_version,
            optional_key(self.party_id, "party", "partyId"),
            optional_key(self.court_id, "organisation", "courtId"),
            optional_key(self.place_id, "organisation", "placeId"),
            self.note,
        )


@strawberry.input(description="Entrust a dispute before it is filed 委派调解")
class CourtEntrustInput(Change):
    """Entrustment: what is registered, by which court, to whom."""

    court_id: strawberry.ID = given("The caller's court 委派法院")
    organisation_id: strawberry.ID = given("Who is to mediate: a committee or a centre 受委派组织")
    reference_number: str = given("The court's own number 法院案号")
    place_id: strawberry.ID = given("Town, community or grid where it lies 发生地")
    type_code: str = given("Dispute type, two or four digits 纠纷类型代码")
    title: str = given("Title, at most 200 characters 标题")
    facts: str = given("What happened 事实")
    demands: str | None = optional("What is asked for 诉求")
    parties: list[PartyInput] = given("At least one applicant and one respondent 当事人")
    people_count: int | None = optional("People concerned 涉及人数")

    def command(self) -> entrustment.EntrustCase:
        """As the domain takes it."""
        registration = RegisterCase(
            place_id=key(self.place_id, "organisation", "placeId"),
            type_code=self.type_code,
            source=CaseSource.COURT_ENTRUSTED,
            title=self.title,
            facts=self.facts,
            demands=self.demands,
            parties=tuple(party.command(f"parties.{index}") for index, party in enumerate(self.parties)),
            people_count=self.people_count,
        )
        organisation = key(self.organisation_id, "organisation", "organisationId")
        return entrustment.EntrustCase(registration, organisation, self.reference_number)


@strawberry.input(description="Accept an entrustment 接受委派")
class CaseAcceptEntrustmentInput(CaseChange):
    """Acceptance of an entrustment."""

    rights_told_at: dt.datetime | None = optional(
        "When the parties were told their rights and duties (CASE4) 权利义务告知时间"
    )
    note: str | None = optional("Note 备注")

    def command(self) -> entrustment.AcceptEntrustment:
        """As the domain takes it."""
        return entrustment.AcceptEntrustment(self.expected_version, self.rights_told_at, self.note)


@strawberry.input(description="Give an entrustment back to the court 退回委派")
class CaseReturnEntrustmentInput(CaseChange):
    """Return of an entrustment."""

    reason: EntrustmentReturn = given("Why; the court is told this and no more (CRT3) 退回理由")
    note: str | None = optional("Note for the file, which the court does not see 备注")

    def command(self) -> entrustment.ReturnEntrustment:
        """As the domain takes it."""
        return entrustment.ReturnEntrustment(self.expected_version, self.reason, self.note)
