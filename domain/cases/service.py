"""Everything that can be done to a case, one function for each action (confirmation has its own context).

Every function demands the gate's Grant for that action, runs in the caller's transaction, flushes and never commits.
Before anything is changed it raises NotFound, StaleVersion, InvalidInput or CaseRuleRefused; the caller then rolls
back. Done, the case's version is one higher, with one entry in the timeline and its messages in the outbox.
"""

from __future__ import annotations

from domain.cases.conclusion import close, follow_up, fulfil
from domain.cases.handling import agree, dispatch, fail, hold_session, return_case, take_on
from domain.cases.intake import Location, accept, assess_risk, decline, locate, register

__all__ = [
    "Location",
    "accept",
    "agree",
    "assess_risk",
    "close",
    "decline",
    "dispatch",
    "fail",
    "follow_up",
    "fulfil",
    "hold_session",
    "locate",
    "register",
    "return_case",
    "take_on",
]
