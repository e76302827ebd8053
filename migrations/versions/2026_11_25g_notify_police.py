"""Let the police be notified of what was mediated and performed, and cases be supervised whose mediator was dismissed.

Revision ID: 0015
Revises: 0014
Create Date: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import add_tenant_table

revision = "0015"
down_revision = "0014"
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
    "fulfil_duty", "send_clue", "acknowledge_clue", "mediate_again", "apply_enforcement",
)  # fmt: skip
CAUSES = ("overdue", "red_risk", "returned_twice", "by_hand")


def upgrade() -> None:
    allow("case_timeline", "action", (*ACTIONS, "notify_police", "answer_police_notice"))
    allow("supervision", "cause", (*CAUSES, "mediator_dismissed"))
    create_notice()
    create_application()
    for table in ("police_notice", "police_notice_application"):
        add_tenant_table(table)


def downgrade() -> None:
    op.drop_table("police_notice_application")
    op.drop_table("police_notice")
    allow("supervision", "cause", CAUSES)
    allow("case_timeline", "action", ACTIONS)


def allow(table: str, column: str, words: tuple[str, ...]) -> None:
    """Keep a column to these words."""
    name = op.f(f"ck_{table}__{column}")
    op.drop_constraint(name, table)
    op.create_check_constraint(name, table, f"{column} IN ({', '.join(repr(word) for word in words)})")


def refers(table: str, targets: dict[str, str]) -> list[sa.ForeignKeyConstraint]:
    """Foreign keys within the county."""
    return [
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f(f"fk_{table}__county_id")),
        *(
            sa.ForeignKeyConstraint(
                ["county_id", column],
                [f"{target}.county_id", f"{target}.id"],
                name=op.f(f"fk_{table}__county_id_{column}"),
            )
            for column, target in targets.items()
        ),
    ]


def create_notice() -> None:
    table = "police_notice"
    targets = {
        "case_id": "dispute_case",
        "agreement_id": "case_agreement",
        "sender_id": "organisation",
        "recipient_id": "organisation",
        "sent_by": "app_user",
        "answered_by": "app_user",
    }
    op.create_table(
        table,
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        *(sa.Column(column, sa.Uuid(), nullable=column == "answered_by") for column in targets),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("recognised", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("sender_id <> recipient_id", name=op.f(f"ck_{table}__recipient")),
        sa.CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name=op.f(f"ck_{table}__answered_by")),
        sa.CheckConstraint("(answered_at IS NULL) = (recognised IS NULL)", name=op.f(f"ck_{table}__recognised")),
        sa.CheckConstraint("recognised IS NOT FALSE OR reason IS NOT NULL", name=op.f(f"ck_{table}__reason")),
        *refers(table, targets),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("county_id", "agreement_id", name=op.f(f"uq_{table}__county_id_agreement_id")),
    )
    op.create_index(f"ix_{table}__case", table, ["county_id", "case_id", "sent_at", "id"])


def create_application() -> None:
    table = "police_notice_application"
    targets = {
        "case_id": "dispute_case",
        "notice_id": "police_notice",
        "party_id": "case_party",
        "recorded_by": "app_user",
    }
    op.create_table(
        table,
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        *(sa.Column(column, sa.Uuid(), nullable=False) for column in targets),
        sa.Column("applied_at", INSTANT, nullable=False),
        *refers(table, targets),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "county_id", "notice_id", "party_id", name=op.f(f"uq_{table}__county_id_notice_id_party_id")
        ),
    )
    op.create_index(f"ix_{table}__case", table, ["county_id", "case_id"])
