"""Being woken by the database: NOTIFY as a hint that there is something to do. Whoever misses it looks later by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg


class Bell:
    """Rings when somebody notifies, or somebody here asks it to."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self, *_: Any) -> None:
        """Wake whoever waits, or the next who does."""
        self._rung.set()

    async def wait(self, seconds: float) -> bool:
        """Wait so long at most; whether it rang."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True


@asynccontextmanager
async def listening(url: str, channel: str, bell: Bell) -> AsyncIterator[None]:
    """Ring the bell for every notification on the channel while the block runs."""
    connection = await asyncpg.connect(url, server_settings={"application_name": "fengqiao-worker"})
    try:
        await connection.add_listener(channel, bell.ring)
        # A connection that is lost rings too: whoever waits finds out, and listens anew.
        connection.add_termination_listener(bell.ring)
        yield
    finally:
        connection.terminate() if connection.is_closed() else await connection.close(timeout=5)
