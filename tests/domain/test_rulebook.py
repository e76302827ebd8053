"""What the rulebook says of a rule beside its predicates: its figure, whether a place may change it, what it concerns."""

from __future__ import annotations

from domain.codes.enums import CaseAction
from domain.disputes.judicial_confirmation.rules import GROUND_LABELS, RefusalGround, RejectionGround
from domain.disputes.rules.asking import case_rules

_A = CaseAction

SERVICE_LEVELS = {
    "ARCHIVE_OPEN", "CALL1", "CALL2", "CALL3", "CALL_OPEN", "CASE5", "CLUE_OPEN", "CONF8", "DSP1", "EXT_LIMIT", "FUP1",
    "HOT1", "RISK1", "SUP1", "SUP_BY",
}  # fmt: skip
FIGURES = {
    "AGR5": "n+1",
    "CALL1": "1-72 hours",
    "CASE1": "0",
    "CASE5": "1 month",
    "CONF1": "30 days",
    "CONF10": "2 years",
    "CONF7": "15 days unless the court names the day",
    "CONF8": "3; 15; +10 days",
    "CONF9": "30 days",
    "CRT1": "30 days",
    "CRT2": "3 working days",
    "DSP1": "2",
    "DV3": "72 h; 24 h; 6 months",
    "EXT_LIMIT": "30 days",
    "FUP1": "30 days",
    "HOT1": "5 working days",
    "LAB1": "15 days",
    "MDC1": "30 working days",
    "REP_AGENTS": "2",
    "REP_GROUP": "5",
    "RISK1": "2 hours",
    "SUP1": "5 working days",
    "XF1": "15 days",
    "XF2": "60; +30 days",
}
# Beside the actions for which a rule has a predicate: where something else keeps it.
CONCERNED_BESIDES: dict[str, set[CaseAction]] = {
    "LIFECYCLE": {*CaseAction},
    "CASE1": {*CaseAction},
    "CASE2": {_A.WITHDRAW},
    "CASE5": {_A.ACCEPT},
    "CASE7": {_A.REGISTER, _A.ASSESS_RISK},
    "CASE9": {_A.REGISTER},
    "AGR3": {_A.SIGN},
    "CONF2": {_A.APPLY_CONFIRMATION},
    "CONF8": {_A.ACCEPT_CONFIRMATION, _A.RULE_CONFIRMATION},
    "CONF10": {_A.RULE_CONFIRMATION},
    "CRT3": {_A.APPLY_CONFIRMATION, _A.REFER_TO_COURT, _A.RETURN_ENTRUSTMENT},
    "HOT1": {_A.REGISTER, _A.EXTEND_DEADLINE},
    "LAB1": {_A.REGISTER},
    "MDC1": {_A.ACCEPT, _A.PAUSE, _A.RESUME, _A.EXTEND_DEADLINE, _A.REOPEN},
    "RISK1": {_A.ASSESS_RISK},
    "SUP1": {_A.ANSWER_SUPERVISION},
    "XF1": {_A.REGISTER},
    "XF2": {_A.ACCEPT, _A.EXTEND_DEADLINE},
}


def test_what_a_place_may_change_is_a_service_level_and_the_rest_is_law() -> None:
    assert {rule.id for rule in case_rules().table if rule.sla} == SERVICE_LEVELS


def test_the_figure_of_a_rule_is_told() -> None:
    assert {rule.id: rule.number for rule in case_rules().table if rule.number is not None} == FIGURES


def test_a_rule_names_every_action_that_it_concerns() -> None:
    besides = {rule.id: {*rule.applies_to} - {*rule.by_state, *rule.by_input} for rule in case_rules().table}
    assert {name: actions for name, actions in besides.items() if actions} == CONCERNED_BESIDES


def test_a_court_says_its_ground_in_the_words_of_the_law() -> None:
    assert GROUND_LABELS.keys() == {*RefusalGround, *RejectionGround}
    assert len({*GROUND_LABELS.values()}) == len(GROUND_LABELS)
