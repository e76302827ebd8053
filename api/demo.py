"""The demo: from nothing to a served sample place, in one command."""

import asyncio
from contextlib import ExitStack
from typing import Any

from rich.console import Console
from rich.table import Table

from api.accounts import list_accounts
from api.database import running_database, told_to_workers
from api.progress import Steps
from api.serving import bind, ending_in_order, run, when_answering
from api.settings import Settings
from domain.database.migrate import upgrade
from domain.kernel.clock import system_clock
from domain.places.loader import DEMO_PASSWORD, load_place

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
        held.enter_context(told_to_workers(ready))
        run(ready, bound)
    console.print("Stopped.")


def prepare(settings: Settings, steps: Steps) -> None:
    """Bring the database to the newest schema and load the place, as far as not done before."""
    urls = settings.database_urls()
    steps("Schema", 0, 1)
    upgrade(urls.admin, settings.secret_key())
    steps("Schema", 1, 1)
    asyncio.run(load_place(urls.application, urls.authentication, PLACE, clock=system_clock, progress=steps))


def _welcome(console: Console, address: str, accounts: list[dict[str, Any]]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("username", "name", "roles", "organisation"):
        table.add_column(heading, overflow="fold")
    for account in _one_of_each_role(accounts):
        table.add_row(
            account["username"],
            account["display_name"],
            ", ".join(account["roles"]),
            str(account["organisation"]),
        )
    console.print()
    console.print(f"Fengqiao serves at   [bold]{address}/graphql[/bold]")
    console.print("                     (a browser shows GraphiQL there, programs POST to it)")
    console.print()
    console.print(table)
    console.print()
    console.print(f"Password of each: [bold]{DEMO_PASSWORD}[/bold]   All: fengqiao accounts --json")
    console.print("Stop with Ctrl-C; the data stays. Start over with: make demo-reset")


def _one_of_each_role(accounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first account of every combination of roles: enough to see the differences."""
    first: dict[tuple[str, ...], dict[str, Any]] = {}
    for account in accounts:
        first.setdefault(tuple(account["roles"]), account)
    return list(first.values())
