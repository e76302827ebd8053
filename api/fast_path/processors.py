"""How the machine's processors are shared between the server and the database beside it."""

from __future__ import annotations

import contextlib
import os


def schedule_as_batch() -> None:
    """Have this thread wait for a processor until whoever runs on it pauses, instead of interrupting at once.

    The kernel otherwise lets the server, woken by each answer of the database and each request, interrupt a database
    process in the middle of a statement, and the other way round: every change of process begins with cold caches. Let
    be, several answers are dealt with at one go, and a request costs the server a quarter less. With processors to
    spare it changes nothing; beside other work that uses them all, a request can wait some milliseconds longer.

    Linux alone has it; anybody may ask for it. Threads and processes begun from here have it too.
    """
    with contextlib.suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
