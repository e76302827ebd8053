"""Every table, for migrations and for the tests that walk them."""

from domain.registry import metadata

__all__ = ["metadata"]
