"""Know of a user whether they serve or served, other than as a resident: their name then stays in what they did.

Revision ID: 0014
Revises: 0013
Create Date: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("app_user", sa.Column("staff", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    # Row-level security is forced upon the owner as well.
    op.execute(
        "SELECT set_config('app.counties', (SELECT '{' || coalesce(string_agg(id::text, ','), '') || '}' FROM county), true)"
    )
    op.execute("""
        UPDATE app_user u SET staff = TRUE WHERE EXISTS (
            SELECT FROM membership m WHERE m.county_id = u.county_id AND m.user_id = u.id AND m.role <> 'resident')
    """)
    op.execute("""
        CREATE FUNCTION know_staff() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE app_user SET staff = TRUE WHERE county_id = NEW.county_id AND id = NEW.user_id AND NOT staff;
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER staff_known AFTER INSERT OR UPDATE OF role, user_id ON membership
        FOR EACH ROW WHEN (NEW.role <> 'resident') EXECUTE FUNCTION know_staff()
    """)
    # Also where rows are brought in by the million, without the other triggers.
    op.execute("ALTER TABLE membership ENABLE ALWAYS TRIGGER staff_known")


def downgrade() -> None:
    op.execute("DROP TRIGGER staff_known ON membership")
    op.execute("DROP FUNCTION know_staff()")
    op.drop_column("app_user", "staff")
