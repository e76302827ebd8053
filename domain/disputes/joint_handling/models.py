"""Tables of joint handling (联调): a call, and each organisation that it names."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.disputes.joint_handling.codes import RespondentStatus
from domain.foundation.database.base import (
    TENANT,
    Base,
    instant,
    one_of,
    refers,
)
from domain.foundation.kernel.tables import TenantRow


class JointCall(TenantRow, Base):
    """One call (社区呼叫·部门响应, 吹哨报到) about a case, until its joint conclusion."""

    __tablename__ = "joint_call"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("organisation_id", "organisation"),
        refers("called_by", "app_user"),
        CheckConstraint("respond_by > called_at", name="respond_by"),
        CheckConstraint("(concluded_at IS NULL) = (conclusion IS NULL)", name="conclusion"),
        CheckConstraint("(session_held_at IS NULL) OR (concluded_at IS NOT NULL)", name="session"),
        Index("ix_joint_call__case", "county_id", "case_id", "called_at", "id"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    # Who calls: a community's centre, or whoever handles the case.
    organisation_id: Mapped[UUID]
    called_by: Mapped[UUID]
    matter: Mapped[str] = mapped_column(Text)
    called_at: Mapped[datetime] = instant()
    respond_by: Mapped[datetime] = instant()
    concluded_at: Mapped[datetime | None] = instant(nullable=True)
    session_held_at: Mapped[datetime | None] = instant(nullable=True)
    conclusion: Mapped[str | None] = mapped_column(Text)


class JointRespondent(TenantRow, Base):
    """One organisation that a call names, and its answer."""

    __tablename__ = "joint_respondent"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("call_id", "joint_call"),
        refers("organisation_id", "organisation"),
        refers("participant_id", "case_participant"),
        refers("responded_by", "app_user"),
        CheckConstraint(one_of("status", RespondentStatus), name="status"),
        CheckConstraint("(status = 'asked') = (responded_at IS NULL)", name="answered"),
        CheckConstraint("status <> 'refused' OR reason IS NOT NULL", name="reason"),
        UniqueConstraint("county_id", "call_id", "organisation_id"),
        Index("ix_joint_respondent__case", "county_id", "case_id"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    call_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(Text)
    # The term on the case that the call brought; null for who was on it already and stays when the call ends.
    participant_id: Mapped[UUID | None]
    responded_at: Mapped[datetime | None] = instant(nullable=True)
    responded_by: Mapped[UUID | None]
    reason: Mapped[str | None] = mapped_column(Text)
