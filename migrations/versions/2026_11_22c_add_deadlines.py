"""Add deadlines, their steps, the calendar's own days, and supervision.

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-22
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import add_tenant_table

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CHANGED = ("calendar_day", "deadline", "supervision", "risk_reading")
APPENDED = ("deadline_step", "deadline_extension", "risk_report")


def upgrade() -> None:
    create_calendar()
    create_deadlines()
    create_supervision()
    for table in CHANGED:
        add_tenant_table(table)
    for table in APPENDED:
        add_tenant_table(table, appended_only=True)
    # A day that is no longer set is as if it had never been.
    op.execute("GRANT DELETE ON calendar_day TO fengqiao_app")


def downgrade() -> None:
    for table in (
        "risk_reading",
        "risk_report",
        "supervision",
        "deadline_extension",
        "deadline_step",
        "deadline",
        "calendar_day",
    ):
        op.drop_table(table)


def create_calendar() -> None:
    """Days that a county sets for itself."""
    op.create_table(
        "calendar_day",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("char_length(reason) BETWEEN 1 AND 200", name=op.f("ck_calendar_day__reason")),
        sa.ForeignKeyConstraint(
            ["county_id", "set_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_calendar_day__county_id_set_by"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_calendar_day__county_id")),
        sa.PrimaryKeyConstraint("county_id", "day", name=op.f("pk_calendar_day")),
    )


def create_deadlines() -> None:
    """Clocks, what was done about each, and their extensions."""
    op.create_table(
        "deadline",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("starts_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("opened_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("due_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("warn_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("paused_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("paused_days", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("extended_by", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("extensions", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("lapses", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("confidential", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("climbs", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("next_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("closed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('petition_routing', 'petition_settlement', 'hotline_order', 'mediation', 'labour_mediation', 'medical_mediation', 'risk_report', 'confirmation_application', 'confirmation_acceptance', 'confirmation_ruling', 'confirmation_procedure', 'enforcement', 'entrustment_acceptance', 'entrusted_mediation', 'follow_up', 'joint_response', 'protection_order', 'protection_validity', 'supervision_answer')",
            name=op.f("ck_deadline__kind"),
        ),
        sa.CheckConstraint("outcome IN ('satisfied', 'cancelled', 'lapsed')", name=op.f("ck_deadline__outcome")),
        sa.CheckConstraint("unit IN ('hours', 'days', 'working_days', 'months')", name=op.f("ck_deadline__unit")),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_deadline__closed")),
        sa.CheckConstraint("closed_at IS NULL OR next_at IS NULL", name=op.f("ck_deadline__nothing_next")),
        sa.CheckConstraint(
            "length >= 1 AND extended_by >= 0 AND extensions >= 0 AND paused_days >= 0",
            name=op.f("ck_deadline__counts"),
        ),
        sa.CheckConstraint("paused_at IS NULL OR next_at IS NULL", name=op.f("ck_deadline__nothing_while_paused")),
        sa.ForeignKeyConstraint(
            ["county_id", "case_id"],
            ["dispute_case.county_id", "dispute_case.id"],
            name=op.f("fk_deadline__county_id_case_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_deadline__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_deadline")),
    )
    op.create_index("ix_deadline__case", "deadline", ["county_id", "case_id", "due_at", "id"], unique=False)
    op.create_index(
        "ix_deadline__due",
        "deadline",
        ["county_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_deadline__next",
        "deadline",
        ["county_id", "next_at", "id"],
        unique=False,
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index(
        "uq_deadline__running",
        "deadline",
        ["county_id", "case_id", "kind"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL AND subject_id IS NULL"),
    )
    op.create_table(
        "deadline_step",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("deadline_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "step IN ('warned', 'overdue', 'reminded', 'supervised', 'noticed', 'interviewed', 'reported')",
            name=op.f("ck_deadline_step__step"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "deadline_id"],
            ["deadline.county_id", "deadline.id"],
            name=op.f("fk_deadline_step__county_id_deadline_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_deadline_step__county_id")),
        sa.PrimaryKeyConstraint("county_id", "deadline_id", "step", name=op.f("pk_deadline_step")),
    )
    op.create_table(
        "deadline_extension",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("deadline_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("consented", sa.Boolean(), nullable=False),
        sa.Column("due_before", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("due_after", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("days >= 1", name=op.f("ck_deadline_extension__days")),
        sa.ForeignKeyConstraint(
            ["county_id", "deadline_id"],
            ["deadline.county_id", "deadline.id"],
            name=op.f("fk_deadline_extension__county_id_deadline_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "recorded_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_deadline_extension__county_id_recorded_by"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_deadline_extension__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_deadline_extension")),
        sa.UniqueConstraint(
            "county_id", "deadline_id", "ordinal", name=op.f("uq_deadline_extension__county_id_deadline_id_ordinal")
        ),
    )


def create_supervision() -> None:
    """Supervision, risk reports, and who has read them."""
    op.create_table(
        "supervision",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("deadline_id", sa.Uuid(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("demand", sa.Text(), nullable=True),
        sa.Column("opened_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("closed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.CheckConstraint("(cause = 'by_hand') = (opened_by IS NOT NULL)", name=op.f("ck_supervision__by_hand")),
        sa.CheckConstraint(
            "(cause = 'overdue') = (deadline_id IS NOT NULL)", name=op.f("ck_supervision__overdue_deadline")
        ),
        sa.CheckConstraint(
            "cause IN ('overdue', 'red_risk', 'returned_twice', 'by_hand')", name=op.f("ck_supervision__cause")
        ),
        sa.CheckConstraint(
            "level IN ('supervised', 'noticed', 'interviewed', 'reported')", name=op.f("ck_supervision__level")
        ),
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_supervision__answer")),
        sa.CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("ck_supervision__answered_by")),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_supervision__closed_by")),
        sa.CheckConstraint("(closed_at IS NULL) = (evidence IS NULL)", name=op.f("ck_supervision__evidence")),
        sa.ForeignKeyConstraint(
            ["county_id", "answered_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_supervision__county_id_answered_by"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "case_id"],
            ["dispute_case.county_id", "dispute_case.id"],
            name=op.f("fk_supervision__county_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "closed_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_supervision__county_id_closed_by"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "deadline_id"],
            ["deadline.county_id", "deadline.id"],
            name=op.f("fk_supervision__county_id_deadline_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "opened_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_supervision__county_id_opened_by"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_supervision__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_supervision")),
    )
    op.create_index("ix_supervision__case", "supervision", ["county_id", "case_id", "opened_at", "id"], unique=False)
    op.create_index("ix_supervision__opened", "supervision", ["county_id", "opened_at", "id"], unique=False)
    op.create_index(
        "uq_supervision__deadline",
        "supervision",
        ["county_id", "deadline_id"],
        unique=True,
        postgresql_where=sa.text("deadline_id IS NOT NULL"),
    )
    op.create_index(
        "uq_supervision__open",
        "supervision",
        ["county_id", "case_id", "cause"],
        unique=True,
        postgresql_where=sa.text("deadline_id IS NULL AND closed_at IS NULL"),
    )
    op.create_table(
        "risk_report",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("risk_level", sa.Text(), nullable=True),
        sa.Column("mass_incident", sa.Boolean(), nullable=False),
        sa.Column("reported_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "risk_level IN ('red', 'orange', 'yellow', 'blue')", name=op.f("ck_risk_report__risk_level")
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "case_id"],
            ["dispute_case.county_id", "dispute_case.id"],
            name=op.f("fk_risk_report__county_id_case_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_risk_report__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_risk_report")),
    )
    op.create_index("ix_risk_report__case", "risk_report", ["county_id", "case_id", "reported_at", "id"], unique=False)
    op.create_table(
        "risk_reading",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("read_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("level IN ('town', 'county')", name=op.f("ck_risk_reading__level")),
        sa.CheckConstraint("(read_at IS NULL) = (read_by IS NULL)", name=op.f("ck_risk_reading__read")),
        sa.ForeignKeyConstraint(
            ["county_id", "case_id"],
            ["dispute_case.county_id", "dispute_case.id"],
            name=op.f("fk_risk_reading__county_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "read_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_risk_reading__county_id_read_by"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "report_id"],
            ["risk_report.county_id", "risk_report.id"],
            name=op.f("fk_risk_reading__county_id_report_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_risk_reading__county_id")),
        sa.PrimaryKeyConstraint("county_id", "report_id", "level", name=op.f("pk_risk_reading")),
    )
    op.create_index("ix_risk_reading__case", "risk_reading", ["county_id", "case_id"], unique=False)
