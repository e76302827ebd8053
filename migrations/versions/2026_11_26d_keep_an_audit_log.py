"""Keep an audit log: entries in partitions by month, the chain that seals them, readings by case.

Revision ID: 0020
Revises: 0019
Create Date: 2026-11-26
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import add_tenant_table, seal

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_KINDS = (
    "kind IN ('command', 'refusal', 'reading', 'sign_in', 'sign_in_refused', 'export', 'policy_change', 'break_glass')"
)


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column(
            "transaction",
            sa.BigInteger(),
            server_default=sa.text("((pg_current_xact_id())::text)::bigint"),
            nullable=False,
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("actor_county", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("grounds", sa.Text(), nullable=True),
        sa.Column("policy_version", sa.Text(), nullable=True),
        sa.Column("subject_kind", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("shown", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.CheckConstraint(_KINDS, name=op.f("ck_audit_entry__kind")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_audit_entry__county_id")),
        sa.PrimaryKeyConstraint("county_id", "at", "id", name=op.f("pk_audit_entry")),
        postgresql_partition_by="RANGE (at)",
    )
    op.create_index("ix_audit_entry__transaction", "audit_entry", ["county_id", "transaction", "id"])
    op.create_table(
        "audit_seal",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("entry_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_audit_seal__county_id")),
        sa.PrimaryKeyConstraint("county_id", "position", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("county_id", "entry_id", name=op.f("uq_audit_seal__county_id_entry_id")),
    )
    op.create_table(
        "case_reading",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_id", "case_id"],
            ["dispute_case.county_id", "dispute_case.id"],
            name=op.f("fk_case_reading__county_id_case_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_case_reading__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_case_reading")),
    )
    op.create_index("ix_case_reading__case", "case_reading", ["county_id", "case_id", "at", "id"])
    for table in ("audit_entry", "audit_seal", "case_reading"):
        add_tenant_table(table, appended_only=True)
        seal(table)
    divide_by_month()


def divide_by_month() -> None:
    """Partitions of entries, in a schema of their own: nobody but the owner reaches them past the table's wall."""
    op.execute("CREATE SCHEMA audit")
    # What lies outside every month that there is (a clock gone wrong) is kept all the same.
    op.execute("CREATE TABLE audit.entry_other PARTITION OF audit_entry DEFAULT")
    op.execute("""
        CREATE FUNCTION add_audit_months(first date, months int) RETURNS void LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            month date;
            name text;
        BEGIN
            -- Of several who add one at once, the first does.
            PERFORM pg_advisory_xact_lock(hashtext('add_audit_months'));
            FOR i IN 0 .. least(months, 60) - 1 LOOP
                month := (date_trunc('month', first) + make_interval(months => i))::date;
                name := format('entry_%s', to_char(month, 'YYYY_MM'));
                CONTINUE WHEN to_regclass(format('audit.%I', name)) IS NOT NULL;
                BEGIN
                    EXECUTE format(
                        'CREATE TABLE audit.%I PARTITION OF public.audit_entry FOR VALUES FROM (%L) TO (%L)', name,
                        month::timestamp AT TIME ZONE 'Asia/Shanghai',
                        (month + interval '1 month')::timestamp AT TIME ZONE 'Asia/Shanghai');
                EXCEPTION WHEN check_violation THEN
                    -- Entries of that month are kept among the others already.
                    CONTINUE;
                END;
                EXECUTE format('ALTER TABLE audit.%I ENABLE ROW LEVEL SECURITY', name);
                EXECUTE format('ALTER TABLE audit.%I FORCE ROW LEVEL SECURITY', name);
                EXECUTE format(
                    'CREATE TRIGGER sealed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.%I'
                    ' FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change()', name);
            END LOOP;
        END $$
    """)
    op.execute("REVOKE ALL ON FUNCTION add_audit_months(date, int) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION add_audit_months(date, int) TO fengqiao_app")
    op.execute("SELECT add_audit_months((current_date - interval '1 month')::date, 14)")
    op.execute("ALTER TABLE audit.entry_other ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE audit.entry_other FORCE ROW LEVEL SECURITY")
    seal("audit.entry_other")


def downgrade() -> None:
    op.drop_table("case_reading")
    op.drop_table("audit_seal")
    op.drop_table("audit_entry")
    op.execute("DROP FUNCTION add_audit_months(date, int)")
    op.execute("DROP SCHEMA audit")
