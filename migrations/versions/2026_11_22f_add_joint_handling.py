"""Add calls for joint handling and their respondents.

Revision ID: 0007
Revises: 0006
Create Date: 2026-11-22
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import add_tenant_table

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "joint_call",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("called_by", sa.Uuid(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        instant("called_at", nullable=False),
        instant("respond_by", nullable=False),
        instant("concluded_at"),
        instant("session_held_at"),
        sa.Column("conclusion", sa.Text(), nullable=True),
        sa.CheckConstraint("respond_by > called_at", name=op.f("ck_joint_call__respond_by")),
        sa.CheckConstraint("(concluded_at IS NULL) = (conclusion IS NULL)", name=op.f("ck_joint_call__conclusion")),
        sa.CheckConstraint(
            "(session_held_at IS NULL) OR (concluded_at IS NOT NULL)", name=op.f("ck_joint_call__session")
        ),
        *keys("joint_call", case_id="dispute_case", organisation_id="organisation", called_by="app_user"),
    )
    op.create_index("ix_joint_call__case", "joint_call", ["county_id", "case_id", "called_at", "id"])
    add_tenant_table("joint_call")
    op.create_table(
        "joint_respondent",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        instant("responded_at"),
        sa.Column("responded_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("status IN ('asked', 'accepted', 'refused')", name=op.f("ck_joint_respondent__status")),
        sa.CheckConstraint("(status = 'asked') = (responded_at IS NULL)", name=op.f("ck_joint_respondent__answered")),
        sa.CheckConstraint("status <> 'refused' OR reason IS NOT NULL", name=op.f("ck_joint_respondent__reason")),
        *keys(
            "joint_respondent",
            case_id="dispute_case",
            call_id="joint_call",
            organisation_id="organisation",
            participant_id="case_participant",
            responded_by="app_user",
        ),
        sa.UniqueConstraint(
            "county_id",
            "call_id",
            "organisation_id",
            name=op.f("uq_joint_respondent__county_id_call_id_organisation_id"),
        ),
    )
    op.create_index("ix_joint_respondent__case", "joint_respondent", ["county_id", "case_id"])
    add_tenant_table("joint_respondent")


def downgrade() -> None:
    op.drop_table("joint_respondent")
    op.drop_table("joint_call")


def instant(name: str, *, nullable: bool = True) -> sa.Column[object]:
    """A point in time."""
    return sa.Column(name, postgresql.TIMESTAMP(timezone=True), nullable=nullable)


def keys(table: str, **references: str) -> list[sa.Constraint]:
    """The primary key, and foreign keys within the county."""
    return [
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f(f"fk_{table}__county_id")),
        *(
            sa.ForeignKeyConstraint(
                ["county_id", column],
                [f"{other}.county_id", f"{other}.id"],
                name=op.f(f"fk_{table}__county_id_{column}"),
            )
            for column, other in references.items()
        ),
    ]
