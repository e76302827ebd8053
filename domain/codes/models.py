"""Code tables, the same for every county: dispute types and labels."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.foundation.database.base import REFERENCE, Base


class DisputeType(Base):
    """A type of dispute, in two levels (DOMAIN §9); types 13 to 16 are not mediable by default."""

    __tablename__ = "dispute_type"
    __table_args__ = (
        Index(
            "uq_dispute_type__code_label", "code", unique=True, postgresql_include=["label", "mediable", "parent_code"]
        ),
        {"info": REFERENCE},
    )

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("dispute_type.code"))
    label: Mapped[str] = mapped_column(Text)
    mediable: Mapped[bool] = mapped_column(server_default=text("true"))


class CodeLabel(Base):
    """The Chinese and English words of one value of a closed set, loaded from labels.csv."""

    __tablename__ = "code_label"
    __table_args__ = ({"info": REFERENCE},)

    list: Mapped[str] = mapped_column(Text, primary_key=True)
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    label: Mapped[str] = mapped_column(Text)
    label_en: Mapped[str] = mapped_column(Text)
    ordinal: Mapped[int] = mapped_column(SmallInteger)
