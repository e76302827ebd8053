"""The rules of committees and mediators, each at its boundary: the last thing it lets through, the first it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.committees.rules import (
    APPOINT,
    ELECT,
    REGISTER_RULES,
    RULE_TABLE,
    SET_SIZE,
    AppointmentRuleInput,
    CommitteeRuleInput,
    DismissalRuleInput,
    ElectionRuleInput,
    RegisterAction,
    SizeRuleInput,
    in_office,
    last_day_of_term,
    require,
    require_evidence,
)
from domain.foundation.basics.errors import RuleRefused
from domain.foundation.basics.identity_number import age_on
from domain.registry import RULEBOOK

ELECTED = ElectionRuleInput(members=3, directors=1, women=1)
# As Dayi has it.
IN_DAYI = replace(ELECTED, fewest=3, most=7)
BORN = date(2008, 3, 2)

# rule, command, what it lets through, what it refuses
ROWS: list[tuple[str, RegisterAction, CommitteeRuleInput, CommitteeRuleInput]] = [
    ("PMC1", ELECT, ELECTED, replace(ELECTED, members=2)),
    ("PMC1", ELECT, replace(ELECTED, members=9), replace(ELECTED, members=10)),
    ("PMC1", ELECT, replace(IN_DAYI, members=7), replace(IN_DAYI, members=8)),
    ("PMC1", ELECT, ELECTED, replace(ELECTED, directors=0)),
    ("PMC1", ELECT, ELECTED, replace(ELECTED, directors=2)),
    ("PMC1", SET_SIZE, SizeRuleInput(3, 9), SizeRuleInput(2, 9)),
    ("PMC1", SET_SIZE, SizeRuleInput(3, 9), SizeRuleInput(3, 10)),
    ("PMC1", SET_SIZE, SizeRuleInput(5, 5), SizeRuleInput(6, 5)),
    ("PMC2", ELECT, ELECTED, replace(ELECTED, women=0)),
    ("PMC3", ELECT, ELECTED, replace(ELECTED, follows_the_last=False)),
    (
        "PMC3",
        APPOINT,
        AppointmentRuleInput(18, committee_in_term=in_office(date(2029, 3, 2), date(2029, 3, 2))),
        AppointmentRuleInput(18, committee_in_term=in_office(date(2029, 3, 2), date(2029, 3, 3))),
    ),
    ("MED1", ELECT, ELECTED, replace(ELECTED, under_age=1)),
    (
        "MED1",
        APPOINT,
        AppointmentRuleInput(age_on(BORN, date(2026, 3, 2)), committee_in_term=True),
        AppointmentRuleInput(age_on(BORN, date(2026, 3, 1)), committee_in_term=True),
    ),
]


@pytest.mark.parametrize(("rule", "command", "kept", "broken"), ROWS)
def test_rules_of_the_register(
    rule: str, command: RegisterAction, kept: CommitteeRuleInput, broken: CommitteeRuleInput
) -> None:
    require(command, kept)
    assert REGISTER_RULES.refused_by(None, command, broken) == (REGISTER_RULES.by_id[rule],)
    with pytest.raises(RuleRefused) as refused:
        require(command, broken)
    assert (refused.value.rule, refused.value.source) == (rule, REGISTER_RULES.by_id[rule].source)


def test_a_dismissal_comes_with_its_evidence() -> None:
    require_evidence(DismissalRuleInput(evidenced=True))
    with pytest.raises(RuleRefused) as refused:
        require_evidence(DismissalRuleInput(evidenced=False))
    assert (refused.value.rule, refused.value.source) == ("MED2", "《人民调解法》第十五条")


@pytest.mark.parametrize(
    ("home", "last"),
    [
        ("town", date(2029, 3, 2)),
        ("county", date(2029, 3, 2)),
        (None, date(2029, 3, 2)),
        ("community", date(2031, 3, 2)),
    ],
)
def test_a_term_is_three_years_and_five_in_a_village(home: str | None, last: date) -> None:
    assert last_day_of_term(date(2026, 3, 2), home) == last
    assert in_office(last, last)
    assert not in_office(last, last + timedelta(days=1))
    assert in_office(None, date.max)


def test_a_leap_day_has_its_last_day() -> None:
    assert last_day_of_term(date(2028, 2, 29), "town") == date(2031, 2, 28)


def test_every_rule_of_the_register_is_tested_and_every_rule_is_listed_once() -> None:
    assert {row[0] for row in ROWS} == set(REGISTER_RULES.by_id)
    assert {(row[0], row[1]) for row in ROWS} == {
        (rule.id, command) for rule in RULE_TABLE for command in rule.applies_to
    }
    ids = [rule.id for rule in RULEBOOK]
    assert len(set(ids)) == len(ids)
    assert {"PMC1", "PMC2", "PMC3", "MED1", "MED2", "MED5"} <= set(ids)
    for rule in RULEBOOK:
        assert rule.message
        assert rule.message_en
        assert rule.source
