"""Every view."""

from domain.registry import CATALOGUE

__all__ = ["CATALOGUE"]
