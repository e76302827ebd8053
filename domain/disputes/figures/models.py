"""Tables of the figures that are kept as cases change: changes not yet folded, and the cells they are folded into.

Written by triggers on dispute_case and by SQL functions, all of them in the migration that made these tables, which
also says what is counted when (`COUNTS`) and by what cells are told apart (`BREAKDOWNS`).
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.foundation.database.base import TENANT, Base, county_key


class _Alike:
    """By what cases are alike; of a cell, null too where it is not told apart by this."""

    town_id: Mapped[UUID | None]
    community_id: Mapped[UUID | None]
    grid_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    handler_id: Mapped[UUID | None]
    court_id: Mapped[UUID | None]
    type_code: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Text)
    risk_level: Mapped[str | None] = mapped_column(Text)
    public_security: Mapped[bool | None]
    minor_involved: Mapped[bool | None]
    family_or_minor: Mapped[bool | None]


class _Counted:
    """How many cases there are, and how many of them are settled and so on; of a change, how many more or fewer."""

    cases: Mapped[int]
    settled: Mapped[int]
    reopened: Mapped[int]
    returned: Mapped[int]
    declined: Mapped[int]
    concluded: Mapped[int]
    # Ended, with a due date; and ended by it.
    timed: Mapped[int]
    on_time: Mapped[int]


class CaseFigureChange(_Alike, _Counted, Base):
    """What one statement changed of the figures of cases registered on one day; gone when it has been folded."""

    __tablename__ = "case_figure_change"
    __table_args__ = ({"info": TENANT},)

    county_id: Mapped[int] = county_key()
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    starts_on: Mapped[date]


class CaseFigureCell(_Alike, _Counted, Base):
    """The figures of all cases of one period that are alike by one breakdown."""

    __tablename__ = "case_figure_cell"
    __table_args__ = (
        CheckConstraint("period IN ('day', 'ten_days', 'month')", name="period"),
        *(
            Index(
                f"ix_case_figure_cell__{name}",
                "county_id",
                "breakdown",
                "period",
                f"{name}_id",
                "starts_on",
                postgresql_where=text(f"{name}_id IS NOT NULL"),
            )
            for name in ("town", "community", "grid", "handler", "court")
        ),
        {"info": TENANT},
    )

    county_id: Mapped[int] = county_key()
    breakdown: Mapped[str] = mapped_column(Text, primary_key=True)
    period: Mapped[str] = mapped_column(Text, primary_key=True)
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    # A hash of what it is told apart by, since that may be null.
    cell_key: Mapped[UUID] = mapped_column(primary_key=True)
    type_group: Mapped[str | None] = mapped_column(Text)
