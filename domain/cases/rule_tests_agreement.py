"""The tests behind the rules of agreements and their signatures: like domain.cases.rule_tests, of facts alone."""

from __future__ import annotations

from domain.cases.facts import CaseFacts
from domain.cases.given import AgreeGiven, SignGiven
from domain.codes.enums import AgreementForm
from domain.kernel_of_work.rules import Occasion


def agreement_in_effect(facts: CaseFacts, _occasion: Occasion) -> bool:
    """The agreement binds: no party, mediator or seal is missing."""
    return facts.agreement_form is None or facts.agreement_effective_at is not None


def agreement_waits_for_signatures(facts: CaseFacts, _occasion: Occasion) -> bool:
    """There is a written draft that is not in effect yet."""
    return facts.agreement_form is AgreementForm.WRITTEN and facts.agreement_effective_at is None


def signed_by_all_or_by_nobody(_facts: CaseFacts, given: AgreeGiven) -> bool:
    """A written one is recorded with all signatures and the seal, or as a draft that is signed afterwards."""
    signs = (given.all_signed, given.mediator_signed, given.sealed)
    return given.form is AgreementForm.ORAL or all(signs) or not any(signs)


def copies_when_agreed(facts: CaseFacts, given: AgreeGiven) -> bool:
    """One for each party and one to keep; a draft may leave it open how many are made."""
    if given.form is AgreementForm.ORAL or (given.copies is None and not given.all_signed):
        return True
    return (given.copies or 0) >= facts.parties + 1


def copies_when_signed(facts: CaseFacts, given: SignGiven) -> bool:
    """As many copies when the last signature makes it binding."""
    return not given.complete or (given.copies or 0) >= facts.parties + 1
