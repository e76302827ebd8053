"""Showing how far a long step is: a moving bar for a person, plain lines for a log."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

_LINE_EVERY = 5.0
"""Seconds between lines about the same step."""


class Steps:
    """A progress display; call it with a label, what is done and what there is in all.

    A total of 0 means that nobody knows how much there is.
    """

    def __init__(self, console: Console) -> None:
        """Show on this console; bars only if it is a terminal."""
        self._console = console
        self._bars: Progress | None = None
        if console.is_terminal:
            self._bars = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
                console=console,
            )
        self._tasks: dict[str, TaskID] = {}
        self._latest = ""
        self._said_at = 0.0
        self._began: dict[str, tuple[float, int]] = {}

    def __enter__(self) -> Self:
        """Start to show."""
        if self._bars is not None:
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the terminal back, also after a failure."""
        if self._bars is not None:
            self._bars.stop()

    def __call__(self, label: str, done: int, total: int) -> None:
        """Say how far a step is; the first call with a label begins it."""
        if self._bars is None:
            self._began.setdefault(label, (time.monotonic(), done))
            self._line(label, done, total)
            return
        if label not in self._tasks:
            self._tasks[label] = self._bars.add_task(label, total=total or None)
        self._bars.update(self._tasks[label], completed=done, total=total or None)

    def _line(self, label: str, done: int, total: int) -> None:
        finished = total > 0 and done >= total
        due = time.monotonic() - self._said_at >= _LINE_EVERY
        if label == self._latest and not finished and not due:
            return
        if label == self._latest and finished and total == 1:
            return
        self._latest, self._said_at = label, time.monotonic()
        told = f"{label} {done:,}/{total:,}{self._pace(label, done, total)}" if total > 1 else label
        self._console.print(told, highlight=False)

    def _pace(self, label: str, done: int, total: int) -> str:
        """How many a second, and the time left at that pace; nothing before there is a pace."""
        began, already = self._began[label]
        took = time.monotonic() - began
        if done <= already or took < 1:
            return ""
        rate = (done - already) / took
        left = f", {(total - done) / rate:,.0f} s left" if done < total else f" in {took:,.0f} s"
        return f" ({rate:,.{0 if rate >= 10 else 1}f}/s{left})"
