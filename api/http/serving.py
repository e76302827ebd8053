"""Running the server: one process or several, and what happens when any of them is ended."""

import contextlib
import ctypes
import errno
import gc
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from api.settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_BACKLOG = 2048
_TAKEN_ALLOWANCE = 3.0
"""Seconds: a server that was just killed frees its port within this."""

_GRACE = 10
"""Seconds that requests under way may take when the server is asked to end."""

_PARENT_POLL = 1.0


class BindError(RuntimeError):
    """The configured address cannot be served on."""


class PortTakenError(BindError):
    """Something else serves on the port."""


def bind(settings: Settings) -> socket.socket:
    """Reserve the configured address; PortTakenError if something else serves there, BindError if it cannot be."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    end = time.monotonic() + _TAKEN_ALLOWANCE
    while True:
        try:
            bound.bind((settings.host, settings.port))
            # Listening, not only bound: two may bind the same address before either listens.
            bound.listen(_BACKLOG)
        except OSError as refused:
            message = f"cannot serve on {settings.host}:{settings.port} ({refused.strerror})"
            if refused.errno != errno.EADDRINUSE:
                bound.close()
                raise BindError(message) from None
            if time.monotonic() > end:
                bound.close()
                other = "end what uses the port or choose another one, for example PORT=8001"
                raise PortTakenError(f"{message}; {other}") from None
            time.sleep(0.1)
        else:
            return bound


def run(settings: Settings, bound: socket.socket, application: str = "api.http.app:create_app") -> None:
    """Serve until SIGINT, SIGTERM or the terminal is closed; then every worker has ended.

    Workers read the settings from the environment. `application`: another one, for the bench; in one process. SystemExit when they cannot start, and, under
    `ending_in_order`, possibly after SIGTERM.
    """
    # An application turns it on again, when all is loaded: until then there is next to nothing to collect.
    gc.disable()
    import uvicorn
    from uvicorn.config import STARTUP_FAILURE

    from api.http.server_processes import Workers

    several = settings.workers > 1
    config = uvicorn.Config(
        "api.http.serving:create_worker_app" if several else application,
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        loop="uvloop",
        http="httptools",
        log_level=max(settings.log_level, "warning", key=_severity),
        # A query string may hold what a person typed: requests are logged by the application.
        access_log=False,
        server_header=False,
        # Nobody asks where a request came from; that would cost every one.
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE,
    )
    if not several:
        server = uvicorn.Server(config)
        # Repeated by uvicorn when it has ended in order: for us that is an ordinary end.
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[bound])
        if not server.started:
            raise SystemExit(1)
        return
    workers = Workers(config, sockets=[bound])
    workers.run()
    if any(worker.exitcode == STARTUP_FAILURE for worker in workers.processes):
        raise SystemExit(1)


def create_worker_app() -> "ASGIApp":
    """Return the application, in a worker that ends when its parent does, even by kill -9.

    Without this, workers of a killed parent would keep the port, and the database, for good.
    """
    end_with_parent(os.getppid())
    gc.disable()

    from uvicorn.config import STARTUP_FAILURE

    try:
        from api.http.app import create_app

        return create_app()
    except Exception:  # noqa: BLE001 - whatever it is
        # Told by this code that it would fail again, the parent ends instead of trying for ever.
        traceback.print_exc()
        sys.exit(STARTUP_FAILURE)


def end_with_parent(parent: int) -> None:
    """End this process, in order, when that one is gone, even by kill -9."""
    if sys.platform == "linux":
        # PR_SET_PDEATHSIG: the kernel tells us at once.
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


@contextlib.contextmanager
def ending_in_order() -> Iterator[None]:
    """Make SIGTERM, and a closed terminal, unwind the stack as Ctrl-C does: whatever was started is ended."""

    def unwind(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    # Ignored under nohup: then it stays so.
    ending = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, unwind) for number in ending}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def when_answering(address: str, port: int, tell: Callable[[], None]) -> None:
    """Call `tell` once, from another thread, as soon as the server answers `/healthz`."""
    threading.Thread(target=_wait_for_answer, args=(address, port, tell), daemon=True).start()


def _wait_for_answer(address: str, port: int, tell: Callable[[], None]) -> None:
    import http.client

    while True:
        connection = http.client.HTTPConnection(address, port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                tell()
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.1)


def _end_with(parent: int) -> None:
    """Watch the parent; it may also have gone before the kernel was asked to tell us."""
    while os.getppid() == parent:
        time.sleep(_PARENT_POLL)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE + 1)
    os._exit(1)


def _severity(level: str) -> int:
    return ("debug", "info", "warning", "error").index(level)
