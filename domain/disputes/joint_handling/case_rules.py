"""What joint handling adds to the rules of a case: calls are answered and concluded."""

from __future__ import annotations

from dataclasses import dataclass

from domain.codes.enums import CaseAction
from domain.disputes.cases.facts import CaseFacts
from domain.disputes.rules.inputs import CallRuleInput
from domain.foundation.kernel.rules import Occasion, Rule

_A = CaseAction

# CALL1: a call leaves time to answer, and does not let the matter lie.
SHORTEST, LONGEST = 1, 72


@dataclass(frozen=True, slots=True)
class RespondRuleInput:
    """Whether a call is accepted, and whether a reason came with the answer."""

    accepted: bool
    reasoned: bool


def time_to_answer_fits(_facts: CaseFacts, rule_input: CallRuleInput) -> bool:
    """The time to answer is from one hour to three days."""
    return SHORTEST <= rule_input.hours <= LONGEST


def refusal_has_reason(_facts: CaseFacts, rule_input: RespondRuleInput) -> bool:
    """Who refuses says why."""
    return rule_input.accepted or rule_input.reasoned


def no_call_open(facts: CaseFacts, _occasion: Occasion) -> bool:
    """Every call was concluded."""
    return facts.calls_open == 0


def call_is_open(facts: CaseFacts, _occasion: Occasion) -> bool:
    """There is a call to answer or to conclude."""
    return facts.calls_open > 0


# Laid out by hand: it is read, and printed, as a table.
# fmt: off
CASE_RULES: tuple[Rule[CaseAction], ...] = (
    Rule(
        "CALL1", "联调呼叫的响应时限为一至七十二小时", "A call leaves from one to 72 hours to answer",
        "“社区呼叫、部门响应”工作机制（平台规则）", (_A.CALL,), by_input={_A.CALL: time_to_answer_fits},
        number="1-72 hours", sla=True,
    ),
    Rule(
        "CALL2", "不能响应联调呼叫的，应当说明理由", "Who does not come to a call says why",
        "“社区呼叫、部门响应”工作机制（平台规则）", (_A.RESPOND_TO_CALL,),
        by_input={_A.RESPOND_TO_CALL: refusal_has_reason}, sla=True,
    ),
    Rule(
        "CALL3", "联调呼叫尚未办结，不得结案", "The case is not closed while a call is open",
        "“社区呼叫、部门响应”工作机制（平台规则）", (_A.CLOSE,), by_state={_A.CLOSE: no_call_open}, sla=True,
    ),
    Rule(
        "CALL_OPEN", "没有尚未办结的联调呼叫", "Only an open call is answered or concluded",
        "“社区呼叫、部门响应”工作机制（平台规则）", (_A.RESPOND_TO_CALL, _A.CONCLUDE_CALL),
        by_state={_A.RESPOND_TO_CALL: call_is_open, _A.CONCLUDE_CALL: call_is_open}, sla=True,
    ),
)
# fmt: on
