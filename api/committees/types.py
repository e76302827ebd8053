"""Types under the names that payloads still import them by; to go when every payload follows from its command."""

from typing import Any

from api.derived.types import type_named


def __getattr__(name: str) -> Any:
    """The type that views make of that name."""
    if name.startswith("__"):
        raise AttributeError(name)
    return type_named(name)
