"""Closed sets of protection."""

from __future__ import annotations

from enum import StrEnum


class MeasureKind(StrEnum):
    """A warning or a step of an order 保护措施类型"""

    WRITTEN_WARNING = "written_warning"
    ORDER_APPLIED = "order_applied"
    ORDER_ISSUED = "order_issued"
    ORDER_REFUSED = "order_refused"
    ORDER_REVOKED = "order_revoked"
