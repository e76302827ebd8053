"""The `fengqiao` command. Each command's work is elsewhere and imported only when it runs."""

import os
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from api.bench.cli import bench

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable
    from typing import TypeVar

    from api.settings import Settings

    T = TypeVar("T")

app = App(
    name="fengqiao",
    help="A GraphQL platform on which a county settles disputes.",
    version=lambda: metadata.version("fengqiao"),
)
app.command(bench)
policy = app.command(App(name="policy", help="The access policy: who may do what to what."))
audit = app.command(App(name="audit", help="The audit log: who did and read what."))
figures = app.command(App(name="figures", help="The figures that are kept as cases change."))


@app.command
def serve(*, host: str | None = None, port: int | None = None, workers: int | None = None) -> None:
    """Serve the API. The database must be migrated.

    Parameters
    ----------
    host
        Address to serve on, instead of FENGQIAO_HOST.
    port
        Port to serve on, instead of FENGQIAO_PORT.
    workers
        Number of processes, instead of FENGQIAO_WORKERS.
    """
    from api.http.serving import bind, ending_in_order, run
    from api.settings import Settings
    from api.shell.database import require_schema, running_database, told_to_workers

    asked = {"host": host, "port": port, "workers": workers}
    settings = Settings.model_validate(
        Settings().model_dump() | {name: value for name, value in asked.items() if value is not None}
    )
    with (
        ending_in_order(),
        bind(settings) as bound,
        running_database(settings) as ready,
        told_to_workers(ready),
    ):
        if warning := require_schema(ready):
            print(f"fengqiao: {warning}", file=sys.stderr)
        print(f"serving on http://{settings.host}:{bound.getsockname()[1]}", flush=True)
        run(ready, bound)


@app.command
def worker() -> None:
    """Do what the clock demands until Ctrl-C: warn, mark what is overdue, supervise. Any number may run.

    The database must be migrated. The demo runs one by itself.
    """
    import asyncio

    from api.http.logs import log_as
    from api.settings import Settings
    from api.shell.database import running_database
    from api.shell.worker import work

    with running_database(Settings()) as ready:
        log_as(ready)
        print("working", flush=True)
        asyncio.run(work(ready))


@app.command
def demo() -> None:
    """Start everything with the sample place, and serve it until Ctrl-C."""
    from api.settings import Settings
    from api.shell.demo import demo as run_demo

    run_demo(Settings())


@app.command
def demo_reset() -> None:
    """Stop the embedded database of FENGQIAO_HOME, whoever uses it, and delete its data."""
    from api.settings import Settings
    from domain.foundation.database.embedded import remove

    settings = Settings()
    if settings.database_url is not None:
        message = (
            "FENGQIAO_DATABASE_URL is set: that database is not ours to delete; drop it there, or unset the variable"
        )
        raise RuntimeError(message)
    remove(settings.home)
    print(f"deleted the database in {settings.home}; the secret key stays")


@app.command
def migrate(revision: str = "head", *, check: bool = False) -> None:
    """Bring the database to a revision of the schema, creating its roles.

    Parameters
    ----------
    revision
        Revision to go up to.
    check
        Change nothing; report how the tables in code differ from FENGQIAO_DATABASE_URL, or, if
        that is not set, from what the migrations make of an empty database.
    """
    from api.settings import Settings
    from api.shell.database import running_database, throwaway_database
    from domain.foundation.database.migrate import check as differences, upgrade
    from domain.foundation.database.revision import current
    from domain.registry import metadata

    settings = Settings()
    if check and settings.database_url is not None:
        _report(differences(settings.database_urls().admin, metadata), "no drift")
    elif check:
        with throwaway_database() as admin_url:
            upgrade(admin_url, b"only for a moment".ljust(32))
            _report(differences(admin_url, metadata), "no drift")
    else:
        with running_database(settings) as ready:
            urls = ready.database_urls()
            upgrade(urls.admin, ready.secret_key(), revision)
            print(f"at revision {current(urls.admin)}")


@app.command
def accounts(*, json: Annotated[bool, Parameter(negative="")] = False) -> None:
    """List the demo accounts.

    Parameters
    ----------
    json
        As JSON, with a token for each that is valid for FENGQIAO_TOKEN_HOURS.
    """
    import asyncio

    import orjson

    from api.settings import Settings
    from api.shell.accounts import list_accounts
    from api.shell.database import require_schema, running_database

    with running_database(Settings()) as ready:
        require_schema(ready)
        listed = asyncio.run(list_accounts(ready))
    if json:
        print(orjson.dumps(listed, option=orjson.OPT_INDENT_2).decode())
    else:
        _table(
            (each["username"], each["display_name"], ",".join(each["roles"]), each["organisation"]) for each in listed
        )


@policy.command(name="check")
def policy_check(path: Path | None = None) -> None:
    """Report what is wrong with the policy.

    Parameters
    ----------
    path
        Policy file; the one in use by default.
    """
    from authz.enforcer import check_policy

    _report(check_policy(path), "the policy is sound")


@policy.command(name="matrix")
def policy_matrix() -> None:
    """Print the shipped policy worked out: where each role may do what, with all that it inherits.

    What is reviewed stands in tests/authz/policy_matrix.csv: `fengqiao policy matrix > tests/authz/policy_matrix.csv`.
    """
    from authz.enforcer import load_policy
    from authz.matrix import matrix

    print("\n".join(matrix(load_policy())))


