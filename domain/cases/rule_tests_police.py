"""The tests behind the rules of notices to the police (POL2: 治安管理处罚法 9)."""

from __future__ import annotations

from domain.cases.facts import CaseFacts
from domain.cases.given import AnswerNoticeGiven, NotifyGiven
from domain.cases.rule_tests import Occasion
from domain.codes.enums import SettlementMode

# The article's last paragraph: mediated by a people's mediation committee, or settled by the parties themselves.
MODES = frozenset({SettlementMode.PEOPLES_MEDIATION, SettlementMode.SETTLEMENT})


def mediated_and_performed(facts: CaseFacts, _occasion: Occasion) -> bool:
    """A matter of public security, mediated or settled, and every obligation of the agreement in force performed."""
    return (
        facts.public_security
        and facts.settlement_mode in MODES
        and facts.agreement_effective_at is not None
        and facts.obligations_open == 0
    )


def all_applied(_facts: CaseFacts, given: NotifyGiven) -> bool:
    """The circumstances are minor, and every party of both sides applied in writing once the agreement was in effect."""
    return given.minor_circumstances and given.without_application == 0 and given.applied_too_early == 0


def police_serve_place(_facts: CaseFacts, given: NotifyGiven) -> bool:
    """The police that are told serve the place of the dispute."""
    return given.police_cover


def not_notified_yet(facts: CaseFacts, _occasion: Occasion) -> bool:
    """The police have not been told of this agreement."""
    return facts.police_notices == 0


def notice_waits(facts: CaseFacts, _occasion: Occasion) -> bool:
    """A notice waits for the answer of the police."""
    return facts.police_notices_waiting > 0


def answer_has_reason(_facts: CaseFacts, given: AnswerNoticeGiven) -> bool:
    """Who does not agree says why."""
    return given.recognised or given.reasoned
