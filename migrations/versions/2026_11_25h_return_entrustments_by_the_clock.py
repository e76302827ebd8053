"""Let an entrustment that nobody accepts in time go back by itself (CRT2), also one that waits already.

Revision ID: 0016
Revises: 0015
Create Date: 2026-11-25
"""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The wall holds for the owner too: it is opened to every county for this statement.
    op.execute("SELECT set_config('app.counties', (SELECT array_agg(id)::text FROM county), true)")
    op.execute("""
        UPDATE deadline SET lapses = true, climbs = false
        WHERE kind = 'entrustment_acceptance' AND closed_at IS NULL
    """)
    # One that is over, and whose steps were all taken, is looked at again.
    op.execute("""
        UPDATE deadline SET next_at = due_at + interval '1 microsecond'
        WHERE kind = 'entrustment_acceptance' AND closed_at IS NULL AND due_at < now()
    """)
    op.execute("SELECT set_config('app.counties', '', true)")


def downgrade() -> None:
    """Nothing: what waits goes on as it is, and the next to be opened is as its code says."""
