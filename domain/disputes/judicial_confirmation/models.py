"""The tables of judicial confirmation (司法确认): a joint application with consents and material, the court's decisions."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.codes.enums import ConfirmationStatus
from domain.disputes.judicial_confirmation.codes import ConfirmationBasis, ConfirmationMaterial, ConfirmationWithdrawal
from domain.foundation.database.base import (
    TENANT,
    Base,
    instant,
    one_of,
    refers,
)
from domain.foundation.kernel.tables import TenantRow


class JudicialConfirmation(TenantRow, Base):
    """One application to a court to confirm a mediated agreement; at most one a case is open or confirmed."""

    __tablename__ = "judicial_confirmation"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("court_id", "organisation"),
        refers("applied_by", "app_user"),
        refers("place_id", "organisation"),
        refers("resident_id", "case_party"),
        CheckConstraint(one_of("status", ConfirmationStatus), name="status"),
        CheckConstraint(one_of("basis", ConfirmationBasis), name="basis"),
        CheckConstraint(one_of("withdrawal", ConfirmationWithdrawal), name="withdrawal"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawal IS NULL)", name="withdrawn"),
        CheckConstraint("(extended_at IS NULL) = (extension_reason IS NULL)", name="extended"),
        Index(
            "uq_judicial_confirmation__open",
            "county_id",
            "case_id",
            unique=True,
            postgresql_where=text("status IN ('applied', 'accepted', 'confirmed')"),
        ),
        Index("ix_judicial_confirmation__case", "county_id", "case_id", "applied_at", "id"),
        Index("ix_judicial_confirmation__court", "county_id", "court_id", "status", "applied_at", "id"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    court_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(Text)
    applied_at: Mapped[datetime] = instant()
    applied_by: Mapped[UUID]
    # The last day on which both sides may apply (CONF1, CONF2), a date in China.
    apply_by: Mapped[date] = mapped_column(Date)
    decided_at: Mapped[datetime | None] = instant(nullable=True)
    number: Mapped[str | None] = mapped_column(Text)
    ground: Mapped[str | None] = mapped_column(Text)
    ruled_at: Mapped[datetime | None] = instant(nullable=True)
    # The last day on which enforcement may be applied for (CONF10).
    enforce_by: Mapped[date | None] = mapped_column(Date)
    # Why this court (CONF3), and the place that makes it so where it is a residence or the object's place.
    basis: Mapped[str | None] = mapped_column(Text)
    place_id: Mapped[UUID | None]
    # Whose residence it is.
    resident_id: Mapped[UUID | None]
    # CONF4: then proof of title belongs to the material.
    concerns_title: Mapped[bool] = mapped_column(server_default=false())
    # CONF8: the last days to decide on acceptance and to rule; extended once, with a reason.
    decide_by: Mapped[date | None] = mapped_column(Date)
    rule_by: Mapped[date | None] = mapped_column(Date)
    extended_at: Mapped[datetime | None] = instant(nullable=True)
    extension_reason: Mapped[str | None] = mapped_column(Text)
    # CONF9: the last day of the special procedure.
    conclude_by: Mapped[date | None] = mapped_column(Date)
    # CONF7: the day that the court set for missing material, and how the application ended before a ruling.
    material_due_on: Mapped[date | None] = mapped_column(Date)
    withdrawn_at: Mapped[datetime | None] = instant(nullable=True)
    withdrawal: Mapped[str | None] = mapped_column(Text)


class EnforcementApplication(TenantRow, Base):
    """A creditor's application to enforce a confirmed agreement that was not kept (CONF10): which court got it, and when."""

    __tablename__ = "enforcement_application"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("confirmation_id", "judicial_confirmation"),
        refers("court_id", "organisation"),
        refers("place_id", "organisation"),
        refers("party_id", "case_party"),
        refers("recorded_by", "app_user"),
        UniqueConstraint("county_id", "confirmation_id", "party_id"),
        Index("ix_enforcement_application__case", "county_id", "case_id"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    confirmation_id: Mapped[UUID]
    court_id: Mapped[UUID]
    # Where property lies, for another court than the one that confirmed.
    place_id: Mapped[UUID | None]
    party_id: Mapped[UUID]
    applied_at: Mapped[datetime] = instant()
    recorded_by: Mapped[UUID]


class ConfirmationConsent(TenantRow, Base):
    """One party's word that it applies with the others (CONF1): who, of which side, and when."""

    __tablename__ = "confirmation_consent"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("confirmation_id", "judicial_confirmation"),
        refers("party_id", "case_party"),
        refers("recorded_by", "app_user"),
        UniqueConstraint("county_id", "confirmation_id", "party_id"),
        Index("ix_confirmation_consent__case", "county_id", "case_id"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    confirmation_id: Mapped[UUID]
    party_id: Mapped[UUID]
    consented_at: Mapped[datetime] = instant()
    recorded_by: Mapped[UUID]


class ConfirmationMaterialSupplied(TenantRow, Base):
    """One kind of material that an application came with, or that was supplied later (CONF4)."""

    __tablename__ = "confirmation_material"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("confirmation_id", "judicial_confirmation"),
        refers("provided_by", "app_user"),
        CheckConstraint(one_of("kind", ConfirmationMaterial), name="kind"),
        UniqueConstraint("county_id", "confirmation_id", "kind"),
        Index("ix_confirmation_material__case", "county_id", "case_id"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    confirmation_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    provided_at: Mapped[datetime] = instant()
    provided_by: Mapped[UUID]
