"""The `fengqiao bench` command: what it can be asked for.

One long function, because the command's help is made of its arguments and their descriptions.
"""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter


def bench(
    *,
    cases: int = 100_000,
    seconds: float = 2.0,
    alternations: int = 5,
    only: Annotated[list[str] | None, Parameter(negative="")] = None,
    connections: int = 16,
    workers: int = 1,
    processes: int = 0,
    writers: int = 0,
    requests: int = 0,
    access: Annotated[bool, Parameter(negative="")] = False,
    audit: Annotated[bool, Parameter(negative="")] = False,
    profile: Annotated[bool, Parameter(negative="")] = False,
    growth: Annotated[str | None, Parameter(negative="")] = None,
    grown: Annotated[list[Path] | None, Parameter(negative="", consume_multiple=True)] = None,
    build_only: Annotated[bool, Parameter(negative="")] = False,
    remove: Annotated[bool, Parameter(negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Measure the named operations on a county of generated cases, beside the same SQL run bare.

    Everything is kept under .fengqiao-bench, or FENGQIAO_HOME if that is set, a home for each size; no other database
    is touched.

    Parameters
    ----------
    cases
        How many the county has; it is built when there is none of that size yet.
    seconds
        How long each measurement takes.
    alternations
        How many times each operation and its bare SQL are measured in turn; medians are told.
    only
        Name of an operation to measure, instead of all; may be repeated.
    connections
        Keep-alive connections to the server, each with one request under way; callers of the bare SQL.
    workers
        Server processes.
    processes
        Compare one server process with so many, instead.
    writers
        Compare so many concurrent registrations in one organisation with the usual number, instead.
    requests
        Send so many mixed requests and tell the server's memory at intervals, instead.
    access
        Compare the page with its access and without any, instead.
    audit
        Compare reads that are recorded with the same unrecorded, and with nothing sensitive selected, instead.
    profile
        Tell where a server process spends its time on each operation, instead.
    growth
        Measure on several sizes, such as 100000,1000000, and tell how operations grew.
    grown
        Tell how operations grew over these files, which an earlier --json wrote, and measure nothing.
    build_only
        Build the data set, or find it whole, and stop.
    remove
        Delete the data set of this size.
    json
        As JSON.
    """
    from api.bench import homes, run
    from api.bench.measure import Plan
    from api.http.serving import ending_in_order

    if grown:
        run.grown(grown, json=json)
        return
    if remove:
        homes.remove(cases)
        return
    asked = run.Asked(
        cases=cases,
        plan=Plan(connections, seconds, alternations),
        only=only or (),
        workers=workers,
        processes=processes,
        writers=writers,
        requests=requests,
        access=access,
        audit=audit,
        profile=profile,
        build_only=build_only,
        growth=_sizes(growth),
    )
    # Whatever was started for it ends with it, however it is ended.
    with ending_in_order():
        run.bench(asked, json=json)


def _sizes(text: str | None) -> list[int]:
    """`100000,1000000` as numbers; RuntimeError for anything else."""
    parts = [part.replace("_", "") for part in (text or "").split(",") if part]
    if not all(part.isdigit() for part in parts):
        raise RuntimeError("give sizes as numbers with commas between them: 100000,1000000")
    return [int(part) for part in parts]
