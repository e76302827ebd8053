"""The table of signatures: who put a hand, a finger or a seal to an agreement, when, and who recorded it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.disputes.agreements.codes import Signer, SigningMethod
from domain.foundation.database.base import (
    TENANT,
    Base,
    instant,
    one_of,
    refers,
)
from domain.foundation.kernel.tables import TenantRow


class AgreementSignature(TenantRow, Base):
    """One signature, fingerprint or seal under a written agreement (AGR3: 人民调解法 29)."""

    __tablename__ = "agreement_signature"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("agreement_id", "case_agreement"),
        refers("party_id", "case_party"),
        refers("user_id", "app_user"),
        refers("organisation_id", "organisation"),
        refers("recorded_by", "app_user"),
        CheckConstraint(one_of("signer", Signer), name="signer"),
        CheckConstraint(one_of("method", SigningMethod), name="method"),
        # A party signs as a party, a mediator as a user, the committee as an organisation, by its seal.
        CheckConstraint(
            "(signer = 'party') = (party_id IS NOT NULL) AND (signer = 'mediator') = (user_id IS NOT NULL)"
            " AND (signer = 'committee') = (organisation_id IS NOT NULL)",
            name="who",
        ),
        CheckConstraint("signer <> 'committee' OR method = 'seal'", name="seal"),
        Index("uq_agreement_signature__party", "county_id", "agreement_id", "party_id", unique=True,
              postgresql_where=text("party_id IS NOT NULL")),
        Index("uq_agreement_signature__mediator", "county_id", "agreement_id", "user_id", unique=True,
              postgresql_where=text("user_id IS NOT NULL")),
        Index("uq_agreement_signature__committee", "county_id", "agreement_id", unique=True,
              postgresql_where=text("signer = 'committee'")),
        Index("ix_agreement_signature__case", "county_id", "case_id"),
        {"info": TENANT},
    )  # fmt: skip

    case_id: Mapped[UUID]
    agreement_id: Mapped[UUID]
    signer: Mapped[str] = mapped_column(Text)
    party_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    method: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime] = instant()
    # The name of the picture of the signature among the case's papers, where there is one.
    image_name: Mapped[str | None] = mapped_column(Text)
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = instant()
