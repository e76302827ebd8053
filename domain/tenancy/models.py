"""Tables of tenants and people: counties, organisations, frameworks, users, memberships, credentials."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.codes.enums import AREA_KINDS, FRAMEWORK_TIERS, ORGANISATION_KINDS, ROLES
from domain.foundation.database.base import (
    CONTROL,
    REFERENCE,
    TENANT,
    Base,
    county_key,
    instant,
    one_of,
    refers,
)
from domain.foundation.kernel.tables import TenantRow


class County(Base):
    """An isolation cell: a county, or the level above it (a city, a province) with bodies of its own."""

    __tablename__ = "county"
    __table_args__ = (
        CheckConstraint("level IN ('province', 'city', 'county')", name="level"),
        CheckConstraint("division_code ~ '^[0-9]{12}$'", name="division_code"),
        {"info": REFERENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("county.id"))
    level: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    division_code: Mapped[str] = mapped_column(Text, unique=True)


class AccessStamp(Base):
    """Counts changes of who may see what in a county; row 0 counts those that concern every county.

    Triggers raise it; every compiled read returns it, so that a cached membership is found stale
    by the very statement that would have used it.
    """

    __tablename__ = "access_stamp"
    __table_args__ = ({"info": REFERENCE},)

    county_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stamp: Mapped[int] = mapped_column(server_default=text("0"))


class Organisation(TenantRow, Base):
    """A node of the organisation tree: an area (territory) or a partner (institution)."""

    __tablename__ = "organisation"
    __table_args__ = (
        refers("parent_id", "organisation"),
        refers("home_id", "organisation"),
        refers("town_id", "organisation"),
        refers("community_id", "organisation"),
        refers("grid_id", "organisation"),
        CheckConstraint(one_of("kind", ORGANISATION_KINDS), name="kind"),
        CheckConstraint(f"is_area = ({one_of('kind', AREA_KINDS)})", name="is_area"),
        CheckConstraint("is_area = (home_id IS NULL)", name="partner_has_home"),
        CheckConstraint("NOT is_area OR division_code ~ '^[0-9]{12}([0-9]{2,8})?$'", name="division_code"),
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="validity"),
        CheckConstraint("char_length(name) BETWEEN 1 AND 100", name="name"),
        Index(
            "uq_organisation__division_code",
            "county_id",
            "division_code",
            unique=True,
            postgresql_where=text("valid_until IS NULL AND division_code IS NOT NULL"),
        ),
        Index("ix_organisation__parent", "county_id", "parent_id"),
        Index("ix_organisation__home", "county_id", "home_id"),
        Index("ix_organisation__kind_name", "county_id", "kind", "name", "id"),
        Index("ix_organisation__name", "county_id", "name", "id"),
        {"info": TENANT},
    )

    kind: Mapped[str] = mapped_column(Text)
    is_area: Mapped[bool]
    name: Mapped[str] = mapped_column(Text)
    short_name: Mapped[str | None] = mapped_column(Text)
    division_code: Mapped[str | None] = mapped_column(Text)
    virtual: Mapped[bool] = mapped_column(server_default=text("false"))
    # Areas: the area above. Partners: the institution above (a tribunal's court), where there is one.
    parent_id: Mapped[UUID | None]
    # Partners only: the area in which it sits. What it may see is decided by its jurisdiction instead.
    home_id: Mapped[UUID | None]
    # Level columns of the place (an area's own id at its own level), so that containment is equality.
    town_id: Mapped[UUID | None]
    community_id: Mapped[UUID | None]
    grid_id: Mapped[UUID | None]
    # The word in case numbers, as in (2026)海宴人调字第00012号.
    number_word: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    valid_from: Mapped[datetime] = instant()
    valid_until: Mapped[datetime | None] = instant(nullable=True)


class Jurisdiction(Base):
    """One area that a partner serves."""

    __tablename__ = "jurisdiction"
    __table_args__ = (
        refers("organisation_id", "organisation"),
        refers("area_id", "organisation"),
        Index("ix_jurisdiction__area", "county_id", "area_id"),
        {"info": TENANT},
    )

    county_id: Mapped[int] = county_key()
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[UUID] = mapped_column(primary_key=True)


class Framework(TenantRow, Base):
    """How a place is organised, as its own words say: 1+6+N, 5+17+N, 1+1+N, 9+X."""

    __tablename__ = "framework"
    __table_args__ = (
        refers("area_id", "organisation"),
        UniqueConstraint("county_id", "area_id", "name"),
        {"info": TENANT},
    )

    area_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)


class FrameworkMember(Base):
    """An organisation's place in a framework: core, resident, rotating, on call, wider."""

    __tablename__ = "framework_member"
    __table_args__ = (
        refers("framework_id", "framework"),
        refers("organisation_id", "organisation"),
        CheckConstraint(one_of("tier", FRAMEWORK_TIERS), name="tier"),
        {"info": TENANT},
    )

    county_id: Mapped[int] = county_key()
    framework_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    tier: Mapped[str] = mapped_column(Text)
    ordinal: Mapped[int] = mapped_column(SmallInteger)


