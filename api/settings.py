"""What can be configured, all by environment variables, read once when a process starts."""

import logging
import os
import secrets
import tempfile
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from domain.foundation.database.urls import DatabaseUrls, urls_for

_SECRET_BYTES = 32
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
"""What of an identity provider may be pinned: signatures by a key of which we know the public half alone."""
_MOST_WORKERS_UNASKED = 4


def _workers_unasked() -> int:
    """As many as there are cores, within reason: each takes memory and database connections."""
    return min(os.cpu_count() or 1, _MOST_WORKERS_UNASKED)


class Settings(BaseSettings):
    """The platform's configuration: `FENGQIAO_` and the field's name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix="FENGQIAO_",
        # `PORT= make demo` and an empty line in a container's file mean: not set.
        env_ignore_empty=True,
        frozen=True,
        populate_by_name=True,
        extra="ignore",
    )

    home: Annotated[
        Path,
        Field(
            default=Path(".fengqiao"),
            validate_default=True,
            description="Directory of everything kept here: the embedded database, the secret key.",
        ),
    ]
    database_url: Annotated[
        SecretStr | None,
        Field(
            default=None,
            description="libpq URL of a PostgreSQL login that may create roles. "
            "Absent: the embedded PostgreSQL, kept in HOME.",
        ),
    ]
    secret_key_file: Annotated[
        Path | None,
        Field(
            default=None,
            description="File whose bytes sign tokens and derive the database logins' passwords. "
            "Default: HOME/secret.key, made when absent.",
        ),
    ]
    host: Annotated[
        str,
        Field(
            default="127.0.0.1",
            description="Address to serve on. Only this machine by default: in front of others "
            "belongs a proxy that speaks TLS.",
        ),
    ]
    port: Annotated[
        int,
        Field(
            default=8000,
            ge=0,
            le=65535,
            validation_alias=AliasChoices("FENGQIAO_PORT", "PORT"),
            description="Port to serve on, also read from plain PORT. 0: any free one.",
        ),
    ]
    workers: Annotated[
        int,
        Field(
            default_factory=_workers_unasked,
            ge=1,
            description="Processes that serve. Default: one for each core, at most four.",
        ),
    ]
    read_connections: Annotated[
        int,
        Field(
            default=4,
            ge=1,
            description="Database connections for reads, of each process. Few are faster: about "
            "two for each core of the database's machine, over all processes.",
        ),
    ]
    write_connections: Annotated[
        int,
        Field(default=5, ge=1, description="Database connections for commands, of each process."),
    ]
    most_requests: Annotated[
        int,
        Field(
            default=256,
            ge=1,
            description="Requests under way in one process; more are told to come again (503).",
        ),
    ]
    most_commands: Annotated[
        int,
        Field(default=96, ge=1, description="The same for mutations among them."),
    ]
    database_slowness: Annotated[
        float,
        Field(
            default=1.0, gt=0, description="How many times longer than usual a read may take before it is cancelled."
        ),
    ]
    fast_path: Annotated[
        bool,
        Field(
            default=True,
            description="Whether whole requests are answered by the HTTP server's own cycle, reads run by the driver's "
            "own protocol, and the database is let finish: quicker, and bound to exact versions of uvicorn and asyncpg. "
            "With others, or false, all goes the standard way.",
        ),
    ]
    trusted_proxies: Annotated[
        tuple[IPv4Network | IPv6Network, ...],
        NoDecode,
        Field(
            default=(),
            description="Addresses or networks of proxies, with commas between, whose X-Forwarded-For is believed: "
            "sign-ins are slowed down by account and source. Empty: the source is whoever connects.",
        ),
    ]
    audit_heads: Annotated[
        Path | None,
        Field(
            default=None,
            description="File to which the heads of the audit log's chains are added, for `fengqiao audit verify`; best on "
            "another disk or machine. Default: HOME/audit-heads.",
        ),
    ]
    open_introspection: Annotated[
        bool,
        Field(
            default=False,
            description="Whether the schema is described, and documents are judged, without a token. The demo opens it.",
        ),
    ]
    token_hours: Annotated[
        float,
        Field(default=12.0, gt=0, description="Hours until an access token expires and is refreshed."),
    ]
    refresh_hours: Annotated[
        float,
        Field(default=72.0, gt=0, description="Hours until a refresh token that is not used expires."),
    ]
    session_days: Annotated[
        float,
        Field(default=30.0, gt=0, description="Days until one signs in again, however often tokens are refreshed."),
    ]
    openid_issuer: Annotated[
        str | None,
        Field(
            default=None,
            description="Issuer of an OpenID Connect provider whose bearer tokens are taken, exactly as its tokens name it.",
        ),
    ]
    openid_audience: Annotated[
        str | None,
        Field(
            default=None, description="The audience that its tokens must name: this platform, as the provider calls it."
        ),
    ]
    openid_keys_file: Annotated[
        Path | None,
        Field(
            default=None,
            description="File with its public keys (a JWK set). Absent: where its discovery document says.",
        ),
    ]
    openid_algorithms: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(
            default=("RS256",), description="Algorithms of its signatures, with commas between. Any other is refused."
        ),
    ]
    openid_username_claim: Annotated[
        str,
        Field(default="sub", description="The claim of its tokens that names the local account."),
    ]
    require_second_factor: Annotated[
        bool,
        Field(
            default=True,
            description="Whether county, city and system administrators sign in with a second factor alone, except in the demo.",
        ),
    ]
    demo: Annotated[
        bool,
        Field(
            default=False,
            description="Whether published passwords are good for signing in, and not only for choosing another. "
            "`fengqiao demo` says so.",
        ),
    ]
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Field(default="info", description="Least severity that is logged."),
    ]

    @field_validator("openid_algorithms")
    @classmethod
    def _asymmetric(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value or not ALGORITHMS.issuperset(value):
            message = f"algorithms are among {', '.join(sorted(ALGORITHMS))}"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _whole_provider(self) -> "Settings":
        if self.openid_issuer is not None and not self.openid_audience:
            message = "FENGQIAO_OPENID_AUDIENCE must be set with FENGQIAO_OPENID_ISSUER: else tokens meant for others would count"
            raise ValueError(message)
        return self

    @field_validator("trusted_proxies", "openid_algorithms", mode="before")
    @classmethod
    def _separate(cls, value: object) -> object:
        return [one.strip() for one in value.split(",") if one.strip()] if isinstance(value, str) else value

    @field_validator("home", "secret_key_file", "openid_keys_file", "audit_heads")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        """A process may change its directory later, and its workers start elsewhere."""
        return None if value is None else value.expanduser().absolute()

    @property
    def logging_level(self) -> int:
        """The log level as Python's logging numbers it."""
        return logging.getLevelNamesMapping()[self.log_level.upper()]

    def heads_file(self) -> Path:
        """The file of the audit log's heads."""
        return self.audit_heads or self.home / "audit-heads"

    def database_urls(self) -> DatabaseUrls:
        """Return the logins of the database that is configured.

        RuntimeError when none is: the embedded one must be started first, by
        `api.shell.database.running_database`.
        """
        if self.database_url is None:
            message = "FENGQIAO_DATABASE_URL is not set; `fengqiao serve` starts a database itself"
            raise RuntimeError(message)
        return urls_for(self.database_url.get_secret_value(), self.secret_key())

    def secret_key(self) -> bytes:
        """Return the secret key; make one first if there is none in the default place.

        FileNotFoundError when SECRET_KEY_FILE names a file that is not there (a mistyped path must
        not silently make new keys), RuntimeError when the file is too short to be one.
        """
        if self.secret_key_file is None:
            path = self.home / "secret.key"
            if not path.exists():
                _create_secret(path)
        else:
            path = self.secret_key_file
        key = path.read_bytes()
        if len(key) < _SECRET_BYTES:
            message = f"{path} must hold at least {_SECRET_BYTES} bytes"
            raise RuntimeError(message)
        return key


def _create_secret(path: Path) -> None:
    """Write a new key, complete or not at all; of several processes at once the first wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp makes it readable by us alone from the first moment.
    descriptor, name = tempfile.mkstemp(prefix=".secret.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            pass  # another process was faster: its key counts
    finally:
        Path(name).unlink()
