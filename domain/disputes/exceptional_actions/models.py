"""Tables of exceptional actions: a rest of the mediation, a party's withdrawal, an obligation not kept."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.disputes.exceptional_actions.codes import BreachRemedy, PauseReason
from domain.foundation.database.base import (
    TENANT,
    Base,
    instant,
    one_of,
    refers,
)
from domain.foundation.kernel.tables import TenantRow

# CRT2, MDC1 (人民法院在线调解规则 26, 医疗纠纷预防和处理条例 38): their time is no part of a period of mediation.
NOT_COUNTED = frozenset({PauseReason.APPRAISAL})


class CasePause(TenantRow, Base):
    """One rest of a mediation (中止), from its beginning to its end; at most one runs.

    `working_days`: how many working days it took, the day on which it began not counted. Where the reason is an
    appraisal, periods of mediation are longer by these (CRT2, MDC1).
    """

    __tablename__ = "case_pause"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("paused_by", "app_user"),
        CheckConstraint(one_of("reason", PauseReason), name="reason"),
        CheckConstraint("resumed_at IS NULL OR resumed_at >= paused_at", name="term"),
        CheckConstraint("(resumed_at IS NULL) = (working_days IS NULL)", name="counted"),
        Index("ix_case_pause__case", "county_id", "case_id", "paused_at", "id"),
        Index(
            "uq_case_pause__running", "county_id", "case_id", unique=True, postgresql_where=text("resumed_at IS NULL")
        ),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(Text)
    paused_at: Mapped[datetime] = instant()
    paused_by: Mapped[UUID]
    resumed_at: Mapped[datetime | None] = instant(nullable=True)
    working_days: Mapped[int | None]


class CaseWithdrawal(TenantRow, Base):
    """A party's word that ended the mediation (当事人终止), by themselves or as a mediator recorded it."""

    __tablename__ = "case_withdrawal"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("party_id", "case_party"),
        refers("recorded_by", "app_user"),
        Index("ix_case_withdrawal__case", "county_id", "case_id", "withdrawn_at", "id"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    party_id: Mapped[UUID]
    withdrawn_at: Mapped[datetime] = instant()
    recorded_by: Mapped[UUID]


class CaseBreach(TenantRow, Base):
    """A report that an obligation was not kept (未履行). It stands while the obligation has no proof of performance.

    `party_id`: the party who reported it, or for whom it was recorded. `refused`: the debtor said that they would not
    perform. `enforce_by`: the last day to apply for enforcement (CONF10), where a court had confirmed the agreement.
    """

    __tablename__ = "case_breach"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("obligation_id", "case_obligation"),
        refers("party_id", "case_party"),
        refers("reported_by", "app_user"),
        CheckConstraint(one_of("remedy", BreachRemedy), name="remedy"),
        CheckConstraint("(remedy = 'enforcement') = (enforce_by IS NOT NULL)", name="window"),
        Index("ix_case_breach__case", "county_id", "case_id", "reported_at", "id"),
        Index("ix_case_breach__obligation", "county_id", "obligation_id"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    obligation_id: Mapped[UUID]
    reported_at: Mapped[datetime] = instant()
    reported_by: Mapped[UUID]
    party_id: Mapped[UUID | None]
    refused: Mapped[bool]
    description: Mapped[str] = mapped_column(Text)
    remedy: Mapped[str] = mapped_column(Text)
    enforce_by: Mapped[date | None] = mapped_column(Date)
