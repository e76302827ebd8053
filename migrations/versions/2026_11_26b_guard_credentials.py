"""Guard credentials and access stamps by row-level security, end tokens with their credential, know sources of sign-ins.

Revision ID: 0018
Revises: 0017
Create Date: 2026-11-26
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import LET_IN

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# Whom a token names: where that changes, what was issued before counts no more.
_NAMED = "(OLD.generation, OLD.username, OLD.county_id, OLD.user_id) IS DISTINCT FROM (NEW.generation, NEW.username, NEW.county_id, NEW.user_id)"


def upgrade() -> None:
    know_sources()
    guard_credentials()
    guard_stamps()
    end_tokens()


def know_sources() -> None:
    """From where an account is signed in to, and how often in vain."""
    op.add_column("credential", sa.Column("failed_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.create_table(
        "sign_in_source",
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("failures", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("attempted_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("locked_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("signed_in_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("char_length(source) BETWEEN 1 AND 50", name=op.f("ck_sign_in_source__source")),
        sa.ForeignKeyConstraint(
            ["username"],
            ["credential.username"],
            name=op.f("fk_sign_in_source__username"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("username", "source", name=op.f("pk_sign_in_source")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_source TO fengqiao_auth")


def guard_credentials() -> None:
    """Nobody but the authentication role finds a row, whatever else is granted; not even the tables' owner."""
    for table in ("credential", "sign_in_source"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY authentication ON {table} TO fengqiao_auth USING (TRUE) WITH CHECK (TRUE)")


def guard_stamps() -> None:
    """A transaction reads the stamps of its counties and the common one; the owner's triggers count them all."""
    op.execute("ALTER TABLE access_stamp ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE access_stamp FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY county_wall ON access_stamp FOR SELECT USING (county_id = 0 OR {LET_IN})")
    op.execute("CREATE POLICY counting ON access_stamp TO fengqiao_owner USING (TRUE) WITH CHECK (TRUE)")


def end_tokens() -> None:
    """Raise the stamp when a credential goes, or names somebody else; one made anew is of a later generation."""
    op.execute("""
        CREATE OR REPLACE FUNCTION raise_access_stamp_of_row() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE counties int[];
        BEGIN
            IF TG_OP = 'DELETE' THEN counties := ARRAY[OLD.county_id];
            ELSE counties := ARRAY[OLD.county_id, NEW.county_id];
            END IF;
            INSERT INTO access_stamp AS a (county_id, stamp)
            SELECT DISTINCT one, 1 FROM unnest(counties) one ORDER BY one
            ON CONFLICT (county_id) DO UPDATE SET stamp = a.stamp + 1;
            RETURN NULL;
        END $$
    """)
    op.execute("DROP TRIGGER stamped_on_generation ON credential")
    op.execute(f"""
        CREATE TRIGGER stamped_on_update AFTER UPDATE ON credential FOR EACH ROW
        WHEN ({_NAMED}) EXECUTE FUNCTION raise_access_stamp_of_row()
    """)
    op.execute("""
        CREATE TRIGGER stamped_on_delete AFTER DELETE ON credential FOR EACH ROW
        EXECUTE FUNCTION raise_access_stamp_of_row()
    """)
    # The generation at which new accounts begin: above that of every account that was ever deleted, so that no token
    # counts again when an account of the same name and user is made anew.
    op.execute("CREATE SEQUENCE first_generation AS int MINVALUE 0 START 0")
    op.execute("""
        CREATE FUNCTION remember_generation() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
            PERFORM setval('first_generation', greatest((SELECT last_value FROM first_generation), OLD.generation + 1));
            RETURN OLD;
        END $$
    """)
    op.execute("""
        CREATE FUNCTION begin_generation() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
            NEW.generation := greatest(NEW.generation, (SELECT last_value FROM first_generation));
            RETURN NEW;
        END $$
    """)
    op.execute(
        "CREATE TRIGGER generation_remembered BEFORE DELETE ON credential FOR EACH ROW EXECUTE FUNCTION remember_generation()"
    )
    op.execute(
        "CREATE TRIGGER generation_begun BEFORE INSERT ON credential FOR EACH ROW EXECUTE FUNCTION begin_generation()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER generation_begun ON credential")
    op.execute("DROP TRIGGER generation_remembered ON credential")
    op.execute("DROP FUNCTION begin_generation(), remember_generation()")
    op.execute("DROP SEQUENCE first_generation")
    op.execute("DROP TRIGGER stamped_on_delete ON credential")
    op.execute("DROP TRIGGER stamped_on_update ON credential")
    op.execute("""
        CREATE OR REPLACE FUNCTION raise_access_stamp_of_row() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
            INSERT INTO access_stamp AS a (county_id, stamp) VALUES (NEW.county_id, 1)
            ON CONFLICT (county_id) DO UPDATE SET stamp = a.stamp + 1;
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER stamped_on_generation AFTER UPDATE ON credential FOR EACH ROW
        WHEN (OLD.generation IS DISTINCT FROM NEW.generation) EXECUTE FUNCTION raise_access_stamp_of_row()
    """)
    for table, policies in (("access_stamp", ("counting", "county_wall")), ("credential", ("authentication",))):
        for policy in policies:
            op.execute(f"DROP POLICY {policy} ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.drop_table("sign_in_source")
    op.drop_column("credential", "failed_at")
