"""Every rule of the work."""

from domain.registry import RULEBOOK

__all__ = ["RULEBOOK"]
