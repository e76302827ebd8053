"""Migrations: up from nothing, down to nothing, up again; what they make is what the models say, and no right more."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, MetaData, Table

from domain.foundation.database import migrate, revision
from domain.foundation.database.urls import LOGIN_ROLES, OWNER, DatabaseUrls
from domain.registry import metadata
from tests.support.database import SECRET
from tests.support.rows import fetch

if TYPE_CHECKING:
    from collections.abc import Sequence

TENANT = {table.name for table in metadata.tables.values() if table.info["placement"] == "tenant"}
REFERENCE = {table.name for table in metadata.tables.values() if table.info["placement"] == "reference"}

# Who may do what: everything else is refused. The timeline, the steps and extensions of deadlines and the reports of risks
# are only ever added to; keys of idempotency are cleared away, and so are days of a county's own calendar and figures folded.
READ_ONLY = {"SELECT"}
APPENDED = (
    "case_timeline",
    "deadline_step",
    "deadline_extension",
    "risk_report",
    "visit_timeline",
    "policy_revision",
    "policy_row",
    "policy_step",
    "audit_entry",
    "audit_seal",
    "case_reading",
)
SIGN_IN = ("api_key", "sign_in_source", "sign_in_session", "refresh_token", "second_factor", "recovery_code")
RIGHTS: dict[str, dict[str, set[str]]] = {
    "fengqiao_app": {
        **{name: {"SELECT", "INSERT", "UPDATE"} for name in TENANT},
        **{name: {"SELECT", "INSERT"} for name in APPENDED},
        "calendar_day": {"SELECT", "INSERT", "UPDATE", "DELETE"},
        "case_figure_change": {"SELECT", "INSERT", "DELETE"},
        "case_figure_cell": {"SELECT", "INSERT", "UPDATE", "DELETE"},
        "idempotency_key": {"SELECT", "INSERT", "UPDATE", "DELETE"},
        "county": {"SELECT", "INSERT", "UPDATE"},
        "code_label": {"SELECT", "INSERT", "UPDATE"},
        "dispute_type": {"SELECT", "INSERT", "UPDATE"},
        "access_stamp": READ_ONLY,
    },
    "fengqiao_read": dict.fromkeys(TENANT | REFERENCE, READ_ONLY),
    "fengqiao_auth": {
        "credential": {"SELECT", "INSERT", "UPDATE"},
        **{name: {"SELECT", "INSERT", "UPDATE", "DELETE"} for name in SIGN_IN},
    },
}


def rows(urls: DatabaseUrls, query: str, *given: Any) -> Sequence[asyncpg.Record]:
    return asyncio.run(fetch(urls, query, *given))


def objects(urls: DatabaseUrls) -> set[tuple[str, str]]:
    """Everything in the schema that is ours, but for the migrations' own table."""
    found = rows(
        urls,
        """SELECT 'relation' AS kind, relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
           UNION ALL SELECT 'function', proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
           UNION ALL SELECT 'trigger', tgname || ' on ' || tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal
           UNION ALL SELECT 'policy', polname || ' on ' || polrelid::regclass FROM pg_policy
           UNION ALL SELECT 'type', typname::text FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')""",
    )
    return {(row["kind"], row["name"]) for row in found if not row["name"].startswith("alembic_version")}


def test_up_from_nothing_down_to_nothing_and_up_again(fresh_database_urls: DatabaseUrls) -> None:
    urls = fresh_database_urls
    assert revision.current(urls.admin) is None
    assert objects(urls) == set()
    migrate.upgrade(urls.admin, SECRET)
    assert revision.current(urls.admin) == revision.latest() is not None
    first = objects(urls)
    assert {("relation", name) for name in metadata.tables} <= first
    assert migrate.check(urls.admin, metadata) == []
    migrate.upgrade(urls.admin, SECRET)
    assert objects(urls) == first, "nothing to do is no error"
    migrate.downgrade(urls.admin, SECRET, "base")
    assert revision.current(urls.admin) is None
    assert objects(urls) == set()
    migrate.upgrade(urls.admin, SECRET)
    assert objects(urls) == first
    assert migrate.check(urls.admin, metadata) == []


