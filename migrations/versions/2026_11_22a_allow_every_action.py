"""Allow every action of the law in the timeline.

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-22
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ACTIONS = [
    "register",
    "accept",
    "decline",
    "assess_risk",
    "dispatch",
    "return",
    "take_on",
    "hold_session",
    "agree",
    "fail",
    "apply_confirmation",
    "accept_confirmation",
    "rule_confirmation",
    "fulfil",
    "follow_up",
    "close",
    "pause",
    "resume",
    "withdraw",
    "refer_to_court",
    "perform",
    "breach",
    "reopen",
    "archive",
    "extend_deadline",
    "open_supervision",
    "answer_supervision",
    "close_supervision",
    "acknowledge_risk",
    "add_note",
    "add_representative",
    "declare_recusal",
    "replace_mediator",
    "sign",
    "supply_material",
    "extend_confirmation",
    "withdraw_confirmation",
    "entrust",
    "accept_entrustment",
    "return_entrustment",
    "call",
    "respond_to_call",
    "conclude_call",
    "protect",
    "record_measure",
    "fulfil_duty",
    "send_clue",
    "acknowledge_clue",
]
EARLIER = ACTIONS[: ACTIONS.index("pause")]


def upgrade() -> None:
    allow(ACTIONS)


def downgrade() -> None:
    allow(EARLIER)


def allow(actions: list[str]) -> None:
    """Let the timeline hold these actions and no others."""
    values = ", ".join(f"'{action}'" for action in actions)
    op.execute("ALTER TABLE case_timeline DROP CONSTRAINT ck_case_timeline__action")
    op.execute(f"ALTER TABLE case_timeline ADD CONSTRAINT ck_case_timeline__action CHECK (action IN ({values}))")
