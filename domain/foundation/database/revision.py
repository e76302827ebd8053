"""Which revision of the schema a database is at, and which is the newest: what a server asks before it serves.

Apart from `migrate`, because the tool that migrates takes longer to load than a server should take to start.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import asyncpg

MIGRATIONS = Path(__file__).resolve().parents[3] / "migrations"

_NAMED = re.compile(r'^(revision|down_revision) = "(\w+)"$', re.MULTILINE)


def current(admin_url: str) -> str | None:
    """The revision the database is at, None when nothing was ever migrated. Not from a running event loop."""
    return asyncio.run(_current(admin_url))


async def _current(admin_url: str) -> str | None:
    connection = await asyncpg.connect(admin_url)
    try:
        found: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()
    return found


def latest() -> str | None:
    """The newest revision there is, that no other follows; None when there are no migrations. Raises ValueError for several."""
    named = [
        dict(_NAMED.findall(one.read_text(encoding="utf-8"))) for one in sorted((MIGRATIONS / "versions").glob("*.py"))
    ]
    heads = {one["revision"] for one in named if one} - {one.get("down_revision") for one in named}
    if len(heads) > 1:
        message = f"several newest revisions: {sorted(heads)}"
        raise ValueError(message)
    return heads.pop() if heads else None
