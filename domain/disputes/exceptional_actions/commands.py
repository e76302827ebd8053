"""What exceptional actions on a case take: one frozen command for each, as domain.disputes.cases.commands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from domain.disputes.cases.commands import Fulfilment
from domain.disputes.exceptional_actions.codes import PauseReason
from domain.foundation.basics.checks import LONGEST_NOTE
from domain.foundation.basics.commands import ExpectedVersion, Note, Takes
from domain.foundation.basics.errors import Fault


@dataclass(frozen=True, slots=True)
class PauseCase:
    """Let the mediation rest (中止)."""

    expected_version: ExpectedVersion
    reason: Annotated[PauseReason, Takes("Why 中止原因")]
    note: Annotated[
        str | None, Takes("Note; needed where the reason is another than those listed 备注", longest=LONGEST_NOTE)
    ] = None

    def contradictions(self, _now: datetime) -> Iterator[Fault]:
        """Another reason than those listed is said in words."""
        if self.reason is PauseReason.OTHER and self.note is None:
            yield Fault("note", "其他原因应当说明", "say what the other reason is", "REQUIRED")


@dataclass(frozen=True, slots=True)
class ResumeCase:
    """Go on with a mediation that rested (恢复)."""

    expected_version: ExpectedVersion
    note: Note = None


@dataclass(frozen=True, slots=True)
class WithdrawCase:
    """End the mediation by a party's will (当事人终止), at any time (CASE2), the parties told of other ways (CASE8).

    `party_id`: whose will it is. A party who says so from their own account may leave it out.
    """

    expected_version: ExpectedVersion
    reason: Annotated[str, Takes("Why 终止原因", label="终止调解的原因", longest=LONGEST_NOTE)]
    other_ways_told: Annotated[bool, Takes("The parties know of other ways 是否已知悉其他途径", rules=("CASE8",))]
    party_id: Annotated[
        UUID | None, Takes("Whose will; left out by a party from their own account 当事人", id_of="party")
    ] = None


@dataclass(frozen=True, slots=True)
class ReferToCourt:
    """Refer a mediation that failed to a court (诉非对接). `consented_at`: when the parties consented to it."""

    expected_version: ExpectedVersion
    court_id: Annotated[UUID, Takes("Which court, with jurisdiction over the place 法院", id_of="organisation")]
    consented_at: Annotated[datetime | None, Takes("When the parties consented 当事人同意时间", past=True)]
    note: Note = None


@dataclass(frozen=True, slots=True)
class PerformCase:
    """Record that performance began or went on (履行), with the proof of one obligation.

    Without proof only to begin with: from then on performance is supervised (AGR6).
    """

    expected_version: ExpectedVersion
    performance: Annotated[
        Fulfilment | None, Takes("Proof of one obligation; may be left out only to begin 履行凭证")
    ] = None
    note: Note = None


@dataclass(frozen=True, slots=True)
class BreachCase:
    """Report that an obligation was not kept (未履行). `refused`: the debtor said that they would not perform.

    `party_id`: whose report it is. A party who reports from their own account may leave it out.
    """

    expected_version: ExpectedVersion
    obligation_id: Annotated[UUID, Takes("Which obligation 未履行事项", id_of="obligation")]
    description: Annotated[str, Takes("What was not done 未履行情况", longest=LONGEST_NOTE)]
    refused: Annotated[bool, Takes("The debtor refused to perform 义务人是否明确拒绝履行")] = False
    party_id: Annotated[
        UUID | None, Takes("Whose report; left out by a party from their own account 报告的当事人", id_of="party")
    ] = None


@dataclass(frozen=True, slots=True)
class ReopenCase:
    """Open a closed case again (重启). `rights_told_at`: needed of a case that was declined (CASE4)."""

    expected_version: ExpectedVersion
    reason: Annotated[str, Takes("Why 重启理由", longest=LONGEST_NOTE)]
    rights_told_at: Annotated[
        datetime | None,
        Takes(
            "When the parties were told their rights, if they had not been 权利义务告知时间",
            rules=("CASE4",),
            label="告知时间",
            past=True,
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class MediateAgain:
    """Return to mediation (再次调解) from an agreement that somebody will not sign or did not keep."""

    expected_version: ExpectedVersion
    reason: Annotated[str, Takes("Why 再次调解的原因", longest=LONGEST_NOTE)]
    all_consented: Annotated[bool, Takes("Every party wants to be mediated again 各方是否自愿", rules=("CASE2",))]


@dataclass(frozen=True, slots=True)
class ArchiveCase:
    """Put a closed case into the archive (归档)."""

    expected_version: ExpectedVersion
    note: Note = None
