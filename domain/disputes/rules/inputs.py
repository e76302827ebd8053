"""What a command adds to the facts, as far as a rule asks for it: one frozen record for each action with such rules.

Services fill these from the command and from what they looked up, so that the rules stay plain Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.codes.enums import AgreementForm


@dataclass(frozen=True, slots=True)
class RegisterRuleInput:
    """Parties with sensitive data kept: how many have not consented, how many under 14 lack the guardian's."""

    without_consent: int = 0
    without_guardian_consent: int = 0


@dataclass(frozen=True, slots=True)
class AcceptRuleInput:
    """Whether the parties were told their rights and duties."""

    rights_told: bool


@dataclass(frozen=True, slots=True)
class DeclineRuleInput:
    """Whether the legal way that is open instead was named."""

    guidance_given: bool


@dataclass(frozen=True, slots=True)
class DispatchRuleInput:
    """Whether the area that the handler, and every assisting organisation, serves covers the case's place."""

    handler_covers: bool
    assisting_cover: bool = True


@dataclass(frozen=True, slots=True)
class TakeOnRuleInput:
    """How many mediators are named; how many are parties or stand for one, have a ground of recusal, are out of office."""

    mediators: int
    mediators_who_are_parties: int = 0
    mediators_barred: int = 0
    mediators_dismissed: int = 0
    mediators_expired: int = 0


@dataclass(frozen=True, slots=True)
class SessionRuleInput:
    """When the session was held, whether there is a record of it with who attended, and of a separate one for all.

    `by_partial`: whoever records it is a party of the case or stands for one.
    """

    held_at: datetime
    recorded: bool
    opened_to_all: bool = False
    by_partial: bool = False


@dataclass(frozen=True, slots=True)
class AgreeRuleInput:
    """The agreement's form and what makes it effective; `by_partial`: recorded by a party or who stands for one."""

    form: AgreementForm
    all_consented: bool
    written_down: bool
    names_amounts: bool = False
    written_requested: bool = False
    all_signed: bool = False
    mediator_signed: bool = False
    sealed: bool = False
    copies: int | None = None
    by_partial: bool = False


@dataclass(frozen=True, slots=True)
class FailRuleInput:
    """Whether the parties were told of arbitration, administrative and court ways."""

    other_ways_told: bool


@dataclass(frozen=True, slots=True)
class SignRuleInput:
    """Whether, with what is signed now, everybody has signed; and how many copies there are."""

    complete: bool
    copies: int | None = None


@dataclass(frozen=True, slots=True)
class EntrustRuleInput:
    """Whether the organisation that a court entrusts serves the place."""

    organisation_covers: bool


@dataclass(frozen=True, slots=True)
class FulfilRuleInput:
    """How many obligations will still be without evidence."""

    unevidenced: int


@dataclass(frozen=True, slots=True)
class WithdrawRuleInput:
    """Whether the parties were told of other ways when one of them ended the mediation."""

    other_ways_told: bool


@dataclass(frozen=True, slots=True)
class MediateAgainRuleInput:
    """Whether both sides want to be mediated again."""

    all_consented: bool


@dataclass(frozen=True, slots=True)
class ReferRuleInput:
    """Whether the parties consented that the court be given their case, and whether it is one for the case's place."""

    consented: bool
    court_covers: bool


@dataclass(frozen=True, slots=True)
class PerformRuleInput:
    """Whether there is proof that an obligation was performed."""

    evidenced: bool


@dataclass(frozen=True, slots=True)
class BreachRuleInput:
    """Whether the day for performance has passed, or the debtor said that they would not perform."""

    overdue: bool
    refused: bool


@dataclass(frozen=True, slots=True)
class ReopenRuleInput:
    """Whether the parties were told their rights and duties, now or when the case was first accepted."""

    rights_told: bool


@dataclass(frozen=True, slots=True)
class ExtendDeadlineRuleInput:
    """Whether the deadline still runs, may be extended so far and so often, and whose consent that takes is there.

    `approved`: by the centre, where it is not the parties who agree.
    """

    open: bool
    within_limit: bool
    consented: bool
    approved: bool = True


@dataclass(frozen=True, slots=True)
class SupervisionRuleInput:
    """Whether the supervision named is one of which this is the next step; of an answer, whether it is theirs to give."""

    in_order: bool
    by_responsible: bool = True


@dataclass(frozen=True, slots=True)
class AcknowledgeRuleInput:
    """Whether the caller's level of leadership owes the reading of a risk report."""

    owed: bool


@dataclass(frozen=True, slots=True)
class CallRuleInput:
    """How many hours a call leaves to answer, and whether all whom it names serve the place."""

    hours: int
    respondents_cover: bool