def test_each_migration_goes_down_and_up_by_itself(fresh_database_urls: DatabaseUrls) -> None:
    urls = fresh_database_urls
    config = Config()
    config.set_main_option("script_location", str(revision.MIGRATIONS))
    scripts = list(ScriptDirectory.from_config(config).walk_revisions())
    assert revision.latest() == scripts[0].revision
    assert len([one for one in scripts if one.is_head]) == len([one for one in scripts if one.is_base]) == 1
    for script in reversed(scripts):
        migrate.upgrade(urls.admin, SECRET, script.revision)
        there = objects(urls)
        migrate.downgrade(urls.admin, SECRET, str(script.down_revision or "base"))
        migrate.upgrade(urls.admin, SECRET, script.revision)
        assert objects(urls) == there


def test_drift_is_seen(database_urls: DatabaseUrls) -> None:
    more = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(more)
    Table("new_table", more, Column("id", Integer, primary_key=True))
    more.tables["outbox"].append_column(Column("new_column", Integer))
    found = " ".join(migrate.check(database_urls.admin, more))
    assert "new_table" in found
    assert "new_column" in found


@pytest.mark.parametrize("role", LOGIN_ROLES)
def test_each_role_has_the_rights_it_was_given_and_no_other(database_urls: DatabaseUrls, role: str) -> None:
    kinds = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")
    known = [
        one["privilege_type"]
        for one in rows(database_urls, "SELECT privilege_type FROM aclexplode(acldefault('r', 10))")
    ]
    assert set(known) <= set(kinds)
    found: dict[str, set[str]] = {}
    for row in rows(
        database_urls,
        """SELECT c.relname::text AS name, k AS kind FROM pg_class c CROSS JOIN unnest($2::text[]) k
           WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
             AND (has_table_privilege($1, c.oid, k) OR (k IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
                  AND has_any_column_privilege($1, c.oid, k)))""",
        role,
        known,
    ):
        found.setdefault(row["name"], set()).add(row["kind"])
    assert found == RIGHTS[role]


def test_everybody_else_has_no_right_at_all(database_urls: DatabaseUrls) -> None:
    found = rows(
        database_urls,
        """SELECT c.relname, a.grantee::regrole::text AS who FROM pg_class c, aclexplode(c.relacl) a
           WHERE c.relnamespace = 'public'::regnamespace AND a.grantee::regrole::text <> ALL ($1::text[])""",
        [OWNER, *LOGIN_ROLES],
    )
    assert [tuple(row) for row in found] == []
    public = rows(
        database_urls,
        "SELECT has_schema_privilege('public', 'public', 'USAGE') AS use, has_schema_privilege('public', 'public', 'CREATE') AS make",
    )
    assert (public[0]["use"], public[0]["make"]) == (False, False)


def test_everything_belongs_to_the_owner(database_urls: DatabaseUrls) -> None:
    found = rows(
        database_urls,
        """SELECT DISTINCT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relnamespace = 'public'::regnamespace
           UNION SELECT DISTINCT pg_get_userbyid(proowner) FROM pg_proc WHERE pronamespace = 'public'::regnamespace""",
    )
    assert [row["owner"] for row in found] == [OWNER]


@pytest.mark.parametrize(
    "statement", ["UPDATE case_timeline SET note = NULL", "DELETE FROM case_timeline", "TRUNCATE case_timeline"]
)
def test_the_timeline_is_sealed_even_against_its_owner(haiyan_urls: DatabaseUrls, statement: str) -> None:
    async def change() -> None:
        connection = await asyncpg.connect(haiyan_urls.admin)
        transaction = connection.transaction()
        await transaction.start()
        try:
            with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
                await connection.execute(statement)
        finally:
            await transaction.rollback()
            await connection.close()

    asyncio.run(change())
