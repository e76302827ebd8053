"""Tables of the register: mediation committees with their terms and members, mediators, how large committees may be."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.committees.codes import CommitteePosition, DismissalGround, MediatorBasis
from domain.foundation.database.base import (
    TENANT,
    Base,
    county_key,
    instant,
    one_of,
    refers,
)
from domain.foundation.kernel.tables import (
    InPlace,
    TenantRow,
    Versioned,
    place_references,
    version_check,
)


class MediationCommittee(TenantRow, InPlace, Versioned, Base):
    """A people's mediation committee (人民调解委员会) on the register: an organisation, by whose id it is known.

    `elected_on`, `term_ends_on`: of the latest election; nothing before the first. The level columns are the home's.
    """

    __tablename__ = "mediation_committee"
    __table_args__ = (
        refers("id", "organisation"),
        *place_references(),
        refers("registered_by", "app_user"),
        CheckConstraint("(elected_on IS NULL) = (term_ends_on IS NULL)", name="term"),
        version_check(),
        Index("ix_mediation_committee__term", "county_id", text("(coalesce(term_ends_on, 'infinity'::date))"), "id"),
        Index("ix_mediation_committee__town", "county_id", "town_id", "id"),
        {"info": TENANT},
    )

    elected_on: Mapped[date | None] = mapped_column(Date)
    # The last day of the term.
    term_ends_on: Mapped[date | None] = mapped_column(Date)
    registered_at: Mapped[datetime] = instant()
    # Nobody: loaded with a place.
    registered_by: Mapped[UUID | None]


class CommitteeTerm(TenantRow, Base):
    """One election (推选) and the term that it began. `fewest`, `most`: the bounds that held on that day."""

    __tablename__ = "committee_term"
    __table_args__ = (
        refers("committee_id", "mediation_committee"),
        refers("recorded_by", "app_user"),
        UniqueConstraint("county_id", "committee_id", "elected_on"),
        CheckConstraint("ends_on > elected_on", name="ends_on"),
        CheckConstraint("ended_on IS NULL OR ended_on <= ends_on", name="ended_on"),
        CheckConstraint("3 <= fewest AND fewest <= most AND most <= 9", name="bounds"),
        {"info": TENANT},
    )

    committee_id: Mapped[UUID]
    elected_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    # An election before its time ended it.
    ended_on: Mapped[date | None] = mapped_column(Date)
    fewest: Mapped[int] = mapped_column(SmallInteger)
    most: Mapped[int] = mapped_column(SmallInteger)
    recorded_at: Mapped[datetime] = instant()
    recorded_by: Mapped[UUID | None]


class CommitteeMember(TenantRow, Base):
    """Somebody elected to a committee for a term. `left_on`: dismissed in the course of it."""

    __tablename__ = "committee_member"
    __table_args__ = (
        refers("committee_id", "mediation_committee"),
        refers("term_id", "committee_term"),
        refers("user_id", "app_user"),
        UniqueConstraint("county_id", "term_id", "user_id"),
        CheckConstraint(one_of("position", CommitteePosition), name="position"),
        CheckConstraint("char_length(name) BETWEEN 1 AND 100", name="name"),
        Index("ix_committee_member__committee", "county_id", "committee_id", "term_id", "ordinal", "id"),
        {"info": TENANT},
    )

    committee_id: Mapped[UUID]
    term_id: Mapped[UUID]
    ordinal: Mapped[int] = mapped_column(SmallInteger)
    user_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(Text)
    position: Mapped[str] = mapped_column(Text)
    woman: Mapped[bool]
    left_on: Mapped[date | None] = mapped_column(Date)


class Mediator(TenantRow, InPlace, Versioned, Base):
    """A people's mediator (人民调解员): one appointment of one person by one committee, to its end.

    `ends_on` is the last day in office; none: until dismissed. The level columns are the committee's.
    """

    __tablename__ = "mediator"
    __table_args__ = (
        refers("committee_id", "mediation_committee"),
        refers("user_id", "app_user"),
        *place_references(),
        refers("recorded_by", "app_user"),
        refers("dismissed_by", "app_user"),
        CheckConstraint(one_of("basis", MediatorBasis), name="basis"),
        CheckConstraint(one_of("dismissal_ground", DismissalGround), name="dismissal_ground"),
        # MED2: no dismissal without its ground and what it rests on.
        CheckConstraint(
            "(dismissed_at IS NULL) = (dismissal_ground IS NULL)"
            " AND (dismissed_at IS NULL) = (dismissal_evidence IS NULL)",
            name="dismissal",
        ),
        CheckConstraint("id_number IS NULL OR consent_at IS NOT NULL", name="consent"),
        CheckConstraint("char_length(name) BETWEEN 1 AND 100", name="name"),
        version_check(),
        Index("ix_mediator__user", "county_id", "user_id"),
        Index("ix_mediator__committee", "county_id", "committee_id", "name", "id"),
        Index("ix_mediator__town", "county_id", "town_id", "name", "id"),
        Index("ix_mediator__name", "county_id", "name", "id"),
        {"info": TENANT},
    )

    committee_id: Mapped[UUID]
    user_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(Text)
    full_time: Mapped[bool]
    gold_medal: Mapped[bool] = mapped_column(server_default=text("false"))
    birth_date: Mapped[date] = mapped_column(Date)
    id_number: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    # When the mediator agreed that the identity number be kept (PI1).
    consent_at: Mapped[datetime | None] = instant(nullable=True)
    appointed_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    recorded_at: Mapped[datetime] = instant()
    recorded_by: Mapped[UUID | None]
    dismissed_at: Mapped[datetime | None] = instant(nullable=True)
    dismissed_by: Mapped[UUID | None]
    dismissal_ground: Mapped[str | None] = mapped_column(Text)
    dismissal_evidence: Mapped[str | None] = mapped_column(Text)


class CommitteeSize(InPlace, Base):
    """How many members the committees of an area have: narrower than the law's three to nine, never wider (PMC1)."""

    __tablename__ = "committee_size"
    __table_args__ = (
        refers("area_id", "organisation"),
        *place_references(),
        refers("set_by", "app_user"),
        CheckConstraint("3 <= fewest AND fewest <= most AND most <= 9", name="bounds"),
        CheckConstraint("char_length(source) BETWEEN 1 AND 200", name="source"),
        {"info": TENANT},
    )

    county_id: Mapped[int] = county_key()
    area_id: Mapped[UUID] = mapped_column(primary_key=True)
    fewest: Mapped[int] = mapped_column(SmallInteger)
    most: Mapped[int] = mapped_column(SmallInteger)
    # The paper that says so.
    source: Mapped[str] = mapped_column(Text)
    set_by: Mapped[UUID]
    set_at: Mapped[datetime] = instant()
