"""What protection adds to the rules of a case: who is told of danger, and by when."""

from __future__ import annotations

from dataclasses import dataclass

from domain.codes.enums import CaseAction
from domain.disputes.cases.facts import CaseFacts
from domain.foundation.kernel.rules import Occasion, Rule

_A = CaseAction


@dataclass(frozen=True, slots=True)
class ProtectRuleInput:
    """How many will form the protection team."""

    team: int


@dataclass(frozen=True, slots=True)
class MeasureRuleInput:
    """Whether an order was issued, for how many days, and whether those are within the law's."""

    issued: bool
    valid_days: int | None
    within_validity: bool


def somebody_protects(_facts: CaseFacts, rule_input: ProtectRuleInput) -> bool:
    """A protected address has somebody who may read it."""
    return rule_input.team >= 1


def order_has_its_time(_facts: CaseFacts, rule_input: MeasureRuleInput) -> bool:
    """An order that was issued names its last day, at most six months on; nothing else has one."""
    return (
        rule_input.within_validity
        if rule_input.issued and rule_input.valid_days is not None
        else rule_input.issued is (rule_input.valid_days is not None)
    )


def police_were_told(facts: CaseFacts, _occasion: Occasion) -> bool:
    """No report to the police is owed."""
    return facts.duties_to_police == 0


def others_were_told(facts: CaseFacts, _occasion: Occasion) -> bool:
    """No report to civil affairs or education is owed."""
    return facts.duties_for_minors == 0


def duty_is_owed(facts: CaseFacts, _occasion: Occasion) -> bool:
    """Somebody has still to be told."""
    return facts.duties_to_police + facts.duties_for_minors > 0


def clue_waits(facts: CaseFacts, _occasion: Occasion) -> bool:
    """A clue notice waits to be acknowledged."""
    return facts.clues_waiting > 0


# Laid out by hand: it is read, and printed, as a table.
# fmt: off
CASE_RULES: tuple[Rule[CaseAction], ...] = (
    Rule(
        "PROT1", "保护住址应当确定保护小组成员", "A protected address has a team that may read it",
        "《未成年人保护法》第十一条；《妇女权益保障法》第六十五条", (_A.PROTECT,),
        by_input={_A.PROTECT: somebody_protects},
    ),
    Rule(
        "DV1", "发现无民事行为能力人、限制民事行为能力人遭受或者疑似遭受家庭暴力的，应当及时向公安机关报案",
        "Suspected violence against a person without full capacity is reported to the police at once",
        "《反家庭暴力法》第十四条", (_A.FULFIL_DUTY, _A.CLOSE),
        by_state={_A.CLOSE: police_were_told, _A.FULFIL_DUTY: duty_is_owed},
    ),
    Rule(
        "MIN1", "发现侵害未成年人合法权益的，应当立即向公安、民政、教育等部门报告；不得披露未成年人身份信息",
        "Harm to a minor is reported to police, civil affairs and education at once; identity is not disclosed",
        "《未成年人保护法》第十一条、第一百零三条", (_A.CLOSE,), by_state={_A.CLOSE: others_were_told},
    ),
    Rule(
        "DV3", "人身安全保护令应当在七十二小时内作出，情况紧急的二十四小时内；有效期不超过六个月",
        "A protection order is decided within 72 hours, urgent ones within 24, and holds for six months at most",
        "《反家庭暴力法》第二十八条、第三十条", (_A.RECORD_MEASURE,),
        by_input={_A.RECORD_MEASURE: order_has_its_time}, number="72 h; 24 h; 6 months",
    ),
    Rule(
        "CLUE_OPEN", "没有待签收的线索通报", "Only a clue notice that waits is acknowledged",
        "线索通报工作机制（平台规则）", (_A.ACKNOWLEDGE_CLUE,),
        by_state={_A.ACKNOWLEDGE_CLUE: clue_waits}, sla=True,
    ),
)
# fmt: on
