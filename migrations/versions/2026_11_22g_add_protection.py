"""Add protective measures, reporting duties, clue notices.

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-22
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import add_tenant_table

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("report_duty", "protection_measure", "clue_notice")


def upgrade() -> None:
    op.create_table(
        "protection_measure",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("taken_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'order_issued') = (valid_until IS NOT NULL)", name=op.f("ck_protection_measure__valid_until")
        ),
        sa.CheckConstraint(
            "kind IN ('written_warning', 'order_applied', 'order_issued', 'order_refused', 'order_revoked')",
            name=op.f("ck_protection_measure__kind"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "case_id"],
            ["dispute_case.county_id", "dispute_case.id"],
            name=op.f("fk_protection_measure__county_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "organisation_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_protection_measure__county_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "recorded_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_protection_measure__county_id_recorded_by"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_protection_measure__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_protection_measure")),
    )
    op.create_index(
        "ix_protection_measure__case", "protection_measure", ["county_id", "case_id", "taken_at", "id"], unique=False
    )
    op.create_table(
        "report_duty",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("opened_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("fulfilled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("fulfilled_by", sa.Uuid(), nullable=True),
        sa.Column("record", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "recipient IN ('police', 'civil_affairs', 'education')", name=op.f("ck_report_duty__recipient")
        ),
        sa.CheckConstraint("rule IN ('DV1', 'MIN1')", name=op.f("ck_report_duty__rule")),
        sa.CheckConstraint("(fulfilled_at IS NULL) = (record IS NULL)", name=op.f("ck_report_duty__record")),
        sa.ForeignKeyConstraint(
            ["county_id", "case_id"],
            ["dispute_case.county_id", "dispute_case.id"],
            name=op.f("fk_report_duty__county_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "fulfilled_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_report_duty__county_id_fulfilled_by"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_report_duty__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_report_duty")),
        sa.UniqueConstraint(
            "county_id", "case_id", "recipient", name=op.f("uq_report_duty__county_id_case_id_recipient")
        ),
    )
    op.create_table(
        "clue_notice",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("clue", sa.Text(), nullable=False),
        sa.Column("sent_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=False),
        sa.Column("acknowledged_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Uuid(), nullable=True),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name=op.f("ck_clue_notice__acknowledged")
        ),
        sa.CheckConstraint("sender_id <> recipient_id", name=op.f("ck_clue_notice__recipient")),
        sa.ForeignKeyConstraint(
            ["county_id", "acknowledged_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_clue_notice__county_id_acknowledged_by"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "case_id"],
            ["dispute_case.county_id", "dispute_case.id"],
            name=op.f("fk_clue_notice__county_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "participant_id"],
            ["case_participant.county_id", "case_participant.id"],
            name=op.f("fk_clue_notice__county_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "recipient_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_clue_notice__county_id_recipient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "sender_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_clue_notice__county_id_sender_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "sent_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_clue_notice__county_id_sent_by"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_clue_notice__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_clue_notice")),
    )
    op.create_index("ix_clue_notice__case", "clue_notice", ["county_id", "case_id", "sent_at", "id"], unique=False)
    for table in TABLES:
        add_tenant_table(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
