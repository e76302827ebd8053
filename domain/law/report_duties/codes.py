"""Closed sets of duties to report."""

from __future__ import annotations

from enum import StrEnum


class DutyRecipient(StrEnum):
    """Whom the law wants told 报告对象"""

    POLICE = "police"
    CIVIL_AFFAIRS = "civil_affairs"
    EDUCATION = "education"
