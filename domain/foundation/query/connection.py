"""A connection of the reading role: how it is set when it opens. Nothing session-wide is ever set afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asyncpg

# Statements a connection keeps prepared; beyond it the least used is dropped and prepared again when needed.
PREPARED_STATEMENTS = 500

# Seconds, behind the time that each plan has: for a server that died, or was cut off, before it could cancel.
LAST_RESORT = 30.0

SETTINGS = {
    # Planning anew for each call was most of the database's time; statements are written for the generic plan.
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "TimeZone": "Asia/Shanghai",
    "default_transaction_read_only": "on",
    "idle_in_transaction_session_timeout": "10s",
    "application_name": "fengqiao-read",
}

if TYPE_CHECKING:
    # Of records, only for whoever checks types: the driver's own class takes no parameter.
    DriverConnection = asyncpg.Connection[asyncpg.Record]
else:
    DriverConnection = asyncpg.Connection


def connection_options(slowness: float) -> dict[str, Any]:
    """What a connection is opened with, for `asyncpg.connect` and `asyncpg.create_pool`.

    `slowness`: how many times longer than usual statements may take. No statement outlives LAST_RESORT seconds times
    that, whoever forgets to stop it.
    """
    return {
        "server_settings": SETTINGS | {"statement_timeout": f"{int(LAST_RESORT * slowness)}s"},
        "statement_cache_size": PREPARED_STATEMENTS,
        "max_cached_statement_lifetime": 0,
        "max_cacheable_statement_size": 0,
    }


async def pass_json_through(connection: Any) -> None:
    """Have JSON, which is made in the database, arrive as the bytes that it is."""
    await connection.set_type_codec("json", schema="pg_catalog", encoder=bytes, decoder=bytes, format="binary")
