"""One row for each rule, at its boundary: the last thing it lets through, the first it refuses."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.codes.enums import AgreementForm, CaseAction, CaseStatus, ConfirmationStatus
from domain.disputes.cases import commands
from domain.disputes.cases.facts import CaseFacts
from domain.disputes.exceptional_actions import commands as exceptional_commands
from domain.disputes.judicial_confirmation import commands as confirmation_commands
from domain.disputes.judicial_confirmation.case_rules import ApplyRuleInput, DecisionRuleInput
from domain.disputes.judicial_confirmation.codes import ConfirmationMaterial
from domain.disputes.judicial_confirmation.rules import required_material
from domain.disputes.rules.asking import (
    Occasion,
    blocked_by,
    case_rules,
    refused_by,
)
from domain.disputes.rules.inputs import (
    AcceptRuleInput,
    AgreeRuleInput,
    BreachRuleInput,
    DeclineRuleInput,
    DispatchRuleInput,
    FailRuleInput,
    FulfilRuleInput,
    MediateAgainRuleInput,
    PerformRuleInput,
    ReferRuleInput,
    RegisterRuleInput,
    ReopenRuleInput,
    SessionRuleInput,
    TakeOnRuleInput,
    WithdrawRuleInput,
)
from domain.disputes.rules.inputs_of_people import ReplaceRuleInput
from domain.foundation.kernel.rules import RuleInput
from domain.registry import RULES, metadata
from tests.domain.clock_rule_rows import CLOCK_GIVEN_ROWS, CLOCK_STATE_ROWS
from tests.domain.court_rule_rows import COURT_GIVEN_ROWS, COURT_STATE_ROWS
from tests.domain.joint_rule_rows import JOINT_GIVEN_ROWS, JOINT_STATE_ROWS
from tests.domain.police_rule_rows import POLICE_GIVEN_ROWS, POLICE_STATE_ROWS
from tests.domain.protection_rule_rows import PROTECTION_GIVEN_ROWS, PROTECTION_STATE_ROWS
from tests.domain.standing_rule_rows import STANDING_GIVEN_ROWS, STANDING_STATE_ROWS

_A = CaseAction
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
OCCASION = Occasion(NOW)

REGISTERED = CaseFacts(CaseStatus.REGISTERED, version=1, type_mediable=True, parties=2)
ACCEPTED = replace(REGISTERED, status=CaseStatus.ACCEPTED, rights_told_at=NOW, risk_assessed_at=NOW)
DISPATCHED = replace(ACCEPTED, status=CaseStatus.DISPATCHED)
HANDLING = replace(ACCEPTED, status=CaseStatus.HANDLING, mediators=1, sessions=1)
AGREED = replace(HANDLING, status=CaseStatus.AGREED, agreement_form=AgreementForm.WRITTEN, agreement_effective_at=NOW)
FULFILLED = replace(AGREED, status=CaseStatus.FULFILLED, follow_ups=1)

FAILED = replace(HANDLING, status=CaseStatus.FAILED)
PERFORMING = replace(AGREED, status=CaseStatus.PERFORMING, obligations=1, obligations_open=1)
BROKEN = replace(PERFORMING, breaches_open=1)
DRAFT = replace(AGREED, agreement_effective_at=None)
CLOSED = replace(FULFILLED, status=CaseStatus.CLOSED, accepted_at=NOW)
PAUSED = replace(HANDLING, paused_at=NOW)

# The thirtieth day after the first of September 2026 is the first of October, National Day; the holiday, by the
# State Council's notice for 2026, lasts to the seventh, and the eighth is worked.
EFFECTIVE = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
LAST_MOMENT = datetime(2026, 10, 8, 15, 59, 59, tzinfo=UTC)

# rule, action, facts it lets through, facts it refuses
STATE_ROWS = [
    ("LIFECYCLE", _A.ACCEPT, REGISTERED, ACCEPTED),
    ("MEDIABLE", _A.ACCEPT, REGISTERED, replace(REGISTERED, type_mediable=False)),
    ("ASSESSED", _A.DISPATCH, ACCEPTED, replace(ACCEPTED, risk_assessed_at=None)),
    ("DSP1", _A.RETURN, replace(DISPATCHED, return_count=1), replace(DISPATCHED, return_count=2)),
    ("CASE4", _A.HOLD_SESSION, HANDLING, replace(HANDLING, rights_told_at=None)),
    ("CASE3", _A.HOLD_SESSION, HANDLING, replace(HANDLING, mediators=0)),
    ("CASE9", _A.AGREE, HANDLING, replace(HANDLING, sessions=0)),
    ("CONF4", _A.APPLY_CONFIRMATION, AGREED, replace(AGREED, agreement_form=AgreementForm.ORAL)),
    *[
        (
            "CONF_ONCE",
            _A.APPLY_CONFIRMATION,
            replace(AGREED, confirmation_status=over),
            replace(AGREED, confirmation_status=running),
        )
        for over, running in (
            (ConfirmationStatus.REFUSED, ConfirmationStatus.APPLIED),
            (ConfirmationStatus.WITHDRAWN, ConfirmationStatus.ACCEPTED),
            (ConfirmationStatus.REJECTED, ConfirmationStatus.CONFIRMED),
        )
    ],
    (
        "CONF_ORDER",
        _A.ACCEPT_CONFIRMATION,
        replace(AGREED, confirmation_status=ConfirmationStatus.APPLIED),
        replace(AGREED, confirmation_status=ConfirmationStatus.ACCEPTED),
    ),
    (
        "CONF_ORDER",
        _A.RULE_CONFIRMATION,
        replace(AGREED, confirmation_status=ConfirmationStatus.ACCEPTED),
        replace(AGREED, confirmation_status=ConfirmationStatus.APPLIED),
    ),
    (
        "CONF_WAITS",
        _A.CLOSE,
        replace(FULFILLED, confirmation_status=ConfirmationStatus.CONFIRMED),
        replace(FULFILLED, confirmation_status=ConfirmationStatus.APPLIED),
    ),
    *[
        ("CONF_WAITS", action, BROKEN, replace(BROKEN, confirmation_status=ConfirmationStatus.ACCEPTED))
        for action in (_A.MEDIATE_AGAIN, _A.FAIL)
    ],
    *[
        ("REOPEN_CONFIRMED", action, BROKEN, replace(BROKEN, confirmation_status=ConfirmationStatus.CONFIRMED))
        for action in (_A.MEDIATE_AGAIN, _A.FAIL)
    ],
    *[("BINDS", action, BROKEN, PERFORMING) for action in (_A.MEDIATE_AGAIN, _A.FAIL)],
    *[("BINDS", action, DRAFT, AGREED) for action in (_A.MEDIATE_AGAIN, _A.FAIL, _A.WITHDRAW)],
    ("FUP1", _A.CLOSE, FULFILLED, replace(FULFILLED, follow_ups=0)),
    # Of what was not settled nobody is visited.
    ("FUP1", _A.CLOSE, FAILED, replace(FULFILLED, follow_ups=0)),
    ("PAUSED", _A.PAUSE, HANDLING, PAUSED),
    ("PAUSED", _A.HOLD_SESSION, HANDLING, PAUSED),
    ("PAUSED", _A.AGREE, HANDLING, PAUSED),
    ("PAUSED", _A.FAIL, HANDLING, PAUSED),
    ("RESUMED", _A.RESUME, PAUSED, HANDLING),
    ("PERFORMED", _A.PERFORM, PERFORMING, replace(PERFORMING, obligations_open=0)),
    ("PERFORMED", _A.BREACH, PERFORMING, replace(PERFORMING, obligations_open=0)),
    (
        "REOPEN_CONFIRMED",
        _A.REOPEN,
        replace(CLOSED, confirmation_status=ConfirmationStatus.REJECTED),
        replace(CLOSED, confirmation_status=ConfirmationStatus.CONFIRMED),
    ),
    ("MEDIABLE", _A.REOPEN, CLOSED, replace(CLOSED, type_mediable=False)),
    ("FILE", _A.ARCHIVE, CLOSED, replace(CLOSED, parties_unidentified=1)),
    ("FILE", _A.ARCHIVE, CLOSED, replace(CLOSED, rights_told_at=None)),
    # One that was declined never came to be told.
    ("FILE", _A.ARCHIVE, replace(CLOSED, accepted_at=None, rights_told_at=None), replace(CLOSED, rights_told_at=None)),
]

ORAL = AgreeRuleInput(AgreementForm.ORAL, all_consented=True, written_down=True)
WRITTEN = AgreeRuleInput(
    AgreementForm.WRITTEN,
    all_consented=True,
    written_down=True,
    names_amounts=True,
    all_signed=True,
    mediator_signed=True,
    sealed=True,
    copies=3,
)

# rule, action, facts, what it lets through, what it refuses
GIVEN_ROWS: list[tuple[str, CaseAction, CaseFacts | None, RuleInput, RuleInput]] = [
    ("PI1", _A.REGISTER, None, RegisterRuleInput(), RegisterRuleInput(without_consent=1)),
    ("PI1", _A.REGISTER, None, RegisterRuleInput(), RegisterRuleInput(without_guardian_consent=1)),
    ("CASE4", _A.ACCEPT, REGISTERED, AcceptRuleInput(rights_told=True), AcceptRuleInput(rights_told=False)),
    ("GUIDANCE", _A.DECLINE, REGISTERED, DeclineRuleInput(guidance_given=True), DeclineRuleInput(guidance_given=False)),
    ("COVERS", _A.DISPATCH, ACCEPTED, DispatchRuleInput(handler_covers=True), DispatchRuleInput(handler_covers=False)),
    (
        "COVERS",
        _A.DISPATCH,
        ACCEPTED,
        DispatchRuleInput(handler_covers=True),
        DispatchRuleInput(handler_covers=True, assisting_cover=False),
    ),
    ("CASE3", _A.TAKE_ON, DISPATCHED, TakeOnRuleInput(mediators=1), TakeOnRuleInput(mediators=0)),
    ("RECUSAL", _A.TAKE_ON, DISPATCHED, TakeOnRuleInput(2), TakeOnRuleInput(2, mediators_who_are_parties=1)),
    (
        "CASE4",
        _A.HOLD_SESSION,
        HANDLING,
        SessionRuleInput(NOW, recorded=True),
        SessionRuleInput(NOW - timedelta(microseconds=1), recorded=True),
    ),
    ("CASE9", _A.HOLD_SESSION, HANDLING, SessionRuleInput(NOW, recorded=True), SessionRuleInput(NOW, recorded=False)),
    ("CASE2", _A.AGREE, HANDLING, ORAL, replace(ORAL, all_consented=False)),
    (
        "CASE2",
        _A.MEDIATE_AGAIN,
        BROKEN,
        MediateAgainRuleInput(all_consented=True),
        MediateAgainRuleInput(all_consented=False),
    ),
    ("AGR1", _A.AGREE, HANDLING, WRITTEN, replace(ORAL, names_amounts=True)),
    ("AGR1", _A.AGREE, HANDLING, ORAL, replace(ORAL, written_requested=True)),
    ("AGR3", _A.AGREE, HANDLING, WRITTEN, replace(WRITTEN, all_signed=False)),
    ("AGR3", _A.AGREE, HANDLING, WRITTEN, replace(WRITTEN, mediator_signed=False)),
    ("AGR3", _A.AGREE, HANDLING, WRITTEN, replace(WRITTEN, sealed=False)),
    ("AGR4", _A.AGREE, HANDLING, ORAL, replace(ORAL, written_down=False)),
    ("AGR4", _A.AGREE, HANDLING, replace(WRITTEN, written_down=False), replace(ORAL, written_down=False)),
    ("AGR5", _A.AGREE, HANDLING, WRITTEN, replace(WRITTEN, copies=2)),
    ("AGR5", _A.AGREE, HANDLING, ORAL, replace(WRITTEN, copies=None)),
    ("CASE8", _A.FAIL, HANDLING, FailRuleInput(other_ways_told=True), FailRuleInput(other_ways_told=False)),
    (
        "CONF1",
        _A.APPLY_CONFIRMATION,
        AGREED,
        ApplyRuleInput(joint=True, court_covers=True),
        ApplyRuleInput(joint=False, court_covers=True),
    ),
    (
        "CONF3",
        _A.APPLY_CONFIRMATION,
        AGREED,
        ApplyRuleInput(joint=True, court_covers=True),
        ApplyRuleInput(joint=True, court_covers=False),
    ),
    (
        "CONF5",
        _A.ACCEPT_CONFIRMATION,
        AGREED,
        DecisionRuleInput(favourable=False, ground_named=True),
        DecisionRuleInput(favourable=False, ground_named=False),
    ),
    (
        "CONF6",
        _A.RULE_CONFIRMATION,
        AGREED,
        DecisionRuleInput(favourable=True, ground_named=False),
        DecisionRuleInput(favourable=True, ground_named=True),
    ),
    ("AGR6", _A.FULFIL, AGREED, FulfilRuleInput(unevidenced=0), FulfilRuleInput(unevidenced=1)),
    ("CASE8", _A.WITHDRAW, PAUSED, WithdrawRuleInput(other_ways_told=True), WithdrawRuleInput(other_ways_told=False)),
    (
        "REF_CONSENT",
        _A.REFER_TO_COURT,
        FAILED,
        ReferRuleInput(consented=True, court_covers=True),
        ReferRuleInput(consented=False, court_covers=True),
    ),
    (
        "REF_COURT",
        _A.REFER_TO_COURT,
        FAILED,
        ReferRuleInput(consented=True, court_covers=True),
        ReferRuleInput(consented=True, court_covers=False),
    ),
    ("EVIDENCE", _A.PERFORM, PERFORMING, PerformRuleInput(evidenced=True), PerformRuleInput(evidenced=False)),
    (
        "BREACH",
        _A.BREACH,
        PERFORMING,
        BreachRuleInput(overdue=True, refused=False),
        BreachRuleInput(overdue=False, refused=False),
    ),
    (
        "BREACH",
        _A.BREACH,
        PERFORMING,
        BreachRuleInput(overdue=False, refused=True),
        BreachRuleInput(overdue=False, refused=False),
    ),
    ("CASE4", _A.REOPEN, CLOSED, ReopenRuleInput(rights_told=True), ReopenRuleInput(rights_told=False)),
]


GIVEN_ROWS += [
    ("MED2", _A.TAKE_ON, DISPATCHED, TakeOnRuleInput(2), TakeOnRuleInput(2, mediators_dismissed=1)),
    ("MED3", _A.TAKE_ON, DISPATCHED, TakeOnRuleInput(2), TakeOnRuleInput(2, mediators_expired=1)),
    ("MED2", _A.REPLACE_MEDIATOR, HANDLING, ReplaceRuleInput(), ReplaceRuleInput(dismissed=True)),
    ("MED3", _A.REPLACE_MEDIATOR, HANDLING, ReplaceRuleInput(), ReplaceRuleInput(expired=True)),
]
STATE_ROWS += STANDING_STATE_ROWS
GIVEN_ROWS += STANDING_GIVEN_ROWS
STATE_ROWS += CLOCK_STATE_ROWS
GIVEN_ROWS += CLOCK_GIVEN_ROWS
STATE_ROWS += COURT_STATE_ROWS
GIVEN_ROWS += COURT_GIVEN_ROWS
STATE_ROWS += JOINT_STATE_ROWS
GIVEN_ROWS += JOINT_GIVEN_ROWS
STATE_ROWS += PROTECTION_STATE_ROWS
GIVEN_ROWS += PROTECTION_GIVEN_ROWS
STATE_ROWS += POLICE_STATE_ROWS
GIVEN_ROWS += POLICE_GIVEN_ROWS


@pytest.mark.parametrize(("rule", "action", "kept", "broken"), STATE_ROWS)
def test_rules_of_the_case_alone(rule: str, action: CaseAction, kept: CaseFacts, broken: CaseFacts) -> None:
    assert blocked_by(kept, action, OCCASION) == ()
    assert blocked_by(broken, action, OCCASION) == (RULES[rule],)


@pytest.mark.parametrize(("rule", "action", "facts", "kept", "broken"), GIVEN_ROWS)
def test_rules_of_what_a_command_brings(
    rule: str, action: CaseAction, facts: CaseFacts | None, kept: RuleInput, broken: RuleInput
) -> None:
    assert refused_by(facts, action, kept) == ()
    assert refused_by(facts, action, broken) == (RULES[rule],)


def test_performance_may_begin_with_nothing_paid_yet() -> None:
    nothing_paid = PerformRuleInput(evidenced=False)
    assert refused_by(AGREED, _A.PERFORM, nothing_paid) == ()
    assert refused_by(PERFORMING, _A.PERFORM, nothing_paid) == (RULES["EVIDENCE"],)


def test_a_session_of_parties_who_were_never_told_their_rights_breaks_the_rule_by_its_day_too() -> None:
    untold = replace(HANDLING, rights_told_at=None)
    assert refused_by(untold, _A.HOLD_SESSION, SessionRuleInput(NOW, recorded=True)) == (RULES["CASE4"],)


def test_title_is_proved_where_it_is_concerned_and_nowhere_else() -> None:
    everything = frozenset(ConfirmationMaterial)
    assert required_material(concerns_title=True) == everything
    assert required_material(concerns_title=False) == everything - {ConfirmationMaterial.TITLE_PROOF}


def test_confirmation_is_applied_for_until_midnight_in_china_of_the_first_working_day_after_the_holiday() -> None:
    facts = replace(AGREED, agreement_effective_at=EFFECTIVE)
    assert blocked_by(facts, _A.APPLY_CONFIRMATION, Occasion(LAST_MOMENT)) == ()
    too_late = Occasion(LAST_MOMENT + timedelta(seconds=1))
    assert blocked_by(facts, _A.APPLY_CONFIRMATION, too_late) == (RULES["CONF1"],)


def test_every_rule_is_tested_here_or_says_how_else_it_is_kept() -> None:
    state = {row[:2] for row in STATE_ROWS} | {("CONF1", _A.APPLY_CONFIRMATION)}
    given = {row[:2] for row in GIVEN_ROWS}
    tested = {rule for rule, _ in state | given}
    table = case_rules().table
    for rule in table:
        # Of every action that it concerns, not of one for all.
        assert {(rule.id, action) for action in rule.by_state} <= state
        assert {(rule.id, action) for action in rule.by_input} <= given
        assert (rule.id in tested) != (rule.kept is not None), rule.id
        assert rule.message
        assert rule.message_en
        assert rule.source
        assert set(rule.by_state) | set(rule.by_input) <= set(rule.applies_to)
    assert len(case_rules().by_id) == len(table)


def test_there_is_no_field_for_a_fee() -> None:
    """CASE1: neither in a command nor in a table."""
    named = [
        field.name
        for module in (commands, confirmation_commands, exceptional_commands)
        for command in vars(module).values()
        if isinstance(command, type) and is_dataclass(command)
        for field in fields(command)
    ]
    named += [column.name for table in metadata.tables.values() for column in table.columns]
    assert len(named) > 200
    assert not [name for name in named if {"fee", "fees", "charge", "price", "cost"} & set(name.split("_"))]
