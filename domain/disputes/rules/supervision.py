"""The rules of a case's deadlines and of its supervision: what is extended, answered, closed and read."""

from __future__ import annotations

from domain.codes.enums import CaseAction
from domain.disputes.cases.facts import CaseFacts
from domain.disputes.rules.inputs import AcknowledgeRuleInput, ExtendDeadlineRuleInput, SupervisionRuleInput
from domain.foundation.kernel.rules import Occasion, Rule

_A = CaseAction


def supervision_waits_for_answer(facts: CaseFacts, _occasion: Occasion) -> bool:
    """A supervision is open that nobody has answered."""
    return facts.supervisions_unanswered > 0


def supervision_was_answered(facts: CaseFacts, _occasion: Occasion) -> bool:
    """A supervision is open that has its answer."""
    return facts.supervisions_answered > 0


def risk_report_unread(facts: CaseFacts, _occasion: Occasion) -> bool:
    """Some level of leadership still owes the reading of a risk report."""
    return facts.risk_readings_owed > 0


def deadline_still_runs(_facts: CaseFacts, rule_input: ExtendDeadlineRuleInput) -> bool:
    """What is over is not extended."""
    return rule_input.open


def extension_is_within_limit(_facts: CaseFacts, rule_input: ExtendDeadlineRuleInput) -> bool:
    """So far, and so often, as the deadline's own rule allows."""
    return rule_input.within_limit


def extension_has_consent(_facts: CaseFacts, rule_input: ExtendDeadlineRuleInput) -> bool:
    """All parties agree, where their consent is what extends."""
    return rule_input.consented


def supervision_in_order(_facts: CaseFacts, rule_input: SupervisionRuleInput) -> bool:
    """The one that is named stands where this step comes next."""
    return rule_input.in_order


def extension_is_approved(_facts: CaseFacts, rule_input: ExtendDeadlineRuleInput) -> bool:
    """By the centre, where nobody's consent is asked."""
    return rule_input.approved


def answered_by_responsible(_facts: CaseFacts, rule_input: SupervisionRuleInput) -> bool:
    """Whoever supervises does not answer in the place of whom they supervise."""
    return rule_input.by_responsible


def reading_is_owed(_facts: CaseFacts, rule_input: AcknowledgeRuleInput) -> bool:
    """By the caller's own level."""
    return rule_input.owed


# Laid out by hand: it is read, and printed, as a table.
# fmt: off
SUPERVISING_RULES: tuple[Rule[CaseAction], ...] = (
    Rule(
        "EXT_OPEN", "期限已经届满或者已经终结，不得再行延长", "A deadline that is over is not extended",
        "《民法典》第二百零一条至第二百零四条；综治中心工作规范（平台规则）", (_A.EXTEND_DEADLINE,),
        by_input={_A.EXTEND_DEADLINE: deadline_still_runs},
    ),
    Rule(
        "EXT_LIMIT", "该期限依法不得延长，或者超过了可以延长的次数、天数",
        "A deadline is extended only where its own rule allows it, and no further",
        "《人民调解工作若干规定》第三十三条；《信访工作条例》第三十四条", (_A.EXTEND_DEADLINE,),
        by_input={_A.EXTEND_DEADLINE: extension_is_within_limit}, number="30 days", sla=True,
    ),
    Rule(
        "EXT_CONSENT", "延长调解期限应当经各方当事人同意", "Mediation is extended with the consent of all parties",
        "《最高人民法院关于人民法院特邀调解的规定》第二十七条；《医疗纠纷预防和处理条例》第三十八条",
        (_A.EXTEND_DEADLINE,), by_input={_A.EXTEND_DEADLINE: extension_has_consent},
    ),
    Rule(
        "EXT_APPROVED", "信访事项、热线工单的期限由综治中心批准延长",
        "What is extended without the parties' consent, a petition or a hotline order, is extended by the centre",
        "《信访工作条例》第三十四条；政务服务便民热线工单办理规定（地方规则）", (_A.EXTEND_DEADLINE,),
        by_input={_A.EXTEND_DEADLINE: extension_is_approved},
    ),
    Rule(
        "SUP_ONCE", "该案已有人工督办尚未办结", "One supervision by hand is open at a time",
        "综治中心督办工作规范（平台规则）", (_A.OPEN_SUPERVISION,),
        by_input={_A.OPEN_SUPERVISION: supervision_in_order},
    ),
    Rule(
        "SUP1", "督办应当在规定期限内书面答复", "A supervision is answered in writing within its days",
        "综治中心督办工作规范（平台规则）", (_A.ANSWER_SUPERVISION,), number="5 working days", sla=True,
        kept="each supervision opens a deadline for its answer",
    ),
    Rule(
        "SUP_ANSWER", "没有待答复的督办，或者该督办已经答复", "An open supervision is answered, once",
        "综治中心督办工作规范（平台规则）", (_A.ANSWER_SUPERVISION,),
        by_state={_A.ANSWER_SUPERVISION: supervision_waits_for_answer},
        by_input={_A.ANSWER_SUPERVISION: supervision_in_order},
    ),
    Rule(
        "SUP_BY", "督办由承办单位或者承办调解员答复；尚未分流的由受理的综治中心答复",
        "A supervision is answered by who handles the case; by the centre that took it in while nobody does",
        "综治中心督办工作规范（平台规则）", (_A.ANSWER_SUPERVISION,),
        by_input={_A.ANSWER_SUPERVISION: answered_by_responsible}, sla=True,
    ),
    Rule(
        "SUP_CLOSE", "督办答复后，凭办结依据方可办结", "A supervision is closed after its answer, with evidence",
        "综治中心督办工作规范（平台规则）", (_A.CLOSE_SUPERVISION,),
        by_state={_A.CLOSE_SUPERVISION: supervision_was_answered},
        by_input={_A.CLOSE_SUPERVISION: supervision_in_order},
    ),
    Rule(
        "RISK_READ", "没有待本级签收的风险报告", "A risk report is acknowledged by the leadership it was made to, once",
        "综治中心工作规范（第一时间报告）", (_A.ACKNOWLEDGE_RISK,),
        by_state={_A.ACKNOWLEDGE_RISK: risk_report_unread}, by_input={_A.ACKNOWLEDGE_RISK: reading_is_owed},
    ),
)
# fmt: on
