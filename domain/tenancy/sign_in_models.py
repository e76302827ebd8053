"""Tables of what follows a sign-in. Read and written by the authentication role alone; of secrets only digests are kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, UUID as PGUUID
from sqlalchemy.orm import Mapped, mapped_column

from domain.foundation.database.base import CONTROL, Base, instant

# Of 32 random bytes nobody guesses: a quick digest is enough.
DIGEST = "octet_length(token_hash) = 32"


def of_an_account() -> Mapped[str]:
    """The account, with which the row goes."""
    return mapped_column(ForeignKey("credential.username", onupdate="CASCADE", ondelete="CASCADE"))


class SignInSession(Base):
    """What began with a sign-in, and lasts as its refresh tokens follow one another. Its end ends all tokens of it."""

    __tablename__ = "sign_in_session"
    __table_args__ = (
        CheckConstraint("expires_at > started_at", name="expires_at"),
        Index("ix_sign_in_session__username", "username"),
        {"info": CONTROL},
    )

    id: Mapped[UUID] = mapped_column(PGUUID(as_uuid=True), primary_key=True)
    username: Mapped[str] = of_an_account()
    county_id: Mapped[int] = mapped_column(ForeignKey("county.id"))
    # The account's when it began: a session of an earlier one has ended.
    generation: Mapped[int]
    # Begun with a password that is printed for everybody to read: counts in the demo alone.
    published_password: Mapped[bool] = mapped_column(server_default=text("false"))
    # Begun with a second factor beside the password.
    second_factor: Mapped[bool] = mapped_column(server_default=text("false"))
    started_at: Mapped[datetime] = instant()
    used_at: Mapped[datetime] = instant()
    expires_at: Mapped[datetime] = instant()
    ended_at: Mapped[datetime | None] = instant(nullable=True)


class RefreshToken(Base):
    """One of a session's refresh tokens, good for one use. One that comes a second time ends its session."""

    __tablename__ = "refresh_token"
    __table_args__ = (
        CheckConstraint(DIGEST, name="token_hash"),
        Index("ix_refresh_token__session", "session_id"),
        {"info": CONTROL},
    )

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sign_in_session.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime] = instant()
    used_at: Mapped[datetime | None] = instant(nullable=True)


class ApiKey(Base):
    """A key by which a program of an organisation asks, as an account of its own, for what is named and nothing else."""

    __tablename__ = "api_key"
    __table_args__ = (
        CheckConstraint(DIGEST, name="token_hash"),
        CheckConstraint("char_length(name) BETWEEN 1 AND 50", name="name"),
        CheckConstraint("cardinality(operations) BETWEEN 1 AND 50", name="operations"),
        CheckConstraint("expires_at > created_at", name="expires_at"),
        Index("ix_api_key__organisation", "county_id", "organisation_id"),
        {"info": CONTROL},
    )

    id: Mapped[UUID] = mapped_column(PGUUID(as_uuid=True), primary_key=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("county.id"))
    organisation_id: Mapped[UUID]
    # The program's own account, which no password opens.
    user_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(Text)
    # How the key begins: by that people tell keys apart.
    prefix: Mapped[str] = mapped_column(Text, unique=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    # Root fields of the schema, queries and mutations alike.
    operations: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_by: Mapped[UUID]
    created_at: Mapped[datetime] = instant()
    expires_at: Mapped[datetime] = instant()
    revoked_at: Mapped[datetime | None] = instant(nullable=True)
    last_used_at: Mapped[datetime | None] = instant(nullable=True)
    # The key that it took the place of.
    replaces: Mapped[UUID | None]


class SecondFactor(Base):
    """A secret from which an account's one-time codes follow, sealed by the server's key."""

    __tablename__ = "second_factor"
    __table_args__ = (CheckConstraint("sealed IS NOT NULL OR pending IS NOT NULL", name="sealed"), {"info": CONTROL})

    username: Mapped[str] = mapped_column(
        ForeignKey("credential.username", onupdate="CASCADE", ondelete="CASCADE"), primary_key=True
    )
    # The one that is asked for; null until the first was confirmed.
    sealed: Mapped[str | None] = mapped_column(Text)
    # One that takes its place when a code of it has been shown.
    pending: Mapped[str | None] = mapped_column(Text)
    # The half minute of the last code that was taken: no code counts twice, nor one before it.
    last_step: Mapped[int | None] = mapped_column(BigInteger)


class RecoveryCode(Base):
    """A code that stands once for a lost second factor; keyed digests only."""

    __tablename__ = "recovery_code"
    __table_args__ = (CheckConstraint("octet_length(code_hash) = 32", name="code_hash"), {"info": CONTROL})

    username: Mapped[str] = mapped_column(
        ForeignKey("second_factor.username", onupdate="CASCADE", ondelete="CASCADE"), primary_key=True
    )
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[datetime | None] = instant(nullable=True)
