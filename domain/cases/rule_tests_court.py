"""The tests behind the rules of signatures, confirmation and entrustment: like domain.cases.rule_tests, of facts alone."""

from __future__ import annotations

from domain.cases.facts import CaseFacts
from domain.cases.given import (
    AgreeGiven,
    DecisionGiven,
    EnforceGiven,
    EntrustGiven,
    ExtendGiven,
    SignGiven,
    WithdrawalGiven,
)
from domain.cases.rule_tests import Occasion, confirmation_accepted, confirmation_applied
from domain.codes.enums import AgreementForm, ConfirmationStatus, EntrustmentStatus
from domain.kernel.calendar import china_date


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


def confirmation_open(facts: CaseFacts, occasion: Occasion) -> bool:
    """The court has an application and has not ruled on it."""
    return confirmation_applied(facts, occasion) or confirmation_accepted(facts, occasion)


def material_not_overdue(facts: CaseFacts, occasion: Occasion) -> bool:
    """The day that the court set for missing material has not passed without it."""
    due = facts.confirmation_material_due_on
    return due is None or facts.confirmation_material_complete or occasion.today <= due


def material_complete(facts: CaseFacts, given: DecisionGiven) -> bool:
    """The court accepts nothing of which material is missing."""
    return not given.favourable or facts.confirmation_material_complete


def withdrawn_rightly(_facts: CaseFacts, given: WithdrawalGiven) -> bool:
    """By the parties at any time; for missing material when its day has passed without it."""
    return given.by_parties or given.material_overdue


def not_extended_yet(facts: CaseFacts, occasion: Occasion) -> bool:
    """The ruling was not extended before, and its time has not run out."""
    rule_by = facts.confirmation_rule_by
    return not facts.confirmation_extended and (rule_by is None or occasion.today <= rule_by)


def extension_has_reason(_facts: CaseFacts, given: ExtendGiven) -> bool:
    """It says why."""
    return given.reasoned


def concluded_in_time(_facts: CaseFacts, given: ExtendGiven) -> bool:
    """The ruling falls within the special procedure."""
    return given.rule_by <= given.conclude_by


def confirmed_and_broken(facts: CaseFacts, _occasion: Occasion) -> bool:
    """A court confirmed the agreement, and something owed under it was not done."""
    return facts.confirmation_status is ConfirmationStatus.CONFIRMED and facts.breaches_open > 0


def still_in_time_to_enforce(facts: CaseFacts, occasion: Occasion) -> bool:
    """Today is not later than the last day to apply for enforcement."""
    return facts.enforce_by is None or occasion.today <= facts.enforce_by


def court_may_enforce(_facts: CaseFacts, given: EnforceGiven) -> bool:
    """The court that ruled, or one where property lies."""
    return given.court_competent


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


def entrusted_serve_place(_facts: CaseFacts | None, given: EntrustGiven) -> bool:
    """Who is entrusted serves the place of the dispute."""
    return given.organisation_covers
