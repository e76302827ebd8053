"""The fast path is taken with exactly the libraries it leans on, and left by a setting or by any other version."""

from __future__ import annotations

import logging
import tomllib
from pathlib import Path

import pytest
from pydantic import SecretStr

from api.fast_path import door
from api.fast_path.exchange import exchange_of
from api.fast_path.reader import FastReader
from api.http.app import assemble
from api.http.endpoint import no_exchange
from api.settings import Settings
from domain.foundation.query.run import PooledReader

ROOT = Path(__file__).parents[2]


def settings(*, fast_path: bool, secret_key_file: Path) -> Settings:
    url = SecretStr("postgresql://somebody@127.0.0.1:1/county")
    return Settings(database_url=url, secret_key_file=secret_key_file, fast_path=fast_path)


def test_what_it_leans_on_is_pinned_exactly_and_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lock = (ROOT / "requirements.lock").read_text()
    for name, version in door.LEANED_UPON.items():
        assert f"{name}=={version}" in project["dependencies"]
        assert f"\n{name}=={version} \\\n" in lock


def test_it_is_taken_unless_it_is_switched_off(secret_key_file: Path, caplog: pytest.LogCaptureFixture) -> None:
    fast, _ = assemble(settings(fast_path=True, secret_key_file=secret_key_file))
    assert isinstance(fast.reader, FastReader)
    assert fast.endpoint.exchange_of is exchange_of
    standard, _ = assemble(settings(fast_path=False, secret_key_file=secret_key_file))
    assert standard.fast is None
    assert isinstance(standard.reader, PooledReader)
    assert standard.endpoint.exchange_of is no_exchange
    assert caplog.records == []


@pytest.mark.parametrize("name", door.LEANED_UPON)
def test_with_another_version_the_standard_way_is_taken_and_said(
    name: str, secret_key_file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(f"{name}.__version__", "999.0")
    parts, _ = assemble(settings(fast_path=True, secret_key_file=secret_key_file))
    assert isinstance(parts.reader, PooledReader)
    assert parts.endpoint.exchange_of is no_exchange
    (told,) = caplog.records
    assert told.levelno == logging.WARNING
    assert f"{name} {door.LEANED_UPON[name]}, not 999.0" in told.getMessage()
