"""Time, passed in: nothing in the domain asks the machine what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

# Every legal day begins and ends here.
CHINA = ZoneInfo("Asia/Shanghai")


def system_clock() -> datetime:
    """Now, with its zone."""
    return datetime.now(UTC)
