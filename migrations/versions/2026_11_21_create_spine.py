"""Create the spine: tenants, people, cases, confirmation, outbox; behind row-level security from the start.

Revision ID: 0001
Revises:
Create Date: 2026-11-21
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Tables that belong to a county: behind the wall, changed by commands, never deleted from (but for the last).
CHANGED = [
    "organisation",
    "jurisdiction",
    "framework",
    "framework_member",
    "app_user",
    "membership",
    "dispute_case",
    "case_party",
    "case_participant",
    "case_mediator",
    "case_protector",
    "case_session",
    "case_follow_up",
    "case_number_counter",
    "case_agreement",
    "case_obligation",
    "judicial_confirmation",
    "outbox",
]
APPENDED = ["case_timeline"]
EXPIRED = ["idempotency_key"]
REFERENCE = ["county", "access_stamp", "code_label", "dispute_type"]
# A change in one of these can change who may see what: it raises the county's access stamp.
STAMPED = ["organisation", "jurisdiction", "membership", "app_user"]

# Coarse and independent of the policy: the counties this transaction acts in. Without the setting the
# comparison is with NULL and nothing is seen; nullif() because a setting made in an earlier transaction
# leaves an empty string behind; the sub-select because it is then evaluated once, not for each row.
WALL = "county_id = ANY ((SELECT nullif(current_setting('app.counties', true), ''))::int[])"


def upgrade() -> None:
    create_tables()
    for table in (*CHANGED, *APPENDED, *EXPIRED):
        build_wall(table)
    seal_timeline()
    stamp_access()
    grant_roles()


def downgrade() -> None:
    for table in (*CHANGED, *APPENDED, *EXPIRED, *REFERENCE, "credential"):
        op.execute(f"DROP TABLE IF EXISTS {table} CASCADE")
    op.execute(
        "DROP FUNCTION IF EXISTS refuse_change(), raise_access_stamp(), raise_access_stamp_of_row(), raise_access_stamp_of_all()"
    )


def build_wall(table: str) -> None:
    """Force row-level security, also upon the table's owner."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY county_wall ON {table} USING ({WALL}) WITH CHECK ({WALL})")


def seal_timeline() -> None:
    """Refuse every change of what has happened, whoever asks."""
    op.execute("""
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the timeline is append-only' USING ERRCODE = 'restrict_violation';
        END $$
    """)
    op.execute("""
        CREATE TRIGGER sealed BEFORE UPDATE OR DELETE OR TRUNCATE ON case_timeline
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """)


def stamp_access() -> None:
    """Raise a county's stamp with every statement that can change who may see what there."""
    # As the owner, because the application's roles may not write the stamp themselves.
    op.execute("""
        CREATE FUNCTION raise_access_stamp() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
            INSERT INTO access_stamp AS a (county_id, stamp)
            SELECT DISTINCT county_id, 1 FROM changed ORDER BY county_id
            ON CONFLICT (county_id) DO UPDATE SET stamp = a.stamp + 1;
            RETURN NULL;
        END $$
    """)
    for table in STAMPED:
        for event, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            op.execute(f"""
                CREATE TRIGGER stamped_on_{event.lower()} AFTER {event} ON {table}
                REFERENCING {rows} TABLE AS changed
                FOR EACH STATEMENT EXECUTE FUNCTION raise_access_stamp()
            """)
    op.execute("""
        CREATE FUNCTION raise_access_stamp_of_row() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
            INSERT INTO access_stamp AS a (county_id, stamp) VALUES (NEW.county_id, 1)
            ON CONFLICT (county_id) DO UPDATE SET stamp = a.stamp + 1;
            RETURN NULL;
        END $$
    """)
    # Failed attempts are counted often and change nobody's access; a new generation ends every token.
    op.execute("""
        CREATE TRIGGER stamped_on_generation AFTER UPDATE ON credential FOR EACH ROW
        WHEN (OLD.generation IS DISTINCT FROM NEW.generation) EXECUTE FUNCTION raise_access_stamp_of_row()
    """)
    op.execute("""
        CREATE FUNCTION raise_access_stamp_of_all() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
            INSERT INTO access_stamp AS a (county_id, stamp) VALUES (0, 1)
            ON CONFLICT (county_id) DO UPDATE SET stamp = a.stamp + 1;
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER stamped AFTER INSERT OR UPDATE OR DELETE ON county
        FOR EACH STATEMENT EXECUTE FUNCTION raise_access_stamp_of_all()
    """)
    op.execute("INSERT INTO access_stamp (county_id, stamp) VALUES (0, 1)")


