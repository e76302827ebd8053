"""The ladder of supervision (督办): what follows silence, and after how long. Service levels of ours, as a table.

催办 -> 督办 -> 函告 -> 约谈 -> 上报县级. Each rung is counted from the one before, not from the due date: a worker that was
away does not climb several rungs at once, and whoever is supervised has always had the time to answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from domain.law.deadlines.codes import DeadlineKind, DeadlineStep


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: what is done, and how long after the rung before (the first: after the due date)."""

    step: DeadlineStep
    after: timedelta


LADDER = (
    Rung(DeadlineStep.REMINDED, timedelta(0)),
    Rung(DeadlineStep.SUPERVISED, timedelta(days=3)),
    Rung(DeadlineStep.NOTICED, timedelta(days=5)),
    Rung(DeadlineStep.INTERVIEWED, timedelta(days=5)),
    Rung(DeadlineStep.REPORTED, timedelta(days=5)),
)


def ladder_of(kind: DeadlineKind) -> tuple[Rung, ...]:
    """The rungs for a kind of deadline; what is about a supervision is supervised already."""
    if kind is DeadlineKind.SUPERVISION_ANSWER:
        return tuple(rung for rung in LADDER if rung.step is not DeadlineStep.SUPERVISED)
    return LADDER
