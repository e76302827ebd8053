"""What a command adds to the facts, as far as a rule asks for it: one frozen record for each action with such rules.

Services fill these from the command and from what they looked up, so that the rules stay plain Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.codes.enums import AgreementForm


@dataclass(frozen=True, slots=True)
class RegisterGiven:
    """Parties with sensitive data kept: how many have not consented, how many under 14 lack the guardian's."""

    without_consent: int = 0
    without_guardian_consent: int = 0


@dataclass(frozen=True, slots=True)
class AcceptGiven:
    """Whether the parties were told their rights and duties."""

    rights_told: bool


@dataclass(frozen=True, slots=True)
class DeclineGiven:
    """Whether the legal way that is open instead was named."""

    guidance_given: bool


@dataclass(frozen=True, slots=True)
class DispatchGiven:
    """Whether the area that the handler, and every assisting organisation, serves covers the case's place."""

    handler_covers: bool
    assisting_cover: bool = True


@dataclass(frozen=True, slots=True)
class TakeOnGiven:
    """How many mediators are named, and how many of them are parties of the case."""

    mediators: int
    mediators_who_are_parties: int = 0


@dataclass(frozen=True, slots=True)
class SessionGiven:
    """When the session was held, and whether there is a record of it with who attended."""

    held_at: datetime
    recorded: bool


@dataclass(frozen=True, slots=True)
class AgreeGiven:
    """The agreement's form and what makes it effective."""

    form: AgreementForm
    all_consented: bool
    written_down: bool
    names_amounts: bool = False
    written_requested: bool = False
    all_signed: bool = False
    mediator_signed: bool = False
    sealed: bool = False
    copies: int | None = None


@dataclass(frozen=True, slots=True)
class FailGiven:
    """Whether the parties were told of arbitration, administrative and court ways."""

    other_ways_told: bool


@dataclass(frozen=True, slots=True)
class ApplyGiven:
    """Whether both sides apply, and whether the court is one for the case's place."""

    joint: bool
    court_covers: bool


@dataclass(frozen=True, slots=True)
class DecisionGiven:
    """Whether the court decides in favour, and whether it names a ground."""

    favourable: bool
    ground_named: bool


@dataclass(frozen=True, slots=True)
class FulfilGiven:
    """How many obligations will still be without evidence."""

    unevidenced: int


Given = (
    RegisterGiven
    | AcceptGiven
    | DeclineGiven
    | DispatchGiven
    | TakeOnGiven
    | SessionGiven
    | AgreeGiven
    | FailGiven
    | ApplyGiven
    | DecisionGiven
    | FulfilGiven
)
