"""Add signatures, confirmation material and consents, entrustment.

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-22
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

from migrations.row_level_security import add_tenant_table

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("agreement_signature", "court_entrustment", "confirmation_consent", "confirmation_material")
INSTANT = postgresql.TIMESTAMP(timezone=True)
# Column of judicial_confirmation -> type; none of them is known of applications made before.
APPLICATION: dict[str, TypeEngine[Any]] = {
    "basis": sa.Text(),
    "place_id": sa.Uuid(),
    "decide_by": sa.Date(),
    "rule_by": sa.Date(),
    "extended_at": INSTANT,
    "extension_reason": sa.Text(),
    "conclude_by": sa.Date(),
    "material_due_on": sa.Date(),
    "withdrawn_at": INSTANT,
    "withdrawal": sa.Text(),
}


def upgrade() -> None:
    let_agreements_wait()
    extend_applications()
    create_signatures()
    create_application_parts()
    create_entrustments()
    for table in TABLES:
        add_tenant_table(table)


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP TABLE {table}")
    for name in ("basis", "withdrawal", "withdrawn", "extended"):
        op.drop_constraint(op.f(f"ck_judicial_confirmation__{name}"), "judicial_confirmation")
    op.drop_constraint(op.f("fk_judicial_confirmation__county_id_place_id"), "judicial_confirmation")
    for name in ("concerns_title", *APPLICATION):
        op.drop_column("judicial_confirmation", name)
    op.drop_column("dispute_case", "agreement_in_effect")
    op.drop_constraint(op.f("ck_case_agreement__oral_at_once"), "case_agreement")
    past_the_wall("case_agreement", "UPDATE case_agreement SET effective_at = reached_at WHERE effective_at IS NULL")
    op.alter_column("case_agreement", "effective_at", nullable=False)


def past_the_wall(table: str, statement: str) -> None:
    """Run a statement upon rows of every county: as the owner, for whom the wall is lifted within this transaction."""
    op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(statement)
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def let_agreements_wait() -> None:
    """A written agreement is a draft until all have signed; what was recorded before is in effect."""
    op.add_column(
        "dispute_case",
        sa.Column("agreement_in_effect", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.execute("ALTER TABLE case_agreement NO FORCE ROW LEVEL SECURITY")
    past_the_wall(
        "dispute_case",
        "UPDATE dispute_case c SET agreement_in_effect = true WHERE EXISTS (SELECT FROM case_agreement a"
        " WHERE a.county_id = c.county_id AND a.case_id = c.id)",
    )
    op.execute("ALTER TABLE case_agreement FORCE ROW LEVEL SECURITY")
    op.alter_column("case_agreement", "effective_at", nullable=True)
    op.create_check_constraint(
        op.f("ck_case_agreement__oral_at_once"), "case_agreement", "form = 'written' OR effective_at IS NOT NULL"
    )


def extend_applications() -> None:
    op.add_column(
        "judicial_confirmation",
        sa.Column("concerns_title", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    for name, type_ in APPLICATION.items():
        op.add_column("judicial_confirmation", sa.Column(name, type_, nullable=True))
    op.create_foreign_key(
        op.f("fk_judicial_confirmation__county_id_place_id"),
        "judicial_confirmation",
        "organisation",
        ["county_id", "place_id"],
        ["county_id", "id"],
    )
    for name, test in {
        "basis": "basis IN ('inviting_court', 'residence', 'object_place', 'committee_place')",
        "withdrawal": "withdrawal IN ('by_parties', 'material_not_supplied')",
        "withdrawn": "(withdrawn_at IS NULL) = (withdrawal IS NULL)",
        "extended": "(extended_at IS NULL) = (extension_reason IS NULL)",
    }.items():
        op.create_check_constraint(op.f(f"ck_judicial_confirmation__{name}"), "judicial_confirmation", test)


def within_county(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    """Foreign keys of a county's table: to the county, and by each column to another table's row of that county."""
    return [
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f(f"fk_{table}__county_id")),
        *(
            sa.ForeignKeyConstraint(
                ["county_id", column],
                [f"{target}.county_id", f"{target}.id"],
                name=op.f(f"fk_{table}__county_id_{column}"),
            )
            for column, target in columns.items()
        ),
    ]


def keys() -> list[sa.Column[object]]:
    return [
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
    ]


def create_signatures() -> None:
    table = "agreement_signature"
    op.create_table(
        table,
        *keys(),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.Column("image_name", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.CheckConstraint("signer IN ('party', 'mediator', 'committee')", name=op.f(f"ck_{table}__signer")),
        sa.CheckConstraint("method IN ('signature', 'fingerprint', 'seal')", name=op.f(f"ck_{table}__method")),
        sa.CheckConstraint(
            "(signer = 'party') = (party_id IS NOT NULL) AND (signer = 'mediator') = (user_id IS NOT NULL)"
            " AND (signer = 'committee') = (organisation_id IS NOT NULL)",
            name=op.f(f"ck_{table}__who"),
        ),
        sa.CheckConstraint("signer <> 'committee' OR method = 'seal'", name=op.f(f"ck_{table}__seal")),
        *within_county(
            table,
            case_id="dispute_case",
            agreement_id="case_agreement",
            party_id="case_party",
            user_id="app_user",
            organisation_id="organisation",
            recorded_by="app_user",
        ),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}__case", table, ["county_id", "case_id"])
    for name, columns, where in (
        ("party", ["party_id"], "party_id IS NOT NULL"),
        ("mediator", ["user_id"], "user_id IS NOT NULL"),
        ("committee", [], "signer = 'committee'"),
    ):
        op.create_index(
            f"uq_{table}__{name}",
            table,
            ["county_id", "agreement_id", *columns],
            unique=True,
            postgresql_where=sa.text(where),
        )


def create_application_parts() -> None:
    table = "confirmation_consent"
    op.create_table(
        table,
        *keys(),
        sa.Column("confirmation_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("consented_at", INSTANT, nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        *within_county(
            table,
            case_id="dispute_case",
            confirmation_id="judicial_confirmation",
            party_id="case_party",
            recorded_by="app_user",
        ),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "county_id", "confirmation_id", "party_id", name=op.f(f"uq_{table}__county_id_confirmation_id_party_id")
        ),
    )
    op.create_index(f"ix_{table}__case", table, ["county_id", "case_id"])
    table = "confirmation_material"
    op.create_table(
        table,
        *keys(),
        sa.Column("confirmation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("provided_at", INSTANT, nullable=False),
        sa.Column("provided_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('agreement', 'mediation_proof', 'title_proof', 'identity_and_contact')",
            name=op.f(f"ck_{table}__kind"),
        ),
        *within_county(table, case_id="dispute_case", confirmation_id="judicial_confirmation", provided_by="app_user"),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "county_id", "confirmation_id", "kind", name=op.f(f"uq_{table}__county_id_confirmation_id_kind")
        ),
    )
    op.create_index(f"ix_{table}__case", table, ["county_id", "case_id"])


def create_entrustments() -> None:
    table = "court_entrustment"
    op.create_table(
        table,
        *keys(),
        sa.Column("court_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("reference_number", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("entrusted_at", INSTANT, nullable=False),
        sa.Column("entrusted_by", sa.Uuid(), nullable=False),
        sa.Column("accept_by", sa.Date(), nullable=False),
        sa.Column("accepted_at", INSTANT, nullable=True),
        sa.Column("mediate_by", sa.Date(), nullable=True),
        sa.Column("returned_at", INSTANT, nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("status IN ('entrusted', 'accepted', 'returned')", name=op.f(f"ck_{table}__status")),
        sa.CheckConstraint(
            "return_reason IN ('not_competent', 'cannot_take_on', 'party_unwilling', 'party_not_reached',"
            " 'time_passed', 'not_settled')",
            name=op.f(f"ck_{table}__return_reason"),
        ),
        sa.CheckConstraint("(status = 'returned') = (returned_at IS NOT NULL)", name=op.f(f"ck_{table}__returned")),
        sa.CheckConstraint("(returned_at IS NULL) = (return_reason IS NULL)", name=op.f(f"ck_{table}__reason")),
        *within_county(
            table,
            case_id="dispute_case",
            court_id="organisation",
            organisation_id="organisation",
            entrusted_by="app_user",
        ),
        sa.PrimaryKeyConstraint("county_id", "id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("county_id", "case_id", name=op.f(f"uq_{table}__county_id_case_id")),
    )
    op.create_index(f"ix_{table}__court", table, ["county_id", "court_id", "status", "entrusted_at", "id"])
