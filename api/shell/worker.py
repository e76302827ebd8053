"""The worker: what happens by the clock alone. Any number may run; each step is taken once, whoever is killed.

It acts as the application's role, let into one county at a time, and bypasses nothing. Beside the clock it
folds the figures of cases: those are right without it, but slower to read the more waits; it seals the entries of the
audit log; and it removes what is kept
of old attempts to sign in, as the role that alone may.
"""

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta

from api.http.serving import end_with_parent
from api.settings import Settings
from domain.audit.sealing import Sealer
from domain.disputes.figures import upkeep as figure_upkeep
from domain.foundation.basics.clock import Clock, system_clock
from domain.foundation.database.notifications import NotificationListener, listening
from domain.foundation.database.session import Engine, create_engine
from domain.law.deadlines.service import CHANNEL
from domain.law.supervision import watch
from domain.registry import EXPIRY_HANDLERS, metadata
from domain.tenancy import sessions
from domain.tenancy.credentials import Credentials

LONGEST_SLEEP = 30.0
"""Seconds: what a lost notification can cost."""

SHORTEST_SLEEP = 0.5
"""Seconds: what another worker has in hand is not asked for again at once."""

FOLDING = 3.0
"""Seconds between two foldings of figures."""

TIDYING = 600.0
"""Seconds between two removals of old attempts to sign in."""

SEALING = 5.0
"""Seconds between two sealings of the audit log."""

HEADS_EVERY = timedelta(minutes=1)
"""How often the head of a county's chain is kept apart, at most."""

_STOPPING = 10.0
_log = logging.getLogger("fengqiao.worker")


class Worker:
    """One worker. `run` works until `stop` is called; a round under way is finished first."""

    def __init__(
        self,
        engine: Engine,
        url: str,
        credentials: Credentials | None = None,
        sealer: Sealer | None = None,
        *,
        clock: Clock = system_clock,
    ) -> None:
        """`credentials`: whose old attempts to sign in are removed; `sealer`: what seals the audit log. None: not by it."""
        self._engine = engine
        self._credentials = credentials
        self._sealer = sealer
        self._url = url
        self._clock = clock
        self._listener = NotificationListener()
        self._stopping = False

    def stop(self) -> None:
        """End after the transaction under way."""
        self._stopping = True
        self._listener.wake()

    async def run(self) -> None:
        """Work, sleep until something is due or somebody wakes it, work again; fold figures and tidy up meanwhile."""
        beside = [
            asyncio.create_task(self._again_and_again(FOLDING, self.fold, "figures were not folded")),
            asyncio.create_task(self._again_and_again(TIDYING, self.tidy, "old sign-ins were not removed")),
            asyncio.create_task(self._again_and_again(SEALING, self.seal, "the audit log was not sealed")),
            asyncio.create_task(
                self._again_and_again(TIDYING, self.add_months, "no months were added to the audit log")
            ),
        ]
        try:
            await self._attend()
        finally:
            for one in beside:
                one.cancel()
            # A transaction that is cut off was never begun.
            await asyncio.gather(*beside, return_exceptions=True)

    async def _attend(self) -> None:
        while not self._stopping:
            try:
                async with listening(self._url, CHANNEL, self._listener):
                    await self._until_stopped()
            except Exception as lost:  # noqa: BLE001 - whatever it is, it may be over later
                # The kind alone: what a database says may hold values.
                _log.warning("the database is out of reach (%s); trying again", type(lost).__name__)
                await self._listener.wait(LONGEST_SLEEP)

    async def _until_stopped(self) -> None:
        while not self._stopping:
            next_at = await self.round()
            await self._listener.wait(self._sleep(next_at))

    async def round(self) -> datetime | None:
        """Do what is due in every county; returns when something is due next. A county that fails waits for the next."""
        soonest: datetime | None = None
        for county_id in await watch.counties(self._engine):
            if self._stopping:
                break
            try:
                done = await watch.attend(self._engine, county_id, self._clock, EXPIRY_HANDLERS)
                next_at = await watch.soonest(self._engine, county_id)
            except Exception as failed:  # noqa: BLE001 - whatever it is, the other counties have their turn
                _log.error("county %d: %s", county_id, type(failed).__name__)
                continue
            if done:
                _log.info("county %d: %d deadlines looked after", county_id, done)
            if next_at is not None and (soonest is None or next_at < soonest):
                soonest = next_at
        return soonest

    async def _again_and_again(self, seconds: float, work: Callable[[], Awaitable[None]], failure: str) -> None:
        while not self._stopping:
            try:
                await work()
            except Exception as failed:  # noqa: BLE001 - whatever it is, it may be over later
                _log.warning("%s: %s", failure, type(failed).__name__)
            await asyncio.sleep(seconds)

    async def tidy(self) -> None:
        """Remove what is kept of sign-ins and says nothing any more."""
        if self._credentials is not None:
            await self._credentials.tidy(self._clock())
            await sessions.tidy(self._credentials, self._clock())

    async def fold(self) -> None:
        """Fold what waits in every county. A county that fails waits for the next time."""
        for county_id in await watch.counties(self._engine):
            try:
                await figure_upkeep.fold(self._engine, county_id)
            except Exception as failed:  # noqa: BLE001 - the other counties have their turn
                _log.error("county %d: figures: %s", county_id, type(failed).__name__)

    async def seal(self) -> None:
        """Seal what was written to the audit log of every county. A county that fails waits for the next time."""
        if self._sealer is None:
            return
        for county_id in await watch.counties(self._engine):
            try:
                await self._sealer.seal(county_id)
            except Exception as failed:  # noqa: BLE001 - the other counties have their turn
                _log.error("county %d: audit log: %s", county_id, type(failed).__name__)

    async def add_months(self) -> None:
        """Have partitions of the audit log for the months to come."""
        if self._sealer is not None:
            await self._sealer.add_months()

    def _sleep(self, next_at: datetime | None) -> float:
        if next_at is None:
            return LONGEST_SLEEP
        return min(max((next_at - self._clock()) / timedelta(seconds=1), SHORTEST_SLEEP), LONGEST_SLEEP)


async def work(settings: Settings) -> None:
    """Work as configured until SIGTERM or SIGINT."""
    urls = settings.database_urls()
    # Every table must be known before a row is written that refers to one.
    assert metadata.tables
    engine = create_engine(urls.application, connections=2)
    credentials = Credentials(urls.authentication)
    sealer = Sealer(engine, settings.heads_file(), clock=system_clock, heads_every=HEADS_EVERY)
    worker = Worker(engine, urls.application, credentials, sealer)
    loop = asyncio.get_running_loop()
    for told in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(told, worker.stop)
    try:
        await worker.run()
    finally:
        await credentials.close()
        await engine.dispose()


@contextlib.contextmanager
def attended() -> Iterator[None]:
    """Run one worker beside us, in a process of its own that ends with the block, and with us if we are killed.

    It reads the settings from the environment, the database among them (`api.shell.database.told_to_workers`).
    """
    process = subprocess.Popen([sys.executable, "-m", "api.shell.worker", str(os.getpid())], stdin=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(_STOPPING)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main(arguments: list[str]) -> None:
    """Run as a process of its own, ending with the parent whose number is given."""
    if arguments:
        end_with_parent(int(arguments[0]))
    settings = Settings()
    logging.basicConfig(level=settings.logging_level, format="%(levelname)s %(name)s: %(message)s")
    asyncio.run(work(settings))


if __name__ == "__main__":
    main(sys.argv[1:])
