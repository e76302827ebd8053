"""Tables of the audit log: entries, the chain that seals them, and who read what of which case."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from domain.audit.codes import AuditKind
from domain.foundation.database.base import (
    APPENDED_ONLY,
    TENANT,
    Base,
    county_key,
    id_key,
    instant,
    one_of,
    refers,
)
from domain.foundation.kernel.tables import TenantRow


class AuditEntry(Base):
    """One thing that was done, refused or read (网络安全法 23). Holds ids and codes, never what was read.

    `transaction`: in which it was written; whoever seals waits until no earlier one is under way. `subject_kind` and
    `subject_id`: upon what a command was; `outcome`: `done`, `tried` (a dry run) or the code of the refusal.
    `shown`: of a reading, `[county, "case:<id>", "identity address "]` for each row that was shown with such groups open.
    `grounds`: the policy rows on which it was open, each with the membership that it counted for. `membership_id`,
    `organisation_id` and `role` are those of the first of them.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry__transaction", "county_id", "transaction", "id"),
        CheckConstraint(one_of("kind", AuditKind), name="kind"),
        {"info": TENANT | APPENDED_ONLY, "postgresql_partition_by": "RANGE (at)"},
    )

    county_id: Mapped[int] = county_key()
    at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), primary_key=True)
    id: Mapped[UUID] = id_key()
    transaction: Mapped[int] = mapped_column(BigInteger, server_default=text("((pg_current_xact_id())::text)::bigint"))
    kind: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    request_id: Mapped[str | None] = mapped_column(Text)
    # Of which county the actor is, which may be another where they serve above counties.
    actor_county: Mapped[int | None]
    actor_id: Mapped[UUID | None]
    membership_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    role: Mapped[str | None] = mapped_column(Text)
    grounds: Mapped[str | None] = mapped_column(Text)
    policy_version: Mapped[str | None] = mapped_column(Text)
    subject_kind: Mapped[str | None] = mapped_column(Text)
    subject_id: Mapped[UUID | None]
    shown: Mapped[list[Any] | None] = mapped_column(JSONB)
    detail: Mapped[str | None] = mapped_column(Text)


class AuditSeal(Base):
    """One link of a county's chain: `hash` is that of the link before and of `digest`, which is the entry's own."""

    __tablename__ = "audit_seal"
    __table_args__ = (UniqueConstraint("county_id", "entry_id"), {"info": TENANT | APPENDED_ONLY})

    county_id: Mapped[int] = county_key()
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID]
    entry_at: Mapped[datetime] = instant()
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime] = instant()


class CaseReading(TenantRow, Base):
    """Somebody read protected data of a case: made of the entry when it is sealed, so that cases are looked up by index."""

    __tablename__ = "case_reading"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        Index("ix_case_reading__case", "county_id", "case_id", "at", "id"),
        {"info": TENANT | APPENDED_ONLY},
    )

    case_id: Mapped[UUID]
    entry_id: Mapped[UUID]
    at: Mapped[datetime] = instant()
    actor_id: Mapped[UUID]
    organisation_id: Mapped[UUID | None]
    role: Mapped[str | None] = mapped_column(Text)
    # Field groups, with spaces between.
    groups: Mapped[str] = mapped_column(Text)