@policy.command(name="fuzz")
def policy_fuzz(*, minutes: float = 1.0, seed: int = 1) -> None:
    """Compare both evaluators of the policy on random worlds, in a database of its own that is then deleted.

    Parameters
    ----------
    minutes
        For how long; at least one world is gone through.
    seed
        With which world to begin.
    """
    import asyncio

    from api.shell.database import throwaway_database
    from authz.fuzzing.run import fuzz
    from domain.foundation.database.migrate import upgrade

    with throwaway_database() as admin_url:
        upgrade(admin_url, b"only for a moment".ljust(32))
        tally = asyncio.run(fuzz(admin_url, minutes, seed, lambda line: print(line, flush=True)))
    _report(tally.told, f"{tally.checks} decisions, {tally.allowed} of them yes: both evaluators agree")


@figures.command(name="check")
def figures_check() -> None:
    """Count every case anew and compare with the figures that are kept; report each cell that differs."""
    from api.shell.figures import differing

    _report(_on_migrated(differing), "the figures are those of the cases")


@figures.command(name="rebuild")
def figures_rebuild() -> None:
    """Put right what `figures check` would report. Cases may be written meanwhile."""
    from api.shell.figures import rebuild_figures

    print(f"{_on_migrated(rebuild_figures)} cells put right")


@audit.command(name="verify")
def audit_verify(*, county: int | None = None, minutes: float = 10.0) -> None:
    """Verify the chains of the audit log; report what was changed, deleted, inserted or cut, and where.

    Parameters
    ----------
    county
        The number of one county; every county by default.
    minutes
        How old an entry may become before it is sealed.
    """
    from functools import partial

    from api.shell.audit import faults

    _report(_on_migrated(partial(faults, county=county, minutes=minutes)), "the audit log is as it was written")


@audit.command(name="seal")
def audit_seal() -> None:
    """Seal what was written, as the worker does by itself."""
    from api.shell.audit import seal

    print(f"{_on_migrated(seal)} entries sealed")


def _on_migrated(work: "Callable[[Settings], Coroutine[Any, Any, T]]") -> "T":
    """Run something on the configured database, which must be migrated."""
    import asyncio

    from api.settings import Settings
    from api.shell.database import require_schema, running_database

    with running_database(Settings()) as ready:
        require_schema(ready)
        return asyncio.run(work(ready))


@app.command
def rules() -> None:
    """List the rules of the work, each with its source."""
    from domain.registry import RULEBOOK

    _table((rule.id, _join(rule.applies_to), rule.source, rule.message, rule.message_en) for rule in RULEBOOK)


@app.command
def explain(
    file: Annotated[Path, Parameter(allow_leading_hyphen=True)],
    *,
    as_: Annotated[str, Parameter(name="--as")],
    variables: str = "{}",
    operation: str | None = None,
    analyze: bool = False,
) -> None:
    """Show the SQL a query becomes for a user, and the database's plan for it.

    Parameters
    ----------
    file
        File with the GraphQL document; - for standard input.
    as_
        Username of whose reach applies.
    variables
        The query's variables, as a JSON object.
    operation
        Name of the operation, if the document has several.
    analyze
        Run it, and show what it took.
    """
    import asyncio

    from api.graphql.documents import Refused
    from api.http.authentication import Unauthenticated
    from api.settings import Settings
    from api.shell.database import require_schema, running_database
    from api.shell.explain import explain as explained

    document = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    given = _json_object(variables)

    async def show(settings: Settings) -> None:
        async for part in explained(settings, document, as_, given, operation, analyze):
            print(part)

    with running_database(Settings()) as ready:
        require_schema(ready)
        try:
            asyncio.run(show(ready))
        except Unauthenticated:
            raise RuntimeError(f"no active account is named {as_}") from None
        except Refused as refused:
            raise RuntimeError("; ".join(error.message for error in refused.errors)) from None


def main() -> None:
    """Run the command line; what a person can put right is said in a line, without a traceback."""
    from pydantic import ValidationError

    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # `fengqiao rules | head`: whoever read us has enough. The interpreter flushes once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    except (RuntimeError, TimeoutError) as problem:
        print(f"fengqiao: {problem}", file=sys.stderr)
        raise SystemExit(1) from None
    except (FileNotFoundError, PermissionError, IsADirectoryError) as problem:
        print(f"fengqiao: {problem.filename or ''}: {problem.strerror}", file=sys.stderr)
        raise SystemExit(1) from None
    except ValidationError as invalid:
        for error in invalid.errors(include_input=False):
            name = "_".join(str(part) for part in error["loc"]).upper().removeprefix("FENGQIAO_")
            print(f"fengqiao: FENGQIAO_{name}: {error['msg']}", file=sys.stderr)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        raise SystemExit(0) from None


def _json_object(text: str) -> dict[str, Any]:
    import orjson

    try:
        return dict(orjson.loads(text))
    except (orjson.JSONDecodeError, TypeError, ValueError):
        raise RuntimeError("--variables is not a JSON object") from None


def _report(problems: list[str], fine: str) -> None:
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        raise SystemExit(1)
    print(fine)


def _join(values: "Iterable[object]") -> str:
    return ",".join(str(value) for value in values)


def _table(rows: "Iterable[tuple[object, ...]]") -> None:
    """Print rows for people and for `cut`: fields divided by tabs."""
    for row in rows:
        print("\t".join(str(field) for field in row))


if __name__ == "__main__":
    main()
