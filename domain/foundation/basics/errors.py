"""The few ways in which a command is refused. Each is data for the caller, never a fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field of an input. `path`: where, in the input's own words, such as `parties.0.name`."""

    path: str
    message: str
    message_en: str
    code: str = "INVALID_INPUT"


class DomainError(Exception):
    """A refusal: a stable code for programs and a Chinese message for people. Nothing was changed."""

    code = "REFUSED"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class NotFound(DomainError):  # noqa: N818 - the API's own word for it
    """No such thing within the caller's reach; the same answer whether or not it exists."""

    code = "NOT_FOUND"

    def __init__(self, message: str = "未找到该记录") -> None:
        super().__init__(message)


class Forbidden(DomainError):  # noqa: N818
    """The caller sees it, and no policy row lets the caller do this to it."""

    code = "FORBIDDEN"

    def __init__(self, message: str = "您没有执行此操作的权限", *, code: str | None = None) -> None:
        super().__init__(message, code=code)


class RuleRefused(DomainError):  # noqa: N818
    """The state of things, or the law, forbids it: with the rule's id and its source."""

    code = "RULE_REFUSED"

    def __init__(self, message: str, *, rule: str, source: str, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.rule = rule
        self.source = source


class InvalidInput(DomainError):  # noqa: N818
    """The input cannot be taken as it is: every fault that was found, of which `field` and the message name the first.

    `message_en`: the same message in English. `code`: what is refused, for programs that act on it. `fault`: in what way
    the field is wrong, where that is the same of many fields (such as TOO_LONG) and `code` says no more than usual.
    """

    code = "INVALID_INPUT"

    def __init__(
        self, message: str, message_en: str = "", *, field: str, code: str | None = None, fault: str | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.field = field
        self.faults: tuple[Fault, ...] = (Fault(field, message, message_en, fault or self.code),)

    @classmethod
    def of(cls, faults: Sequence[Fault]) -> Self:
        """One refusal that tells all of these."""
        first = faults[0]
        made = cls(first.message, first.message_en, field=first.path)
        made.faults = tuple(faults)
        return made


class StaleVersion(InvalidInput):
    """Somebody else changed it in the meantime: read it again and decide anew. `what`: its Chinese word."""

    code = "STALE_VERSION"

    def __init__(self, expected: int, current: int, what: str = "案件") -> None:
        super().__init__(
            f"该{what}已被他人更新（您看到的版本为{expected}，当前版本为{current}），请刷新后重试",
            f"it was changed in the meantime (you saw version {expected}, it is {current} now): read it again",
            field="expectedVersion",
        )
        self.expected = expected
        self.current = current
