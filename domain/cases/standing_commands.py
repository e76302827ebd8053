"""Commands about who stands where: notes, representatives, recusal. Texts and names stay out of logs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.codes.enums import NoteVisibility, PartySide, RecusalRelation, RepresentativeKind


@dataclass(frozen=True, slots=True, repr=False)
class AddNote:
    """Write a note (备注) for these readers; `side` for a note that is for one side, and only then."""

    expected_version: int
    content: str
    visibility: NoteVisibility
    side: PartySide | None = None


@dataclass(frozen=True, slots=True, repr=False)
class AddRepresentative:
    """Record who stands for a party (监护人、委托代理人、代表人).

    `consented`: they agreed that their own identity number be kept; `ward_consented`: a guardian agreed that the
    party's data be kept (PI1). `replaces_id`: another representative of the same party, whose term ends. `name` may be
    left out for a group's representative, who is the party itself.
    """

    expected_version: int
    party_id: UUID
    kind: RepresentativeKind
    name: str | None = None
    id_number: str | None = None
    phone: str | None = None
    authority: str | None = None
    user_id: UUID | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    consented: bool = False
    ward_consented: bool = False
    replaces_id: UUID | None = None


@dataclass(frozen=True, slots=True, repr=False)
class DeclareRecusal:
    """Declare what ties a mediator to a party (回避申报); again, with the consent of each side once it is given."""

    expected_version: int
    mediator_id: UUID
    party_id: UUID
    relation: RecusalRelation
    reason: str
    applicant_consent_at: datetime | None = None
    respondent_consent_at: datetime | None = None


@dataclass(frozen=True, slots=True, repr=False)
class ReplaceMediator:
    """Decide that a mediator is replaced (更换调解员) or, without a replacement, that the grounds do not hold."""

    expected_version: int
    mediator_id: UUID
    reason: str
    replacement_id: UUID | None = None
