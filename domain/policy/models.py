"""Tables of a county's own policy rows: what was proposed, and what became of it. Nothing in them is ever changed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.foundation.database.base import APPENDED_ONLY, TENANT, Base, instant, one_of, refers
from domain.foundation.kernel.tables import TenantRow
from domain.policy.codes import PolicyEffect, PolicyStepKind


class PolicyRevision(TenantRow, Base):
    """Every row that a county would have beside the shipped ones (规则变更), as somebody proposed it.

    `number` counts the county's revisions from 1. `based_on`: the one that was in force; None: there was none.
    `restores`: the earlier one whose rows these are.
    """

    __tablename__ = "policy_revision"
    __table_args__ = (
        refers("proposed_by", "app_user"),
        UniqueConstraint("county_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        {"info": TENANT | APPENDED_ONLY},
    )

    number: Mapped[int]
    based_on: Mapped[int | None]
    restores: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text)
    proposed_at: Mapped[datetime] = instant()
    proposed_by: Mapped[UUID]
    # By which of their roles: rows grant no more than it holds.
    proposed_as: Mapped[str] = mapped_column(Text)


class PolicyRow(TenantRow, Base):
    """One row of a revision, as authz/policy_file.py knows it; its domain is the county."""

    __tablename__ = "policy_row"
    __table_args__ = (
        refers("revision_id", "policy_revision"),
        UniqueConstraint("county_id", "revision_id", "ordinal"),
        CheckConstraint(one_of("effect", PolicyEffect), name="effect"),
        {"info": TENANT | APPENDED_ONLY},
    )

    revision_id: Mapped[UUID]
    ordinal: Mapped[int] = mapped_column(SmallInteger)
    role: Mapped[str] = mapped_column(Text)
    resource: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    field_group: Mapped[str] = mapped_column(Text)
    scope: Mapped[str] = mapped_column(Text)
    condition: Mapped[str] = mapped_column(Text)
    effect: Mapped[str] = mapped_column(Text)


class PolicyStep(TenantRow, Base):
    """What somebody did with a revision. `in_force`, of one that was applied: the last of the county's is in force."""

    __tablename__ = "policy_step"
    __table_args__ = (
        refers("revision_id", "policy_revision"),
        refers("taken_by", "app_user"),
        UniqueConstraint("county_id", "revision_id", "step"),
        UniqueConstraint("county_id", "in_force"),
        CheckConstraint(one_of("step", PolicyStepKind), name="step"),
        CheckConstraint("(step = 'apply') = (in_force IS NOT NULL)", name="in_force"),
        {"info": TENANT | APPENDED_ONLY},
    )

    revision_id: Mapped[UUID]
    step: Mapped[str] = mapped_column(Text)
    in_force: Mapped[int | None]
    taken_at: Mapped[datetime] = instant()
    taken_by: Mapped[UUID]
