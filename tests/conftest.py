"""Fixtures of every test: databases. Nothing heavy is imported before a test asks for it."""

import ctypes
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.database import HAIYAN, MIGRATED, SECRET, TestServer, new_home, remove_home

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

_HOME = pytest.StashKey[Path]()
_SERVER = pytest.StashKey[TestServer]()


def pytest_configure(config: pytest.Config) -> None:
    """The controller chooses where the run's server lives; workers are told, and end with it."""
    told = getattr(config, "workerinput", None)
    if told and sys.platform == "linux":
        # PR_SET_PDEATHSIG. A worker in the middle of a test would not notice, and hold the server.
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    config.stash[_HOME] = Path(told["fengqiao_home"]) if told else new_home()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist."""
    node.workerinput["fengqiao_home"] = str(node.config.stash[_HOME])


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the server; the controller, last of all, deletes everything of the run."""
    if (server := config.stash.get(_SERVER, None)) is not None:
        server.stop()
    if not hasattr(config, "workerinput") and _HOME in config.stash:
        remove_home(config.stash[_HOME])


@pytest.fixture(scope="session")
def database_server(pytestconfig: pytest.Config, request: pytest.FixtureRequest) -> TestServer:
    """The run's server: `database_server.database()` gives an empty database."""
    wanted = {name for item in request.session.items for name in getattr(item, "fixturenames", ())}
    kept = HAIYAN if wanted & {"haiyan_urls", "fresh_haiyan_urls"} else MIGRATED
    # Stopped in pytest_unconfigure: after every fixture that has a database in it.
    server = TestServer(pytestconfig.stash[_HOME], kept=kept)
    pytestconfig.stash[_SERVER] = server
    return server


@pytest.fixture(scope="session")
def database_urls(database_server: TestServer) -> "Iterator[DatabaseUrls]":
    """The logins of a migrated database without rows; tests of one worker share it."""
    with database_server.database(MIGRATED) as urls:
        yield urls


@pytest.fixture(scope="session")
def haiyan_urls(database_server: TestServer) -> "Iterator[DatabaseUrls]":
    """The logins of a database with Haiyan in it; tests of one worker share it, and only read."""
    with database_server.database(HAIYAN) as urls:
        yield urls


@pytest.fixture
def fresh_haiyan_urls(database_server: TestServer) -> "Iterator[DatabaseUrls]":
    """The logins of a database with Haiyan in it, for one test that writes."""
    with database_server.database(HAIYAN) as urls:
        yield urls


@pytest.fixture
def fresh_database_urls(database_server: TestServer) -> "Iterator[DatabaseUrls]":
    """The logins of an empty, unmigrated database, for one test."""
    with database_server.database() as urls:
        yield urls


@pytest.fixture(scope="session")
def secret_key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the secret that the logins' passwords are derived from."""
    path = tmp_path_factory.mktemp("secret") / "secret.key"
    path.write_bytes(SECRET)
    return path


@pytest.fixture
def new_postgres_home() -> Iterator[Callable[[], Path]]:
    """Make homes for servers of a test's own; servers left in them are ended."""
    with ExitStack() as held:

        def make() -> Path:
            home = new_home()
            held.callback(remove_home, home)
            return home

        yield make
