"""The tests behind the rules: small functions of facts that answer True when the rule is kept."""

from __future__ import annotations

from domain.codes.enums import AgreementForm, CaseStatus, ConfirmationStatus
from domain.disputes.cases.facts import CaseFacts
from domain.disputes.rules.inputs import (
    AcceptRuleInput,
    AgreeRuleInput,
    BreachRuleInput,
    CallRuleInput,
    DeclineRuleInput,
    DispatchRuleInput,
    EntrustRuleInput,
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
from domain.foundation.kernel.rules import Occasion

# DSP1: then the centre decides, and its decision binds.
RETURNS_ALLOWED = 2


def type_is_mediable(facts: CaseFacts, _occasion: Occasion) -> bool:
    """Types 13 to 16 are not, unless a place says otherwise."""
    return facts.type_mediable


def rights_were_told(facts: CaseFacts, _occasion: Occasion) -> bool:
    """The parties have been told their rights and duties."""
    return facts.rights_told_at is not None


def risk_was_assessed(facts: CaseFacts, _occasion: Occasion) -> bool:
    """A level of risk has been set."""
    return facts.risk_assessed_at is not None


def may_be_returned(facts: CaseFacts, _occasion: Occasion) -> bool:
    """It has not been returned as often as is allowed."""
    return facts.return_count < RETURNS_ALLOWED


def has_mediator(facts: CaseFacts, _occasion: Occasion) -> bool:
    """At least one mediator's term runs."""
    return facts.mediators > 0


def was_mediated(facts: CaseFacts, _occasion: Occasion) -> bool:
    """At least one session is on record."""
    return facts.sessions > 0


def confirmation_applied(facts: CaseFacts, _occasion: Occasion) -> bool:
    """An application waits to be accepted."""
    return facts.confirmation_status is ConfirmationStatus.APPLIED


def confirmation_accepted(facts: CaseFacts, _occasion: Occasion) -> bool:
    """An application waits for the ruling."""
    return facts.confirmation_status is ConfirmationStatus.ACCEPTED


def visited_if_fulfilled(facts: CaseFacts, _occasion: Occasion) -> bool:
    """Whoever kept an agreement was visited afterwards; other endings need no visit."""
    return facts.status is not CaseStatus.FULFILLED or facts.follow_ups > 0


def no_confirmation_waiting(facts: CaseFacts, _occasion: Occasion) -> bool:
    """No court still has to decide: closing would take the case from its docket."""
    return not (confirmation_applied(facts, _occasion) or confirmation_accepted(facts, _occasion))


def is_not_paused(facts: CaseFacts, _occasion: Occasion) -> bool:
    """Mediation does not rest."""
    return facts.paused_at is None


def is_paused(facts: CaseFacts, _occasion: Occasion) -> bool:
    """Mediation rests."""
    return facts.paused_at is not None


def something_is_owed(facts: CaseFacts, _occasion: Occasion) -> bool:
    """An obligation is still without proof."""
    return facts.obligations_open > 0


def was_not_confirmed(facts: CaseFacts, _occasion: Occasion) -> bool:
    """No court confirmed the agreement."""
    return facts.confirmation_status is not ConfirmationStatus.CONFIRMED


def never_bound_or_broken(facts: CaseFacts, _occasion: Occasion) -> bool:
    """There is no agreement in effect, or one that was not kept."""
    return facts.agreement_effective_at is None or facts.breaches_open > 0


def never_bound(facts: CaseFacts, _occasion: Occasion) -> bool:
    """There is no agreement in effect: a party may still end the mediation."""
    return facts.agreement_effective_at is None


def file_is_complete(facts: CaseFacts, _occasion: Occasion) -> bool:
    """DOMAIN §8: who the parties are; and, of a case that was accepted, that they were told their rights.

    Its registration, and the record and agreement of one that was settled, are there by other rules (CASE9, AGR3,
    AGR4); a mediation that failed has its reason.
    """
    return facts.parties_unidentified == 0 and (facts.accepted_at is None or facts.rights_told_at is not None)


def nobody_is_waited_for(facts: CaseFacts, _occasion: Occasion) -> bool:
    """What the archive closes can be answered no more: nothing is left that somebody has to answer."""
    return not (
        facts.supervisions_unanswered or facts.supervisions_answered or facts.risk_readings_owed or facts.clues_waiting
    )


def consent_recorded(_facts: CaseFacts | None, rule_input: RegisterRuleInput) -> bool:
    """Nobody's sensitive data is kept without consent."""
    return not rule_input.without_consent and not rule_input.without_guardian_consent


def rights_are_told(_facts: CaseFacts, rule_input: AcceptRuleInput | ReopenRuleInput) -> bool:
    """Accepting says when the parties were told."""
    return rule_input.rights_told


def guidance_is_given(_facts: CaseFacts, rule_input: DeclineRuleInput) -> bool:
    """Declining names the way that is open instead."""
    return rule_input.guidance_given


def handler_covers_place(_facts: CaseFacts, rule_input: DispatchRuleInput) -> bool:
    """Who is to act serves the place of the dispute."""
    return rule_input.handler_covers and rule_input.assisting_cover


def mediator_is_named(_facts: CaseFacts, rule_input: TakeOnRuleInput) -> bool:
    """At least one."""
    return rule_input.mediators > 0


def told_before_session(facts: CaseFacts, rule_input: SessionRuleInput) -> bool:
    """The session was held after the parties had been told."""
    return facts.rights_told_at is not None and facts.rights_told_at <= rule_input.held_at


def session_is_recorded(_facts: CaseFacts, rule_input: SessionRuleInput) -> bool:
    """There is a record, with who attended."""
    return rule_input.recorded


def all_consented(_facts: CaseFacts, rule_input: AgreeRuleInput | MediateAgainRuleInput) -> bool:
    """Nobody was made to agree, or to be mediated again."""
    return rule_input.all_consented


def written_where_due(_facts: CaseFacts, rule_input: AgreeRuleInput) -> bool:
    """On paper if money is owed or a party asks."""
    return rule_input.form is AgreementForm.WRITTEN or not (rule_input.names_amounts or rule_input.written_requested)


def oral_is_recorded(_facts: CaseFacts, rule_input: AgreeRuleInput) -> bool:
    """The mediator wrote down what was agreed by word of mouth."""
    return rule_input.form is AgreementForm.WRITTEN or rule_input.written_down


def other_ways_are_told(_facts: CaseFacts, rule_input: FailRuleInput | WithdrawRuleInput) -> bool:
    """Arbitration, administrative ways, the court."""
    return rule_input.other_ways_told


def court_is_competent(_facts: CaseFacts, rule_input: ReferRuleInput) -> bool:
    """A court or tribunal whose jurisdiction covers the place of the case."""
    return rule_input.court_covers


def everything_evidenced(_facts: CaseFacts, rule_input: FulfilRuleInput) -> bool:
    """No obligation is left without proof."""
    return rule_input.unevidenced == 0


def referral_is_consented(_facts: CaseFacts, rule_input: ReferRuleInput) -> bool:
    """The parties agreed that the court be given their case."""
    return rule_input.consented


def performance_is_evidenced(facts: CaseFacts, rule_input: PerformRuleInput) -> bool:
    """Supervision may begin before anything is paid; from then on there is proof each time."""
    return facts.status is CaseStatus.AGREED or rule_input.evidenced


def not_kept(_facts: CaseFacts, rule_input: BreachRuleInput) -> bool:
    """The day has passed without performance, or the debtor refused."""
    return rule_input.overdue or rule_input.refused


def called_serve_place(_facts: CaseFacts, rule_input: CallRuleInput) -> bool:
    """Everybody called serves the place of the dispute."""
    return rule_input.respondents_cover


def entrusted_serve_place(_facts: CaseFacts | None, rule_input: EntrustRuleInput) -> bool:
    """Who is entrusted serves the place of the dispute."""
    return rule_input.organisation_covers
