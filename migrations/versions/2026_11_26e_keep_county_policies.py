"""Keep the rows that counties add to the policy.

Revision ID: 0021
Revises: 0020
Create Date: 2026-11-26
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import add_tenant_table, seal

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_revision",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=True),
        sa.Column("restores", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_as", sa.Text(), nullable=False),
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_policy_revision__number")),
        sa.ForeignKeyConstraint(
            ["county_id", "proposed_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_policy_revision__county_id_proposed_by"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_policy_revision__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_policy_revision")),
        sa.UniqueConstraint("county_id", "number", name=op.f("uq_policy_revision__county_id_number")),
    )
    op.create_table(
        "policy_row",
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("field_group", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint("effect IN ('allow', 'deny')", name=op.f("ck_policy_row__effect")),
        sa.ForeignKeyConstraint(
            ["county_id", "revision_id"],
            ["policy_revision.county_id", "policy_revision.id"],
            name=op.f("fk_policy_row__county_id_revision_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_policy_row__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_policy_row")),
        sa.UniqueConstraint(
            "county_id", "revision_id", "ordinal", name=op.f("uq_policy_row__county_id_revision_id_ordinal")
        ),
    )
    op.create_table(
        "policy_step",
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("in_force", sa.Integer(), nullable=True),
        sa.Column("taken_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint("(step = 'apply') = (in_force IS NOT NULL)", name=op.f("ck_policy_step__in_force")),
        sa.CheckConstraint("step IN ('approve', 'apply')", name=op.f("ck_policy_step__step")),
        sa.ForeignKeyConstraint(
            ["county_id", "revision_id"],
            ["policy_revision.county_id", "policy_revision.id"],
            name=op.f("fk_policy_step__county_id_revision_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "taken_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_policy_step__county_id_taken_by"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_policy_step__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_policy_step")),
        sa.UniqueConstraint("county_id", "in_force", name=op.f("uq_policy_step__county_id_in_force")),
        sa.UniqueConstraint(
            "county_id", "revision_id", "step", name=op.f("uq_policy_step__county_id_revision_id_step")
        ),
    )
    add_tenant_table("policy_revision", appended_only=True)
    seal("policy_revision")
    add_tenant_table("policy_row", appended_only=True)
    seal("policy_row")
    add_tenant_table("policy_step", appended_only=True)
    seal("policy_step")
    # Every process reads every actor again, and with them the policy: whoever is above counties meets the rows of each.
    op.execute("""
        CREATE TRIGGER stamped AFTER INSERT ON policy_step FOR EACH ROW
        WHEN (NEW.step = 'apply') EXECUTE FUNCTION raise_access_stamp_of_all()
    """)
    # Rows come with their revision: nothing is added to what was looked at.
    op.execute("""
        CREATE FUNCTION refuse_late_policy_row() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM policy_step s WHERE s.county_id = NEW.county_id AND s.revision_id = NEW.revision_id)
            THEN RAISE EXCEPTION 'rows come with their revision' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER complete BEFORE INSERT ON policy_row FOR EACH ROW EXECUTE FUNCTION refuse_late_policy_row()
    """)


def downgrade() -> None:
    op.drop_table("policy_step")
    op.drop_table("policy_row")
    op.drop_table("policy_revision")
    op.execute("DROP FUNCTION refuse_late_policy_row()")
