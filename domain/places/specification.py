"""What a place's files say, as typed values. files.py reads them; nothing here touches the disk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.codes.enums import (
    AgreementForm,
    AreaKind,
    CaseScale,
    CaseSource,
    CaseStatus,
    FrameworkTier,
    PartnerKind,
    PartySide,
    RiskLevel,
    Role,
    SettlementMode,
)
from domain.disputes.exceptional_actions.codes import PauseReason


class PlaceError(ValueError):
    """A place's files contradict themselves or the domain: which file, which entry, and why."""


@dataclass(frozen=True, slots=True)
class CountySpec:
    """An isolation cell. `id_district` and `phone_prefix` begin the invented numbers of its people."""

    id: int
    parent: int | None
    level: str
    name: str
    division_code: str
    id_district: str
    phone_prefix: str


@dataclass(frozen=True, slots=True)
class AreaSpec:
    """A territory; `parent` is the key of the area above in the same county cell."""

    county: int
    key: str
    kind: AreaKind
    name: str
    short_name: str | None
    parent: str | None
    division_code: str


@dataclass(frozen=True, slots=True)
class PartnerSpec:
    """An institution: where it sits (`home`), which areas it serves, which institution is above it (`parent`)."""

    county: int
    key: str
    kind: PartnerKind
    name: str
    short_name: str | None
    home: str
    parent: str | None
    serves: tuple[str, ...]
    number_word: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class FrameworkSpec:
    """How a place is organised in its own words, with its members in order."""

    area: str
    name: str
    description: str
    members: tuple[tuple[str, FrameworkTier], ...]


@dataclass(frozen=True, slots=True)
class MembershipSpec:
    """A role in an organisation (by key); `full_time` where the role knows the difference."""

    role: Role
    organisation: str
    full_time: bool | None = None


@dataclass(frozen=True, slots=True)
class PersonSpec:
    """A named person. With a username the person is a demo account."""

    county: int
    key: str
    name: str
    memberships: tuple[MembershipSpec, ...]
    username: str | None = None


@dataclass(frozen=True, slots=True)
class WorkforceSpec:
    """How many work in a grid, people named elsewhere included; those not named are invented."""

    grid: str
    leaders: int
    full_time: int
    part_time: int

    @property
    def total(self) -> int:
        """Everybody in the grid."""
        return self.leaders + self.full_time + self.part_time


@dataclass(frozen=True, slots=True)
class NamesSpec:
    """The words from which names are made."""

    surnames: tuple[str, ...]
    first: tuple[str, ...]
    second: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeskSpec:
    """Who acts at a centre, by key of the person: its dispatcher, and who registers what by source.

    A source that `registrars` does not name is registered by a worker of the community's grid when it comes
    from there (grid event, sweep, found proactively), by the dispatcher otherwise.
    """

    centre: str
    dispatcher: str
    registrars: dict[CaseSource, str]
    court_liaison: str | None
    judge: str | None
    director: str | None


@dataclass(frozen=True, slots=True)
class ObligationSpec:
    """One thing owed: `share` is its part of the sum in per cent, None when no money is owed."""

    text: str
    owes: PartySide
    days: int
    share: int | None


@dataclass(frozen=True, slots=True)
class StorySpec:
    """What a dispute is about, with the places of names and sums left open. `guidance` belongs to one declined."""

    key: str
    type_code: str
    title: str
    facts: str
    demands: str
    record: str
    agreement: str
    obligations: tuple[ObligationSpec, ...]
    guidance: str | None
    scale: CaseScale
    public_security: bool
    violence: bool
    minor: bool


@dataclass(frozen=True, slots=True)
class PartySpec:
    """A party as the file writes it: `name|flag|flag`; `user` is the key of a person with an account."""

    name: str
    organisation: bool = False
    minor: bool = False
    elderly: bool = False
    woman_at_risk: bool = False
    disabled: bool = False
    address_protected: bool = False
    user: str | None = None


@dataclass(frozen=True, slots=True)
class CaseSpec:
    """A case as the file writes it: its beginning, what became of it and how long that took.

    `registered` is a moment, or a distance back from the moment of loading for the cases still open.
    `days` runs from registration to the end of mediation. `ending` is how that went: agreed, failed or declined,
    None while it is open. Money is in yuan. `confirmed_by` is the court that confirmed the agreement, `referred_to`
    the one that was given a case that failed. `paused`: mediation rests now, for that reason. `breached`: the first
    obligation was not kept. `reopened`: it was closed, and opened again since.
    """

    key: str
    centre: str
    community: str | None
    registered: datetime | timedelta
    source: CaseSource
    story: str
    applicants: tuple[PartySpec, ...]
    respondents: tuple[PartySpec, ...]
    amount: int | None
    people: int | None
    risk: RiskLevel | None
    handler: str | None
    mediator: str | None
    assisting: tuple[str, ...]
    returned_by: tuple[str, ...]
    sessions: int
    days: int
    outcome: CaseStatus
    ending: CaseStatus | None
    mode: SettlementMode
    form: AgreementForm
    satisfaction: int | None
    protectors: tuple[str, ...]
    mass_incident: bool
    confirmed_by: str | None
    referred_to: str | None
    paused: PauseReason | None
    breached: bool
    reopened: bool

    @property
    def reached(self) -> CaseStatus:
        """How far along the main road it went before it left it: one that was reopened, as far as it was closed."""
        if self.reopened or self.outcome is CaseStatus.ARCHIVED:
            return CaseStatus.CLOSED
        return _ON_THE_ROAD.get(self.outcome, self.outcome)


_ON_THE_ROAD = {CaseStatus.REFERRED_TO_COURT: CaseStatus.FAILED, CaseStatus.PERFORMING: CaseStatus.AGREED}


@dataclass(frozen=True, slots=True)
class Place:
    """Everything the folder of a place says."""

    name: str
    opened: datetime
    counties: tuple[CountySpec, ...]
    areas: tuple[AreaSpec, ...]
    partners: tuple[PartnerSpec, ...]
    frameworks: tuple[FrameworkSpec, ...]
    people: tuple[PersonSpec, ...]
    workforce: tuple[WorkforceSpec, ...]
    names: NamesSpec
    desks: tuple[DeskSpec, ...]
    stories: tuple[StorySpec, ...]
    cases: tuple[CaseSpec, ...]
