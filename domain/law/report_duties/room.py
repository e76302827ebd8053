"""Duties to report (强制报告): whom the law wants told."""

from domain.foundation.kernel.facts import contribution, count_of
from domain.foundation.kernel.rooms import Room
from domain.law.report_duties import models
from domain.law.report_duties.service import react_to_case

ROOM = Room(
    name="report_duties",
    needs=("deadlines",),
    models=(models,),
    contributes=(
        contribution(
            "case",
            {
                "duties_to_police": count_of("report_duty", "case_id", "f.fulfilled_at IS NULL AND f.rule = 'DV1'"),
                "duties_for_minors": count_of("report_duty", "case_id", "f.fulfilled_at IS NULL AND f.rule = 'MIN1'"),
            },
        ),
    ),
    reactions={"case": (react_to_case,)},
)
