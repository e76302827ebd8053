"""The tests behind the rules of agreements and their signatures: like domain.disputes.rules.predicates, of facts alone."""

from __future__ import annotations

from domain.codes.enums import AgreementForm
from domain.disputes.cases.facts import CaseFacts
from domain.disputes.rules.inputs import AgreeRuleInput, SignRuleInput
from domain.foundation.kernel.rules import Occasion


def agreement_in_effect(facts: CaseFacts, _occasion: Occasion) -> bool:
    """The agreement binds: no party, mediator or seal is missing."""
    return facts.agreement_form is None or facts.agreement_effective_at is not None


def agreement_waits_for_signatures(facts: CaseFacts, _occasion: Occasion) -> bool:
    """There is a written draft that is not in effect yet."""
    return facts.agreement_form is AgreementForm.WRITTEN and facts.agreement_effective_at is None


def signed_by_all_or_by_nobody(_facts: CaseFacts, rule_input: AgreeRuleInput) -> bool:
    """A written one is recorded with all signatures and the seal, or as a draft that is signed afterwards."""
    signs = (rule_input.all_signed, rule_input.mediator_signed, rule_input.sealed)
    return rule_input.form is AgreementForm.ORAL or all(signs) or not any(signs)


def copies_when_agreed(facts: CaseFacts, rule_input: AgreeRuleInput) -> bool:
    """One for each party and one to keep; a draft may leave it open how many are made."""
    if rule_input.form is AgreementForm.ORAL or (rule_input.copies is None and not rule_input.all_signed):
        return True
    return (rule_input.copies or 0) >= facts.parties + 1


def copies_when_signed(facts: CaseFacts, rule_input: SignRuleInput) -> bool:
    """As many copies when the last signature makes it binding."""
    return not rule_input.complete or (rule_input.copies or 0) >= facts.parties + 1
