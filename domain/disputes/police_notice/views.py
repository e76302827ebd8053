"""What can be read of notices to the police: part of the case's history, and so read by its parties too."""

from __future__ import annotations

from domain.disputes.cases.parts import OF_CASE
from domain.foundation.query.expressions import (
    column,
    part_of,
    seen_under,
    seen_with,
    to_many,
    to_one,
)
from domain.foundation.query.narrowing import ordering
from domain.foundation.query.view import View, by_name

HISTORY, NARRATIVE = "history", "narrative"

POLICE_NOTICE = View(
    name="police_notice",
    description="A notice to the police that an act was mediated and the agreement performed (POL2) 通报公安机关",
    table="police_notice",
    owner=OF_CASE,
    prefix="policenotice",
    seen=seen_under(HISTORY),
    members=by_name(
        to_one("sender", "organisation", "From whom 通报单位", HISTORY),
        to_one("recipient", "organisation", "To which police 公安机关", HISTORY),
        column("statement", "What was done, and how it was settled 通报内容", NARRATIVE),
        to_many(
            "applications",
            "police_notice_application",
            "The parties' written applications 书面申请",
            HISTORY,
            join=part_of("notice_id"),
        ),
        column("sent_at", "When 通报时间", HISTORY),
        to_one("sent_by", "user", "Who sent it 通报人", HISTORY),
        column("answered_at", "When the police answered 答复时间", HISTORY),
        to_one("answered_by", "user", "Who answered 答复人", HISTORY),
        column(
            "recognised", "Whether no penalty will be imposed; null before the answer 是否认可（不予处罚）", HISTORY
        ),
        column("reason", "Why the police do not agree 不予认可的理由", NARRATIVE),
    ),
    orderings=by_name(ordering("sent_at", "timestamptz")),
)

APPLICATION = View(
    name="police_notice_application",
    description="One party's written application that no penalty be imposed 不予处罚书面申请",
    table="police_notice_application",
    owner=OF_CASE,
    prefix="policeapplication",
    seen=seen_with("police_notice", "notice_id"),
    members=by_name(
        to_one("party", "party", "Whose 申请的当事人", HISTORY),
        column("applied_at", "When it was made 申请时间", HISTORY),
        to_one("recorded_by", "user", "Who recorded it 登记人", HISTORY),
    ),
    orderings=by_name(ordering("applied_at", "timestamptz")),
)

VIEWS = (POLICE_NOTICE, APPLICATION)
