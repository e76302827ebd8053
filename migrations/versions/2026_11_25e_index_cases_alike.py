"""Index a town's cases by type: where a new one is compared with those of the last months.

Revision ID: 0013
Revises: 0012
Create Date: 2026-11-25
"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_dispute_case__town_type", "dispute_case", ["county_id", "town_id", "type_code", "registered_at", "id"]
    )


def downgrade() -> None:
    op.drop_index("ix_dispute_case__town_type", table_name="dispute_case")
