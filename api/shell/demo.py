"""The demo: from nothing to a served sample place, in one command."""

import asyncio
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

from rich.console import Console

from api.http.serving import (
    bind,
    ending_in_order,
    run,
    when_answering,
)
from api.progress import Steps
from api.settings import Settings
from api.shell.accounts import list_accounts
from api.shell.database import running_database, told_to_workers
from api.shell.samples import load_sample
from api.shell.worker import attended
from domain.foundation.basics.clock import system_clock
from domain.foundation.database.migrate import upgrade
from domain.tenancy.passwords import DEMO_PASSWORD

PLACE = "haiyan"

_EVERY_INTERFACE = {"0.0.0.0", "::"}  # noqa: S104 - recognised, not bound


def demo(settings: Settings) -> None:
    """Serve the sample place until Ctrl-C or SIGTERM; then nothing of ours is left running.

    Raises `PortTakenError` before anything is started when the port is taken.
    """
    console = Console()
    with ExitStack() as held:
        held.enter_context(ending_in_order())
        bound = held.enter_context(bind(settings))
        with Steps(console) as steps:
            steps("Database", 0, 1)
            ready = held.enter_context(running_database(settings))
            steps("Database", 1, 1)
            prepare(ready, steps)
        accounts = asyncio.run(list_accounts(ready))
        port = bound.getsockname()[1]
        host = "127.0.0.1" if settings.host in _EVERY_INTERFACE else settings.host
        when_answering(host, port, lambda: _welcome(console, f"http://{host}:{port}", accounts))
        # GraphiQL shows what can be asked before anybody signs in; who says otherwise is heard.
        opened = {} if "open_introspection" in settings.model_fields_set else {"open_introspection": "true"}
        held.enter_context(told_to_workers(ready, demo="true", **opened))
        held.enter_context(attended())
        run(ready, bound)
    console.print("Stopped.")


def prepare(settings: Settings, steps: Steps) -> None:
    """Bring the database to the newest schema and load the place, as far as not done before."""
    urls = settings.database_urls()
    steps("Schema", 0, 1)
    upgrade(urls.admin, settings.secret_key())
    steps("Schema", 1, 1)
    asyncio.run(load_sample(urls.application, urls.authentication, PLACE, clock=system_clock, progress=steps))


def _welcome(console: Console, address: str, accounts: list[dict[str, Any]]) -> None:
    """Say who can sign in and where. The address comes last: the end is what a small window shows."""
    shown = _one_of_each_role(accounts)
    roles = [", ".join(account["roles"]) for account in shown]
    # Lines of our own, as a table would break or cut names that are there to be copied.
    for account, held in zip(shown, roles, strict=True):
        name, place = f"{account['username']:<{_longest(a['username'] for a in shown)}}", account["organisation"]
        _line(console, f"{name}  {held:<{_longest(roles)}}  {place}")
    _line(console)
    _line(console, f"Address   {address}/graphql")
    _line(console, "          (a browser shows GraphiQL there, programs POST to it)")
    _line(console, f"Password  {DEMO_PASSWORD}, of every account above")
    _line(console, "Tokens    .venv/bin/fengqiao accounts --json")
    _line(console, "Stop      Ctrl-C; the data stays. Start over with: make demo-reset")


def _line(console: Console, text: str = "") -> None:
    console.print(text, highlight=False, markup=False, soft_wrap=True)


def _longest(texts: Iterable[str]) -> int:
    return max(map(len, texts), default=0)


def _one_of_each_role(accounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first account of every combination of roles: enough to see the differences."""
    first: dict[tuple[str, ...], dict[str, Any]] = {}
    for account in accounts:
        first.setdefault(tuple(account["roles"]), account)
    return list(first.values())
