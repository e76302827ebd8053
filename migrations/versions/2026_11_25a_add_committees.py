"""Add the register of mediation committees and mediators.

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import add_tenant_table

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("mediation_committee", "committee_term", "committee_member", "mediator", "committee_size")


def upgrade() -> None:
    op.create_table(
        "mediation_committee",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("town_id", sa.Uuid(), nullable=True),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("grid_id", sa.Uuid(), nullable=True),
        sa.Column("elected_on", sa.Date(), nullable=True),
        sa.Column("term_ends_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("registered_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(elected_on IS NULL) = (term_ends_on IS NULL)", name=op.f("ck_mediation_committee__term")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_mediation_committee__version")),
        sa.ForeignKeyConstraint(
            ["county_id", "community_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_mediation_committee__county_id_community_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "grid_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_mediation_committee__county_id_grid_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_mediation_committee__county_id_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "registered_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_mediation_committee__county_id_registered_by"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "town_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_mediation_committee__county_id_town_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_mediation_committee__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_mediation_committee")),
        info={"placement": "tenant"},
    )
    op.create_index(
        "ix_mediation_committee__term",
        "mediation_committee",
        ["county_id", sa.literal_column("(coalesce(term_ends_on, 'infinity'::date))"), "id"],
        unique=False,
    )
    op.create_index("ix_mediation_committee__town", "mediation_committee", ["county_id", "town_id", "id"], unique=False)
    op.create_table(
        "committee_term",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("elected_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("fewest", sa.SmallInteger(), nullable=False),
        sa.Column("most", sa.SmallInteger(), nullable=False),
        sa.Column("recorded_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("3 <= fewest AND fewest <= most AND most <= 9", name=op.f("ck_committee_term__bounds")),
        sa.CheckConstraint("ended_on IS NULL OR ended_on <= ends_on", name=op.f("ck_committee_term__ended_on")),
        sa.CheckConstraint("ends_on > elected_on", name=op.f("ck_committee_term__ends_on")),
        sa.ForeignKeyConstraint(
            ["county_id", "committee_id"],
            ["mediation_committee.county_id", "mediation_committee.id"],
            name=op.f("fk_committee_term__county_id_committee_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "recorded_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_committee_term__county_id_recorded_by"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_committee_term__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_committee_term")),
        sa.UniqueConstraint(
            "county_id", "committee_id", "elected_on", name=op.f("uq_committee_term__county_id_committee_id_elected_on")
        ),
        info={"placement": "tenant"},
    )
    op.create_table(
        "committee_member",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("term_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("woman", sa.Boolean(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "position IN ('director', 'deputy_director', 'member')", name=op.f("ck_committee_member__position")
        ),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 100", name=op.f("ck_committee_member__name")),
        sa.ForeignKeyConstraint(
            ["county_id", "committee_id"],
            ["mediation_committee.county_id", "mediation_committee.id"],
            name=op.f("fk_committee_member__county_id_committee_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "term_id"],
            ["committee_term.county_id", "committee_term.id"],
            name=op.f("fk_committee_member__county_id_term_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "user_id"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_committee_member__county_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_committee_member__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_committee_member")),
        sa.UniqueConstraint(
            "county_id", "term_id", "user_id", name=op.f("uq_committee_member__county_id_term_id_user_id")
        ),
        info={"placement": "tenant"},
    )
    op.create_index(
        "ix_committee_member__committee",
        "committee_member",
        ["county_id", "committee_id", "term_id", "ordinal", "id"],
        unique=False,
    )
    op.create_table(
        "mediator",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("town_id", sa.Uuid(), nullable=True),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("grid_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("full_time", sa.Boolean(), nullable=False),
        sa.Column("gold_medal", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("id_number", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("consent_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("appointed_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("recorded_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("dismissed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("dismissed_by", sa.Uuid(), nullable=True),
        sa.Column("dismissal_ground", sa.Text(), nullable=True),
        sa.Column("dismissal_evidence", sa.Text(), nullable=True),
        sa.CheckConstraint("basis IN ('elected', 'engaged')", name=op.f("ck_mediator__basis")),
        sa.CheckConstraint(
            "dismissal_ground IN ('bias', 'insult', 'taking_gain', 'leaking')",
            name=op.f("ck_mediator__dismissal_ground"),
        ),
        sa.CheckConstraint(
            "(dismissed_at IS NULL) = (dismissal_ground IS NULL) AND (dismissed_at IS NULL) = (dismissal_evidence IS NULL)",
            name=op.f("ck_mediator__dismissal"),
        ),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 100", name=op.f("ck_mediator__name")),
        sa.CheckConstraint("id_number IS NULL OR consent_at IS NOT NULL", name=op.f("ck_mediator__consent")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_mediator__version")),
        sa.ForeignKeyConstraint(
            ["county_id", "committee_id"],
            ["mediation_committee.county_id", "mediation_committee.id"],
            name=op.f("fk_mediator__county_id_committee_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "community_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_mediator__county_id_community_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "dismissed_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_mediator__county_id_dismissed_by"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "grid_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_mediator__county_id_grid_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "recorded_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_mediator__county_id_recorded_by"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "town_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_mediator__county_id_town_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "user_id"], ["app_user.county_id", "app_user.id"], name=op.f("fk_mediator__county_id_user_id")
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_mediator__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_mediator")),
        info={"placement": "tenant"},
    )
    op.create_index("ix_mediator__committee", "mediator", ["county_id", "committee_id", "name", "id"], unique=False)
    op.create_index("ix_mediator__name", "mediator", ["county_id", "name", "id"], unique=False)
    op.create_index("ix_mediator__town", "mediator", ["county_id", "town_id", "name", "id"], unique=False)
    op.create_index("ix_mediator__user", "mediator", ["county_id", "user_id"], unique=False)
    op.create_table(
        "committee_size",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("town_id", sa.Uuid(), nullable=True),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("grid_id", sa.Uuid(), nullable=True),
        sa.Column("fewest", sa.SmallInteger(), nullable=False),
        sa.Column("most", sa.SmallInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("3 <= fewest AND fewest <= most AND most <= 9", name=op.f("ck_committee_size__bounds")),
        sa.CheckConstraint("char_length(source) BETWEEN 1 AND 200", name=op.f("ck_committee_size__source")),
        sa.ForeignKeyConstraint(
            ["county_id", "area_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_committee_size__county_id_area_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "community_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_committee_size__county_id_community_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "grid_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_committee_size__county_id_grid_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "set_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_committee_size__county_id_set_by"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "town_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_committee_size__county_id_town_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_committee_size__county_id")),
        sa.PrimaryKeyConstraint("county_id", "area_id", name=op.f("pk_committee_size")),
        info={"placement": "tenant"},
    )
    for table in TABLES:
        add_tenant_table(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
