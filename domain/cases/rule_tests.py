"""The tests behind the rules: small functions of facts that answer True when the rule is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.cases.facts import CaseFacts
from domain.cases.given import (
    AcceptGiven,
    AgreeGiven,
    ApplyGiven,
    DecisionGiven,
    DeclineGiven,
    DispatchGiven,
    FailGiven,
    FulfilGiven,
    RegisterGiven,
    SessionGiven,
    TakeOnGiven,
)
from domain.cases.lifecycle import status_after
from domain.codes.enums import AgreementForm, CaseAction, CaseStatus, ConfirmationStatus
from domain.deadlines.schedule import CONFIRMATION_APPLICATION
from domain.kernel.calendar import NATIONAL, WorkingCalendar, china_date

# DSP1: then the centre decides, and its decision binds.
RETURNS_ALLOWED = 2


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a rule is asked, and by which calendar."""

    now: datetime
    calendar: WorkingCalendar = NATIONAL

    @property
    def today(self) -> date:
        """The date in China."""
        return china_date(self.now)


StateTest = Callable[[CaseFacts, Occasion], bool]
# Of the facts (None at registration) and of its action's record in `given`: the table pairs them.
GivenTest = Callable[[Any, Any], bool]


def open_for(action: CaseAction) -> StateTest:
    """The test that the lifecycle has a transition for `action` from the case's status."""
    return lambda facts, _occasion: status_after(facts.status, action) is not None


def last_day_to_apply(facts: CaseFacts, calendar: WorkingCalendar) -> date | None:
    """The last day on which both sides may apply for confirmation (CONF1, CONF2); None without an agreement."""
    if facts.agreement_effective_at is None:
        return None
    return CONFIRMATION_APPLICATION.last_day(china_date(facts.agreement_effective_at), calendar)


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


def still_in_time_to_apply(facts: CaseFacts, occasion: Occasion) -> bool:
    """Today is not later than the last day to apply."""
    last = last_day_to_apply(facts, occasion.calendar)
    return last is not None and occasion.today <= last


def agreement_is_written(facts: CaseFacts, _occasion: Occasion) -> bool:
    """There is a paper that the court can be given."""
    return facts.agreement_form is AgreementForm.WRITTEN


def no_confirmation_open(facts: CaseFacts, _occasion: Occasion) -> bool:
    """The latest application, if any, was refused, rejected or withdrawn."""
    return facts.confirmation_status not in {
        ConfirmationStatus.APPLIED,
        ConfirmationStatus.ACCEPTED,
        ConfirmationStatus.CONFIRMED,
    }


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


def consent_recorded(_facts: CaseFacts | None, given: RegisterGiven) -> bool:
    """Nobody's sensitive data is kept without consent."""
    return not given.without_consent and not given.without_guardian_consent


def rights_are_told(_facts: CaseFacts, given: AcceptGiven) -> bool:
    """Accepting says when the parties were told."""
    return given.rights_told


def guidance_is_given(_facts: CaseFacts, given: DeclineGiven) -> bool:
    """Declining names the way that is open instead."""
    return given.guidance_given


def handler_covers_place(_facts: CaseFacts, given: DispatchGiven) -> bool:
    """Who is to act serves the place of the dispute."""
    return given.handler_covers and given.assisting_cover


def mediator_is_named(_facts: CaseFacts, given: TakeOnGiven) -> bool:
    """At least one."""
    return given.mediators > 0


def mediator_is_no_party(_facts: CaseFacts, given: TakeOnGiven) -> bool:
    """None of those named is a party."""
    return given.mediators_who_are_parties == 0


def told_before_session(facts: CaseFacts, given: SessionGiven) -> bool:
    """The session was held after the parties had been told."""
    return facts.rights_told_at is not None and facts.rights_told_at <= given.held_at


def session_is_recorded(_facts: CaseFacts, given: SessionGiven) -> bool:
    """There is a record, with who attended."""
    return given.recorded


def all_consented(_facts: CaseFacts, given: AgreeGiven) -> bool:
    """Nobody was made to agree."""
    return given.all_consented


def written_where_due(_facts: CaseFacts, given: AgreeGiven) -> bool:
    """On paper if money is owed or a party asks."""
    return given.form is AgreementForm.WRITTEN or not (given.names_amounts or given.written_requested)


def signed_and_sealed(_facts: CaseFacts, given: AgreeGiven) -> bool:
    """A written one bears all signatures and the committee's seal."""
    return given.form is AgreementForm.ORAL or (given.all_signed and given.mediator_signed and given.sealed)


def oral_is_recorded(_facts: CaseFacts, given: AgreeGiven) -> bool:
    """The mediator wrote down what was agreed by word of mouth."""
    return given.form is AgreementForm.WRITTEN or given.written_down


def enough_copies(facts: CaseFacts, given: AgreeGiven) -> bool:
    """One for each party and one to keep."""
    return given.form is AgreementForm.ORAL or (given.copies or 0) >= facts.parties + 1


def other_ways_are_told(_facts: CaseFacts, given: FailGiven) -> bool:
    """Arbitration, administrative ways, the court."""
    return given.other_ways_told


def application_is_joint(_facts: CaseFacts, given: ApplyGiven) -> bool:
    """Both sides apply."""
    return given.joint


def court_is_competent(_facts: CaseFacts, given: ApplyGiven) -> bool:
    """A court or tribunal whose jurisdiction covers the place of the case."""
    return given.court_covers


def ground_is_named(_facts: CaseFacts, given: DecisionGiven) -> bool:
    """A decision against the applicants names its ground, one in their favour none."""
    return given.favourable != given.ground_named


def everything_evidenced(_facts: CaseFacts, given: FulfilGiven) -> bool:
    """No obligation is left without proof."""
    return given.unevidenced == 0
