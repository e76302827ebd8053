"""Reading policy rows strictly: whatever is not exactly right is refused, with its line, before Casbin sees any of it.

Casbin by itself would ignore a misspelled effect, take an unknown name for one that never matches, and drop roles
inherited over more than ten levels. All of these would be silent changes of who may see what.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from authz.conditions import CONDITIONS
from authz.resources import RESOURCES
from authz.scopes import SCOPES
from domain.codes.enums import ROLES

ANYONE = "anyone"
ALLOW = "allow"
DENY = "deny"
# Casbin follows inheritance over ten roles and silently no further.
MAX_DEPTH = 10

_ROLES = frozenset(role.value for role in ROLES)
_DOMAIN = re.compile(r"\*|[1-9][0-9]{0,8}", re.ASCII)
_COLUMNS = {"p": 9, "g": 3}


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One `p` row. `line` says where it stands and is no part of what it says."""

    role: str
    dom: str
    obj: str
    act: str
    fg: str
    scope: str
    cond: str
    eft: str
    line: int = field(default=0, compare=False)

    @property
    def values(self) -> list[str]:
        """The columns as Casbin takes them."""
        return [self.role, self.dom, self.obj, self.act, self.fg, self.scope, self.cond, self.eft]

    def __str__(self) -> str:
        return "p, " + ", ".join(self.values)


@dataclass(frozen=True, slots=True)
class PolicyText:
    """A policy that passed every check: its rows, and who inherits from whom (without the implied `anyone`)."""

    rows: tuple[PolicyRow, ...]
    links: tuple[tuple[str, str], ...]

    @property
    def version(self) -> str:
        """A hash of what the policy says: order, spacing and comments do not change it."""
        said = sorted([str(row) for row in self.rows] + [f"g, {child}, {parent}" for child, parent in self.links])
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


class PolicyRefused(ValueError):  # noqa: N818 - it says what happened to the policy
    """The policy is not loaded; the one before stays in force. `errors` has one sentence a fault, with its line."""

    def __init__(self, errors: Iterable[str]) -> None:
        self.errors = tuple(errors)
        super().__init__("policy refused:\n" + "\n".join(self.errors))


def parse(text: str) -> PolicyText:
    """Rows and links of a policy in the form of policy.csv.

    Raises PolicyRefused with every fault found.
    """
    errors: list[str] = []
    rows: dict[PolicyRow, None] = {}
    links: dict[tuple[str, str], int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        cells = [cell.strip(" \t\r") for cell in line.split(",")]
        if cells == [""] or cells[0].startswith("#"):
            continue
        kind = cells[0]
        if kind not in _COLUMNS:
            errors.append(f"line {number}: a row begins with p or g, not {kind!r}")
        elif len(cells) != _COLUMNS[kind]:
            errors.append(f"line {number}: a {kind} row has {_COLUMNS[kind]} columns, not {len(cells)}")
        elif kind == "p":
            role, dom, obj, act, fg, scope, cond, eft = cells[1:]
            row = PolicyRow(role, dom, obj, act, fg, scope, cond, eft, line=number)
            found = [f"line {number}: {fault}" for fault in _row_faults(row)]
            if row in rows:
                found.append(f"line {number}: the same row stands above already")
            errors += found
            if not found:
                rows[row] = None
        else:
            child, parent = cells[1:]
            found = [f"line {number}: {fault}" for fault in _link_faults(child, parent)]
            if (child, parent) in links:
                found.append(f"line {number}: the same link stands above already")
            errors += found
            if not found:
                links[child, parent] = number
    errors += _depth_faults(links)
    if not rows and not errors:
        errors.append("the policy has no rows: nobody could do anything")
    if errors:
        raise PolicyRefused(errors)
    return PolicyText(tuple(rows), tuple(links))


def _row_faults(row: PolicyRow) -> list[str]:
    faults = []
    if row.role not in _ROLES and row.role != ANYONE:
        faults.append(f"unknown role {row.role!r}")
    if not _DOMAIN.fullmatch(row.dom):
        faults.append(f"a domain is * or a county's number, not {row.dom!r}")
    if row.eft not in (ALLOW, DENY):
        faults.append(f"an effect is allow or deny, not {row.eft!r}")
    resource = RESOURCES.get(row.obj)
    if resource is None:
        faults.append(f"unknown resource {row.obj!r}")
    elif row.act not in resource.actions:
        faults.append(f"unknown action {row.act!r} of {row.obj}")
    elif row.fg != "*" and row.fg not in resource.actions[row.act]:
        faults.append(f"unknown field group {row.fg!r} of {row.obj} {row.act}")
    for word, name, names in (("scope", row.scope, SCOPES), ("condition", row.cond, CONDITIONS)):
        if name not in names:
            faults.append(f"unknown {word} {name!r}")
        elif resource is not None and names[name].pair_for(resource) is None:
            faults.append(f"{word} {name!r} needs facts that {row.obj} does not have")
    return faults


def _link_faults(child: str, parent: str) -> list[str]:
    faults = [f"unknown role {name!r}" for name in (child, parent) if name not in _ROLES and name != ANYONE]
    if ANYONE in (child, parent):
        faults.append(f"every role inherits {ANYONE} by itself, and {ANYONE} inherits nothing")
    return faults


def _depth_faults(links: Mapping[tuple[str, str], int]) -> list[str]:
    """A cycle, or a chain of more roles than Casbin follows (`anyone` at its end counted)."""
    parents: dict[str, list[str]] = {}
    for child, parent in links:
        parents.setdefault(child, []).append(parent)

    def longest(role: str, above: tuple[str, ...]) -> tuple[str, ...]:
        if role in above:
            return (*above, role)
        chains = [longest(parent, (*above, role)) for parent in parents.get(role, ())]
        return max(chains, key=len, default=(*above, role))

    faults = []
    for role in sorted(parents):
        chain = longest(role, ())
        line = links[chain[0], chain[1]]
        if chain[-1] in chain[:-1]:
            if chain[-1] == role:
                faults.append(f"line {line}: roles inherit in a circle: {' > '.join(chain)}")
        elif len(chain) + 1 > MAX_DEPTH:
            faults.append(f"line {line}: inheritance over more than {MAX_DEPTH} roles: {' > '.join(chain)} > {ANYONE}")
    return faults
