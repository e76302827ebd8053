"""What notices to the police add to the rules of a case (POL2: 治安管理处罚法 9)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.codes.enums import CaseAction, SettlementMode
from domain.disputes.cases.facts import CaseFacts
from domain.disputes.cases.sources import PUBLIC_SECURITY_LAW
from domain.foundation.kernel.rules import Occasion, Rule

_A = CaseAction

# The article's last paragraph: mediated by a people's mediation committee, or settled by the parties themselves.
MODES = frozenset({SettlementMode.PEOPLES_MEDIATION, SettlementMode.SETTLEMENT})


@dataclass(frozen=True, slots=True)
class NotifyRuleInput:
    """A notice to the police: whether they serve the place and the circumstances are minor; of the parties of both sides
    how many have not applied in writing, how many applied before the agreement was in effect.
    """

    police_cover: bool
    minor_circumstances: bool
    without_application: int = 0
    applied_too_early: int = 0


@dataclass(frozen=True, slots=True)
class AnswerNoticeRuleInput:
    """Whether the police accept that no penalty is due, and whether a reason came with the answer."""

    recognised: bool
    reasoned: bool


def mediated_and_performed(facts: CaseFacts, _occasion: Occasion) -> bool:
    """A matter of public security, mediated or settled, and every obligation of the agreement in force performed."""
    return (
        facts.public_security
        and facts.settlement_mode in MODES
        and facts.agreement_effective_at is not None
        and facts.obligations_open == 0
    )


def all_applied(_facts: CaseFacts, rule_input: NotifyRuleInput) -> bool:
    """The circumstances are minor, and every party of both sides applied in writing once the agreement was in effect."""
    return rule_input.minor_circumstances and rule_input.without_application == 0 and rule_input.applied_too_early == 0


def police_serve_place(_facts: CaseFacts, rule_input: NotifyRuleInput) -> bool:
    """The police that are told serve the place of the dispute."""
    return rule_input.police_cover


def not_notified_yet(facts: CaseFacts, _occasion: Occasion) -> bool:
    """The police have not been told of this agreement."""
    return facts.police_notices == 0


def notice_waits(facts: CaseFacts, _occasion: Occasion) -> bool:
    """A notice waits for the answer of the police."""
    return facts.police_notices_waiting > 0


def answer_has_reason(_facts: CaseFacts, rule_input: AnswerNoticeRuleInput) -> bool:
    """Who does not agree says why."""
    return rule_input.recognised or rule_input.reasoned


# Laid out by hand: it is read, and printed, as a table.
# fmt: off
CASE_RULES: tuple[Rule[CaseAction], ...] = (
    Rule(
        "POL2",
        "因民间纠纷引起、情节较轻的违反治安管理行为，经人民调解或者自行和解达成协议并已履行，各方当事人书面申请的，"
        "方可通报公安机关；经公安机关认可的，不予处罚",
        "Minor acts against public security that arose from a dispute are not punished, if the police agree, once they were"
        " mediated by a committee or settled, the agreement is performed and all parties have applied in writing: then"
        " the police are notified",
        PUBLIC_SECURITY_LAW + "第九条", (_A.NOTIFY_POLICE,),
        by_state={_A.NOTIFY_POLICE: mediated_and_performed}, by_input={_A.NOTIFY_POLICE: all_applied},
    ),
    Rule(
        "POL_PLACE", "应当通报纠纷所在地的公安机关", "The police that serve the place of the dispute are notified",
        "《公安机关办理行政案件程序规定》第十条", (_A.NOTIFY_POLICE,),
        by_input={_A.NOTIFY_POLICE: police_serve_place},
    ),
    Rule(
        "POL_ONCE", "该调解协议已经通报公安机关，不得重复通报", "The police are notified of an agreement once",
        PUBLIC_SECURITY_LAW + "第九条", (_A.NOTIFY_POLICE,), by_state={_A.NOTIFY_POLICE: not_notified_yet},
    ),
    Rule(
        "POL_OPEN", "没有待答复的通报", "Only a notice that waits is answered", PUBLIC_SECURITY_LAW + "第九条",
        (_A.ANSWER_POLICE_NOTICE,), by_state={_A.ANSWER_POLICE_NOTICE: notice_waits},
    ),
    Rule(
        "POL_REASON", "公安机关不予认可的，应当说明理由", "The police give their reason for not agreeing",
        PUBLIC_SECURITY_LAW + "第九条", (_A.ANSWER_POLICE_NOTICE,),
        by_input={_A.ANSWER_POLICE_NOTICE: answer_has_reason},
    ),
)
# fmt: on
