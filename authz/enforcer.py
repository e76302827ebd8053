"""The policy in force. The only importer of Casbin: builds an enforcer whole, then swaps it in.

Casbin reloads in place by emptying its rows first; in that moment a denial is gone. Here a loaded `Policy` never
changes. Whoever took one keeps a consistent one, and a new one replaces it in a single assignment.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import casbin
from cachetools import LRUCache
from casbin.util import SimpleEval

from authz.atoms import Atom
from authz.conditions import grounds_of
from authz.facts import Asking, Row, Subject
from authz.policy_file import (
    ALLOW,
    ANYONE,
    PolicyRefused,
    PolicyRow,
    PolicySource,
    PolicyText,
    missing_rows,
    parse,
    with_county_rows,
)
from authz.predicate import hold, in_order
from authz.resources import RESOURCES, Resource
from authz.rooms import rooms
from domain.codes.enums import ROLES
from domain.foundation.basics.actor import Actor, CountyPolicy

__all__ = ["Policies", "Policy", "PolicyRefused", "check_policy", "load_policy", "policy_of", "shipped_sources"]

_HERE = Path(__file__).parent
POLICY_FILE = _HERE / "policy.csv"
_MODEL = (_HERE / "model.conf").read_text(encoding="utf-8")

# It would print the model whenever an enforcer is made, and with `enable_log` every request, and with it whatever the
# caller's and the row's repr shows.
logging.getLogger("casbin").setLevel(logging.CRITICAL)


def _model() -> casbin.Model:
    model = casbin.Model()
    model.load_model_from_text(_MODEL)
    return model


class _Enforcer(casbin.Enforcer):  # type: ignore[misc]
    """Casbin's enforcer, with the matcher parsed once for all.

    By itself Casbin parses it again at every question. That is slow, and CPython 3.11 fails ("AST constructor recursion
    depth mismatch") when two threads parse at once.
    """

    _text: str = _model()["m"]["m"].value
    _parsed = casbin.Enforcer._get_expression(_text).ast_parsed_value  # noqa: SLF001

    def _get_expression(self, expr: str, functions: dict[str, Any] | None = None) -> SimpleEval:
        if expr != self._text:
            message = "the matcher is not the one of model.conf"
            raise RuntimeError(message)
        # A new one each time: it keeps the names of the question that it evaluates.
        expression = SimpleEval("", functions)
        expression.ast_parsed_value = self._parsed
        return expression


# Counties with rows of their own, and groups of them that somebody reaches.
KEPT_POLICIES = 256

# Of each question and set of roles one; those in daily use are tens.
KEPT_ENFORCERS = 512

Question = tuple[str, str, str]
"""Resource, action, field group."""


def _grounds(scope: str, condition: str, asking: Asking, resource: str) -> Sequence[Sequence[Atom]]:
    """What grounds_of gives, in the order in which it is tried, and kept: looking it up is most of what a row costs."""
    key = (scope, condition, resource)
    found = asking.kept.get(key)
    if found is None:
        found = asking.kept[key] = in_order(grounds_of(scope, condition, asking.numbered, RESOURCES[resource]))
    return found


def require_known(resource: str, action: str, group: str) -> Resource:
    """The resource, if such a question can be asked of it.

    Raises ValueError for an unknown resource, action or field group: a fault of the program, not of the caller.
    """
    found = RESOURCES.get(resource)
    if found is None or group not in found.actions.get(action, ()):
        message = f"no such question of the policy: {resource} {action} {group}"
        raise ValueError(message)
    return found


class Policy:
    """One loaded policy: immutable, safe to ask from any thread.

    `version` names what it says; `rows` are its rows; `closure` gives each role itself and all that it inherits.
    """

    def __init__(self, said: PolicyText) -> None:
        self.version = said.version
        self.rows = said.rows
        self.links = said.links
        self.homes = frozenset(int(row.dom) for row in said.rows if row.dom != "*")
        self.closure = _closure(said.links)
        self._by_question = {
            (name, action, group): tuple(
                row for row in said.rows if (row.obj, row.act) == (name, action) and row.fg in ("*", group)
            )
            for name, resource in RESOURCES.items()
            for action, groups in resource.actions.items()
            for group in groups
        }
        # Casbin tests its rows one by one. Rows about another resource, action or group can never match, so each
        # question gets an enforcer with the rows that can: the same answer, tens of rows instead of hundreds.
        # (Casbin's FastEnforcer does so by a filter set on shared state, which threads would step on.)
        # Nor can rows for roles that none of the caller's memberships has, or inherits: what a caller's roles can be
        # granted is made when first asked for, and kept.
        self._enforcers: LRUCache[tuple[Question, frozenset[str]], tuple[casbin.Enforcer | None]] = LRUCache(
            KEPT_ENFORCERS
        )
        self._lock = threading.Lock()

    def rows_about(self, resource: str, action: str, group: str) -> tuple[PolicyRow, ...]:
        """The rows that speak of this question, whomever they concern."""
        require_known(resource, action, group)
        return self._by_question[resource, action, group]

    def enforce(self, actor: Actor, dom: str, resource: str, action: str, group: str, row: Row, now: datetime) -> bool:
        """Casbin's decision for one row: `dom` is the row's county as text, `now` the time of the request.

        Raises ValueError for a question that cannot be asked.
        """
        enforcer = self._enforcer_for((resource, action, group), frozenset(one.role for one in actor.memberships))
        if enforcer is None:
            return False
        return bool(enforcer.enforce(Subject(actor, now), dom, resource, action, group, row))

    def counts(self, asking: Asking, row: PolicyRow, facts: Row) -> bool:
        """Whether a policy row holds for this membership and this row of data: role, scope and condition at once."""
        return self._counts(asking, (row.role, row.scope, row.cond), facts, row.obj)

    def _counts(self, asking: Asking, names: tuple[str, str, str], facts: Row, resource: str) -> bool:
        role, scope, condition = names
        return role in self.closure.get(asking.membership.role, ()) and hold(
            _grounds(scope, condition, asking, resource), facts, asking.values
        )

    def _holds(self, subject: Subject, names: tuple[str, str, str], facts: Row, resource: str) -> bool:
        """Any one membership must pass alone: never the role of one with the reach of another."""
        return any(self._counts(asking, names, facts, resource) for asking in subject.memberships)

    def _enforcer_for(self, question: Question, roles: frozenset[str]) -> casbin.Enforcer | None:
        """Casbin with the rows that can answer the question for these roles; None if there are none."""
        key = (question, roles)
        with self._lock:
            kept = self._enforcers.get(key)
            if kept is None:
                require_known(*question)
                held = frozenset().union(*(self.closure.get(role, ()) for role in roles))
                rows = [row for row in self._by_question[question] if row.role in held]
                kept = self._enforcers[key] = (self._enforcer(question[0], rows) if rows else None,)
            return kept[0]

    def _enforcer(self, resource: str, rows: Iterable[PolicyRow]) -> casbin.Enforcer:
        model = _model()
        for row in rows:
            model.add_policy("p", "p", row.values)
        enforcer = _Enforcer(model, enable_log=False)

        def holds(subject: Subject, role: str, scope: str, condition: str, effect: str, facts: Row) -> bool:
            return self._holds(subject.counting(to_allow=effect == ALLOW), (role, scope, condition), facts, resource)

        enforcer.add_function("holds", holds)
        return enforcer


def _closure(links: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    """Role -> itself and every role inherited, as Casbin's own role manager has it; only roles are ever linked."""
    model = _model()
    for child, parent in links:
        model.add_policy("g", "g", [child, parent])
    for role in ROLES:
        model.add_policy("g", "g", [role.value, ANYONE])
    enforcer = _Enforcer(model, enable_log=False)
    enforcer.build_role_links()
    manager = enforcer.get_role_manager()
    names = [ANYONE, *(role.value for role in ROLES)]
    return {role.value: frozenset(name for name in names if manager.has_link(role.value, name)) for role in ROLES}


def policy_of(text: str) -> Policy:
    """A policy from text in the form of policy.csv. Raises PolicyRefused with every fault and its line."""
    return Policy(parse(PolicySource(text)))


def shipped_sources() -> list[PolicySource]:
    """The files of the shipped policy: the common one first, then those of the rooms, in the order of their names."""
    found = [PolicySource(_read(POLICY_FILE), "authz/policy.csv")]
    for room in rooms():
        if room.policy is not None:
            about = frozenset(one.name for one in room.declared)
            found.append(PolicySource(_read(room.policy), f"{room.path}/policy.csv", about))
    return found


def load_policy() -> Policy:
    """The shipped policy. Raises PolicyRefused with every fault, and for what it allows nobody to do."""
    stated = parse(*shipped_sources())
    if missing := missing_rows(stated):
        raise PolicyRefused(missing)
    return Policy(stated)


def check_policy(path: Path | None = None) -> list[str]:
    """Every fault of the shipped policy, or of one file by itself: one sentence each with its line; empty if sound."""
    try:
        if path is None:
            load_policy()
        else:
            parse(PolicySource(_read(path)))
    except PolicyRefused as refused:
        return list(refused.errors)
    return []


def _read(file: Path | Traversable) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise PolicyRefused([f"the file {file.name} is not UTF-8 text (byte {error.start})"]) from None


class Policies:
    """Holds the policy in force. Readers take it once a request; `replace` swaps it whole or not at all."""

    def __init__(self, policy: Policy | None = None) -> None:
        self._current = policy or load_policy()
        self._kept: LRUCache[tuple[str, tuple[CountyPolicy, ...]], Policy] = LRUCache(KEPT_POLICIES)
        self._lock = threading.Lock()

    @property
    def current(self) -> Policy:
        """The policy in force."""
        return self._current

    def of(self, actor: Actor) -> Policy:
        """The policy for this caller: with what the counties within their reach add, as they were read.

        Raises PolicyRefused for rows of a county that are not sound any more: its callers are not served without them.
        """
        if not actor.county_policies:
            return self._current
        return self.with_rows(actor.county_policies)

    def with_rows(self, counties: tuple[CountyPolicy, ...]) -> Policy:
        """The shipped policy with what counties add to it; made once for the same rows. Raises PolicyRefused."""
        shipped = self._current
        key = (shipped.version, counties)
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                found = self._kept[key] = Policy(with_county_rows(PolicyText(shipped.rows, shipped.links), counties))
            return found

    def replace(self, text: str) -> Policy:
        """Put another policy in force. Raises PolicyRefused, and then the old one stays."""
        policy = policy_of(text)
        self._current = policy
        return policy
