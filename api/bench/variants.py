"""Servers that only the bench starts, in a process each: `python -m api.bench.variants fixed | unrecorded | profiled FILE`."""

from __future__ import annotations

import cProfile
import signal
import sys
from pathlib import Path

from api.http.serving import bind, ending_in_order, run
from api.settings import Settings


def main() -> None:
    """Serve on the configured address and say where, as `fengqiao serve` does."""
    which, settings = sys.argv[1], Settings()
    with ending_in_order(), bind(settings) as bound:
        print(f"serving on http://{settings.host}:{bound.getsockname()[1]}", flush=True)  # noqa: T201
        if which == "fixed":
            run(settings, bound, "api.bench.fixed:create_app")
            return
        if which == "unrecorded":
            run(settings, bound, "api.bench.auditing:create_app")
            return
        profile = cProfile.Profile()
        # From when the bench says so: starting is not what is looked at.
        signal.signal(signal.SIGUSR1, lambda _number, _frame: profile.enable())
        try:
            run(settings, bound)
        finally:
            profile.disable()
            profile.dump_stats(Path(sys.argv[2]))


if __name__ == "__main__":
    main()
