"""A watcher that dies at a chosen point: a process ended by SIGKILL as it is about to say its n-th word to PostgreSQL.

    python -m tests.support.mortal      a line of JSON on stdin for each round: url, county, moment, deaths

Each round forks as many watchers as `deaths` has numbers, all at once; 0 lets one live. The answer is a line with their
exit codes. Nothing depends on time: a point is a message to the database, counted.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio import selector_events
from datetime import datetime
from typing import Any

from domain.foundation.database.session import create_engine
from domain.law.supervision import watch
from domain.registry import metadata


def die_at(point: int) -> None:
    """End this process, beyond any handler, instead of its `point`-th message."""
    told = 0
    transport: Any = selector_events._SelectorSocketTransport  # type: ignore[attr-defined]
    write = transport.write

    def counted(self: Any, data: bytes) -> None:
        nonlocal told
        told += 1
        if told == point:
            os.kill(os.getpid(), signal.SIGKILL)
        write(self, data)

    transport.write = counted


async def attend(url: str, county: int, moment: datetime) -> None:
    """Do what is due in the county as of the moment."""
    engine = create_engine(url, connections=1)
    try:
        await watch.attend(engine, county, lambda: moment)
    finally:
        await engine.dispose()


def main() -> None:
    """Answer rounds until nobody asks for more."""
    assert metadata.tables
    for line in sys.stdin:
        asked = json.loads(line)
        watchers = []
        for death in asked["deaths"]:
            watcher = os.fork()
            if watcher == 0:
                if death:
                    die_at(death)
                asyncio.run(attend(asked["url"], asked["county"], datetime.fromisoformat(asked["moment"])))
                os._exit(0)
            watchers.append(watcher)
        codes = [os.waitstatus_to_exitcode(os.waitpid(watcher, 0)[1]) for watcher in watchers]
        sys.stdout.write(json.dumps(codes) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
