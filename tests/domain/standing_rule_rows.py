"""The rules about people at their boundaries, in the form of tests/domain/test_case_rules.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from domain.codes.enums import AgreementForm, CaseAction, CaseStatus
from domain.disputes.cases.facts import CaseFacts
from domain.disputes.rules.inputs import AgreeRuleInput, SessionRuleInput, TakeOnRuleInput
from domain.disputes.rules.inputs_of_people import ReplaceRuleInput, RepresentativeRuleInput
from domain.foundation.kernel.rules import RuleInput

_A = CaseAction
_NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def _handling(**facts: int) -> CaseFacts:
    more = {"parties": 2, "mediators": 1, "sessions": 1} | facts
    return CaseFacts(CaseStatus.HANDLING, version=1, type_mediable=True, rights_told_at=_NOW, **more)  # type: ignore[arg-type]


HANDLING = _handling()
DISPATCHED = CaseFacts(CaseStatus.DISPATCHED, version=1, type_mediable=True, rights_told_at=_NOW)
ALONE = RepresentativeRuleInput()

STANDING_STATE_ROWS: list[tuple[str, CaseAction, CaseFacts, CaseFacts]] = [
    ("RECUSAL", _A.HOLD_SESSION, HANDLING, _handling(mediators_barred=1)),
    ("RECUSAL", _A.AGREE, HANDLING, _handling(mediators_barred=1)),
    ("MED2", _A.HOLD_SESSION, HANDLING, _handling(mediators_dismissed=1)),
    ("MED2", _A.AGREE, HANDLING, _handling(mediators_dismissed=1)),
    ("MINOR_GUARDIAN", _A.AGREE, HANDLING, _handling(minors_without_guardian=1)),
]

STANDING_GIVEN_ROWS: list[tuple[str, CaseAction, CaseFacts | None, RuleInput, RuleInput]] = [
    ("RECUSAL", _A.TAKE_ON, DISPATCHED, TakeOnRuleInput(2), TakeOnRuleInput(2, mediators_barred=1)),
    *[
        ("RECUSAL", action, HANDLING, given, replace(given, by_partial=True))
        for action, given in (
            (_A.HOLD_SESSION, SessionRuleInput(_NOW, recorded=True)),
            (_A.AGREE, AgreeRuleInput(AgreementForm.ORAL, all_consented=True, written_down=True)),
        )
    ],
    ("RECUSAL", _A.REPLACE_MEDIATOR, HANDLING, ReplaceRuleInput(), ReplaceRuleInput(barred=True)),
    ("RECUSAL", _A.REPLACE_MEDIATOR, HANDLING, ReplaceRuleInput(), ReplaceRuleInput(own_cause=True)),
    (
        "SEPARATE",
        _A.HOLD_SESSION,
        HANDLING,
        SessionRuleInput(_NOW, recorded=True),
        SessionRuleInput(_NOW, recorded=True, opened_to_all=True),
    ),
    ("MED5", _A.ADD_REPRESENTATIVE, HANDLING, ALONE, RepresentativeRuleInput(mediated=True)),
    ("REP_SIDES", _A.ADD_REPRESENTATIVE, HANDLING, ALONE, RepresentativeRuleInput(stands_elsewhere=True)),
    (
        "REP_AGENTS",
        _A.ADD_REPRESENTATIVE,
        HANDLING,
        RepresentativeRuleInput(agents=2),
        RepresentativeRuleInput(agents=3),
    ),
    (
        "REP_GROUP",
        _A.ADD_REPRESENTATIVE,
        HANDLING,
        RepresentativeRuleInput(group=True, group_representatives=5, parties_on_side=6),
        RepresentativeRuleInput(group=True, group_representatives=6, parties_on_side=6),
    ),
    (
        "REP_GROUP",
        _A.ADD_REPRESENTATIVE,
        HANDLING,
        RepresentativeRuleInput(group=True, group_representatives=1, parties_on_side=2),
        RepresentativeRuleInput(group=True, group_representatives=1, parties_on_side=1),
    ),
    ("PI1", _A.ADD_REPRESENTATIVE, HANDLING, ALONE, RepresentativeRuleInput(without_consent=True)),
    ("PI1", _A.ADD_REPRESENTATIVE, HANDLING, ALONE, RepresentativeRuleInput(without_ward_consent=True)),
]
