"""A cluster's files: made by initdb once, its access rules, its settings, its socket directory."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from domain.foundation.database.embedded_binaries import ServerUser

SUPERUSER = "postgres"
PORT = 5432
"""Only names the socket file: the server listens on no TCP port."""

SOCKET_PATH_LIMIT = 100
"""Bytes. A socket's path may have 107 on Linux and 103 on macOS."""

ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
"""Nothing of ours reaches the server: not our secrets, not our locale."""

_ACCESS_RULES = f"""\
# Written by Fengqiao. There is no TCP port, and only the system account that started the server
# (and root) can enter the socket's directory: that is what guards the administrator's login.
local all         {SUPERUSER} trust
local replication {SUPERUSER} trust
local all         all         scram-sha-256
"""

_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # For a machine of two cores and a few GB.
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    # Compiled reads are short: compiling them to machine code costs more than they take.
    "jit": "off",
    # A failed statement's text may hold what a person typed; the error alone is logged.
    "log_min_error_statement": "panic",
    "log_line_prefix": "%m [%p] %u@%d ",
}

_THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}


def server_settings(socket_directory: Path, overrides: Mapping[str, str], *, throwaway: bool) -> dict[str, str]:
    """Return all settings for the command line; `overrides` win."""
    return (
        _SETTINGS
        | (_THROWAWAY if throwaway else {})
        | {"unix_socket_directories": str(socket_directory)}
        | dict(overrides)
    )


def ensure_cluster(cluster: Path, binaries: Path, user: ServerUser, *, throwaway: bool) -> Path:
    """Create the data directory unless it is there; return it. Call with `start.lock` held.

    It is built aside and renamed when complete, so a half-finished one is never started.
    RuntimeError with initdb's own words when that fails.
    """
    data = cluster / "data"
    if (data / "PG_VERSION").exists():
        _same_major_version(data, binaries)
        return data
    for leftover in cluster.glob("data.building.*"):
        shutil.rmtree(leftover, ignore_errors=True)
    building = Path(tempfile.mkdtemp(prefix="data.building.", dir=cluster))
    user.own(building, 0o700)
    made = subprocess.run(  # type: ignore[call-overload]
        [
            binaries / "initdb",
            *("-D", building),
            *("-U", SUPERUSER),
            *("-E", "UTF8"),
            # With locale C trigrams do not know Chinese characters and searches find nothing.
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C.UTF-8",
            "--auth-local=trust",
            "--auth-host=reject",
            *(["--no-sync"] if throwaway else []),
        ],
        cwd="/",
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **user.popen(),
    )
    if made.returncode:
        shutil.rmtree(building, ignore_errors=True)
        message = f"initdb failed: {made.stderr.strip() or made.stdout.strip()}"
        raise RuntimeError(message)
    rules = building / "pg_hba.conf"
    rules.write_text(_ACCESS_RULES)
    user.own(rules, 0o600)
    if data.is_dir():
        # Not a cluster (it has no PG_VERSION). Never delete what we do not know.
        if any(data.iterdir()):
            message = f"{data} is not empty and holds no PostgreSQL cluster; move it away"
            raise RuntimeError(message)
        data.rmdir()
    building.rename(data)
    _sync_directory(cluster)
    return data


def socket_directory(cluster: Path, user: ServerUser) -> Path:
    """Return a private directory for the server's socket whose path is short and plain enough."""
    beside = cluster / "run"
    if _usable_for_socket(beside):
        beside.mkdir(mode=0o700, exist_ok=True)
        user.own(beside, 0o700)
        return beside
    name = f"fengqiao-{user.uid}-{hashlib.sha256(os.fsencode(cluster)).hexdigest()[:12]}"
    for parent in (Path(tempfile.gettempdir()).resolve(), Path("/tmp")):  # noqa: S108 - made private below
        if not _usable_for_socket(parent / name) or not user.may_enter(parent):
            continue
        found = parent / name
        try:
            found.mkdir(mode=0o700)
        except FileExistsError:
            # Anyone may have made it, in a directory where anyone may write.
            status = found.lstat()
            if found.is_symlink() or status.st_uid != user.uid or status.st_mode & 0o077:
                message = f"{found} exists and is not ours: remove it"
                raise RuntimeError(message) from None
            return found
        user.own(found, 0o700)
        return found
    message = "no directory with a path short enough for PostgreSQL's socket; set TMPDIR"
    raise RuntimeError(message)


def _usable_for_socket(directory: Path) -> bool:
    """PostgreSQL splits the setting at commas, drivers split at commas and colons."""
    path = os.fsencode(directory / f".s.PGSQL.{PORT}.lock")
    return len(path) <= SOCKET_PATH_LIMIT and not {ord(","), ord(":")} & set(path)


def _same_major_version(data: Path, binaries: Path) -> None:
    there = (data / "PG_VERSION").read_text().strip()
    ours = subprocess.run([binaries / "postgres", "--version"], check=True, capture_output=True, text=True).stdout
    if ours.split()[-1].split(".")[0] != there:
        message = f"{data} was made by PostgreSQL {there}, but this is {ours.strip()}; use pg_upgrade"
        raise RuntimeError(message)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
