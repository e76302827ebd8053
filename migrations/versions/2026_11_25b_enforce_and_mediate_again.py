"""Let agreements that were not signed or not kept be mediated again or enforced, and the clock act by itself.

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import add_tenant_table

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = postgresql.TIMESTAMP(timezone=True)
ACTIONS = (
    "register", "accept", "decline", "assess_risk", "dispatch", "return", "take_on", "hold_session", "agree", "fail",
    "apply_confirmation", "accept_confirmation", "rule_confirmation", "fulfil", "follow_up", "close", "pause", "resume",
    "withdraw", "refer_to_court", "perform", "breach", "reopen", "archive", "extend_deadline", "open_supervision",
    "answer_supervision", "close_supervision", "acknowledge_risk", "add_note", "add_representative", "declare_recusal",
    "replace_mediator", "sign", "supply_material", "extend_confirmation", "withdraw_confirmation", "entrust",
    "accept_entrustment", "return_entrustment", "call", "respond_to_call", "conclude_call", "protect", "record_measure",
    "fulfil_duty", "send_clue", "acknowledge_clue",
)  # fmt: skip
KINDS = (
    "petition_routing", "petition_settlement", "hotline_order", "mediation", "labour_mediation", "medical_mediation",
    "risk_report", "confirmation_application", "confirmation_acceptance", "confirmation_ruling",
    "confirmation_procedure", "enforcement", "entrustment_acceptance", "entrusted_mediation", "follow_up",
    "joint_response", "protection_order", "protection_validity", "supervision_answer",
)  # fmt: skip
BY_WHOM = ("actor_id", "organisation_id", "role")


def upgrade() -> None:
    op.add_column("dispute_case", sa.Column("mediated_again_at", INSTANT, nullable=True))
    allow("case_timeline", "action", (*ACTIONS, "mediate_again", "apply_enforcement"))
    allow("deadline", "kind", (*KINDS, "confirmation_material"))
    for column in BY_WHOM:
        op.alter_column("case_timeline", column, nullable=True)
    op.create_check_constraint(
        op.f("ck_case_timeline__by_whom"),
        "case_timeline",
        "(actor_id IS NULL) = (role IS NULL) AND (actor_id IS NULL) = (organisation_id IS NULL)",
    )
    op.create_index(
        "ix_case_participant__assisting",
        "case_participant",
        ["county_id", "organisation_id", "case_id"],
        postgresql_where=sa.text("relation <> 'lead'"),
    )
    op.add_column("judicial_confirmation", sa.Column("resident_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_judicial_confirmation__county_id_resident_id"),
        "judicial_confirmation",
        "case_party",
        ["county_id", "resident_id"],
        ["county_id", "id"],
    )
    create_enforcement()
    add_tenant_table("enforcement_application")


def downgrade() -> None:
    op.drop_table("enforcement_application")
    op.drop_constraint(op.f("fk_judicial_confirmation__county_id_resident_id"), "judicial_confirmation")
    op.drop_column("judicial_confirmation", "resident_id")
    op.drop_index("ix_case_participant__assisting", table_name="case_participant")
    op.drop_constraint(op.f("ck_case_timeline__by_whom"), "case_timeline")
    for column in BY_WHOM:
        op.alter_column("case_timeline", column, nullable=False)
    allow("deadline", "kind", KINDS)
    allow("case_timeline", "action", ACTIONS)
    op.drop_column("dispute_case", "mediated_again_at")


def allow(table: str, column: str, words: tuple[str, ...]) -> None:
    """Keep a column to these words."""
    name = op.f(f"ck_{table}__{column}")
    op.drop_constraint(name, table)
    op.create_check_constraint(name, table, f"{column} IN ({', '.join(repr(word) for word in words)})")


def create_enforcement() -> None:
    table = "enforcement_application"
    targets = {
        "case_id": "dispute_case",
        "confirmation_id": "judicial_confirmation",
        "court_id": "organisation",
        "place_id": "organisation",
        "party_id": "case_party",
        "recorded_by": "app_user",
    }
    op.create_table(
        table,
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        *(sa.Column(column, sa.Uuid(), nullable=column == "place_id") for column in targets if column != "recorded_by"),
        sa.Column("applied_at", INSTANT, nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f(f"fk_{table}__county_id")),
        *(
            sa.ForeignKeyConstraint(
                ["county_id", column],
                [f"{target}.county_id", f"{target}.id"],
                name=op.f(f"fk_{table}__county_id_{column}"),
            )
            for column, target in targets.items()
        ),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "county_id", "confirmation_id", "party_id", name=op.f(f"uq_{table}__county_id_confirmation_id_party_id")
        ),
    )
    op.create_index(f"ix_{table}__case", table, ["county_id", "case_id"])
