"""The database's roles, and how each part of the platform logs in.

| role             | logs in | for                                                        |
|------------------|---------|------------------------------------------------------------|
| `fengqiao_owner` | no      | owns schema and tables; migrations become it by `SET ROLE` |
| `fengqiao_app`   | yes     | commands                                                   |
| `fengqiao_read`  | yes     | compiled reads                                             |
| `fengqiao_auth`  | yes     | credentials, nothing else                                  |

None is superuser or may bypass row-level security; only the owner owns anything, and as every
policy is forced, the owner is bound too. Migrations grant what each may touch.
"""

import asyncio
import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import asyncpg

if TYPE_CHECKING:
    from asyncpg import Connection

OWNER = "fengqiao_owner"
APPLICATION = "fengqiao_app"
READING = "fengqiao_read"
AUTHENTICATION = "fengqiao_auth"
LOGIN_ROLES = (APPLICATION, READING, AUTHENTICATION)

_ADVISORY_LOCK = 0x46454E47_524F4C45
"""Any number of our own: one process at a time looks after the roles."""

_ATTEMPTS = 20
_SCRAM_ITERATIONS = 4096


class DatabaseSetupError(RuntimeError):
    """The administrator's login may not do what setting the platform up needs."""


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """libpq URLs for asyncpg, one for each login. They hold passwords: never log them."""

    admin: str
    application: str
    reading: str
    authentication: str

    def __repr__(self) -> str:
        """Show no password when a traceback or a log shows the object."""
        return f"DatabaseUrls({urlsplit(self.admin).path.lstrip('/')!r})"


def urls_for(admin_url: str, secret: bytes) -> DatabaseUrls:
    """Return the URLs of all logins for the server and database of `admin_url`."""
    return DatabaseUrls(
        admin=admin_url,
        application=_url_as(admin_url, APPLICATION, secret),
        reading=_url_as(admin_url, READING, secret),
        authentication=_url_as(admin_url, AUTHENTICATION, secret),
    )


def with_database(url: str, database: str) -> str:
    """Return the same login on another database of the server."""
    return urlunsplit(urlsplit(url)._replace(path="/" + quote(database, safe="")))


def sqlalchemy_url(url: str) -> str:
    """Return the URL in the form SQLAlchemy's asyncpg dialect takes.

    libpq spells the encryption mode `sslmode`, asyncpg's arguments spell it `ssl`. A server that
    is a socket directory stays in the query, where both look for it.
    """
    parts = urlsplit(url)
    query = [
        ("ssl" if name == "sslmode" else name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True)
    ]
    return urlunsplit(parts._replace(scheme="postgresql+asyncpg", query=urlencode(query, quote_via=quote, safe="/")))


async def ensure_roles(admin_url: str, secret: bytes) -> None:
    """Create the roles, set their passwords, let the owner build in this database.

    Harmless when repeated, also by several processes at once and for several databases of one
    server (which share roles; all must use the same secret).

    Raises DatabaseSetupError when the administrator's login may not create roles.
    """
    connection = await asyncpg.connect(admin_url)
    try:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                async with connection.transaction():
                    await connection.execute("SELECT pg_advisory_xact_lock($1)", _ADVISORY_LOCK)
                    await _ensure_roles(connection, secret)
            except (
                asyncpg.DuplicateObjectError,
                asyncpg.UniqueViolationError,
                asyncpg.InternalServerError,
            ):
                # The advisory lock holds within one database; roles are shared by all. Another
                # database's set-up changed the same role ("tuple concurrently updated").
                if attempt == _ATTEMPTS:
                    raise
                await asyncio.sleep(0.05 * attempt)
            else:
                return
    except asyncpg.InsufficientPrivilegeError as refused:
        message = (
            "the database login of FENGQIAO_DATABASE_URL must be allowed to create roles and "
            f"to grant rights in its database (CREATEROLE, owner of the database): {refused}"
        )
        raise DatabaseSetupError(message) from refused
    finally:
        await connection.close()


async def _ensure_roles(connection: "Connection", secret: bytes) -> None:
    existing = {
        row["rolname"]: row
        for row in await connection.fetch(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
            " WHERE rolname = ANY ($1::text[])",
            [OWNER, *LOGIN_ROLES],
        )
    }
    for name, row in existing.items():
        if row["rolsuper"] or row["rolbypassrls"]:
            message = f"the role {name} exists and bypasses row-level security; drop or alter it"
            raise DatabaseSetupError(message)
    if OWNER not in existing:
        await connection.execute(f"CREATE ROLE {OWNER} NOLOGIN NOINHERIT")
    for name in LOGIN_ROLES:
        if name not in existing:
            await connection.execute(f"CREATE ROLE {name} LOGIN NOINHERIT")
        await connection.execute(f"ALTER ROLE {name} PASSWORD '{_scram_verifier(secret, name)}'")

    administrator = await connection.fetchval("SELECT quote_ident(current_user)")
    database = await connection.fetchval("SELECT quote_ident(current_database())")
    if not await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        # To become the owner in migrations. A superuser may become anyone.
        await connection.execute(f"GRANT {OWNER} TO {administrator}")
    await connection.execute(f"GRANT CONNECT, CREATE ON DATABASE {database} TO {OWNER}")
    await connection.execute(f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}")
    await connection.execute(f"GRANT CONNECT ON DATABASE {database} TO {', '.join(LOGIN_ROLES)}")
    # Who may not pass a right on gets a warning from GRANT, not an error.
    if not await connection.fetchval(
        "SELECT has_database_privilege($1, current_database(), 'CREATE')"
        " AND has_schema_privilege($1, 'public', 'CREATE')",
        OWNER,
    ):
        message = f"{administrator} may not let {OWNER} build in {database}: make it own the database"
        raise DatabaseSetupError(message)


def _url_as(admin_url: str, role: str, secret: bytes) -> str:
    parts = urlsplit(admin_url)
    server = parts.netloc.rpartition("@")[2]
    # A login given in the query would win over ours in some drivers and lose in others.
    query = [
        pair
        for pair in parse_qsl(parts.query, keep_blank_values=True)
        if pair[0] not in {"user", "password", "passfile"}
    ]
    return urlunsplit(
        parts._replace(
            netloc=f"{role}:{_password(secret, role)}@{server}",
            query=urlencode(query, quote_via=quote, safe="/"),
        )
    )


def _password(secret: bytes, role: str) -> str:
    return hmac.new(secret, role.encode(), hashlib.sha256).hexdigest()


def _scram_verifier(secret: bytes, role: str) -> str:
    """Return what PostgreSQL stores for a password (RFC 5803), so it never sees the password.

    A password in `ALTER ROLE` would appear in the server's log and statistics. The salt is derived
    rather than random, so that repeating the set-up changes nothing.
    """
    salt = hmac.new(secret, b"salt:" + role.encode(), hashlib.sha256).digest()[:16]
    salted = hashlib.pbkdf2_hmac("sha256", _password(secret, role).encode(), salt, _SCRAM_ITERATIONS)
    stored_key = hashlib.sha256(_hmac(salted, b"Client Key")).digest()
    server_key = _hmac(salted, b"Server Key")
    return f"SCRAM-SHA-256${_SCRAM_ITERATIONS}:{_text(salt)}${_text(stored_key)}:{_text(server_key)}"


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
