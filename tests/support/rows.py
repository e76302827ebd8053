"""Looking into the database behind the platform's back, as the administrator whom no wall stops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asyncpg

if TYPE_CHECKING:
    from domain.database.urls import DatabaseUrls


async def fetch(urls: DatabaseUrls, query: str, *given: Any) -> list[asyncpg.Record]:
    """The rows of a query."""
    connection = await asyncpg.connect(urls.admin)
    try:
        return list(await connection.fetch(query, *given))
    finally:
        await connection.close()


async def value(urls: DatabaseUrls, query: str, *given: Any) -> Any:
    """The one value of a query."""
    return (await fetch(urls, query, *given))[0][0]


async def execute(urls: DatabaseUrls, statement: str, *given: Any) -> None:
    """Change something."""
    connection = await asyncpg.connect(urls.admin)
    try:
        await connection.execute(statement, *given)
    finally:
        await connection.close()


def key(global_id: str) -> str:
    """The UUID within a global id."""
    return global_id.partition(":")[2]
