"""What can be read of exceptional actions: rests, withdrawals, breaches; by the case's field groups."""

from __future__ import annotations

from domain.disputes.cases.parts import AGREEMENT, HISTORY, OF_CASE
from domain.disputes.exceptional_actions.codes import BreachRemedy, PauseReason
from domain.disputes.exceptional_actions.models import NOT_COUNTED
from domain.foundation.query.expressions import (
    NOW,
    column,
    enum,
    expression,
    seen_under,
    seen_with,
    to_one,
)
from domain.foundation.query.members import Expression
from domain.foundation.query.narrowing import ordering
from domain.foundation.query.view import View, by_name

_NOT_COUNTED = ", ".join(f"'{reason}'" for reason in sorted(NOT_COUNTED))


def overdue(t: str) -> str:
    """Past due, or ended past due. While a rest runs whose time does not count, the clock stands still."""
    stands = f"CASE WHEN {t}.pause_reason IN ({_NOT_COUNTED}) THEN {t}.paused_at ELSE {NOW} END"
    return f"coalesce({t}.due_at < coalesce({t}.concluded_at, {stands}), FALSE)"


def is_breached(t: str) -> str:
    """An obligation was reported as not kept and still has no proof of performance."""
    return (
        "EXISTS (SELECT FROM case_breach b JOIN case_obligation o"
        " ON o.county_id = b.county_id AND o.id = b.obligation_id JOIN case_agreement g"
        " ON g.county_id = o.county_id AND g.id = o.agreement_id"
        f" WHERE b.county_id = {t}.county_id AND b.case_id = {t}.id"
        " AND o.fulfilled_at IS NULL AND g.superseded_at IS NULL)"
    )


def binding_after(returns: int) -> Expression:
    """It was returned so often that the centre's dispatch binds (DSP1), and it has been dispatched."""
    return lambda t: f"({t}.return_count >= {returns} AND {t}.handler_id IS NOT NULL)"


PAUSE = View(
    name="pause",
    description="A rest of the mediation 调解中止",
    table="case_pause",
    owner=OF_CASE,
    prefix="pause",
    seen=seen_under(HISTORY),
    members=by_name(
        enum("reason", PauseReason, "Why 中止原因", HISTORY, label="The reason's Chinese words 中止原因名称"),
        column("paused_at", "Since 中止时间", HISTORY),
        to_one("paused_by", "user", "By whom 中止人", HISTORY),
        column("resumed_at", "Until; null while it runs 恢复时间", HISTORY),
        column("working_days", "Working days it took, its first day not counted 中止工作日数", HISTORY),
        expression(
            "counts",
            bool,
            "Whether its time is part of the period; an appraisal's is not 是否计入调解期限",
            lambda t: f"({t}.reason NOT IN ({_NOT_COUNTED}))",
            HISTORY,
        ),
    ),
    orderings=by_name(ordering("paused_at", "timestamptz")),
)

WITHDRAWAL = View(
    name="withdrawal",
    description="A party's word that ended the mediation 当事人终止调解",
    table="case_withdrawal",
    owner=OF_CASE,
    prefix="withdrawal",
    seen=seen_under(HISTORY),
    members=by_name(
        to_one("party", "party", "Whose word 终止调解的当事人", HISTORY),
        column("withdrawn_at", "When 终止时间", HISTORY),
        to_one("recorded_by", "user", "Who recorded it; the party's own account, or a mediator 记录人", HISTORY),
    ),
    orderings=by_name(ordering("withdrawn_at", "timestamptz")),
)

BREACH = View(
    name="breach",
    description="A report that an obligation was not kept 未履行情况",
    table="case_breach",
    owner=OF_CASE,
    prefix="breach",
    # What was not done tells what was owed.
    seen=seen_with("obligation", "obligation_id"),
    members=by_name(
        to_one("obligation", "obligation", "Which obligation 未履行事项", AGREEMENT),
        to_one("party", "party", "Whose report 报告的当事人", AGREEMENT),
        to_one("reported_by", "user", "Who recorded it 记录人", AGREEMENT),
        column("reported_at", "When 报告时间", AGREEMENT),
        column("refused", "The debtor refused to perform 义务人是否明确拒绝履行", AGREEMENT),
        column("description", "What was not done 未履行情况", AGREEMENT),
        enum(
            "remedy",
            BreachRemedy,
            "What is open to the creditor 救济途径",
            AGREEMENT,
            label="The remedy's Chinese words 救济途径名称",
        ),
        column(
            "enforce_by", "Last day to apply for enforcement, of a confirmed agreement (CONF10) 申请执行期限", AGREEMENT
        ),
    ),
    orderings=by_name(ordering("reported_at", "timestamptz")),
)

VIEWS = (PAUSE, WITHDRAWAL, BREACH)
