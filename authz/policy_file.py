"""Reading policy rows strictly: whatever is not exactly right is refused, with its file and line, before Casbin sees any of it.

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
from domain.foundation.basics.actor import CountyPolicy

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
    """One `p` row. `place` says where it stands and is no part of what it says."""

    role: str
    dom: str
    obj: str
    act: str
    fg: str
    scope: str
    cond: str
    eft: str
    place: str = field(default="", compare=False)
    # Of a county's own row: the number of the revision that has it.
    revision: int | None = field(default=None, compare=False)

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


@dataclass(frozen=True, slots=True)
class PolicySource:
    """One file of the policy. `path` is where it stands, for whoever mends a fault.

    `about`: the resources of the room whose file it is, of which alone its rows may speak; and it links no roles.
    None for the common file, which may do both.
    """

    text: str
    path: str = ""
    about: frozenset[str] | None = None

    def place(self, line: int) -> str:
        """Where something stands: `domain/disputes/cases/policy.csv line 4`."""
        return f"{self.path} line {line}".lstrip()


class _Reading:
    """Rows and links read so far, of however many files, and what is wrong with them."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.rows: dict[PolicyRow, None] = {}
        self.links: dict[tuple[str, str], str] = {}

    def read(self, source: PolicySource) -> None:
        for number, line in enumerate(source.text.split("\n"), start=1):
            cells = [cell.strip(" \t\r") for cell in line.split(",")]
            if cells == [""] or cells[0].startswith("#"):
                continue
            place = source.place(number)
            self.errors += [f"{place}: {fault}" for fault in self._take(cells, source, place)]

    def _take(self, cells: list[str], source: PolicySource, place: str) -> list[str]:
        """Keep a line if nothing is wrong with it; else what is."""
        kind = cells[0]
        if kind not in _COLUMNS:
            return [f"a row begins with p or g, not {kind!r}"]
        if len(cells) != _COLUMNS[kind]:
            return [f"a {kind} row has {_COLUMNS[kind]} columns, not {len(cells)}"]
        if kind == "p":
            role, dom, obj, act, fg, scope, cond, eft = cells[1:]
            row = PolicyRow(role, dom, obj, act, fg, scope, cond, eft, place=place)
            faults = row_faults(row)
            if source.about is not None and obj in RESOURCES and obj not in source.about:
                faults.append(f"{obj} is a resource of another room, whose rows stand there")
            if row in self.rows:
                faults.append("the same row stands above already")
            if not faults:
                self.rows[row] = None
            return faults
        child, parent = cells[1:]
        faults = _link_faults(child, parent)
        if source.about is not None:
            faults.append("roles are linked in the common file alone, authz/policy.csv")
        if (child, parent) in self.links:
            faults.append("the same link stands above already")
        if not faults:
            self.links[child, parent] = place
        return faults


def parse(*sources: PolicySource) -> PolicyText:
    """Rows and links of a policy in the form of policy.csv, of all its files together.

    Raises PolicyRefused with every fault found.
    """
    reading = _Reading()
    for source in sources:
        reading.read(source)
    errors = reading.errors + _depth_faults(reading.links)
    if not reading.rows and not errors:
        errors.append("the policy has no rows: nobody could do anything")
    if errors:
        raise PolicyRefused(errors)
    return PolicyText(tuple(reading.rows), tuple(reading.links))


def with_county_rows(shipped: PolicyText, counties: Iterable[CountyPolicy]) -> PolicyText:
    """The shipped policy with what counties add to it.

    Raises PolicyRefused with every fault: nobody is then served by half a policy.
    """
    rows = dict.fromkeys(shipped.rows)
    errors: list[str] = []
    for one in counties:
        for number, (role, obj, act, fg, scope, cond, eft) in enumerate(one.rows, start=1):
            place = f"county {one.county_id} revision {one.number} row {number}"
            row = PolicyRow(role, str(one.county_id), obj, act, fg, scope, cond, eft, place, one.number)
            errors += [f"{place}: {fault}" for fault in row_faults(row)]
            rows[row] = None
    if errors:
        raise PolicyRefused(errors)
    return PolicyText(tuple(rows), shipped.links)


def missing_rows(policy: PolicyText) -> list[str]:
    """What nobody could do, a sentence for each action of a resource that no row allows, with the file to write."""
    allowed = {(row.obj, row.act) for row in policy.rows if row.eft == ALLOW}
    return [
        f"{resource.room}/policy.csv: no row allows anybody to {action} of {resource.name}"
        for resource in RESOURCES.values()
        for action in resource.actions
        if (resource.name, action) not in allowed
    ]


def row_faults(row: PolicyRow) -> list[str]:
    """What is wrong with one row by itself: names that there are not, or that need facts which the resource lacks."""
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
        elif resource is not None and names[name].meaning_for(resource) is None:
            faults.append(f"{word} {name!r} needs facts that {row.obj} does not have")
    return faults


def _link_faults(child: str, parent: str) -> list[str]:
    faults = [f"unknown role {name!r}" for name in (child, parent) if name not in _ROLES and name != ANYONE]
    if ANYONE in (child, parent):
        faults.append(f"every role inherits {ANYONE} by itself, and {ANYONE} inherits nothing")
    return faults


def _depth_faults(links: Mapping[tuple[str, str], str]) -> list[str]:
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
        place = links[chain[0], chain[1]]
        if chain[-1] in chain[:-1]:
            if chain[-1] == role:
                faults.append(f"{place}: roles inherit in a circle: {' > '.join(chain)}")
        elif len(chain) + 1 > MAX_DEPTH:
            faults.append(f"{place}: inheritance over more than {MAX_DEPTH} roles: {' > '.join(chain)} > {ANYONE}")
    return faults
