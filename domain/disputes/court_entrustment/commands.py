"""What a caller asks to be done about a court's entrustment: one frozen command for each action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from domain.disputes.cases.commands import RegisterCase, RightsToldAt
from domain.disputes.court_entrustment.codes import EntrustmentReturn
from domain.foundation.basics.checks import LONGEST_NOTE, LONGEST_NUMBER
from domain.foundation.basics.commands import ExpectedVersion, Note, Takes


@dataclass(frozen=True, slots=True, repr=False)
class EntrustCase:
    """Entrust a dispute before it is filed (委派调解): what is registered, to whom, and the court's own number for it."""

    registration: Annotated[
        RegisterCase,
        Takes(
            "What is registered 登记事项", inline=("source", "public_security", "violence_suspected", "protector_ids")
        ),
    ]
    organisation_id: Annotated[
        UUID, Takes("Who is to mediate: a committee or a centre 受委派组织", id_of="organisation")
    ]
    reference_number: Annotated[str, Takes("The court's own number 法院案号", longest=LONGEST_NUMBER)]


@dataclass(frozen=True, slots=True)
class AcceptEntrustment:
    """Accept the entrustment (接受委派), saying when the parties were told their rights and duties (CASE4)."""

    expected_version: ExpectedVersion
    rights_told_at: RightsToldAt
    note: Note = None


@dataclass(frozen=True, slots=True)
class ReturnEntrustment:
    """Give the entrustment back (退回委派), not accepted or without agreement. The `note` does not reach the court."""

    expected_version: ExpectedVersion
    reason: Annotated[EntrustmentReturn, Takes("Why; the court is told this and no more 退回理由", rules=("CRT3",))]
    note: Annotated[str | None, Takes("Note for the file, which the court does not see 备注", longest=LONGEST_NOTE)] = (
        None
    )
