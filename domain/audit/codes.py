"""Closed sets of the audit log."""

from __future__ import annotations

from enum import StrEnum


class AuditKind(StrEnum):
    """What an entry of the audit log tells of 审计记录类型

    Exports, changes of the policy and break-glass have their words here, so that whoever adds them adds no migration.
    """

    COMMAND = "command"
    REFUSAL = "refusal"
    READING = "reading"
    SIGN_IN = "sign_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    EXPORT = "export"
    POLICY_CHANGE = "policy_change"
    BREAK_GLASS = "break_glass"
