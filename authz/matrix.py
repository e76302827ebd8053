"""The policy worked out: for each role, with all that it inherits, what each question comes to. For review, as a diff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from authz.enforcer import Policy
from authz.policy_file import ALLOW, DENY, PolicyRow
from authz.resources import RESOURCES
from domain.codes.enums import ROLES

HEADER = "role,resource,action,field_group,allowed,denied"


def matrix(policy: Policy) -> Iterator[str]:
    """Lines of CSV, sorted: role, resource, action, field group; where it is allowed, and where denied all the same.

    A cell lists `scope` or `scope if condition`, with `in county` of a county's own rows. What no row allows has no line.
    """
    yield HEADER
    for role in sorted(role.value for role in ROLES):
        held = policy.closure[role]
        for name, resource in sorted(RESOURCES.items()):
            for action, groups in sorted(resource.actions.items()):
                for group in sorted(groups):
                    rows = [row for row in policy.rows_about(name, action, group) if row.role in held]
                    allowed, denied = ({_cell(*cell) for cell in _named(rows, effect)} for effect in (ALLOW, DENY))
                    if allowed:
                        yield ",".join([role, name, action, group, _joined(allowed), _joined(denied)])


def _named(rows: Iterable[PolicyRow], effect: str) -> Iterator[tuple[str, str, str]]:
    return ((row.scope, row.cond, row.dom) for row in rows if row.eft == effect)


def _cell(scope: str, condition: str, domain: str) -> str:
    where = scope if condition == "always" else f"{scope} if {condition}"
    return where if domain == "*" else f"{where} in {domain}"


def _joined(cells: set[str]) -> str:
    return " | ".join(sorted(cells))
