"""Clusters kept between runs: found by what they are made of, whole or not at all, and not too many."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support import database, kept_clusters
from tests.support.database import HAIYAN, MIGRATED
from tests.support.kept_clusters import MOST_KEPT, cache_folder, copy_kept, hash_of, keep, unchanged

ROOT = Path(__file__).resolve().parents[2]
DIES = """
import contextlib, os, sys
from pathlib import Path
from tests.support.kept_clusters import keep

@contextlib.contextmanager
def make():
    print("making", flush=True)
    sys.stdin.read()
    yield Path(sys.argv[2])

keep(Path(sys.argv[1]), "one", make)
"""

Make = Callable[[], AbstractContextManager[Path]]


def a_cluster(folder: Path, made: list[str] | None = None) -> Make:
    @contextlib.contextmanager
    def make() -> Iterator[Path]:
        data = folder / "data"
        (data / "base").mkdir(parents=True, exist_ok=True)
        (data / "PG_VERSION").write_text("18")
        (data / "base" / "1").write_text("rows")
        if made is not None:
            made.append("made")
        yield data

    return make


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    folder = tmp_path / "cache"
    folder.mkdir()
    return folder


def test_what_is_kept_is_copied_and_made_once(tmp_path: Path, cache: Path) -> None:
    made: list[str] = []
    for _ in range(2):
        keep(cache, "one", a_cluster(tmp_path, made))
    assert made == ["made"]
    assert copy_kept(cache, "one", tmp_path / "copy")
    assert (tmp_path / "copy" / "base" / "1").read_text() == "rows"


def test_what_is_not_kept_leaves_nothing(tmp_path: Path, cache: Path) -> None:
    assert not copy_kept(cache, "one", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_what_is_deleted_while_it_is_copied_counts_as_absent(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(cache, "one", a_cluster(tmp_path))

    def copied(data: Path, to: Path) -> None:
        to.mkdir()
        data.rename(cache / "deleted.one")

    monkeypatch.setattr(kept_clusters, "_copy", copied)
    assert not copy_kept(cache, "one", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_a_maker_that_fails_or_is_killed_leaves_the_work_to_the_next(tmp_path: Path, cache: Path) -> None:
    def fails() -> AbstractContextManager[Path]:
        raise RuntimeError("no server")

    with pytest.raises(RuntimeError, match="no server"):
        keep(cache, "one", fails)
    killed = subprocess.Popen(
        [sys.executable, "-c", DIES, cache, tmp_path], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == b"making\n"
        os.kill(killed.pid, signal.SIGKILL)
    assert not (cache / "one").exists()
    keep(cache, "one", a_cluster(tmp_path))
    assert copy_kept(cache, "one", tmp_path / "copy")


def test_the_least_recently_used_and_the_half_made_are_deleted(tmp_path: Path, cache: Path) -> None:
    hours_ago = time.time() - 7200
    left, under_way = cache / "half-made.left", cache / "half-made.under-way"
    for folder in (left, under_way):
        folder.mkdir()
    os.utime(left, (hours_ago, hours_ago))
    for number in range(MOST_KEPT):
        keep(cache, f"{number}", a_cluster(tmp_path))
        for path in (cache / f"{number}", cache / f"{number}.lock"):
            os.utime(path, (hours_ago + number, hours_ago + number))
    # The oldest is used again.
    assert copy_kept(cache, "0", tmp_path / "copy")
    keep(cache, "new", a_cluster(tmp_path))
    clusters = {path.name for path in cache.iterdir() if path.is_dir()}
    assert clusters == {"0", "new", "half-made.under-way"} | {str(number) for number in range(2, MOST_KEPT)}
    assert not (cache / "1.lock").exists()


def test_the_name_hangs_on_every_file_and_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    names = [hash_of([folder])]
    for file, text in (("a.csv", ""), ("a.csv", "1"), ("b.csv", "1")):
        (folder / file).write_text(text)
        names.append(hash_of([folder]))
    (folder / "b.csv").unlink()
    assert hash_of([folder]) == names[2]
    names += [hash_of([folder], "today"), hash_of([folder], "tomorrow")]
    assert len(set(names)) == len(names)


def test_a_sample_is_made_of_its_day_and_a_migrated_database_is_not() -> None:
    before, after, later = (datetime(2026, 11, 26, hour, 30, tzinfo=UTC) for hour in (15, 16, 22))
    assert len({database._hash_of(HAIYAN, moment) for moment in (before, after, later)}) == 3
    assert len({database._hash_of(MIGRATED, moment) for moment in (before, after, later)}) == 1


def test_nothing_is_kept_of_files_changed_since_they_were_loaded(tmp_path: Path) -> None:
    file = tmp_path / "file.py"
    file.touch()
    assert not unchanged([tmp_path])
    os.utime(file, (0, 0))
    assert unchanged([tmp_path])


def test_where_the_cache_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FENGQIAO_TEST_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "fengqiao" / "tests"
    monkeypatch.setenv("FENGQIAO_TEST_CACHE", str(tmp_path / "told"))
    assert cache_folder() == tmp_path / "told"
    monkeypatch.setenv("FENGQIAO_TEST_CACHE", str(tmp_path / "told" / "file" / "deeper"))
    (tmp_path / "told" / "file").touch()
    assert cache_folder() is None
    monkeypatch.setenv("FENGQIAO_TEST_CACHE", "off")
    assert cache_folder() is None
