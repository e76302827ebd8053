"""The tests behind the rules about people: who stands for a party, who may mediate, who reads a record."""

from __future__ import annotations

from domain.disputes.cases.facts import CaseFacts
from domain.disputes.rules.inputs import AgreeRuleInput, SessionRuleInput, TakeOnRuleInput
from domain.disputes.rules.inputs_of_people import ReplaceRuleInput, RepresentativeRuleInput
from domain.foundation.kernel.rules import Occasion

# 民诉法解释 78: two to five; they are added one by one, so only the upper bound can be kept here.
MOST_GROUP_REPRESENTATIVES = 5
# 民事诉讼法 61.
MOST_AGENTS = 2


def minors_have_guardians(facts: CaseFacts, _occasion: Occasion) -> bool:
    """Every minor who is a party has a guardian on record."""
    return facts.minors_without_guardian == 0


def mediators_may_mediate(facts: CaseFacts, _occasion: Occasion) -> bool:
    """No mediator at work has a ground of recusal to which not both sides consented, and which was not dismissed."""
    return facts.mediators_barred == 0


def mediated_by_no_party(_facts: CaseFacts, rule_input: SessionRuleInput | AgreeRuleInput) -> bool:
    """Nor does a director of the committee mediate between themselves, or whom they stand for, and others."""
    return not rule_input.by_partial


def named_may_mediate(_facts: CaseFacts, rule_input: TakeOnRuleInput) -> bool:
    """None of those named is a party, stands for one, or has such a ground, here or from an earlier case."""
    return rule_input.mediators_who_are_parties == 0 and rule_input.mediators_barred == 0


def replacement_may_mediate(_facts: CaseFacts, rule_input: ReplaceRuleInput) -> bool:
    """Nor is the new one; and no mediator finds upon a ground against themselves."""
    return not rule_input.barred and not rule_input.own_cause


def named_were_not_dismissed(_facts: CaseFacts, rule_input: TakeOnRuleInput) -> bool:
    """None of those named was dismissed as a mediator and not appointed again."""
    return rule_input.mediators_dismissed == 0


def named_are_in_office(_facts: CaseFacts, rule_input: TakeOnRuleInput) -> bool:
    """Nor has the office of one of them ended by time."""
    return rule_input.mediators_expired == 0


def mediators_were_not_dismissed(facts: CaseFacts, _occasion: Occasion) -> bool:
    """Nobody mediates on who was dismissed since: another is named first."""
    return facts.mediators_dismissed == 0


def replacement_was_not_dismissed(_facts: CaseFacts, rule_input: ReplaceRuleInput) -> bool:
    """Nor the one who takes over."""
    return not rule_input.dismissed


def replacement_is_in_office(_facts: CaseFacts, rule_input: ReplaceRuleInput) -> bool:
    """The same for the one who takes over."""
    return not rule_input.expired


def record_stays_with_its_side(_facts: CaseFacts, rule_input: SessionRuleInput) -> bool:
    """What one side said with the other away is not opened to the other."""
    return not rule_input.opened_to_all


def group_is_represented_by_few(_facts: CaseFacts, rule_input: RepresentativeRuleInput) -> bool:
    """A group has several members on the side, and at most five representatives."""
    return not rule_input.group or (
        rule_input.parties_on_side > 1 and rule_input.group_representatives <= MOST_GROUP_REPRESENTATIVES
    )


def agents_are_few(_facts: CaseFacts, rule_input: RepresentativeRuleInput) -> bool:
    """At most two for a party."""
    return rule_input.agents <= MOST_AGENTS


def representative_is_of_one_side(_facts: CaseFacts, rule_input: RepresentativeRuleInput) -> bool:
    """Nobody stands on two sides."""
    return not rule_input.stands_elsewhere


def representative_did_not_mediate(_facts: CaseFacts, rule_input: RepresentativeRuleInput) -> bool:
    """Who mediated the case does not act for a party of it."""
    return not rule_input.mediated


def representative_consented(_facts: CaseFacts, rule_input: RepresentativeRuleInput) -> bool:
    """The representative agreed for themselves and, a guardian, for a ward under 14."""
    return not rule_input.without_consent and not rule_input.without_ward_consent
