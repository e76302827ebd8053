"""What a person who starts the platform meets: settings, the port, the database, and words instead of tracebacks."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr, ValidationError

from api.http.serving import (
    BindError,
    PortTakenError,
    bind,
    ending_in_order,
)
from api.settings import Settings
from api.shell import cli
from api.shell.database import (
    NotMigratedError,
    require_schema,
    running_database,
    told_to_workers,
)
from domain.foundation.database.login import DatabaseUnusableError

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of whoever runs the tests."""
    for name in os.environ:
        if name.startswith("FENGQIAO_") or name == "PORT":
            monkeypatch.delenv(name)


def fengqiao(*arguments: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a person runs it."""
    return subprocess.run(
        [sys.executable, "-m", "api.shell.cli", *arguments],
        cwd=ROOT,
        env=os.environ | {"FENGQIAO_HOME": str(home)} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


# --- settings


def test_without_an_environment_the_defaults_hold() -> None:
    settings = Settings()
    assert (settings.host, settings.port, settings.database_url) == ("127.0.0.1", 8000, None)
    assert 1 <= settings.workers <= 4
    assert settings.home == Path.cwd() / ".fengqiao"


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FENGQIAO_HOST", "0.0.0.0")  # noqa: S104
    monkeypatch.setenv("FENGQIAO_WORKERS", "3")
    monkeypatch.setenv("FENGQIAO_TOKEN_HOURS", "0.5")
    monkeypatch.setenv("FENGQIAO_DATABASE_URL", "postgresql://somebody:hidden@database/county")
    settings = Settings()
    assert (settings.host, settings.workers, settings.token_hours) == ("0.0.0.0", 3, 0.5)  # noqa: S104
    assert "hidden" not in repr(settings)


def test_the_port_is_also_read_from_plain_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8123")
    assert Settings().port == 8123
    monkeypatch.setenv("FENGQIAO_PORT", "8124")
    assert Settings().port == 8124


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "FENGQIAO_PORT", "FENGQIAO_DATABASE_URL", "FENGQIAO_WORKERS"):
        monkeypatch.setenv(name, "")
    settings = Settings()
    assert (settings.port, settings.database_url) == (8000, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FENGQIAO_PORT", "eighty"),
        ("FENGQIAO_PORT", "70000"),
        ("FENGQIAO_WORKERS", "0"),
        ("FENGQIAO_READ_CONNECTIONS", "0"),
        ("FENGQIAO_TOKEN_HOURS", "0"),
        ("FENGQIAO_LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_setting_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()


def test_a_wrong_setting_is_told_by_its_name(tmp_path: Path) -> None:
    told = fengqiao("accounts", home=tmp_path, FENGQIAO_WORKERS="none")
    assert told.returncode == 2
    assert told.stderr.startswith("fengqiao: FENGQIAO_WORKERS: ")
    assert "Traceback" not in told.stderr


# --- the secret key


def test_the_secret_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    key = settings.secret_key()
    assert len(key) >= 32
    assert Settings(home=tmp_path / "home").secret_key() == key
    assert stat.S_IMODE((tmp_path / "home" / "secret.key").stat().st_mode) == 0o600


def test_a_mistyped_key_file_makes_no_new_key(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Settings(home=tmp_path, secret_key_file=tmp_path / "absent.key").secret_key()
    assert list(tmp_path.iterdir()) == []


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "short.key").write_bytes(b"short")
    with pytest.raises(RuntimeError, match="at least 32 bytes"):
        Settings(home=tmp_path, secret_key_file=tmp_path / "short.key").secret_key()


# --- the port


def test_a_taken_port_is_told_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(PortTakenError) as refused:
        bind(Settings(port=other.getsockname()[1]))
    assert "PORT=8001" in str(refused.value)


def test_a_port_that_is_freed_in_time_is_taken() -> None:
    other = socket.create_server(("127.0.0.1", 0))
    port = other.getsockname()[1]
    other.close()
    with bind(Settings(port=port)) as bound:
        assert bound.getsockname()[1] == port


def test_an_address_that_is_not_ours_is_told_without_advice_about_ports() -> None:
    with pytest.raises(BindError) as refused:
        bind(Settings(host="192.0.2.1", port=0))
    assert not isinstance(refused.value, PortTakenError)


# --- the end


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_unwinds_whatever_was_started(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    ended: list[str] = []
    with pytest.raises(SystemExit):
        held_until(number, ended)
    assert ended == ["in order"]
    assert signal.getsignal(number) == before


def held_until(number: signal.Signals, ended: list[str]) -> None:
    with ending_in_order(), ExitStack() as held:
        held.callback(ended.append, "in order")
        os.kill(os.getpid(), number)
        time.sleep(5)


def test_a_closed_terminal_is_ignored_under_nohup() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ending_in_order():
            os.kill(os.getpid(), signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def serving(pid: int, workers: int) -> list[int]:
    """The processes that answer."""
    return [pid] if workers == 1 else list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


@pytest.mark.parametrize(
    ("workers", "number", "fast_path"),
    [("2", signal.SIGHUP, True), ("1", signal.SIGTERM, True), ("1", signal.SIGTERM, False)],
)
def test_a_server_ends_with_its_terminal_and_frees_its_port(
    haiyan_urls: DatabaseUrls, secret_key_file: Path, workers: str, number: signal.Signals, fast_path: bool
) -> None:
    given = {
        "FENGQIAO_DATABASE_URL": haiyan_urls.admin,
        "FENGQIAO_SECRET_KEY_FILE": str(secret_key_file),
        "FENGQIAO_WORKERS": workers,
        "FENGQIAO_PORT": "0",
        "FENGQIAO_FAST_PATH": str(fast_path),
    }
    command = [sys.executable, "-m", "api.shell.cli", "serve"]
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | given, stdout=subprocess.PIPE, text=True)
    with server, ExitStack() as held:
        held.callback(server.kill)  # in case it does not end by itself
        assert server.stdout is not None
        host, port = server.stdout.readline().split("://")[1].strip().split(":")
        # It listens from the start; whoever connects waits for a worker.
        with socket.create_connection((host, int(port)), timeout=120) as asking:
            asking.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert b" 200 " in asking.recv(1000)
        if hasattr(os, "SCHED_BATCH"):
            batch = {os.sched_getscheduler(one) == os.SCHED_BATCH for one in serving(server.pid, int(workers))}
            assert (True in batch) is fast_path
        server.send_signal(number)
        server.wait(timeout=120)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=5)


# --- the database


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "no PostgreSQL URL"),
        ("mysql://somebody:hidden@localhost/county", "no PostgreSQL URL"),
        ("postgresql://somebody:hidden@127.0.0.1:1/county", "cannot use"),
        ("postgresql://somebody:hidden@127.0.0.1:none/county", "cannot use"),
    ],
)
def test_an_unusable_database_is_told_without_its_password(url: str, said: str) -> None:
    with pytest.raises(DatabaseUnusableError) as refused, running_database(Settings(database_url=SecretStr(url))):
        pass
    assert said in str(refused.value)
    assert "hidden" not in str(refused.value)


def test_an_unmigrated_database_is_told_so(fresh_database_urls: DatabaseUrls, secret_key_file: Path) -> None:
    settings = Settings(database_url=SecretStr(fresh_database_urls.admin), secret_key_file=secret_key_file)
    with running_database(settings) as ready, pytest.raises(NotMigratedError, match="fengqiao migrate"):
        require_schema(ready)


def test_a_migrated_database_passes_in_silence(database_urls: DatabaseUrls, secret_key_file: Path) -> None:
    settings = Settings(database_url=SecretStr(database_urls.admin), secret_key_file=secret_key_file)
    assert require_schema(settings) is None


def test_another_revision_is_a_warning(
    database_urls: DatabaseUrls, secret_key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.foundation.database.revision.latest", lambda: "9999")
    settings = Settings(database_url=SecretStr(database_urls.admin), secret_key_file=secret_key_file)
    assert "9999" in (require_schema(settings) or "")


def test_workers_are_told_the_database_only_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(database_url=SecretStr("postgresql://somebody@database/county"))
    monkeypatch.setenv("FENGQIAO_OPEN_INTROSPECTION", "false")
    with told_to_workers(settings, open_introspection="true"):
        assert os.environ["FENGQIAO_DATABASE_URL"] == "postgresql://somebody@database/county"
        assert Settings().open_introspection
    assert "FENGQIAO_DATABASE_URL" not in os.environ
    assert not Settings().open_introspection


def test_what_is_not_said_is_closed_and_trusted_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (Settings().open_introspection, Settings().trusted_proxies) == (False, ())
    monkeypatch.setenv("FENGQIAO_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8,2001:db8::/32")
    assert [str(one) for one in Settings().trusted_proxies] == ["127.0.0.1/32", "10.0.0.0/8", "2001:db8::/32"]
    for wrong in ("nonsense", "10.0.0.1/8"):
        monkeypatch.setenv("FENGQIAO_TRUSTED_PROXIES", wrong)
        with pytest.raises(ValidationError):
            Settings()


def test_a_configured_database_is_never_reset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "postgres").mkdir()
    monkeypatch.setenv("FENGQIAO_HOME", str(tmp_path))
    monkeypatch.setenv("FENGQIAO_DATABASE_URL", "postgresql://somebody@database/county")
    with pytest.raises(RuntimeError, match="not ours to delete"):
        cli.demo_reset()
    assert (tmp_path / "postgres").is_dir()


# --- the command


def test_a_command_can_be_piped_into_one_that_reads_little(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    told = subprocess.run(
        [sys.executable, "-m", "api.shell.cli", "rules"], cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert told.stderr == b""


@pytest.fixture
def configured(haiyan_urls: DatabaseUrls, secret_key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Haiyan, as the environment says it."""
    monkeypatch.setenv("FENGQIAO_DATABASE_URL", haiyan_urls.admin)
    monkeypatch.setenv("FENGQIAO_SECRET_KEY_FILE", str(secret_key_file))


@pytest.mark.parametrize(
    ("document", "username", "variables", "said"),
    [
        ("{ viewer { user { id } } }", "nobody.anywhere", "{}", "no active account is named nobody.anywhere"),
        ("{ nothing }", "grid.haiyan", "{}", "Cannot query field 'nothing'"),
        ("{", "grid.haiyan", "{}", "Syntax Error"),
        ("{ viewer { user { id } } }", "grid.haiyan", "[1", "not a JSON object"),
        ("mutation { caseClose(input: {caseId: 1, expectedVersion: 1}) { __typename } }", "grid.haiyan", "{}", "a query"),
    ],
)  # fmt: skip
def test_explain_says_what_is_wrong(
    configured: None, tmp_path: Path, document: str, username: str, variables: str, said: str
) -> None:
    (tmp_path / "query.graphql").write_text(document)
    with pytest.raises(RuntimeError, match=said):
        cli.explain(tmp_path / "query.graphql", as_=username, variables=variables)


def test_explain_shows_sql(configured: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "query.graphql").write_text("{ viewer { user { displayName } } }")
    cli.explain(tmp_path / "query.graphql", as_="grid.haiyan")
    shown = capsys.readouterr().out
    assert "-- viewer" in shown
    assert "SELECT" in shown


def test_accounts_are_listed_with_tokens(configured: None, capsys: pytest.CaptureFixture[str]) -> None:
    cli.accounts(json=True)
    listed = {account["username"]: account for account in json.loads(capsys.readouterr().out)}
    assert set(listed["tribunal.haiyan"]) == {"username", "display_name", "roles", "organisation", "token"}
    assert listed["tribunal.haiyan"]["roles"] == ["court_liaison"]
