"""What a court's entrustment adds to the rules of a case: who answers it, and by when."""

from __future__ import annotations

from domain.codes.enums import CaseAction, EntrustmentStatus
from domain.disputes.cases.facts import CaseFacts
from domain.disputes.cases.sources import INVITED_MEDIATION_RULES
from domain.foundation.basics.calendar import china_date
from domain.foundation.kernel.rules import Occasion, Rule

_A = CaseAction


def entrustment_waits(facts: CaseFacts, _occasion: Occasion) -> bool:
    """An entrustment waits to be accepted."""
    return facts.entrustment_status is EntrustmentStatus.ENTRUSTED


def entrustment_runs(facts: CaseFacts, _occasion: Occasion) -> bool:
    """An entrustment has not gone back to the court."""
    return facts.entrustment_status in {EntrustmentStatus.ENTRUSTED, EntrustmentStatus.ACCEPTED}


def no_entrustment_waits(facts: CaseFacts, occasion: Occasion) -> bool:
    """Whoever was entrusted answers the court first."""
    return not entrustment_waits(facts, occasion)


def no_entrustment_runs(facts: CaseFacts, occasion: Occasion) -> bool:
    """What a court entrusted goes back to that court, and is not referred to another."""
    return not entrustment_runs(facts, occasion)


def entrustment_accepted_in_time(facts: CaseFacts, occasion: Occasion) -> bool:
    """Today is not later than the last day to accept."""
    return facts.entrustment_accept_by is None or occasion.today <= facts.entrustment_accept_by


def entrusted_time_runs(facts: CaseFacts, occasion: Occasion) -> bool:
    """The time that the court allowed, or that both sides agreed to add, has not passed."""
    if facts.entrustment_status is not EntrustmentStatus.ACCEPTED or facts.due_at is None:
        return True
    return occasion.today <= china_date(facts.due_at)


# Laid out by hand: it is read, and printed, as a table.
# fmt: off
CASE_RULES: tuple[Rule[CaseAction], ...] = (
    Rule(
        "CRT_ORDER", "委派案件应当先由受委派的组织答复是否接受；调解不成的应当退回委派法院，不另行移送",
        "Whoever a court entrusted answers it first; what fails goes back to that court and is not referred elsewhere",
        INVITED_MEDIATION_RULES + "第二十七条、第二十九条",
        (_A.ACCEPT_ENTRUSTMENT, _A.RETURN_ENTRUSTMENT, _A.ACCEPT, _A.DECLINE, _A.REFER_TO_COURT),
        by_state={
            _A.ACCEPT_ENTRUSTMENT: entrustment_waits,
            _A.RETURN_ENTRUSTMENT: entrustment_runs,
            _A.ACCEPT: no_entrustment_waits,
            _A.DECLINE: no_entrustment_waits,
            _A.REFER_TO_COURT: no_entrustment_runs,
        },
    ),
    Rule(
        "CRT1", "委派调解期限为三十日，双方当事人同意的可以延长；期限届满不得继续调解",
        "Entrusted mediation lasts 30 days unless both sides agree to extend it; after that no session is held",
        INVITED_MEDIATION_RULES + "第二十七条", (_A.HOLD_SESSION,), by_state={_A.HOLD_SESSION: entrusted_time_runs}, number="30 days",
    ),
    Rule(
        "CRT2", "受委派的组织应当在三个工作日内接受委派，逾期视为不接受；鉴定期间不计入调解期限",
        "An entrustment is accepted within 3 working days; the time of an appraisal does not count",
        "《人民法院在线调解规则》第十二条、第二十六条", (_A.ACCEPT_ENTRUSTMENT,),
        by_state={_A.ACCEPT_ENTRUSTMENT: entrustment_accepted_in_time}, number="3 working days",
    ),
)
# fmt: on
