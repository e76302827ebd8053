"""Being woken by the database: NOTIFY as a hint that there is something to do. Whoever misses it looks later by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg


class NotificationListener:
    """Waits until somebody notifies, or somebody here wakes it."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()

    def wake(self, *_: Any) -> None:
        """Wake whoever waits, or the next who does."""
        self._woken.set()

    async def wait(self, seconds: float) -> bool:
        """Wait so long at most; whether it was woken."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return False
        self._woken.clear()
        return True


@asynccontextmanager
async def listening(url: str, channel: str, listener: NotificationListener) -> AsyncIterator[None]:
    """Wake the listener at every notification on the channel while the block runs."""
    connection = await asyncpg.connect(url, server_settings={"application_name": "fengqiao-worker"})
    try:
        await connection.add_listener(channel, listener.wake)
        # A connection that is lost wakes too: whoever waits finds out, and listens anew.
        connection.add_termination_listener(listener.wake)
        yield
    finally:
        connection.terminate() if connection.is_closed() else await connection.close(timeout=5)
