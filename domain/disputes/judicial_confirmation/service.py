"""Judicial confirmation (司法确认): one function for each action upon an application.

Each demands the gate's Grant, runs in the caller's transaction, flushes and never commits, as domain.disputes.cases.service says.
"""

from __future__ import annotations

from domain.disputes.judicial_confirmation.application import apply_confirmation, supply_material, withdraw_confirmation
from domain.disputes.judicial_confirmation.decisions import accept_confirmation, extend_confirmation, rule_confirmation
from domain.disputes.judicial_confirmation.enforcement import apply_enforcement

__all__ = [
    "accept_confirmation",
    "apply_confirmation",
    "apply_enforcement",
    "extend_confirmation",
    "rule_confirmation",
    "supply_material",
    "withdraw_confirmation",
]
