"""What every migration that adds a table of a county does: row-level security, and grants.

Kept here, and never changed once released, so that migrations need no domain code.
"""

from __future__ import annotations

from alembic import op

# As in the first migration, which says why it is written so.
LET_IN = "county_id = ANY ((SELECT nullif(current_setting('app.counties', true), ''))::int[])"


def add_tenant_table(table: str, *, appended_only: bool = False) -> None:
    """Force row-level security upon a new table of a county, and grant it to those who read and change it."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY county_wall ON {table} USING ({LET_IN}) WITH CHECK ({LET_IN})")
    op.execute(f"GRANT SELECT ON {table} TO fengqiao_app, fengqiao_read")
    op.execute(f"GRANT {'INSERT' if appended_only else 'INSERT, UPDATE'} ON {table} TO fengqiao_app")


def seal(table: str) -> None:
    """Let nobody change or delete what is only ever added to a table, whatever their rights."""
    op.execute(f"""
        CREATE TRIGGER sealed BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """)
