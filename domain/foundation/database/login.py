"""Whether a configured database can be used at all, said in a line that a person can act on."""

import asyncpg

MINIMUM_VERSION = 15
"""The oldest PostgreSQL whose SQL suffices."""

_ALLOWANCE = 15.0
"""Seconds to connect: a database that is just starting answers within this."""


class DatabaseUnusableError(RuntimeError):
    """The configured database cannot be reached or does not suit; says why, never with the URL's password."""


async def require_usable(admin_url: str) -> None:
    """Return when this login works on a PostgreSQL that suits; raise DatabaseUnusableError otherwise."""
    if not admin_url.startswith(("postgresql://", "postgres://")):
        message = "FENGQIAO_DATABASE_URL is no PostgreSQL URL: postgresql://user:password@host:port/database"
        raise DatabaseUnusableError(message)
    try:
        connection = await asyncpg.connect(admin_url, timeout=_ALLOWANCE)
    except TimeoutError:
        message = f"the database of FENGQIAO_DATABASE_URL does not answer within {_ALLOWANCE:.0f} s"
        raise DatabaseUnusableError(message) from None
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as refused:
        message = f"cannot use the database of FENGQIAO_DATABASE_URL: {refused}"
        raise DatabaseUnusableError(message) from None
    try:
        version = connection.get_server_version()
        if version.major < MINIMUM_VERSION:
            message = f"the database is PostgreSQL {version.major}; {MINIMUM_VERSION} or newer is needed"
            raise DatabaseUnusableError(message)
        encoding = await connection.fetchval("SHOW server_encoding")
        if encoding != "UTF8":
            message = f"the database's encoding is {encoding}; create it with ENCODING 'UTF8'"
            raise DatabaseUnusableError(message)
    finally:
        await connection.close()
