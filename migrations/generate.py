"""Writing a migration from what the tables in code have and the database has not: `make migration name="add visits"`.

Beside what Alembic finds by itself: new tables of a county get row-level security and grants, those that are only added
to are sealed, and closed sets whose words have changed get their CHECK anew. What is written is read by a person, who adds
what no comparison knows: data to be moved, triggers of figures, an index for a list.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.operations.ops import MigrateOperation
from alembic.script import Script
from sqlalchemy import CheckConstraint, Connection, MetaData, Table, text

from domain.foundation.database import embedded
from domain.foundation.database.migrate import config_for, upgrade, with_connection
from domain.foundation.database.revision import MIGRATIONS, latest

LITERAL = re.compile(r"'((?:[^']|'')*)'")
_CHECKS = text("""
SELECT c.conname AS name, pg_get_constraintdef(c.oid) AS said FROM pg_constraint c
WHERE c.contype = 'c' AND c.conrelid = to_regclass(:table)
""")


class AddTenantTable(MigrateOperation):
    """Row-level security, grants and, of a table that is only added to, the seal."""

    def __init__(self, table: str, *, appended_only: bool) -> None:
        self.table = table
        self.appended_only = appended_only


class AllowWords(MigrateOperation):
    """The CHECK of a closed set, anew: by its name, the words before and the words now."""

    def __init__(self, table: str, name: str, condition: str) -> None:
        self.table = table
        self.name = name
        self.condition = condition


@renderers.dispatch_for(AddTenantTable)
def _render_tenant_table(context: AutogenContext, op: AddTenantTable) -> list[str]:
    context.imports.add("from migrations.row_level_security import add_tenant_table")
    if not op.appended_only:
        return [f"add_tenant_table({op.table!r})"]
    context.imports.add("from migrations.row_level_security import seal")
    return [f"add_tenant_table({op.table!r}, appended_only=True)", f"seal({op.table!r})"]


@renderers.dispatch_for(AllowWords)
def _render_words(_context: AutogenContext, op: AllowWords) -> list[str]:
    return [
        f"op.drop_constraint(op.f({op.name!r}), {op.table!r})",
        f"op.create_check_constraint(op.f({op.name!r}), {op.table!r}, {op.condition!r})",
    ]


def complete(connection: Connection, metadata: MetaData, script: ops.MigrationScript) -> None:
    """Add to a script what Alembic's comparison does not know of."""
    upgrade, downgrade = script.upgrade_ops, script.downgrade_ops
    assert upgrade is not None
    assert downgrade is not None
    for one in list(upgrade.ops):
        if isinstance(one, ops.CreateTableOp):
            info = metadata.tables[one.table_name].info
            # What code knows of a table is nothing that the database keeps.
            one.info.clear()
            if info.get("placement") == "tenant":
                upgrade.ops.append(AddTenantTable(one.table_name, appended_only=bool(info.get("appended_only"))))
    for table, name, condition, before in changed_checks(connection, metadata):
        upgrade.ops.append(AllowWords(table.name, name, condition))
        downgrade.ops.append(AllowWords(table.name, name, before))


def changed_checks(connection: Connection, metadata: MetaData) -> Iterator[tuple[Table, str, str, str]]:
    """Tables with a CHECK whose words in code are others than in the database: its name, what it says now, and before.

    Conditions are compared by the words in quotes: PostgreSQL writes the rest in its own way.
    """
    for table in metadata.sorted_tables:
        kept = {row.name: row.said for row in connection.execute(_CHECKS, {"table": table.name})}
        for one in table.constraints:
            if not isinstance(one, CheckConstraint):
                continue
            name, condition = str(connection.dialect.identifier_preparer.format_constraint(one)), str(one.sqltext)
            before = kept.get(name)
            if before is not None and set(LITERAL.findall(before)) != set(LITERAL.findall(condition)):
                yield table, name, condition, _condition_of(before)


def _condition_of(definition: str) -> str:
    """`CHECK ((a = 1))` as `a = 1`."""
    found = definition.removeprefix("CHECK ")
    return re.sub(r"^\(\((.*)\)\)$", r"\1", found, flags=re.DOTALL)


def write(admin_url: str, metadata: MetaData, message: str) -> Path | None:
    """Write the migration from a database at the newest revision to these tables; None where nothing has changed.

    `message`: what it does, verb first, as "add visits". Nothing is changed in the database.
    """

    def compare(connection: Connection) -> Path | None:
        config = config_for(connection)
        config.set_main_option("file_template", _file_template())
        config.attributes["metadata"] = metadata

        def directives(_context: Any, _revision: Any, scripts: list[Any]) -> None:
            complete(connection, metadata, scripts[0])
            if scripts[0].upgrade_ops.is_empty():
                scripts.clear()

        made = command.revision(
            config,
            message=message[0].upper() + message[1:],
            autogenerate=True,
            rev_id=f"{int(latest() or 0) + 1:04d}",
            process_revision_directives=directives,
        )
        if not isinstance(made, Script):
            return None
        written = Path(made.path)
        lines = written.read_text(encoding="utf-8").splitlines(keepends=True)
        written.write_text("".join(one for one in lines if "# ###" not in one), encoding="utf-8")
        return written

    return with_connection(admin_url, compare)


def _file_template() -> str:
    """Dated, and lettered within the day: `2026_11_26b_add_visits`."""
    today = date.today()  # noqa: DTZ011 - the day of whoever writes it
    earlier = list((MIGRATIONS / "versions").glob(f"{today:%Y_%m_%d}*.py"))
    return f"%%(year)d_%%(month).2d_%%(day).2d{chr(ord('a') + len(earlier))}_%%(slug)s"


def main(message: str) -> int:
    """Write it, from what the migrations so far make of an empty database."""
    from domain.registry import metadata

    with tempfile.TemporaryDirectory(prefix="fengqiao-") as directory:
        home = Path(directory)
        server = embedded.start(home, throwaway=True, die_with_parent=True)
        try:
            upgrade(server.admin_url, b"only for a moment".ljust(32))
            written = write(server.admin_url, metadata, message)
        finally:
            server.stop()
            embedded.remove(home)
    if written is None:
        print("the tables in code are those that the migrations make: nothing to write")
        return 1
    subprocess.run([sys.executable, "-m", "ruff", "check", "--quiet", "--fix-only", written], check=False)
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", written], check=True)
    print(f"{written.relative_to(MIGRATIONS.parent)}: read it, and add what no comparison knows")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(" ".join(sys.argv[1:]).strip() or "change the tables"))
