"""Tables of who stands where in a case: notes with their readers, representatives, grounds of recusal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.codes.enums import NoteVisibility, PartySide
from domain.disputes.people.codes import RecusalRelation, RepresentativeKind
from domain.foundation.database.base import (
    TENANT,
    Base,
    instant,
    one_of,
    refers,
)
from domain.foundation.kernel.tables import TenantRow


class CaseNote(TenantRow, Base):
    """What somebody wrote on a case, for everyone on it, one side, the mediators, or one organisation alone."""

    __tablename__ = "case_note"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("recorded_by", "app_user"),
        refers("organisation_id", "organisation"),
        CheckConstraint(one_of("visibility", NoteVisibility), name="visibility"),
        CheckConstraint(one_of("side", PartySide), name="side"),
        CheckConstraint("(visibility = 'side') = (side IS NOT NULL)", name="for_side"),
        CheckConstraint("(visibility = 'organisation') = (organisation_id IS NOT NULL)", name="for_organisation"),
        Index("ix_case_note__case", "county_id", "case_id", "recorded_at", "id"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    visibility: Mapped[str] = mapped_column(Text)
    side: Mapped[str | None] = mapped_column(Text)
    # Which organisation alone reads it (counselling).
    organisation_id: Mapped[UUID | None]
    content: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = instant()


class CaseRepresentative(TenantRow, Base):
    """Somebody who stands for a party for a term: guardian, agent, or representative of a group."""

    __tablename__ = "case_representative"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("party_id", "case_party"),
        refers("user_id", "app_user"),
        CheckConstraint(one_of("side", PartySide), name="side"),
        CheckConstraint(one_of("kind", RepresentativeKind), name="kind"),
        CheckConstraint("char_length(name) BETWEEN 1 AND 100", name="name"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="validity"),
        CheckConstraint("ward_consent_at IS NULL OR kind = 'guardian'", name="ward_consent"),
        Index("ix_case_representative__case", "county_id", "case_id", "valid_from", "id"),
        Index(
            "ix_case_representative__user",
            "county_id",
            "user_id",
            "case_id",
            postgresql_where=text("user_id IS NOT NULL"),
        ),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    party_id: Mapped[UUID]
    # The party's side, which never changes: access is decided by it.
    side: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    id_number: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    # By what paper, and how far: 授权委托书 and its limits.
    authority: Mapped[str | None] = mapped_column(Text)
    user_id: Mapped[UUID | None]
    valid_from: Mapped[datetime] = instant()
    valid_until: Mapped[datetime | None] = instant(nullable=True)
    # When the representative agreed that their own sensitive data be kept; when a guardian agreed for the ward (PI1).
    consent_at: Mapped[datetime | None] = instant(nullable=True)
    ward_consent_at: Mapped[datetime | None] = instant(nullable=True)


class CaseRecusal(TenantRow, Base):
    """A ground on which a mediator may not mediate a case (回避), until both sides consent or it is dismissed."""

    __tablename__ = "case_recusal"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("mediator_id", "app_user"),
        refers("party_id", "case_party"),
        refers("declared_by", "app_user"),
        refers("dismissed_by", "app_user"),
        CheckConstraint(one_of("relation", RecusalRelation), name="relation"),
        CheckConstraint("(dismissed_at IS NULL) = (dismissed_by IS NULL)", name="dismissed"),
        UniqueConstraint("county_id", "case_id", "mediator_id", "party_id"),
        Index("ix_case_recusal__mediator", "county_id", "mediator_id", "case_id"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    mediator_id: Mapped[UUID]
    party_id: Mapped[UUID]
    relation: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    declared_by: Mapped[UUID]
    declared_at: Mapped[datetime] = instant()
    # When each side agreed that this mediator goes on all the same.
    applicant_consent_at: Mapped[datetime | None] = instant(nullable=True)
    respondent_consent_at: Mapped[datetime | None] = instant(nullable=True)
    # When the organisation found that the ground does not hold.
    dismissed_at: Mapped[datetime | None] = instant(nullable=True)
    dismissed_by: Mapped[UUID | None]
