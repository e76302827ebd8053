"""Add sessions of local accounts with their refresh tokens, second factors, and keys of programs.

Revision ID: 0022
Revises: 0021
Create Date: 2026-11-26
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# The last first: each refers to those before it.
TABLES = ("recovery_code", "second_factor", "api_key", "refresh_token", "sign_in_session")


def upgrade() -> None:
    add_sessions()
    add_keys()
    add_second_factors()
    for table in TABLES:
        guard(table)


def guard(table: str) -> None:
    """Nobody but the authentication role finds a row, whatever else is granted; not even the table's owner."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY authentication ON {table} TO fengqiao_auth USING (TRUE) WITH CHECK (TRUE)")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO fengqiao_auth")


def instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    """A moment with its zone."""
    return sa.Column(name, postgresql.TIMESTAMP(timezone=True), nullable=nullable)


def of_an_account(table: str) -> sa.ForeignKeyConstraint:
    """Rows that go with their account."""
    return sa.ForeignKeyConstraint(
        ["username"],
        ["credential.username"],
        name=op.f(f"fk_{table}__username"),
        onupdate="CASCADE",
        ondelete="CASCADE",
    )


def add_sessions() -> None:
    """What begins with a sign-in, and the tokens by which it goes on. Its end ends what is cached of its tokens."""
    op.create_table(
        "sign_in_session",
        sa.Column("id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("published_password", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("second_factor", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        instant("started_at"),
        instant("used_at"),
        instant("expires_at"),
        instant("ended_at", nullable=True),
        sa.CheckConstraint("expires_at > started_at", name=op.f("ck_sign_in_session__expires_at")),
        of_an_account("sign_in_session"),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_sign_in_session__county_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
    )
    op.create_index("ix_sign_in_session__username", "sign_in_session", ["username"])
    op.create_table(
        "refresh_token",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", postgresql.UUID(as_uuid=True), nullable=False),
        instant("expires_at"),
        instant("used_at", nullable=True),
        sa.CheckConstraint("octet_length(token_hash) = 32", name=op.f("ck_refresh_token__token_hash")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sign_in_session.id"], name=op.f("fk_refresh_token__session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_refresh_token")),
    )
    op.create_index("ix_refresh_token__session", "refresh_token", ["session_id"])
    op.execute("""
        CREATE TRIGGER stamped_on_end AFTER UPDATE ON sign_in_session FOR EACH ROW
        WHEN (OLD.ended_at IS DISTINCT FROM NEW.ended_at) EXECUTE FUNCTION raise_access_stamp_of_row()
    """)


def add_keys() -> None:
    """By which programs ask. What ends a key, or changes what it may ask, ends what is cached of it."""
    op.create_table(
        "api_key",
        sa.Column("id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("operations", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        instant("created_at"),
        instant("expires_at"),
        instant("revoked_at", nullable=True),
        instant("last_used_at", nullable=True),
        sa.Column("replaces", sa.Uuid(), nullable=True),
        sa.CheckConstraint("octet_length(token_hash) = 32", name=op.f("ck_api_key__token_hash")),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 50", name=op.f("ck_api_key__name")),
        sa.CheckConstraint("cardinality(operations) BETWEEN 1 AND 50", name=op.f("ck_api_key__operations")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_api_key__expires_at")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_api_key__county_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_key__prefix")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_key__token_hash")),
    )
    op.create_index("ix_api_key__organisation", "api_key", ["county_id", "organisation_id"])
    op.execute("""
        CREATE TRIGGER stamped_on_update AFTER UPDATE ON api_key FOR EACH ROW
        WHEN ((OLD.expires_at, OLD.revoked_at, OLD.operations, OLD.token_hash)
          IS DISTINCT FROM (NEW.expires_at, NEW.revoked_at, NEW.operations, NEW.token_hash))
        EXECUTE FUNCTION raise_access_stamp_of_row()
    """)
    op.execute("""
        CREATE TRIGGER stamped_on_delete AFTER DELETE ON api_key FOR EACH ROW
        EXECUTE FUNCTION raise_access_stamp_of_row()
    """)


def add_second_factors() -> None:
    """What is asked beside a password, and what stands for it when it is lost."""
    op.create_table(
        "second_factor",
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("pending", sa.Text(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("sealed IS NOT NULL OR pending IS NOT NULL", name=op.f("ck_second_factor__sealed")),
        of_an_account("second_factor"),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        instant("used_at", nullable=True),
        sa.CheckConstraint("octet_length(code_hash) = 32", name=op.f("ck_recovery_code__code_hash")),
        sa.ForeignKeyConstraint(
            ["username"],
            ["second_factor.username"],
            name=op.f("fk_recovery_code__username"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("username", "code_hash", name=op.f("pk_recovery_code")),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
