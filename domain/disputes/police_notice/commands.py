"""What a caller asks of a notice to the police: one frozen command for each action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from domain.foundation.basics.checks import LONGEST_NOTE
from domain.foundation.basics.commands import ExpectedVersion, Record, Takes


@dataclass(frozen=True, slots=True)
class WrittenApplication:
    """One party's written application that no penalty be imposed: whose, and when it was made."""

    declared: ClassVar = Record(
        "WrittenApplication", "One party's written application that no penalty be imposed 不予处罚书面申请"
    )

    party_id: Annotated[UUID, Takes("Whose 申请的当事人", id_of="party")]
    applied_at: Annotated[datetime, Takes("When it was made 申请时间", past=True)]


@dataclass(frozen=True, slots=True)
class NotifyPolice:
    """Tell the police that an act was mediated and the agreement performed (通报公安机关, POL2).

    `minor_circumstances`: whether the circumstances of the act are minor, as the sender judges; `statement`: what was
    done, and how it was settled.
    """

    expected_version: ExpectedVersion
    recipient_id: Annotated[UUID, Takes("Which police: those that serve the place 公安机关", id_of="organisation")]
    applications: Annotated[
        tuple[WrittenApplication, ...],
        Takes("Of every party of both sides 各方当事人的书面申请", label="当事人", distinct="party_id"),
    ]
    minor_circumstances: Annotated[bool, Takes("Whether the circumstances of the act are minor 是否情节较轻")]
    statement: Annotated[str, Takes("What was done, and how it was settled 通报内容", longest=LONGEST_NOTE)]


@dataclass(frozen=True, slots=True)
class AnswerPoliceNotice:
    """Answer a notice for the police that it was sent to. `recognised`: no penalty will be imposed; else the reason."""

    expected_version: ExpectedVersion
    notice_id: Annotated[UUID, Takes("Which notice 通报编号", id_of="policenotice")]
    recognised: Annotated[bool, Takes("Whether no penalty will be imposed 是否认可（不予处罚）")]
    reason: Annotated[
        str | None,
        Takes("Why, where they do not agree (POL_REASON) 不予认可的理由", label="理由", longest=LONGEST_NOTE),
    ] = None