class User(TenantRow, Base):
    """A person with memberships."""

    __tablename__ = "app_user"
    __table_args__ = (
        CheckConstraint("char_length(display_name) BETWEEN 1 AND 100", name="display_name"),
        {"info": TENANT},
    )

    display_name: Mapped[str] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    # True for invented people of the sample places; shown wherever the name is.
    sample: Mapped[bool] = mapped_column(server_default=text("false"))
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    # Serves or has served other than as a resident; a trigger on memberships sets it, nothing ever unsets it.
    staff: Mapped[bool] = mapped_column(server_default=text("false"))


class Membership(TenantRow, Base):
    """A role that a user holds in an organisation for a term."""

    __tablename__ = "membership"
    __table_args__ = (
        refers("user_id", "app_user"),
        refers("organisation_id", "organisation"),
        CheckConstraint(one_of("role", ROLES), name="role"),
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="validity"),
        Index(
            "uq_membership__current",
            "county_id",
            "user_id",
            "organisation_id",
            "role",
            unique=True,
            postgresql_where=text("valid_until IS NULL"),
        ),
        Index("ix_membership__organisation", "county_id", "organisation_id", "role"),
        Index("ix_membership__user", "county_id", "user_id", "valid_from", "valid_until"),
        {"info": TENANT},
    )

    user_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    role: Mapped[str] = mapped_column(Text)
    # Full-time (专职) or part-time (兼职), where the role knows the difference.
    full_time: Mapped[bool | None]
    valid_from: Mapped[datetime] = instant()
    valid_until: Mapped[datetime | None] = instant(nullable=True)


class Credential(Base):
    """A local sign-in. Read and written by the authentication role alone; argon2id hashes only.

    `failures`, `failed_at` and `locked_until` are those of sources from which nobody has signed in to it yet, together.
    """

    __tablename__ = "credential"
    __table_args__ = ({"info": CONTROL},)

    username: Mapped[str] = mapped_column(Text, primary_key=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("county.id"))
    user_id: Mapped[UUID]
    password_hash: Mapped[str] = mapped_column(Text)
    failures: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    failed_at: Mapped[datetime | None] = instant(nullable=True)
    locked_until: Mapped[datetime | None] = instant(nullable=True)
    # Raised by a password change or a sign-out everywhere: tokens of an earlier generation end. A trigger has accounts
    # begin above the generation of every account that was deleted.
    generation: Mapped[int] = mapped_column(server_default=text("0"))


class SignInSource(Base):
    """From where an account is signed in to: an address, of version 6 its network. The worker removes old ones."""

    __tablename__ = "sign_in_source"
    __table_args__ = (
        CheckConstraint("char_length(source) BETWEEN 1 AND 50", name="source"),
        {"info": CONTROL},
    )

    username: Mapped[str] = mapped_column(
        ForeignKey("credential.username", onupdate="CASCADE", ondelete="CASCADE"), primary_key=True
    )
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    # Attempts since the last that succeeded.
    failures: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    attempted_at: Mapped[datetime] = instant()
    locked_until: Mapped[datetime | None] = instant(nullable=True)
    # When somebody last signed in from there; null where nobody has.
    signed_in_at: Mapped[datetime | None] = instant(nullable=True)
