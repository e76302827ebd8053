"""Arguments of the mutations off the main road, and how each becomes the domain's command."""

from __future__ import annotations

import datetime as dt

import strawberry

from api.cases.inputs import CaseChange, FulfilmentInput, given, key, optional, optional_key
from api.enums import PauseReason
from domain.cases import off_road_commands as commands


@strawberry.input(description="Let the mediation rest 中止调解")
class CasePauseInput(CaseChange):
    """A pause."""

    reason: PauseReason = given("Why 中止原因")
    note: str | None = optional("Note; needed where the reason is another than those listed 备注")

    def command(self) -> commands.PauseCase:
        """As the domain takes it."""
        return commands.PauseCase(self.expected_version, self.reason, self.note)


@strawberry.input(description="Go on with a mediation that rested 恢复调解")
class CaseResumeInput(CaseChange):
    """The end of a pause."""

    note: str | None = optional("Note 备注")

    def command(self) -> commands.ResumeCase:
        """As the domain takes it."""
        return commands.ResumeCase(self.expected_version, self.note)


@strawberry.input(description="End the mediation by a party's will 当事人终止调解")
class CaseWithdrawInput(CaseChange):
    """A withdrawal."""

    reason: str = given("Why 终止原因")
    other_ways_told: bool = given("The parties know of other ways (CASE8) 是否已知悉其他途径")
    party_id: strawberry.ID | None = optional("Whose will; left out by a party from their own account 当事人")

    def command(self) -> commands.WithdrawCase:
        """As the domain takes it."""
        return commands.WithdrawCase(
            self.expected_version, self.reason, self.other_ways_told, optional_key(self.party_id, "party", "partyId")
        )


@strawberry.input(description="Refer a mediation that failed to a court 诉非对接")
class CaseReferToCourtInput(CaseChange):
    """A referral."""

    court_id: strawberry.ID = given("Which court, with jurisdiction over the place 法院")
    consented_at: dt.datetime | None = optional("When the parties consented 当事人同意时间")
    note: str | None = optional("Note 备注")

    def command(self) -> commands.ReferToCourt:
        """As the domain takes it."""
        return commands.ReferToCourt(
            self.expected_version, key(self.court_id, "organisation", "courtId"), self.consented_at, self.note
        )


@strawberry.input(description="Record performance, one obligation at a time 履行")
class CasePerformInput(CaseChange):
    """Performance."""

    performance: FulfilmentInput | None = optional("Proof of one obligation; may be left out only to begin 履行凭证")
    note: str | None = optional("Note 备注")

    def command(self) -> commands.PerformCase:
        """As the domain takes it."""
        done = None if self.performance is None else self.performance.command("performance")
        return commands.PerformCase(self.expected_version, done, self.note)


@strawberry.input(description="Report that an obligation was not kept 未履行")
class CaseBreachInput(CaseChange):
    """A breach."""

    obligation_id: strawberry.ID = given("Which obligation 未履行事项")
    description: str = given("What was not done 未履行情况")
    refused: bool = optional("The debtor refused to perform 义务人是否明确拒绝履行", default=False)
    party_id: strawberry.ID | None = optional("Whose report; left out by a party from their own account 报告的当事人")

    def command(self) -> commands.BreachCase:
        """As the domain takes it."""
        return commands.BreachCase(
            self.expected_version,
            key(self.obligation_id, "obligation", "obligationId"),
            self.description,
            self.refused,
            optional_key(self.party_id, "party", "partyId"),
        )


@strawberry.input(description="Open a closed case again 重启")
class CaseReopenInput(CaseChange):
    """A reopening."""

    reason: str = given("Why 重启理由")
    rights_told_at: dt.datetime | None = optional(
        "When the parties were told their rights, if they had not been (CASE4) 权利义务告知时间"
    )

    def command(self) -> commands.ReopenCase:
        """As the domain takes it."""
        return commands.ReopenCase(self.expected_version, self.reason, self.rights_told_at)


@strawberry.input(description="Return to mediation from an agreement that was not signed or not kept 再次调解")
class CaseMediateAgainInput(CaseChange):
    """Mediation again."""

    reason: str = given("Why 再次调解的原因")
    all_consented: bool = given("Every party wants to be mediated again (CASE2) 各方是否自愿")

    def command(self) -> commands.MediateAgain:
        """As the domain takes it."""
        return commands.MediateAgain(self.expected_version, self.reason, self.all_consented)


@strawberry.input(description="Put a closed case into the archive 归档")
class CaseArchiveInput(CaseChange):
    """Archiving."""

    note: str | None = optional("Note 备注")

    def command(self) -> commands.ArchiveCase:
        """As the domain takes it."""
        return commands.ArchiveCase(self.expected_version, self.note)
