"""Index the lists that are read most, as the kept plans of the hot operations stand on them.

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-22
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OPEN = "status NOT IN ('closed', 'archived', 'declined')"
DUE = "coalesce(due_at, 'infinity'::timestamptz)"
# Open cases by due date, for each scope: without the narrow ones the planner would walk the county's.
SCOPES = {
    "": (),
    "_town": ("town_id",),
    "_community": ("community_id",),
    "_grid": ("grid_id",),
    "_handler": ("handler_id",),
    "_registered_by": ("registered_by",),
    "_court": ("court_id",),
}


def upgrade() -> None:
    # Whether a user serves in the county is asked for every name shown.
    op.create_index("ix_membership__user", "membership", ["county_id", "user_id", "valid_from", "valid_until"])
    case = "dispute_case"
    op.create_index("ix_dispute_case__status", case, ["county_id", "status", "registered_at", "id"])
    op.create_index(
        "ix_dispute_case__handler_status", case, ["county_id", "handler_id", "status", "registered_at", "id"]
    )
    op.create_index(
        "ix_dispute_case__court_status",
        case,
        ["county_id", "court_id", "status", "registered_at", "id"],
        postgresql_where=sa.text("court_id IS NOT NULL"),
    )
    for name, columns in SCOPES.items():
        where = f"{OPEN} AND court_id IS NOT NULL" if name == "_court" else OPEN
        op.create_index(
            f"ix_dispute_case__open{name}_due",
            case,
            ["county_id", *columns, sa.text(f"({DUE})"), "id"],
            postgresql_where=sa.text(where),
        )
    # A type's word is looked up for each row of a list, from the index alone.
    op.create_index(
        "uq_dispute_type__code_label",
        "dispute_type",
        ["code"],
        unique=True,
        postgresql_include=["label", "mediable", "parent_code"],
    )


def downgrade() -> None:
    op.drop_index("uq_dispute_type__code_label", "dispute_type")
    for name in ("court_status", "handler_status", "status", *(f"open{scope}_due" for scope in SCOPES)):
        op.drop_index(f"ix_dispute_case__{name}", "dispute_case")
    op.drop_index("ix_membership__user", "membership")
