"""Add representatives, recusals, notes with their visibility.

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-22
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import add_tenant_table

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

VISIBILITIES = "visibility IN ('everyone', 'side', 'mediators', 'organisation')"
SIDES = "side IN ('applicant', 'respondent', 'third_party')"
FOR_ORGANISATION = "(visibility = 'organisation') = (organisation_id IS NOT NULL)"


def upgrade() -> None:
    """Add three tables, readers to session records, and the index by which a person is recognised."""
    open_sessions_to_their_readers()
    op.create_index(
        "ix_case_party__id_number",
        "case_party",
        ["county_id", "id_number", "case_id"],
        postgresql_where=sa.text("id_number IS NOT NULL"),
    )
    add_notes()
    add_representatives()
    add_recusals()


def downgrade() -> None:
    op.drop_table("case_recusal")
    op.drop_table("case_representative")
    op.drop_table("case_note")
    op.drop_index("ix_case_party__id_number", "case_party")
    for name in ("visibility", "side", "for_side", "for_organisation", "separate"):
        op.drop_constraint(f"ck_case_session__{name}", "case_session")
    op.drop_constraint("fk_case_session__county_id_organisation_id", "case_session")
    for name in ("organisation_id", "side", "visibility"):
        op.drop_column("case_session", name)


def open_sessions_to_their_readers() -> None:
    """Records that exist were read by those who handle the case, and by nobody else: so they stay."""
    visibility = sa.Column("visibility", sa.Text(), nullable=False, server_default=sa.text("'mediators'"))
    op.add_column("case_session", visibility)
    op.add_column("case_session", sa.Column("side", sa.Text(), nullable=True))
    op.add_column("case_session", sa.Column("organisation_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "fk_case_session__county_id_organisation_id",
        "case_session",
        "organisation",
        ["county_id", "organisation_id"],
        ["county_id", "id"],
    )
    for name, condition in (
        ("visibility", VISIBILITIES),
        ("side", SIDES),
        ("for_side", "visibility <> 'side' OR side IS NOT NULL"),
        ("for_organisation", FOR_ORGANISATION),
        ("separate", "form = 'separate' OR side IS NULL"),
    ):
        op.create_check_constraint(op.f(f"ck_case_session__{name}"), "case_session", condition)


def instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    """A point in time."""
    return sa.Column(name, postgresql.TIMESTAMP(timezone=True), nullable=nullable)


def refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """A foreign key within the county."""
    return sa.ForeignKeyConstraint(
        ["county_id", column], [f"{other}.county_id", f"{other}.id"], name=op.f(f"fk_{table}__county_id_{column}")
    )


def keys(table: str) -> list[sa.Constraint]:
    """What every such table has: its primary key, its county, its case."""
    return [
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f(f"fk_{table}__county_id")),
        refers(table, "case_id", "dispute_case"),
    ]


def check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    """A named check."""
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}__{name}"))


def add_notes() -> None:
    table = "case_note"
    op.create_table(
        table,
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        instant("recorded_at"),
        *keys(table),
        refers(table, "recorded_by", "app_user"),
        refers(table, "organisation_id", "organisation"),
        check(table, "visibility", VISIBILITIES),
        check(table, "side", SIDES),
        check(table, "for_side", "(visibility = 'side') = (side IS NOT NULL)"),
        check(table, "for_organisation", FOR_ORGANISATION),
    )
    op.create_index("ix_case_note__case", table, ["county_id", "case_id", "recorded_at", "id"])
    add_tenant_table(table)


def add_representatives() -> None:
    table = "case_representative"
    op.create_table(
        table,
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id_number", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        instant("valid_from"),
        instant("valid_until", nullable=True),
        instant("consent_at", nullable=True),
        instant("ward_consent_at", nullable=True),
        *keys(table),
        refers(table, "party_id", "case_party"),
        refers(table, "user_id", "app_user"),
        check(table, "side", SIDES),
        check(table, "kind", "kind IN ('guardian', 'agent', 'group_representative')"),
        check(table, "name", "char_length(name) BETWEEN 1 AND 100"),
        check(table, "validity", "valid_until IS NULL OR valid_until >= valid_from"),
        check(table, "ward_consent", "ward_consent_at IS NULL OR kind = 'guardian'"),
    )
    op.create_index("ix_case_representative__case", table, ["county_id", "case_id", "valid_from", "id"])
    op.create_index(
        "ix_case_representative__user",
        table,
        ["county_id", "user_id", "case_id"],
        postgresql_where=sa.text("user_id IS NOT NULL"),
    )
    add_tenant_table(table)


def add_recusals() -> None:
    table = "case_recusal"
    op.create_table(
        table,
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("mediator_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("declared_by", sa.Uuid(), nullable=False),
        instant("declared_at"),
        instant("applicant_consent_at", nullable=True),
        instant("respondent_consent_at", nullable=True),
        instant("dismissed_at", nullable=True),
        sa.Column("dismissed_by", sa.Uuid(), nullable=True),
        *keys(table),
        refers(table, "mediator_id", "app_user"),
        refers(table, "party_id", "case_party"),
        refers(table, "declared_by", "app_user"),
        refers(table, "dismissed_by", "app_user"),
        check(table, "relation", "relation IN ('near_relative', 'interest', 'other')"),
        check(table, "dismissed", "(dismissed_at IS NULL) = (dismissed_by IS NULL)"),
        sa.UniqueConstraint(
            "county_id",
            "case_id",
            "mediator_id",
            "party_id",
            name=op.f("uq_case_recusal__county_id_case_id_mediator_id_party_id"),
        ),
    )
    op.create_index("ix_case_recusal__mediator", table, ["county_id", "mediator_id", "case_id"])
    add_tenant_table(table)
