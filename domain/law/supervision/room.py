"""Supervision (督办): the watch over the clocks, its ladder, and reports of risk."""

from domain.foundation.kernel.facts import contribution, count_of
from domain.foundation.kernel.rooms import Room
from domain.law.supervision import models
from domain.law.supervision.service import react_to_case
from domain.law.supervision.views import VIEWS

ROOM = Room(
    name="supervision",
    needs=("deadlines",),
    models=(models,),
    views=VIEWS,
    contributes=(
        contribution(
            "case",
            {
                "supervisions_unanswered": count_of(
                    "supervision", "case_id", "f.closed_at IS NULL AND f.answered_at IS NULL"
                ),
                "supervisions_answered": count_of(
                    "supervision", "case_id", "f.closed_at IS NULL AND f.answered_at IS NOT NULL"
                ),
                "risk_readings_owed": count_of("risk_reading", "case_id", "f.read_at IS NULL"),
            },
        ),
    ),
    reactions={"case": (react_to_case,)},
)
