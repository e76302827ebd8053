"""What can be read of joint handling: part of its case; its texts are for those who handle the case together.

Neither a party nor a court before which the case comes reads what officials write to each other of it (CRT3); who is
called reads what for. That anybody was called is told to no party.
"""

from __future__ import annotations

from domain.disputes.cases.parts import ITS_CASE, OF_CASE
from domain.disputes.cases.told import INTERNAL
from domain.disputes.joint_handling.codes import RespondentStatus
from domain.foundation.query.expressions import (
    NOW,
    column,
    enum,
    expression,
    part_of,
    seen_under,
    seen_with,
    to_many,
    to_one,
)
from domain.foundation.query.narrowing import ordering
from domain.foundation.query.roots import CORE
from domain.foundation.query.view import View, by_name

MATTER, COORDINATION, HISTORY = "call", "coordination", "history"

JOINT_CALL = View(
    name="joint_call",
    description="A call for joint handling 联调呼叫",
    table="joint_call",
    owner=OF_CASE,
    seen=seen_under(CORE, besides=INTERNAL),
    prefix="call",
    members=by_name(
        ITS_CASE,
        to_one("organisation", "organisation", "Who calls 呼叫单位"),
        to_one("called_by", "user", "The person who called 呼叫人", HISTORY),
        column("matter", "What is asked 呼叫事项", MATTER),
        column("called_at", "When called 呼叫时间"),
        column("respond_by", "Answer by (CALL1) 响应期限"),
        column("concluded_at", "When concluded 办结时间"),
        column("session_held_at", "When those who came sat together 联调会时间"),
        column("conclusion", "What they came to 联调结论", COORDINATION),
        to_many(
            "respondents",
            "joint_respondent",
            "Whom it names 响应单位",
            join=part_of("call_id"),
        ),
    ),
    orderings=by_name(ordering("called_at", "timestamptz")),
)

JOINT_RESPONDENT = View(
    name="joint_respondent",
    description="An organisation that a call names, and its answer 响应单位",
    table="joint_respondent",
    owner=OF_CASE,
    seen=seen_with("joint_call", "call_id"),
    prefix="respondent",
    members=by_name(
        to_one("organisation", "organisation", "Which organisation 单位"),
        enum("status", RespondentStatus, "Asked, accepted, refused 响应状态"),
        column("responded_at", "When answered 响应时间"),
        to_one("responded_by", "user", "Who answered 响应人", HISTORY),
        column("reason", "Why refused, or what was said 理由", COORDINATION),
        # Still owed after its time: silence, which supervision answers.
        expression(
            "silent",
            bool,
            "Its time has passed without an answer 是否逾期未响应",
            lambda t: (
                f"({t}.status = 'asked' AND EXISTS (SELECT FROM joint_call c WHERE c.county_id = {t}.county_id"
                f" AND c.id = {t}.call_id AND c.concluded_at IS NULL AND c.respond_by < {NOW}))"
            ),
        ),
    ),
    orderings=by_name(ordering("id", "uuid")),
)

VIEWS = (JOINT_CALL, JOINT_RESPONDENT)
