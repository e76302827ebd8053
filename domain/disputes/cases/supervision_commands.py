"""What a caller asks about a case's clocks and its supervision: one frozen command for each action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from domain.foundation.basics.checks import LONGEST_NOTE
from domain.foundation.basics.commands import ExpectedVersion, Note, Takes


@dataclass(frozen=True, slots=True)
class ExtendDeadline:
    """Extend a deadline (延长期限) by days of the kind it counts. `all_consented`: every party agreed."""

    expected_version: ExpectedVersion
    deadline_id: Annotated[UUID, Takes("Which deadline 期限", id_of="deadline")]
    days: Annotated[int, Takes("By how many days of the kind it counts 延长天数", least=1, most=366)]
    reason: Annotated[str, Takes("Why 延长理由", longest=LONGEST_NOTE)]
    all_consented: Annotated[bool, Takes("Whether every party agreed 各方当事人是否同意")]


@dataclass(frozen=True, slots=True)
class OpenSupervision:
    """Supervise a case (督办), to be answered within so many working days."""

    expected_version: ExpectedVersion
    demand: Annotated[str, Takes("What is demanded 督办要求", longest=LONGEST_NOTE)]
    answer_days: Annotated[
        int,
        Takes("Working days within which to answer, at most 30 答复期限（工作日）", label="答复期限", least=1, most=30),
    ] = 5


@dataclass(frozen=True, slots=True)
class AnswerSupervision:
    """Answer a supervision (督办答复)."""

    expected_version: ExpectedVersion
    supervision_id: Annotated[UUID, Takes("Which supervision 督办", id_of="supervision")]
    answer: Annotated[str, Takes("The answer 答复内容", label="督办答复", longest=LONGEST_NOTE)]


@dataclass(frozen=True, slots=True)
class CloseSupervision:
    """Close a supervision (督办办结) with what shows that the matter is settled."""

    expected_version: ExpectedVersion
    supervision_id: Annotated[UUID, Takes("Which supervision 督办", id_of="supervision")]
    evidence: Annotated[str, Takes("What shows that the matter is settled 办结依据", longest=LONGEST_NOTE)]


@dataclass(frozen=True, slots=True)
class AcknowledgeRisk:
    """Acknowledge that a risk report was read (风险报告签收), for the level of leadership that the caller belongs to."""

    expected_version: ExpectedVersion
    note: Note = None
