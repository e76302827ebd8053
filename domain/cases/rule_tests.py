"""The tests behind the rules: small functions of facts that answer True when the rule is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.cases.facts import CaseFacts
from domain.cases.given import (
    AcceptGiven,
    AcknowledgeGiven,
    AgreeGiven,
    ApplyGiven,
    BreachGiven,
    DecisionGiven,
    DeclineGiven,
    DispatchGiven,
    ExtendDeadlineGiven,
    FailGiven,
    FulfilGiven,
    MediateAgainGiven,
    PerformGiven,
    ReferGiven,
    RegisterGiven,
    ReopenGiven,
    SessionGiven,
    SupervisionGiven,
    TakeOnGiven,
    WithdrawGiven,
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
    # Without a day of effect the period has not begun: that is AGR3's matter.
    return last is None or occasion.today <= last


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


def consent_recorded(_facts: CaseFacts | None, given: RegisterGiven) -> bool:
    """Nobody's sensitive data is kept without consent."""
    return not given.without_consent and not given.without_guardian_consent


def rights_are_told(_facts: CaseFacts, given: AcceptGiven | ReopenGiven) -> bool:
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


def told_before_session(facts: CaseFacts, given: SessionGiven) -> bool:
    """The session was held after the parties had been told."""
    return facts.rights_told_at is not None and facts.rights_told_at <= given.held_at


def session_is_recorded(_facts: CaseFacts, given: SessionGiven) -> bool:
    """There is a record, with who attended."""
    return given.recorded


def all_consented(_facts: CaseFacts, given: AgreeGiven | MediateAgainGiven) -> bool:
    """Nobody was made to agree, or to be mediated again."""
    return given.all_consented


def written_where_due(_facts: CaseFacts, given: AgreeGiven) -> bool:
    """On paper if money is owed or a party asks."""
    return given.form is AgreementForm.WRITTEN or not (given.names_amounts or given.written_requested)


def oral_is_recorded(_facts: CaseFacts, given: AgreeGiven) -> bool:
    """The mediator wrote down what was agreed by word of mouth."""
    return given.form is AgreementForm.WRITTEN or given.written_down


def other_ways_are_told(_facts: CaseFacts, given: FailGiven | WithdrawGiven) -> bool:
    """Arbitration, administrative ways, the court."""
    return given.other_ways_told


def application_is_joint(_facts: CaseFacts, given: ApplyGiven) -> bool:
    """Both sides apply."""
    return given.joint


def court_is_competent(_facts: CaseFacts, given: ApplyGiven | ReferGiven) -> bool:
    """A court or tribunal whose jurisdiction covers the place of the case."""
    return given.court_covers


def ground_is_named(_facts: CaseFacts, given: DecisionGiven) -> bool:
    """A decision against the applicants names its ground; one in their favour none, nor one put off for material."""
    return given.favourable != (given.ground_named or given.material_demanded)


def everything_evidenced(_facts: CaseFacts, given: FulfilGiven) -> bool:
    """No obligation is left without proof."""
    return given.unevidenced == 0


def referral_is_consented(_facts: CaseFacts, given: ReferGiven) -> bool:
    """The parties agreed that the court be given their case."""
    return given.consented


def performance_is_evidenced(facts: CaseFacts, given: PerformGiven) -> bool:
    """Supervision may begin before anything is paid; from then on there is proof each time."""
    return facts.status is CaseStatus.AGREED or given.evidenced


def not_kept(_facts: CaseFacts, given: BreachGiven) -> bool:
    """The day has passed without performance, or the debtor refused."""
    return given.overdue or given.refused


def supervision_waits_for_answer(facts: CaseFacts, _occasion: Occasion) -> bool:
    """A supervision is open that nobody has answered."""
    return facts.supervisions_unanswered > 0


def supervision_was_answered(facts: CaseFacts, _occasion: Occasion) -> bool:
    """A supervision is open that has its answer."""
    return facts.supervisions_answered > 0


def risk_report_unread(facts: CaseFacts, _occasion: Occasion) -> bool:
    """Some level of leadership still owes the reading of a risk report."""
    return facts.risk_readings_owed > 0


def deadline_still_runs(_facts: CaseFacts, given: ExtendDeadlineGiven) -> bool:
    """What is over is not extended."""
    return given.open


def extension_is_within_limit(_facts: CaseFacts, given: ExtendDeadlineGiven) -> bool:
    """So far, and so often, as the deadline's own rule allows."""
    return given.within_limit


def extension_has_consent(_facts: CaseFacts, given: ExtendDeadlineGiven) -> bool:
    """All parties agree, where their consent is what extends."""
    return given.consented


def supervision_in_order(_facts: CaseFacts, given: SupervisionGiven) -> bool:
    """The one that is named stands where this step comes next."""
    return given.in_order


def extension_is_approved(_facts: CaseFacts, given: ExtendDeadlineGiven) -> bool:
    """By the centre, where nobody's consent is asked."""
    return given.approved


def answered_by_responsible(_facts: CaseFacts, given: SupervisionGiven) -> bool:
    """Whoever supervises does not answer in the place of whom they supervise."""
    return given.by_responsible


def reading_is_owed(_facts: CaseFacts, given: AcknowledgeGiven) -> bool:
    """By the caller's own level."""
    return given.owed
