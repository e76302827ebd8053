"""What can be read of supervision and of risk reports: by all who work the case; by whom, with its history.

What is demanded and answered is between the centre and the handler: it may name people, and what one side said.
"""

from __future__ import annotations

from datetime import datetime

from domain.codes.enums import RiskLevel
from domain.foundation.query.expressions import (
    belongs_to,
    column,
    enum,
    expression,
    part_of,
    seen_under,
    seen_with,
    to_many,
    to_one,
)
from domain.foundation.query.narrowing import (
    flag,
    id_is,
    one_of,
    ordering,
)
from domain.foundation.query.roots import CORE, Listing
from domain.foundation.query.view import View, by_name
from domain.law.deadlines.codes import DeadlineStep
from domain.law.supervision.codes import LeadershipLevel, SupervisionCause

HISTORY, SUPERVISION_TEXTS, INTERNAL = "history", "supervision", "internal"

OF_CASE = belongs_to("case")
ITS_CASE = to_one("case", "case", "Its case 所属案件")


def answer_due(t: str) -> str:
    """When the answer is due: what its deadline says, which the calendar moves."""
    return (
        f"(SELECT d.due_at FROM deadline d WHERE d.county_id = {t}.county_id AND d.case_id = {t}.case_id"
        f" AND d.subject_id = {t}.id)"
    )


SUPERVISION = View(
    name="supervision",
    description="A case watched from above 督办",
    table="supervision",
    owner=OF_CASE,
    seen=seen_under(CORE, besides=INTERNAL),
    prefix="supervision",
    members=by_name(
        ITS_CASE,
        enum("cause", SupervisionCause, "Why 督办事由"),
        enum("level", DeadlineStep, "How far silence has been escalated 督办层级"),
        to_one("deadline", "deadline", "The deadline that passed, if that is why 超期的期限"),
        column("opened_at", "When opened 发起时间"),
        expression("answer_due_at", datetime, "When the answer is due 答复期限", answer_due, nullable=True),
        column("answered_at", "When answered 答复时间"),
        column("closed_at", "When closed 办结时间"),
        column("demand", "What is demanded, by hand 督办要求", SUPERVISION_TEXTS),
        to_one("opened_by", "user", "Who opened it; nobody: the system 发起人", HISTORY),
        column("answer", "The handler's answer 答复内容", SUPERVISION_TEXTS),
        to_one("answered_by", "user", "Who answered 答复人", HISTORY),
        column("evidence", "What shows that the matter is settled 办结依据", SUPERVISION_TEXTS),
        to_one("closed_by", "user", "Who closed it 办结人", HISTORY),
    ),
    orderings=by_name(
        ordering("opened_at", "timestamptz", "By opening 督办时间"),
        ordering("id", "uuid"),
    ),
    default_order=("opened_at", True),
    roots={
        "supervisions": Listing(
            "supervision",
            "Supervisions of the cases within reach, newest first 督办列表",
            plural="supervisions",
            term="督办",
        )
    },
    filters=by_name(
        one_of("causes", SupervisionCause, "For one of these causes 督办事由", lambda t: f"{t}.cause"),
        one_of("levels", DeadlineStep, "At one of these levels 督办层级", lambda t: f"{t}.level"),
        flag("open", "Not closed yet 是否未办结", lambda t: f"{t}.closed_at IS NULL"),
        flag("answered", "Answered or not 是否已答复", lambda t: f"{t}.answered_at IS NOT NULL"),
        id_is(
            "handler_id",
            "organisation",
            "Of cases handled by 承办单位",
            lambda t, v: (
                f"EXISTS (SELECT FROM dispute_case c WHERE c.county_id = {t}.county_id AND c.id = {t}.case_id"
                f" AND c.handler_id = {v})"
            ),
        ),
    ),
)

RISK_REPORT = View(
    name="risk_report",
    description="A red risk or possible mass incident, reported at once (RISK1) 风险报告",
    table="risk_report",
    owner=OF_CASE,
    seen=seen_under(CORE, besides=INTERNAL),
    prefix="riskreport",
    members=by_name(
        enum("risk_level", RiskLevel, "How dangerous 风险等级"),
        column("mass_incident", "May become a mass incident 是否可能引发群体性事件"),
        column("reported_at", "When reported 报告时间"),
        to_many("readings", "risk_reading", "Who has read it 签收情况", join=part_of("report_id")),
    ),
    orderings=by_name(ordering("reported_at", "timestamptz")),
)

RISK_READING = View(
    name="risk_reading",
    description="Whether a level of leadership has read a risk report 风险报告签收",
    table="risk_reading",
    owner=OF_CASE,
    seen=seen_with("risk_report", "report_id"),
    key="level",
    key_type="text",
    prefix="riskreading",
    identity=(("report_id", "uuid"), ("level", "text")),
    members=by_name(
        enum("level", LeadershipLevel, "Whose leadership 层级"),
        column("read_at", "When acknowledged 签收时间"),
        to_one("read_by", "user", "By whom 签收人", HISTORY),
    ),
    orderings=by_name(ordering("level", "text")),
)

VIEWS = (SUPERVISION, RISK_REPORT, RISK_READING)
