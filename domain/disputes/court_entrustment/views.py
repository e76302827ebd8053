"""What can be read of a court's entrustment: open to whom the case's history is, the court and the entrusted alike."""

from __future__ import annotations

from datetime import date

from domain.codes.enums import EntrustmentStatus
from domain.disputes.cases.parts import OF_CASE
from domain.disputes.court_entrustment.codes import EntrustmentReturn
from domain.foundation.query.expressions import (
    column,
    enum,
    expression,
    seen_under,
    to_one,
)
from domain.foundation.query.narrowing import ordering
from domain.foundation.query.view import View, by_name

HISTORY = "history"

ENTRUSTMENT = View(
    name="court_entrustment",
    description="Pre-litigation mediation that a court entrusted 委派调解",
    table="court_entrustment",
    owner=OF_CASE,
    prefix="entrustment",
    seen=seen_under(HISTORY),
    members=by_name(
        to_one("case", "case", "The case it made 案件"),
        to_one("court", "organisation", "Which court 委派法院", HISTORY),
        to_one("organisation", "organisation", "Who is to mediate 受委派组织", HISTORY),
        column("reference_number", "The court's own number 法院案号", HISTORY),
        enum("status", EntrustmentStatus, "Where it stands 状态", HISTORY),
        column("entrusted_at", "When 委派时间", HISTORY),
        to_one("entrusted_by", "user", "By whom 委派人", HISTORY),
        column("accept_by", "Last day to accept (CRT2) 接受期限", HISTORY),
        column("accepted_at", "Accepted 接受时间", HISTORY),
        # As extended by consent, or stopped for an appraisal: the case's own due date moves, whatever was counted first.
        expression(
            "mediate_by",
            date,
            "Last day to mediate, as first counted (CRT1) 调解期限",
            lambda t: (
                f"CASE WHEN {t}.status = 'accepted' THEN coalesce((SELECT (c.due_at AT TIME ZONE 'Asia/Shanghai')::date"
                f" FROM dispute_case c WHERE c.county_id = {t}.county_id AND c.id = {t}.case_id), {t}.mediate_by) ELSE {t}.mediate_by END"
            ),
            HISTORY,
        ),
        column("returned_at", "Given back 退回时间", HISTORY),
        enum(
            "return_reason",
            EntrustmentReturn,
            "Why given back 退回理由",
            HISTORY,
            label="The reason's Chinese words 退回理由名称",
        ),
    ),
    orderings=by_name(ordering("entrusted_at", "timestamptz")),
    default_order=("entrusted_at", True),
)

VIEWS = (ENTRUSTMENT,)
