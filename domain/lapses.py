"""What follows when the time for something has passed, beyond its deadline."""

from domain.registry import EXPIRY_HANDLERS as LAPSES

__all__ = ["LAPSES"]
