"""Add what pausing, withdrawing, referring, reopening and archiving leave behind.

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-22
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.row_level_security import add_tenant_table

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

REASONS = "'appraisal', 'force_majeure', 'party_absent', 'awaiting_other_result', 'other'"
MOMENTS = ("paused_at", "referral_consent_at", "referred_at", "reopened_at", "archived_at")


def upgrade() -> None:
    for moment in MOMENTS:
        op.add_column("dispute_case", sa.Column(moment, sa.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("dispute_case", sa.Column("pause_reason", sa.Text(), nullable=True))
    op.create_check_constraint(op.f("ck_dispute_case__pause_reason"), "dispute_case", f"pause_reason IN ({REASONS})")
    op.create_check_constraint(
        op.f("ck_dispute_case__paused"), "dispute_case", "(paused_at IS NULL) = (pause_reason IS NULL)"
    )
    set_agreements_aside()
    create_pause()
    create_withdrawal()
    create_breach()
    for table in ("case_pause", "case_withdrawal", "case_breach"):
        add_tenant_table(table)


def downgrade() -> None:
    for table in ("case_breach", "case_withdrawal", "case_pause"):
        op.drop_table(table)
    op.drop_index("ix_case_agreement__case", table_name="case_agreement")
    op.drop_index("uq_case_agreement__in_force", table_name="case_agreement")
    op.create_unique_constraint(
        op.f("uq_case_agreement__county_id_case_id"), "case_agreement", ["county_id", "case_id"]
    )
    op.drop_column("case_agreement", "superseded_at")
    op.drop_constraint(op.f("ck_dispute_case__paused"), "dispute_case")
    op.drop_constraint(op.f("ck_dispute_case__pause_reason"), "dispute_case")
    for column in ("pause_reason", *reversed(MOMENTS)):
        op.drop_column("dispute_case", column)


def set_agreements_aside() -> None:
    """Let a reopened case keep its earlier agreement beside the one in force."""
    op.add_column("case_agreement", sa.Column("superseded_at", sa.TIMESTAMP(timezone=True), nullable=True))
    op.drop_constraint(op.f("uq_case_agreement__county_id_case_id"), "case_agreement")
    op.create_index(
        "uq_case_agreement__in_force",
        "case_agreement",
        ["county_id", "case_id"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index("ix_case_agreement__case", "case_agreement", ["county_id", "case_id", "reached_at", "id"])


def create_pause() -> None:
    op.create_table(
        "case_pause",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("paused_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("paused_by", sa.Uuid(), nullable=False),
        sa.Column("resumed_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("working_days", sa.Integer(), nullable=True),
        sa.CheckConstraint(f"reason IN ({REASONS})", name=op.f("ck_case_pause__reason")),
        sa.CheckConstraint("resumed_at IS NULL OR resumed_at >= paused_at", name=op.f("ck_case_pause__term")),
        sa.CheckConstraint("(resumed_at IS NULL) = (working_days IS NULL)", name=op.f("ck_case_pause__counted")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_case_pause__county_id")),
        of_case("case_pause"),
        of_user("case_pause", "paused_by"),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_case_pause")),
    )
    op.create_index("ix_case_pause__case", "case_pause", ["county_id", "case_id", "paused_at", "id"])
    op.create_index(
        "uq_case_pause__running",
        "case_pause",
        ["county_id", "case_id"],
        unique=True,
        postgresql_where=sa.text("resumed_at IS NULL"),
    )


def create_withdrawal() -> None:
    op.create_table(
        "case_withdrawal",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_case_withdrawal__county_id")),
        of_case("case_withdrawal"),
        sa.ForeignKeyConstraint(
            ["county_id", "party_id"],
            ["case_party.county_id", "case_party.id"],
            name=op.f("fk_case_withdrawal__county_id_party_id"),
        ),
        of_user("case_withdrawal", "recorded_by"),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_case_withdrawal")),
    )
    op.create_index("ix_case_withdrawal__case", "case_withdrawal", ["county_id", "case_id", "withdrawn_at", "id"])


def create_breach() -> None:
    op.create_table(
        "case_breach",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("obligation_id", sa.Uuid(), nullable=False),
        sa.Column("reported_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("enforce_by", sa.Date(), nullable=True),
        sa.CheckConstraint("remedy IN ('enforcement', 'mediation_or_court')", name=op.f("ck_case_breach__remedy")),
        sa.CheckConstraint("(remedy = 'enforcement') = (enforce_by IS NOT NULL)", name=op.f("ck_case_breach__window")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_case_breach__county_id")),
        of_case("case_breach"),
        sa.ForeignKeyConstraint(
            ["county_id", "obligation_id"],
            ["case_obligation.county_id", "case_obligation.id"],
            name=op.f("fk_case_breach__county_id_obligation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "party_id"],
            ["case_party.county_id", "case_party.id"],
            name=op.f("fk_case_breach__county_id_party_id"),
        ),
        of_user("case_breach", "reported_by"),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_case_breach")),
    )
    op.create_index("ix_case_breach__case", "case_breach", ["county_id", "case_id", "reported_at", "id"])
    op.create_index("ix_case_breach__obligation", "case_breach", ["county_id", "obligation_id"])


def of_case(table: str) -> sa.ForeignKeyConstraint:
    """The tie to the case, within the county."""
    return sa.ForeignKeyConstraint(
        ["county_id", "case_id"],
        ["dispute_case.county_id", "dispute_case.id"],
        name=op.f(f"fk_{table}__county_id_case_id"),
    )


def of_user(table: str, column: str) -> sa.ForeignKeyConstraint:
    """The tie to whoever did it, within the county."""
    return sa.ForeignKeyConstraint(
        ["county_id", column], ["app_user.county_id", "app_user.id"], name=op.f(f"fk_{table}__county_id_{column}")
    )
