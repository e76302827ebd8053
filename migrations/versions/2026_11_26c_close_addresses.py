"""Close a protected address to the account of whose it is.

Revision ID: 0019
Revises: 0018
Create Date: 2026-11-26
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "case_party", sa.Column("address_closed", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_case_party__address_closed"), "case_party", "address_protected OR NOT address_closed"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_case_party__address_closed"), "case_party")
    op.drop_column("case_party", "address_closed")
