"""The lifecycle and the rules of visits."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from domain.foundation.kernel.facts import WorkFacts
from domain.foundation.kernel.lifecycle import Lifecycle, begins, leads
from domain.foundation.kernel.rules import Occasion, Rule, Rules
from domain.visits.commands import CorrectVisit, RecordVisit, VisitFindingKind


class VisitAction(StrEnum):
    """What can be done to a visit 走访操作"""

    RECORD = "record"
    CORRECT = "correct"


class VisitStatus(StrEnum):
    """Where the record of a visit stands 走访状态"""

    RECORDED = "recorded"
    CORRECTED = "corrected"


_A, _S = VisitAction, VisitStatus
SOURCE = "走访工作规范（平台规则）"
CORRECTED_WITHIN = timedelta(days=30)


def finding_is_told(_visit: WorkFacts | None, given: RecordVisit | CorrectVisit) -> bool:
    """Whatever was found is said in words."""
    return given.finding_kind is VisitFindingKind.NOTHING_FOUND or given.finding is not None


def is_recent(visit: WorkFacts, occasion: Occasion) -> bool:
    """It was recorded not long ago."""
    return occasion.now - visit.registered_at <= CORRECTED_WITHIN


RULES: Rules[VisitAction, WorkFacts] = Rules(
    (
        Rule(
            "VIS1", "走访发现情况的，应当写明走访情况", "A visit that found something says what", SOURCE,
            tuple(_A), by_input=dict.fromkeys(_A, finding_is_told),
        ),
        Rule(
            "VIS2", "走访记录登记满三十日后不再更正", "A visit is corrected within 30 days of being recorded", SOURCE,
            (_A.CORRECT,), by_state={_A.CORRECT: is_recent}, number="30 days", sla=True,
        ),
    ),
    Lifecycle(_A, begins(_A.RECORD, _S.RECORDED), leads(_A.CORRECT, out_of=_S, to=_S.CORRECTED)),
    Rule("VIS_ORDER", "走访记录当前状态下不能进行此操作", "Not open in this status", SOURCE, tuple(_A)),
)  # fmt: skip