def grant_roles() -> None:
    """Give each login role what its work needs and no more. None owns anything; none can pass the wall."""
    tenant = ", ".join((*CHANGED, *APPENDED, *EXPIRED))
    reference = ", ".join(REFERENCE)
    op.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    op.execute("GRANT USAGE ON SCHEMA public TO fengqiao_app, fengqiao_read, fengqiao_auth")
    op.execute(f"GRANT SELECT ON {tenant}, {reference} TO fengqiao_app, fengqiao_read")
    op.execute(f"GRANT INSERT, UPDATE ON {', '.join(CHANGED)} TO fengqiao_app")
    op.execute("GRANT INSERT ON case_timeline TO fengqiao_app")
    op.execute("GRANT INSERT, UPDATE, DELETE ON idempotency_key TO fengqiao_app")
    op.execute("GRANT INSERT, UPDATE ON county, code_label, dispute_type TO fengqiao_app")
    op.execute("GRANT SELECT, INSERT, UPDATE ON credential TO fengqiao_auth")


def create_tables() -> None:
    op.create_table(
        "access_stamp",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stamp", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("county_id", name=op.f("pk_access_stamp")),
    )
    op.create_table(
        "code_label",
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("list", "code", name=op.f("pk_code_label")),
    )
    op.create_table(
        "county",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("division_code", sa.Text(), nullable=False),
        sa.CheckConstraint("division_code ~ '^[0-9]{12}$'", name=op.f("ck_county__division_code")),
        sa.CheckConstraint("level IN ('province', 'city', 'county')", name=op.f("ck_county__level")),
        sa.ForeignKeyConstraint(["parent_id"], ["county.id"], name=op.f("fk_county__parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_county")),
        sa.UniqueConstraint("division_code", name=op.f("uq_county__division_code")),
    )
    op.create_table(
        "dispute_type",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("mediable", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.ForeignKeyConstraint(["parent_code"], ["dispute_type.code"], name=op.f("fk_dispute_type__parent_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_dispute_type")),
    )
    op.create_table(
        "app_user",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("sample", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint("char_length(display_name) BETWEEN 1 AND 100", name=op.f("ck_app_user__display_name")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_app_user__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_app_user")),
    )
    op.create_table(
        "credential",
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("failures", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("locked_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("generation", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_credential__county_id")),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_credential")),
    )
    op.create_table(
        "organisation",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("is_area", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=True),
        sa.Column("division_code", sa.Text(), nullable=True),
        sa.Column("virtual", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("home_id", sa.Uuid(), nullable=True),
        sa.Column("town_id", sa.Uuid(), nullable=True),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("grid_id", sa.Uuid(), nullable=True),
        sa.Column("number_word", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("valid_from", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("valid_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "NOT is_area OR division_code ~ '^[0-9]{12}([0-9]{2,8})?$'", name=op.f("ck_organisation__division_code")
        ),
        sa.CheckConstraint(
            "is_area = (kind IN ('province', 'city', 'county', 'town', 'community', 'grid', 'micro_grid'))",
            name=op.f("ck_organisation__is_area"),
        ),
        sa.CheckConstraint(
            "kind IN ('province', 'city', 'county', 'town', 'community', 'grid', 'micro_grid', 'governance_centre', 'court', 'tribunal', 'procuratorate', 'police_bureau', 'police_station', 'justice_bureau', 'justice_office', 'petition_office', 'womens_federation', 'department', 'mediation_committee', 'arbitration_body', 'law_firm', 'notary_office', 'university', 'chamber_of_commerce', 'industry_association', 'social_organisation', 'volunteer_team', 'property_company', 'hotline', 'service_station', 'brand_studio')",
            name=op.f("ck_organisation__kind"),
        ),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 100", name=op.f("ck_organisation__name")),
        sa.CheckConstraint("is_area = (home_id IS NULL)", name=op.f("ck_organisation__partner_has_home")),
        sa.CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_organisation__validity")),
        sa.ForeignKeyConstraint(
            ["county_id", "community_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_organisation__county_id_community_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "grid_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_organisation__county_id_grid_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "home_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_organisation__county_id_home_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "parent_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_organisation__county_id_parent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "town_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_organisation__county_id_town_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_organisation__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_organisation")),
    )
    op.create_index("ix_organisation__home", "organisation", ["county_id", "home_id"], unique=False)
    op.create_index("ix_organisation__kind_name", "organisation", ["county_id", "kind", "name", "id"], unique=False)
    op.create_index("ix_organisation__name", "organisation", ["county_id", "name", "id"], unique=False)
    op.create_index("ix_organisation__parent", "organisation", ["county_id", "parent_id"], unique=False)
    op.create_index(
        "uq_organisation__division_code",
        "organisation",
        ["county_id", "division_code"],
        unique=True,
        postgresql_where=sa.text("valid_until IS NULL AND division_code IS NOT NULL"),
    )
    op.create_table(
        "outbox",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("published_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_outbox__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox__unpublished",
        "outbox",
        ["county_id", "id"],
        unique=False,
        postgresql_where=sa.text("published_at IS NULL"),
    )
    op.create_table(
        "case_number_counter",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_id", "organisation_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_case_number_counter__county_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_case_number_counter__county_id")),
        sa.PrimaryKeyConstraint("county_id", "organisation_id", "year", name=op.f("pk_case_number_counter")),
    )
    op.create_table(
        "dispute_case",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("town_id", sa.Uuid(), nullable=True),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("grid_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_year", sa.SmallInteger(), nullable=False),
        sa.Column("number_serial", sa.Integer(), nullable=False),
        sa.Column("type_code", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("demands", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("risk_level", sa.Text(), nullable=True),
        sa.Column("scale", sa.Text(), nullable=True),
        sa.Column("people_count", sa.Integer(), nullable=True),
        sa.Column("mass_incident", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("public_security", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("violence_suspected", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("minor_involved", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("address_protected", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "family_or_minor",
            sa.Boolean(),
            sa.Computed("left(type_code, 2) = '01' OR minor_involved OR violence_suspected", persisted=True),
            nullable=False,
        ),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("registered_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("accepted_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("rights_told_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("declined_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=True),
        sa.Column("decline_guidance", sa.Text(), nullable=True),
        sa.Column("risk_assessed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("dispatched_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("handler_id", sa.Uuid(), nullable=True),
        sa.Column("return_count", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("taken_on_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("settled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("settlement_mode", sa.Text(), nullable=True),
        sa.Column("failed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("failure_reason", sa.Text(), nullable=True),
        sa.Column("fulfilled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("concluded_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("due_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("closed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("reopen_count", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("court_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "risk_level IN ('red', 'orange', 'yellow', 'blue')", name=op.f("ck_dispute_case__risk_level")
        ),
        sa.CheckConstraint("scale IN ('individual', 'group', 'major_group')", name=op.f("ck_dispute_case__scale")),
        sa.CheckConstraint(
            "settlement_mode IN ('peoples_mediation', 'administrative_mediation', 'industry_mediation', 'judicial_mediation', 'arbitration', 'reconsideration', 'litigation', 'settlement')",
            name=op.f("ck_dispute_case__settlement_mode"),
        ),
        sa.CheckConstraint(
            "source IN ('proactive', 'on_application', 'court_entrusted', 'procuratorate', 'police', 'petition', 'hotline', 'grid_event', 'sweep', 'other')",
            name=op.f("ck_dispute_case__source"),
        ),
        sa.CheckConstraint(
            "status IN ('registered', 'accepted', 'declined', 'dispatched', 'handling', 'agreed', 'failed', 'performing', 'fulfilled', 'referred_to_court', 'closed', 'archived')",
            name=op.f("ck_dispute_case__status"),
        ),
        sa.CheckConstraint("char_length(title) BETWEEN 1 AND 200", name=op.f("ck_dispute_case__title")),
        sa.CheckConstraint("people_count IS NULL OR people_count >= 1", name=op.f("ck_dispute_case__people_count")),
        sa.CheckConstraint("return_count >= 0 AND reopen_count >= 0", name=op.f("ck_dispute_case__counts")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_dispute_case__version")),
        sa.ForeignKeyConstraint(
            ["county_id", "community_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_dispute_case__county_id_community_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "court_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_dispute_case__county_id_court_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "grid_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_dispute_case__county_id_grid_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "handler_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_dispute_case__county_id_handler_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "organisation_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_dispute_case__county_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "registered_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_dispute_case__county_id_registered_by"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "town_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_dispute_case__county_id_town_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_dispute_case__county_id")),
        sa.ForeignKeyConstraint(["type_code"], ["dispute_type.code"], name=op.f("fk_dispute_case__type_code")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_dispute_case")),
        sa.UniqueConstraint(
            "county_id",
            "organisation_id",
            "number_year",
            "number_serial",
            name=op.f("uq_dispute_case__county_id_organisation_id_number_year_number_serial"),
        ),
    )
    op.create_index(
        "ix_dispute_case__community", "dispute_case", ["county_id", "community_id", "registered_at", "id"], unique=False
    )
    op.create_index(
        "ix_dispute_case__court",
        "dispute_case",
        ["county_id", "court_id", "registered_at", "id"],
        unique=False,
        postgresql_where=sa.text("court_id IS NOT NULL"),
    )
    op.create_index(
        "ix_dispute_case__due",
        "dispute_case",
        ["county_id", "town_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("concluded_at IS NULL AND due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_dispute_case__grid", "dispute_case", ["county_id", "grid_id", "registered_at", "id"], unique=False
    )
    op.create_index(
        "ix_dispute_case__handler", "dispute_case", ["county_id", "handler_id", "registered_at", "id"], unique=False
    )
    op.create_index(
        "ix_dispute_case__organisation",
        "dispute_case",
        ["county_id", "organisation_id", "registered_at", "id"],
        unique=False,
    )
    op.create_index("ix_dispute_case__registered", "dispute_case", ["county_id", "registered_at", "id"], unique=False)
    op.create_index(
        "ix_dispute_case__registered_by",
        "dispute_case",
        ["county_id", "registered_by", "registered_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_dispute_case__town", "dispute_case", ["county_id", "town_id", "registered_at", "id"], unique=False
    )
    op.create_index(
        "ix_dispute_case__town_status",
        "dispute_case",
        ["county_id", "town_id", "status", "registered_at", "id"],
        unique=False,
    )
    op.create_table(
        "framework",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_id", "area_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_framework__county_id_area_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_framework__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_framework")),
        sa.UniqueConstraint("county_id", "area_id", "name", name=op.f("uq_framework__county_id_area_id_name")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("mutation", sa.Text(), nullable=False),
        sa.Column("request_digest", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("char_length(key) BETWEEN 1 AND 200", name=op.f("ck_idempotency_key__key")),
        sa.ForeignKeyConstraint(
            ["county_id", "user_id"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_idempotency_key__county_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_idempotency_key__county_id")),
        sa.PrimaryKeyConstraint("county_id", "user_id", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_table(
        "jurisdiction",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_id", "area_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_jurisdiction__county_id_area_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "organisation_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_jurisdiction__county_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_jurisdiction__county_id")),
        sa.PrimaryKeyConstraint("county_id", "organisation_id", "area_id", name=op.f("pk_jurisdiction")),
    )
    op.create_index("ix_jurisdiction__area", "jurisdiction", ["county_id", "area_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("full_time", sa.Boolean(), nullable=True),
        sa.Column("valid_from", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("valid_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('resident', 'building_head', 'grid_worker', 'grid_leader', 'mediator', 'invited_mediator', 'committee_director', 'centre_dispatcher', 'centre_director', 'police_liaison', 'court_liaison', 'judge', 'procuratorate_liaison', 'justice_officer', 'womens_federation_officer', 'petition_officer', 'department_officer', 'legal_counsel', 'town_admin', 'county_admin', 'city_admin', 'auditor', 'system_admin', 'integration')",
            name=op.f("ck_membership__role"),
        ),
        sa.CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_membership__validity")),
        sa.ForeignKeyConstraint(
            ["county_id", "organisation_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_membership__county_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "user_id"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_membership__county_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_membership__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_membership")),
    )
    op.create_index("ix_membership__organisation", "membership", ["county_id", "organisation_id", "role"], unique=False)
    op.create_index(
        "uq_membership__current",
        "membership",
        ["county_id", "user_id", "organisation_id", "role"],
        unique=True,
        postgresql_where=sa.text("valid_until IS NULL"),
    )
    op.create_table(
        "case_agreement",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("reached_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("effective_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("parties_signed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("mediator_signed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("sealed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("copies", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint("form IN ('written', 'oral')", name=op.f("ck_case_agreement__form")),
        sa.CheckConstraint("copies IS NULL OR copies >= 1", name=op.f("ck_case_agreement__copies")),
        sa.ForeignKeyConstraint(
            ["county_id", "case_id"],
            ["dispute_case.county_id", "dispute_case.id"],
            name=op.f("fk_case_agreement__county_id_case_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_case_agreement__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_case_agreement")),
        sa.UniqueConstraint("county_id", "case_id", name=op.f("uq_case_agreement__county_id_case_id")),
    )
    op.create_table(
        "case_follow_up",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("visited_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("visited_by", sa.Uuid(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("satisfaction", sa.SmallInteger(), nullable=True),
        sa.Column("relapse", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("satisfaction BETWEEN 1 AND 5", name=op.f("ck_case_follow_up__satisfaction")),
        sa.ForeignKeyConstraint(
            ["county_id", "case_id"],
            ["dispute_case.county_id", "dispute_case.id"],
            name=op.f("fk_case_follow_up__county_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "visited_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_case_follow_up__county_id_visited_by"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_case_follow_up__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_case_follow_up")),
    )
    op.create_index(
        "ix_case_follow_up__case", "case_follow_up", ["county_id", "case_id", "visited_at", "id"], unique=False
    )
    op.create_table(
        "case_mediator",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("valid_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_case_mediator__validity")),
        sa.ForeignKeyConstraint(
            ["county_id", "case_id"],
            ["dispute_case.county_id", "dispute_case.id"],
            name=op.f("fk_case_mediator__county_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "organisation_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_case_mediator__county_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "user_id"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_case_mediator__county_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_case_mediator__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_case_mediator")),
    )
    op.create_index(
        "ix_case_mediator__case", "case_mediator", ["county_id", "case_id", "valid_from", "id"], unique=False
    )
    op.create_index(
        "ix_case_mediator__user", "case_mediator", ["county_id", "user_id", "organisation_id", "case_id"], unique=False
    )
    op.create_table(
        "case_participant",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("valid_from", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("valid_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "relation IN ('lead', 'assisting', 'observing')", name=op.f("ck_case_participant__relation")
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_case_participant__validity")
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "case_id"],
            ["dispute_case.county_id", "dispute_case.id"],
            name=op.f("fk_case_participant__county_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "organisation_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_case_participant__county_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_case_participant__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_case_participant")),
    )
    op.create_index(
        "ix_case_participant__case", "case_participant", ["county_id", "case_id", "valid_from", "id"], unique=False
    )
    op.create_index(
        "ix_case_participant__organisation",
        "case_participant",
        ["county_id", "organisation_id", "case_id"],
        unique=False,
    )
    op.create_table(
        "case_party",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id_number", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("minor", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("elderly", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("woman_at_risk", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("disabled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("address_protected", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("consent_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind IN ('person', 'organisation')", name=op.f("ck_case_party__kind")),
        sa.CheckConstraint("side IN ('applicant', 'respondent', 'third_party')", name=op.f("ck_case_party__side")),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 100", name=op.f("ck_case_party__name")),
        sa.ForeignKeyConstraint(
            ["county_id", "case_id"],
            ["dispute_case.county_id", "dispute_case.id"],
            name=op.f("fk_case_party__county_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "user_id"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_case_party__county_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_case_party__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_case_party")),
    )
    op.create_index("ix_case_party__case", "case_party", ["county_id", "case_id", "ordinal", "id"], unique=False)
    op.create_index(
        "ix_case_party__user",
        "case_party",
        ["county_id", "user_id", "case_id"],
        unique=False,
        postgresql_where=sa.text("user_id IS NOT NULL"),
    )
    op.create_table(
        "case_protector",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("valid_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_case_protector__validity")
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "case_id"],
            ["dispute_case.county_id", "dispute_case.id"],
            name=op.f("fk_case_protector__county_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "user_id"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_case_protector__county_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_case_protector__county_id")),
        sa.PrimaryKeyConstraint("county_id", "case_id", "user_id", name=op.f("pk_case_protector")),
    )
    op.create_table(
        "case_session",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("held_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("attendees", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("form IN ('joint', 'separate')", name=op.f("ck_case_session__form")),
        sa.ForeignKeyConstraint(
            ["county_id", "case_id"],
            ["dispute_case.county_id", "dispute_case.id"],
            name=op.f("fk_case_session__county_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "recorded_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_case_session__county_id_recorded_by"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_case_session__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_case_session")),
        sa.UniqueConstraint("county_id", "case_id", "ordinal", name=op.f("uq_case_session__county_id_case_id_ordinal")),
    )
    op.create_table(
        "case_timeline",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=True),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "action IN ('register', 'accept', 'decline', 'assess_risk', 'dispatch', 'return', 'take_on', 'hold_session', 'agree', 'fail', 'apply_confirmation', 'accept_confirmation', 'rule_confirmation', 'fulfil', 'follow_up', 'close')",
            name=op.f("ck_case_timeline__action"),
        ),
        sa.CheckConstraint(
            "from_status IN ('registered', 'accepted', 'declined', 'dispatched', 'handling', 'agreed', 'failed', 'performing', 'fulfilled', 'referred_to_court', 'closed', 'archived')",
            name=op.f("ck_case_timeline__from_status"),
        ),
        sa.CheckConstraint(
            "to_status IN ('registered', 'accepted', 'declined', 'dispatched', 'handling', 'agreed', 'failed', 'performing', 'fulfilled', 'referred_to_court', 'closed', 'archived')",
            name=op.f("ck_case_timeline__to_status"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "actor_id"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_case_timeline__county_id_actor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "case_id"],
            ["dispute_case.county_id", "dispute_case.id"],
            name=op.f("fk_case_timeline__county_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "organisation_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_case_timeline__county_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_case_timeline__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_case_timeline")),
        sa.UniqueConstraint(
            "county_id", "case_id", "version", name=op.f("uq_case_timeline__county_id_case_id_version")
        ),
    )
    op.create_table(
        "framework_member",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("framework_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "tier IN ('core', 'resident', 'rotating', 'on_call', 'wider')", name=op.f("ck_framework_member__tier")
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "framework_id"],
            ["framework.county_id", "framework.id"],
            name=op.f("fk_framework_member__county_id_framework_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "organisation_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_framework_member__county_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_framework_member__county_id")),
        sa.PrimaryKeyConstraint("county_id", "framework_id", "organisation_id", name=op.f("pk_framework_member")),
    )
    op.create_table(
        "judicial_confirmation",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("court_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("applied_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("applied_by", sa.Uuid(), nullable=False),
        sa.Column("apply_by", sa.Date(), nullable=False),
        sa.Column("decided_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("ruled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("enforce_by", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "status IN ('applied', 'accepted', 'refused', 'confirmed', 'rejected', 'withdrawn')",
            name=op.f("ck_judicial_confirmation__status"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "applied_by"],
            ["app_user.county_id", "app_user.id"],
            name=op.f("fk_judicial_confirmation__county_id_applied_by"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "case_id"],
            ["dispute_case.county_id", "dispute_case.id"],
            name=op.f("fk_judicial_confirmation__county_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "court_id"],
            ["organisation.county_id", "organisation.id"],
            name=op.f("fk_judicial_confirmation__county_id_court_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_judicial_confirmation__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_judicial_confirmation")),
    )
    op.create_index(
        "ix_judicial_confirmation__case",
        "judicial_confirmation",
        ["county_id", "case_id", "applied_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_judicial_confirmation__court",
        "judicial_confirmation",
        ["county_id", "court_id", "status", "applied_at", "id"],
        unique=False,
    )
    op.create_index(
        "uq_judicial_confirmation__open",
        "judicial_confirmation",
        ["county_id", "case_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('applied', 'accepted', 'confirmed')"),
    )
    op.create_table(
        "case_obligation",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("debtor_id", sa.Uuid(), nullable=True),
        sa.Column("creditor_id", sa.Uuid(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("fulfilled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.CheckConstraint("(fulfilled_at IS NULL) = (evidence IS NULL)", name=op.f("ck_case_obligation__evidence")),
        sa.CheckConstraint("amount_cents IS NULL OR amount_cents > 0", name=op.f("ck_case_obligation__amount")),
        sa.ForeignKeyConstraint(
            ["county_id", "agreement_id"],
            ["case_agreement.county_id", "case_agreement.id"],
            name=op.f("fk_case_obligation__county_id_agreement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "case_id"],
            ["dispute_case.county_id", "dispute_case.id"],
            name=op.f("fk_case_obligation__county_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "creditor_id"],
            ["case_party.county_id", "case_party.id"],
            name=op.f("fk_case_obligation__county_id_creditor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id", "debtor_id"],
            ["case_party.county_id", "case_party.id"],
            name=op.f("fk_case_obligation__county_id_debtor_id"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_case_obligation__county_id")),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f("pk_case_obligation")),
        sa.UniqueConstraint(
            "county_id", "agreement_id", "ordinal", name=op.f("uq_case_obligation__county_id_agreement_id_ordinal")
        ),
    )
    op.create_index("ix_case_obligation__case", "case_obligation", ["county_id", "case_id"], unique=False)
