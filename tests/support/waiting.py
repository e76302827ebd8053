"""Waiting for what a test needs to have happened, however many turns of the event loop that takes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

PATIENCE = 60.0
"""Seconds until what has not happened never will, on whatever machine."""


async def until(condition: Callable[[], Any] | Callable[[], Awaitable[Any]], what: str) -> None:
    """Return once the condition holds. AssertionError, saying what was waited for, when it does not within a minute."""
    end = asyncio.get_running_loop().time() + PATIENCE
    while True:
        found = condition()
        if await found if isinstance(found, Awaitable) else found:
            return
        assert asyncio.get_running_loop().time() < end, f"waited {PATIENCE:.0f} s in vain for {what}"
        await asyncio.sleep(0.005)


async def until_quiet() -> None:
    """Return once no task of this loop can go on by itself: all wait for the network, for time or for each other."""
    loop: Any = asyncio.get_running_loop()
    await asyncio.sleep(0)
    # Callbacks that are ready to run, without those of the turn under way.
    while loop._ready:  # noqa: ASYNC110 - it is what the loop itself has left to do
        await asyncio.sleep(0)
