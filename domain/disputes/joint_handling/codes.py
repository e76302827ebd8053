"""Closed sets of joint handling."""

from __future__ import annotations

from enum import StrEnum


class RespondentStatus(StrEnum):
    """What an organisation answered to a call 响应状态"""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
