"""`make migration`: what it writes can be run, up and down, and leaves nothing for the comparison to find."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, MetaData, Table, Text, Uuid

from domain.foundation.database import migrate, revision
from domain.foundation.database.base import (
    APPENDED_ONLY,
    NAMING,
    TENANT,
    one_of,
)
from domain.registry import metadata
from migrations import generate
from tests.migrations.test_migrations import rows
from tests.support.database import SECRET

if TYPE_CHECKING:
    from pathlib import Path

    from domain.foundation.database.urls import DatabaseUrls


@pytest.fixture
def own_migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The migrations in a folder of the test's own, which the code takes for the project's."""
    folder = tmp_path / "migrations"
    shutil.copytree(revision.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for module in (revision, migrate, generate):
        monkeypatch.setattr(module, "MIGRATIONS", folder)
    return folder


def tables() -> MetaData:
    """The project's tables, one more of a county, one more that is only added to, and a closed set with another word."""
    copied = MetaData(naming_convention=NAMING)
    for table in metadata.sorted_tables:
        table.to_metadata(copied)
    for name, info in (("heron", TENANT), ("heron_timeline", TENANT | APPENDED_ONLY)):
        Table(
            name,
            copied,
            Column("county_id", Integer, ForeignKey("county.id"), primary_key=True, autoincrement=False),
            Column("id", Uuid, primary_key=True),
            Column("kind", Text, nullable=False),
            CheckConstraint(one_of("kind", ("grey", "white")), name="kind"),
            info=dict(info),
        )
    pause = copied.tables["case_pause"]
    (before,) = (one for one in pause.constraints if str(one.name) == "ck_case_pause__reason")
    pause.constraints.remove(before)
    words = [word.strip("'") for word in generate.LITERAL.findall(str(before.sqltext))]  # type: ignore[attr-defined]
    pause.append_constraint(CheckConstraint(one_of("reason", [*words, "flood"]), name="reason"))
    return copied


def test_what_is_written_runs_up_and_down(fresh_database_urls: DatabaseUrls, own_migrations: Path) -> None:
    urls, wanted = fresh_database_urls, tables()
    migrate.upgrade(urls.admin, SECRET)
    newest = revision.latest()
    written = generate.write(urls.admin, wanted, "add herons")
    assert written is not None
    assert written.parent == own_migrations / "versions"
    assert written.name.endswith("_add_herons.py")
    assert (revision.latest(), f'down_revision = "{newest}"' in written.read_text()) == (
        f"{int(newest or 0) + 1:04d}",
        True,
    )
    migrate.upgrade(urls.admin, SECRET)
    assert migrate.check(urls.admin, wanted) == []
    (words,) = rows(urls, "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'ck_case_pause__reason'")
    assert "flood" in words[0]
    found = rows(
        urls,
        """SELECT c.relname::text AS name, relrowsecurity AND relforcerowsecurity AS forced,
             has_table_privilege('fengqiao_app', c.oid, 'UPDATE') AS changed,
             EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'sealed') AS sealed
           FROM pg_class c WHERE relname IN ('heron', 'heron_timeline') ORDER BY 1""",
    )
    assert [tuple(row.values()) for row in found] == [
        ("heron", True, True, False),
        ("heron_timeline", True, False, True),
    ]
    migrate.downgrade(urls.admin, SECRET, str(newest))
    assert rows(urls, "SELECT FROM pg_class WHERE relname = 'heron'") == []
    (words,) = rows(urls, "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'ck_case_pause__reason'")
    assert "flood" not in words[0]


@pytest.mark.usefixtures("own_migrations")
def test_where_nothing_has_changed_nothing_is_written(fresh_database_urls: DatabaseUrls) -> None:
    migrate.upgrade(fresh_database_urls.admin, SECRET)
    assert generate.write(fresh_database_urls.admin, metadata, "add nothing") is None
