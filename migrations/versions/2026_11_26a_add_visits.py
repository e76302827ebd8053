"""Add visits.

Revision ID: 0017
Revises: 0016
Create Date: 2026-11-26
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import add_tenant_table, seal

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("visited_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("finding_kind", sa.Text(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("people_met", sa.SmallInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("town_id", sa.Uuid(), nullable=True),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("grid_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("registered_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "finding_kind IN ('nothing_found', 'needs_help', 'dispute_sign', 'hazard', 'other')",
            name=op.f("ck_visit__finding_kind"),
        ),
        sa.CheckConstraint("status IN ('recorded', 'corrected')", name=op.f("ck_visit__status")),
        sa.CheckConstraint("people_met >= 0", name=op.f("ck_visit__people_met")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_visit__version")),
        sa.ForeignKeyConstraint(
            ["county_id", "community_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_visit__county_id_community_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "grid_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_visit__county_id_grid_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "registered_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_visit__county_id_registered_by"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "town_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_visit__county_id_town_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_visit__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_visit")),
    )
    op.create_index("ix_visit__community", "visit", ["county_id", "community_id", "visited_at", "id"], unique=False)
    op.create_index("ix_visit__county", "visit", ["county_id", "visited_at", "id"], unique=False)
    op.create_index("ix_visit__grid", "visit", ["county_id", "grid_id", "visited_at", "id"], unique=False)
    op.create_index("ix_visit__town", "visit", ["county_id", "town_id", "visited_at", "id"], unique=False)
    op.create_table(
        "visit_timeline",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=True),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.CheckConstraint("action IN ('record', 'correct')", name=op.f("ck_visit_timeline__action")),
        sa.CheckConstraint("from_status IN ('recorded', 'corrected')", name=op.f("ck_visit_timeline__from_status")),
        sa.CheckConstraint("to_status IN ('recorded', 'corrected')", name=op.f("ck_visit_timeline__to_status")),
        sa.CheckConstraint(
            "(actor_id IS NULL) = (role IS NULL) AND (actor_id IS NULL) = (organisation_id IS NULL)",
            name=op.f("ck_visit_timeline__by_whom"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "actor_id"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_visit_timeline__county_id_actor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "organisation_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_visit_timeline__county_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "visit_id"],
            ["visit.county_id", "visit.id"],
            name=op.f("fk_visit_timeline__county_id_visit_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_visit_timeline__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_visit_timeline")),
        sa.UniqueConstraint(
            "county_id", "visit_id", "version", name=op.f("uq_visit_timeline__county_id_visit_id_version")
        ),
    )
    add_tenant_table("visit")
    add_tenant_table("visit_timeline", appended_only=True)
    seal("visit_timeline")


def downgrade() -> None:
    op.drop_table("visit_timeline")
    op.drop_index("ix_visit__town", table_name="visit")
    op.drop_index("ix_visit__grid", table_name="visit")
    op.drop_index("ix_visit__county", table_name="visit")
    op.drop_index("ix_visit__community", table_name="visit")
    op.drop_table("visit")
