"""The rules of committees and mediators (DOMAIN §7: PMC1–PMC3, MED1), each once, as a table.

MED2 reaches into cases, where the dismissed are not named any more: its row is in domain/disputes/rules/table.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from domain.codes.enums import AreaKind
from domain.disputes.rules.asking import OWN_RULES
from domain.foundation.basics.calendar import corresponding_day
from domain.foundation.basics.errors import RuleRefused
from domain.foundation.kernel.rules import Rule, Rules

# 人民调解法 8.
FEWEST_MEMBERS, MOST_MEMBERS, FEWEST_WOMEN = 3, 9, 1
# 人民调解法 9; in villages and residents' communities as their own committees are elected: 村民委员会组织法 14,
# 城市居民委员会组织法 14, each as in force since 2026.
YEARS, YEARS_OF_A_COMMUNITY = 3, 5
# 人民调解法 14.
ADULT = 18


def years_of_a_term(home: str | None) -> int:
    """How long a committee serves whose home is an area of this kind."""
    return YEARS_OF_A_COMMUNITY if home == AreaKind.COMMUNITY else YEARS


def last_day_of_term(elected_on: date, home: str | None) -> date:
    """The last day of a term that began with this election: the same day some years on (民法典 202)."""
    return corresponding_day(elected_on, 12 * years_of_a_term(home))


def in_office(last_day: date | None, today: date) -> bool:
    """Whether a term with this last day, or an appointment without one, still runs."""
    return last_day is None or today <= last_day


@dataclass(frozen=True, slots=True)
class ElectionRuleInput:
    """Who was elected, as numbers; the bounds of the place; and whether no later or equal election is on record."""

    members: int
    directors: int
    women: int
    under_age: int = 0
    fewest: int = FEWEST_MEMBERS
    most: int = MOST_MEMBERS
    follows_the_last: bool = True


@dataclass(frozen=True, slots=True)
class AppointmentRuleInput:
    """The mediator's age on the day of appointment, and whether the committee that appoints is in its term."""

    age: int
    committee_in_term: bool


@dataclass(frozen=True, slots=True)
class SizeRuleInput:
    """The bounds that a place would set."""

    fewest: int
    most: int


@dataclass(frozen=True, slots=True)
class DismissalRuleInput:
    """Whether the dismissal comes with what it rests on."""

    evidenced: bool


class RegisterAction(StrEnum):
    """What rules of the register concern, by the name of the mutation. Not an action on a case."""

    ELECT = "committeeElect"
    APPOINT = "mediatorAppoint"
    SET_SIZE = "committeeSetSize"


ELECT, APPOINT, SET_SIZE = RegisterAction

CommitteeRuleInput = ElectionRuleInput | AppointmentRuleInput | SizeRuleInput


def has_its_members(_facts: None, rule_input: ElectionRuleInput) -> bool:
    """As many members as the place's bounds allow, one of them the director."""
    return rule_input.fewest <= rule_input.members <= rule_input.most and rule_input.directors == 1


def has_a_woman(_facts: None, rule_input: ElectionRuleInput) -> bool:
    """At least one woman."""
    return rule_input.women >= FEWEST_WOMEN


def elections_are_in_order(_facts: None, rule_input: ElectionRuleInput) -> bool:
    """An election comes after the one before it: terms do not run beside each other."""
    return rule_input.follows_the_last


def committee_is_in_term(_facts: None, rule_input: AppointmentRuleInput) -> bool:
    """A committee whose term has ended elects before it appoints."""
    return rule_input.committee_in_term


def is_adult(_facts: None, rule_input: AppointmentRuleInput) -> bool:
    """Of age on the day of appointment."""
    return rule_input.age >= ADULT


def all_are_adults(_facts: None, rule_input: ElectionRuleInput) -> bool:
    """Everybody elected is of age on the day of the election: members are mediators (人民调解法 13)."""
    return rule_input.under_age == 0


def narrows_within_the_law(_facts: None, rule_input: SizeRuleInput) -> bool:
    """A place may ask for more, or allow fewer, than the law, within the law's own bounds."""
    return FEWEST_MEMBERS <= rule_input.fewest <= rule_input.most <= MOST_MEMBERS


_PEOPLES_MEDIATION = "《人民调解法》"

# Laid out by hand: it is read, and printed, as a table.
# fmt: off
RULE_TABLE: tuple[Rule[RegisterAction], ...] = (
    Rule(
        "PMC1", "人民调解委员会由委员三至九人组成，设主任一人；各地可以在此范围内另行规定人数",
        "A mediation committee has three to nine members, one of them its director; a place may narrow this, not widen it",
        _PEOPLES_MEDIATION + "第八条", (ELECT, SET_SIZE),
        by_input={ELECT: has_its_members, SET_SIZE: narrows_within_the_law}, number="3-9",
    ),
    Rule(
        "PMC2", "人民调解委员会应当有妇女成员", "A mediation committee has at least one woman among its members",
        _PEOPLES_MEDIATION + "第八条", (ELECT,), by_input={ELECT: has_a_woman}, number="1",
    ),
    Rule(
        "PMC3", "人民调解委员会委员由推选产生，任期三年（村、居民委员会设立的五年），可以连选连任；任期届满应当换届",
        "Members are elected for three years, in villages and residents' communities for five, and may be elected again;"
        " a committee whose term has ended elects before it appoints",
        _PEOPLES_MEDIATION + "第九条；《村民委员会组织法》第十四条；《城市居民委员会组织法》第十四条",
        (ELECT, APPOINT), by_input={ELECT: elections_are_in_order, APPOINT: committee_is_in_term}, number="3 years; 5 years",
    ),
    Rule(
        "MED1", "人民调解员应当由成年公民担任", "A people's mediator is an adult on the day of appointment",
        _PEOPLES_MEDIATION + "第十四条", (ELECT, APPOINT), by_input={ELECT: all_are_adults, APPOINT: is_adult}, number="18",
    ),
)
# fmt: on

REGISTER_RULES: Rules[RegisterAction, Any] = Rules(RULE_TABLE)


def require(action: RegisterAction, rule_input: CommitteeRuleInput) -> None:
    """Raise RuleRefused for the first rule, in the table's order, that what the command brings would break."""
    REGISTER_RULES.require_input(None, action, rule_input)


def require_evidence(rule_input: DismissalRuleInput) -> None:
    """Raise RuleRefused MED2 for a dismissal without evidence: what it rests on is recorded with it."""
    if not rule_input.evidenced:
        raise refusal_by_case_rule("MED2")


def refusal_by_case_rule(rule: str) -> RuleRefused:
    """The refusal by a rule that cases have too, such as MED2 and PI1."""
    return OWN_RULES.refusal(OWN_RULES.by_id[rule])
